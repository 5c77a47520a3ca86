# Each oracle is a folder with a tests.cmake of its own.
file(GLOB oracle_lists CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/*/tests.cmake")
foreach(oracle_list IN LISTS oracle_lists)
  include("${oracle_list}")
endforeach()
