# The oracle: what foreshot calls one query per row beside the statements that the real SQLAlchemy sends for the same source.
find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
  add_test(NAME loads
    COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/compare.py" $<TARGET_FILE:foreshot>
            "${CMAKE_CURRENT_BINARY_DIR}/loads-oracle")
  set_tests_properties(loads PROPERTIES LABELS real TIMEOUT 900)
  foreshot_skips(loads)
  # What raises on SQLite raises on PostgreSQL too.
  add_test(NAME loads_postgresql
    COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/postgresql.py" "${CMAKE_CURRENT_BINARY_DIR}/loads-oracle-postgresql"
            "${PROJECT_SOURCE_DIR}/build-servers")
  set_tests_properties(loads_postgresql PROPERTIES LABELS "real;postgres" TIMEOUT 900)
  foreshot_skips(loads_postgresql)
endif()
