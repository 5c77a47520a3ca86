# The oracle: what MIG503, MIG504 and MIG505 say of a downgrade beside what the real Alembic does on a real server.
find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
  add_test(NAME downgrade_mirrors
    COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/compare.py" $<TARGET_FILE:foreshot> "${PROJECT_SOURCE_DIR}/build-servers"
            "${PROJECT_SOURCE_DIR}/fixtures" 16 sqlalchemy==2.0.58 alembic==1.20.1)
  set_tests_properties(downgrade_mirrors PROPERTIES LABELS "real;postgres" TIMEOUT 600)
  foreshot_skips(downgrade_mirrors)
endif()
