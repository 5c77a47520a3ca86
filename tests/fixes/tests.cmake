# Every fix of the fixtures on a real server, with the real Alembic.
find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
  add_test(NAME fixes_run
    COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/real.py" $<TARGET_FILE:foreshot> "${PROJECT_SOURCE_DIR}/fixtures"
            "${PROJECT_SOURCE_DIR}/build-servers" "${CMAKE_CURRENT_BINARY_DIR}/fixes" 16 sqlalchemy==2.0.58 alembic==1.20.1)
  set_tests_properties(fixes_run PROPERTIES LABELS "real;postgres" TIMEOUT 900)
  foreshot_skips(fixes_run)
endif()
