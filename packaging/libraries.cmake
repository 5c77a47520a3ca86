# The libraries that foreshot takes from the system: target foreshot_libraries.

foreach(library IN ITEMS
    "fmt|libfmt-dev" "tomlplusplus|libtomlplusplus-dev" "nlohmann_json|nlohmann-json3-dev"
    "CLI11|libcli11-dev")
  string(REGEX MATCH "^(.*)[|](.*)$" match "${library}")
  set(name ${CMAKE_MATCH_1})
  set(debian ${CMAKE_MATCH_2})
  find_package(${name} QUIET)
  if(NOT ${name}_FOUND)
    message(FATAL_ERROR "foreshot needs the C++ library ${name}; in Debian and Ubuntu: apt-get install ${debian}")
  endif()
endforeach()
find_path(FORESHOT_XXHASH xxhash.h)
if(NOT FORESHOT_XXHASH)
  message(FATAL_ERROR "foreshot needs the C library xxhash; in Debian and Ubuntu: apt-get install libxxhash-dev")
endif()

add_library(foreshot_libraries INTERFACE)
target_link_libraries(foreshot_libraries INTERFACE
  fmt::fmt tomlplusplus::tomlplusplus nlohmann_json::nlohmann_json CLI11::CLI11)
# xxhash is used as a header.
target_compile_definitions(foreshot_libraries INTERFACE XXH_INLINE_ALL)
