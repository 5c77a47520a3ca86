# What `cmake --install` and a wheel contain: the program.

if(DEFINED SKBUILD_SCRIPTS_DIR)
  install(TARGETS foreshot DESTINATION "${SKBUILD_SCRIPTS_DIR}")
else()
  include(GNUInstallDirs)
  install(TARGETS foreshot DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
