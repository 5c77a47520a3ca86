find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME rules_readme COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/readme.py" $<TARGET_FILE:foreshot> "${PROJECT_SOURCE_DIR}/rules/README.md")
