# The oracle: foreshot's reading of mapped classes beside what the real SQLAlchemy makes of them.
find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
  file(GLOB mapper_projects LIST_DIRECTORIES true CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/fixtures/orm/*/*" "${PROJECT_SOURCE_DIR}/fixtures/map/*/*"
       "${PROJECT_SOURCE_DIR}/fixtures/tour")
  add_test(NAME mappers
    COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/compare.py" $<TARGET_FILE:foreshot>
            "${CMAKE_CURRENT_BINARY_DIR}/mappers-oracle" ${mapper_projects})
  set_tests_properties(mappers PROPERTIES LABELS real TIMEOUT 900)
  foreshot_skips(mappers)
endif()
