add_executable(grammars_test "${CMAKE_CURRENT_LIST_DIR}/grammars_test.cpp")
target_link_libraries(grammars_test PRIVATE
  foreshot_tree_sitter foreshot_pg_query foreshot_warnings GTest::gtest_main)
add_test(NAME grammars COMMAND grammars_test)

add_test(NAME pins COMMAND bash "${CMAKE_CURRENT_LIST_DIR}/pins.sh"
  "${CMAKE_COMMAND}" "${PROJECT_SOURCE_DIR}" "${CMAKE_CURRENT_BINARY_DIR}/pins")

add_test(NAME wheel COMMAND bash "${CMAKE_CURRENT_LIST_DIR}/wheel.sh"
  "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/wheel")
set_tests_properties(wheel PROPERTIES LABELS real TIMEOUT 1800 PROCESSORS 2 FIXTURES_SETUP wheel)
foreshot_skips(wheel)
