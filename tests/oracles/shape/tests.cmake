# The oracle: what foreshot says of the shape of queries beside what the real SQLAlchemy sends, fetches and saves for the same source.
find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
  add_test(NAME shape
    COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/compare.py" $<TARGET_FILE:foreshot>
            "${CMAKE_CURRENT_BINARY_DIR}/shape-oracle")
  set_tests_properties(shape PROPERTIES LABELS real TIMEOUT 900)
  foreshot_skips(shape)
endif()
