# The oracle: foreshot's rendering of several hundred op calls beside the real Alembic's.
#
# The oldest pair that is supported is the last SQLAlchemy 1.4 with Alembic 1.8, what projects had pinned before 2.0; next
# is SQLAlchemy's newest series. Releases are pinned: a new one upstream is raised here, and fails nobody's run before that.

add_executable(dump_operations "${CMAKE_CURRENT_LIST_DIR}/dump.cpp")
target_link_libraries(dump_operations PRIVATE foreshot_analyzer foreshot_warnings)

find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
  foreach(pair IN ITEMS "newest|sqlalchemy==2.0.58|alembic==1.20.1" "next|sqlalchemy==2.1.9|alembic==1.20.1"
                        "oldest|sqlalchemy==1.4.54|alembic==1.8.1|setuptools==80.9.0")
    string(REPLACE "|" ";" words "${pair}")
    list(POP_FRONT words name)
    add_test(NAME alembic_renders_${name}
      COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/compare.py" $<TARGET_FILE:dump_operations>
              "${CMAKE_CURRENT_BINARY_DIR}/alembic-oracle/${name}" ${words})
    set_tests_properties(alembic_renders_${name} PROPERTIES LABELS real TIMEOUT 900)
    foreshot_skips(alembic_renders_${name})
  endforeach()
endif()
