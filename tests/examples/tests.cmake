find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME examples
  COMMAND Python3::Interpreter "${CMAKE_CURRENT_LIST_DIR}/run.py" "$<TARGET_FILE:foreshot>" "${CMAKE_CURRENT_BINARY_DIR}/examples")
