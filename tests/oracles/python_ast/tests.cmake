# The reader of Python against CPython's own parser, over the corpora. It speaks of one version's trees: another Python,
# or no corpora, skips it.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_executable(python_dump "${CMAKE_CURRENT_LIST_DIR}/python_dump.cpp")
target_link_libraries(python_dump PRIVATE foreshot_analyzer foreshot_warnings)
add_test(NAME oracle_python_ast
  COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/compare.py" $<TARGET_FILE:python_dump>
          "${FORESHOT_CORPORA}" --every 20)
set_tests_properties(oracle_python_ast PROPERTIES LABELS real TIMEOUT 900 FIXTURES_REQUIRED corpora)
foreshot_skips(oracle_python_ast)
add_test(NAME oracle_python_operators
  COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/operators.py" $<TARGET_FILE:python_dump>)
foreshot_skips(oracle_python_operators)
