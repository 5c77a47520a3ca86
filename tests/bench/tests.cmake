# The yardstick is built with the tests, so that it never rots; measuring is for people: see speed.py.
add_executable(bare_parse "${CMAKE_CURRENT_LIST_DIR}/bare_parse.cpp")
target_link_libraries(bare_parse PRIVATE foreshot_analyzer foreshot_warnings)
add_test(NAME bare_parse COMMAND sh -c "echo '${CMAKE_CURRENT_LIST_DIR}/speed.py' | '$<TARGET_FILE:bare_parse>' 2")
set_tests_properties(bare_parse PROPERTIES PASS_REGULAR_EXPRESSION "1 files, [1-9]")
