# The files under integrations/ and the hooks, each tried with the real thing.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME matchers COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/matchers.py" $<TARGET_FILE:foreshot> "${PROJECT_SOURCE_DIR}")
add_test(NAME pre_commit COMMAND bash "${CMAKE_CURRENT_LIST_DIR}/pre_commit.sh" "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/wheel/dist" "${CMAKE_CURRENT_BINARY_DIR}/pre-commit")
set_tests_properties(pre_commit PROPERTIES LABELS real TIMEOUT 600 FIXTURES_REQUIRED wheel)
foreshot_skips(pre_commit)
