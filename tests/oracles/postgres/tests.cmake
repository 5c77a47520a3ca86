# The oracle: what cost() predicts beside what real servers do, statement by statement.
#
# FORESHOT_POSTGRES_MAJORS says which servers; each is some 30 MB to download and 15 s to run.
set(FORESHOT_POSTGRES_MAJORS "14;18" CACHE STRING "PostgreSQL majors (12 to 18) that predictions are compared with")

add_executable(predict_cost "${CMAKE_CURRENT_LIST_DIR}/predict.cpp")
target_link_libraries(predict_cost PRIVATE foreshot_analyzer foreshot_warnings)

find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
  add_test(NAME postgres_costs
    COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/compare.py" $<TARGET_FILE:predict_cost>
            "${CMAKE_CURRENT_BINARY_DIR}/postgres-oracle" ${FORESHOT_POSTGRES_MAJORS})
  set_tests_properties(postgres_costs PROPERTIES LABELS real TIMEOUT 900)
  foreshot_skips(postgres_costs)
endif()
