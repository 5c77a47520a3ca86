# What `cmake --install` and a wheel contain: the program, and the licences of what is linked into it.

if(DEFINED SKBUILD)
  # A wheel serves distributions whose C++ library is older than the compiler's.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" OR (CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND NOT APPLE))
    target_link_options(foreshot PRIVATE -static-libstdc++ -static-libgcc)
  endif()
  install(TARGETS foreshot DESTINATION "${SKBUILD_SCRIPTS_DIR}")
  set(licences "${SKBUILD_PLATLIB_DIR}/foreshot/licences")
else()
  include(GNUInstallDirs)
  install(TARGETS foreshot DESTINATION "${CMAKE_INSTALL_BINDIR}")
  set(licences "${CMAKE_INSTALL_DOCDIR}/licences")
endif()

# foreshot_licence(NAME PATTERN): the one file that the pattern finds, under the library's name.
function(foreshot_licence name pattern)
  file(GLOB file "${pattern}")
  if(file)
    install(FILES ${file} DESTINATION "${licences}" RENAME "${name}.txt")
  endif()
endfunction()
set(grammars "${PROJECT_BINARY_DIR}/grammars/unpacked")
set(headers "${PROJECT_BINARY_DIR}/headers")
foreshot_licence(tree-sitter "${grammars}/core/*/LICENSE")
foreshot_licence(tree-sitter-python "${grammars}/python/*/LICENSE")
foreshot_licence(libpg_query "${grammars}/pg/*/libpg_query/LICENSE")
foreshot_licence(nlohmann-json "${headers}/json/*.dist-info/licenses/LICENSE*")
foreshot_licence(tomlplusplus "${headers}/toml/*/third_party/tomlplusplus/LICENSE")
