# The oracle: what foreshot calls one query per row beside the statements that the real SQLAlchemy sends for the same source.
find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
  add_test(NAME loads
    COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/compare.py" $<TARGET_FILE:foreshot>
            "${CMAKE_CURRENT_BINARY_DIR}/loads-oracle")
  set_tests_properties(loads PROPERTIES LABELS real TIMEOUT 900)
  foreshot_skips(loads)
endif()
