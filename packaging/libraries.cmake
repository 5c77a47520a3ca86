# The C++ libraries that foreshot uses, as the target foreshot_libraries.
#
# Development takes them from the system: compiled once, they cost least in every file. A wheel, and
# a machine without them, takes pinned copies of their headers, so that the program depends on
# nothing but the C library, and is the same wherever it is built.

if(DEFINED SKBUILD)
  set(pinned_by_default ON)
else()
  set(pinned_by_default OFF)
endif()
option(FORESHOT_PINNED_LIBRARIES "Use pinned headers of the libraries, not the system's"
       ${pinned_by_default})

add_library(foreshot_libraries INTERFACE)
# Only the header is used.
target_compile_definitions(foreshot_libraries INTERFACE XXH_INLINE_ALL)

if(NOT FORESHOT_PINNED_LIBRARIES)
  find_package(fmt QUIET)
  find_package(tomlplusplus QUIET)
  find_package(nlohmann_json QUIET)
  find_package(CLI11 QUIET)
  find_path(FORESHOT_XXHASH xxhash.h)
  mark_as_advanced(FORESHOT_XXHASH)
  set(absent "")
  foreach(library IN ITEMS fmt=libfmt-dev tomlplusplus=libtomlplusplus-dev
                           nlohmann_json=nlohmann-json3-dev CLI11=libcli11-dev)
    string(REPLACE "=" ";" library "${library}")
    list(GET library 0 name)
    list(GET library 1 debian)
    if(NOT ${name}_FOUND)
      list(APPEND absent ${debian})
    endif()
  endforeach()
  if(NOT FORESHOT_XXHASH)
    list(APPEND absent libxxhash-dev)
  endif()
  if(NOT absent)
    target_link_libraries(foreshot_libraries INTERFACE
      fmt::fmt tomlplusplus::tomlplusplus nlohmann_json::nlohmann_json CLI11::CLI11)
    return()
  endif()
  list(JOIN absent " " absent)
  message(STATUS "Using pinned headers, because not all libraries are here; in Debian and Ubuntu "
                 "they are: ${absent}")
endif()

foreshot_download("${PROJECT_SOURCE_DIR}/packaging/header-wheels.txt" wheel header)
foreshot_download("${PROJECT_SOURCE_DIR}/packaging/header-archives.txt" source header)

set(unpacked "${PROJECT_BINARY_DIR}/headers")
foreshot_unpack("${header_cmeel_fmt}" "${unpacked}/fmt" "*/include/fmt/*")
foreshot_unpack("${header_nlohmann_json}" "${unpacked}/json" "*/include/nlohmann/*" "*/licenses/*")
foreshot_unpack("${header_pytomlpp}" "${unpacked}/toml" "*/tomlplusplus/include/*" "*/tomlplusplus/LICENSE")
foreshot_unpack("${header_highspy}" "${unpacked}/cli" "*/extern/cli11/CLI11.hpp")

# CLI11 comes as one file; the system has it as a folder with a main header.
file(GLOB cli "${unpacked}/cli/*/extern/cli11/CLI11.hpp")
file(CONFIGURE OUTPUT "${unpacked}/include/CLI/CLI.hpp" CONTENT "#include \"${cli}\"\n" @ONLY)
file(GLOB toml "${unpacked}/toml/*/third_party/tomlplusplus/include")

target_include_directories(foreshot_libraries SYSTEM INTERFACE
  "${unpacked}/include" "${unpacked}/fmt/cmeel.prefix/include"
  "${unpacked}/json/nlohmann_json/include" "${toml}" "${FORESHOT_PINNED_XXHASH}")
target_compile_definitions(foreshot_libraries INTERFACE FMT_HEADER_ONLY TOML_HEADER_ONLY=1)
