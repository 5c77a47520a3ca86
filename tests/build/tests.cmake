add_executable(grammars_test "${CMAKE_CURRENT_LIST_DIR}/grammars_test.cpp")
target_link_libraries(grammars_test PRIVATE
  foreshot_tree_sitter foreshot_pg_query foreshot_warnings GTest::gtest_main)
add_test(NAME grammars COMMAND grammars_test)
