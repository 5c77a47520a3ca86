find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME structure COMMAND Python3::Interpreter "${CMAKE_CURRENT_LIST_DIR}/check.py" "${PROJECT_SOURCE_DIR}")
