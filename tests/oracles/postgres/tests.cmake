# The oracle: what cost() predicts beside what real servers do, statement by statement, and type by type.
#
# FORESHOT_POSTGRES_MAJORS says which servers; each is some 60 MB to download and a minute to run. They are kept beside the
# build trees, so that a new build tree does not download them again.
set(FORESHOT_POSTGRES_MAJORS "12;13;14;15;16;17;18" CACHE STRING "PostgreSQL majors (12 to 18) that predictions are compared with")

add_executable(predict_cost "${CMAKE_CURRENT_LIST_DIR}/predict.cpp")
target_link_libraries(predict_cost PRIVATE foreshot_analyzer foreshot_warnings)

find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
  add_test(NAME postgres_costs
    COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/compare.py" $<TARGET_FILE:predict_cost>
            "${PROJECT_SOURCE_DIR}/build-servers" ${FORESHOT_POSTGRES_MAJORS})
  set_tests_properties(postgres_costs PROPERTIES LABELS "real;postgres" TIMEOUT 1800 PROCESSORS 2)
  foreshot_skips(postgres_costs)

  # The query that writes the statistics of the tables, on the oldest and the newest server.
  add_test(NAME postgres_statistics
    COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/table_statistics.py" $<TARGET_FILE:foreshot> "${PROJECT_SOURCE_DIR}/build-servers" 12 18)
  set_tests_properties(postgres_statistics PROPERTIES LABELS "real;postgres" TIMEOUT 300)
  foreshot_skips(postgres_statistics)
endif()
