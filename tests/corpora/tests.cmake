# The corpora are kept beside the build trees, so that a new build tree does not download them again. One test downloads
# them for all that read them (the fixture "corpora").
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(corpora "${PROJECT_SOURCE_DIR}/build-corpora")
if(DEFINED ENV{FORESHOT_CORPORA})
  set(corpora "$ENV{FORESHOT_CORPORA}")
endif()
set(FORESHOT_CORPORA "${corpora}" CACHE PATH "Folder that the open corpora are unpacked into")
add_test(NAME corpora_fetched
  COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/fetch.py" "${FORESHOT_CORPORA}")
set_tests_properties(corpora_fetched PROPERTIES LABELS real TIMEOUT 1800 FIXTURES_SETUP corpora)
add_test(NAME corpora
  COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/run.py" $<TARGET_FILE:foreshot> "${FORESHOT_CORPORA}")
set_tests_properties(corpora PROPERTIES LABELS real TIMEOUT 1800 PROCESSORS 2 FIXTURES_REQUIRED corpora)
add_test(NAME corpora_cases
  COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/cases.py" $<TARGET_FILE:foreshot> "${FORESHOT_CORPORA}")
set_tests_properties(corpora_cases PROPERTIES LABELS real TIMEOUT 900 FIXTURES_REQUIRED corpora)

add_test(NAME corpora_n_plus_one
  COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/n_plus_one.py" $<TARGET_FILE:foreshot> "${FORESHOT_CORPORA}")
set_tests_properties(corpora_n_plus_one PROPERTIES LABELS real TIMEOUT 900 FIXTURES_REQUIRED corpora)
foreshot_skips(corpora_fetched corpora corpora_cases corpora_n_plus_one)
