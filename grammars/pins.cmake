# Pinned archives from a Python package index: download, check, unpack.
#
# A pin file is a pip requirements file with one archive a line:
#
#     tree-sitter==0.26.1 --hash=sha256:9919…
#
# The hash is checked here as well as by pip, so an archive that already lies in
# FORESHOT_ARCHIVES costs no download, whoever put it there.

set(FORESHOT_ARCHIVES "${PROJECT_BINARY_DIR}/archives" CACHE PATH
    "Folder that keeps the downloaded archives; build trees may share it")

# Seconds before the second and the third try of a download.
if(NOT DEFINED FORESHOT_DOWNLOAD_PAUSES)
  set(FORESHOT_DOWNLOAD_PAUSES 5 20)
endif()

# Sets `out` to a Python 3.10 or newer that has pip.
function(foreshot_find_pip out)
  find_program(FORESHOT_PYTHON_ON_PATH NAMES python3 python)
  # A virtual environment without pip may come first on PATH.
  find_program(FORESHOT_SYSTEM_PYTHON NAMES python3
               NO_CMAKE_ENVIRONMENT_PATH NO_SYSTEM_ENVIRONMENT_PATH)
  mark_as_advanced(FORESHOT_PYTHON_ON_PATH FORESHOT_SYSTEM_PYTHON)
  foreach(python IN ITEMS "$ENV{FORESHOT_PYTHON}" "${Python_EXECUTABLE}" "${Python3_EXECUTABLE}"
                          "${FORESHOT_PYTHON_ON_PATH}" "${FORESHOT_SYSTEM_PYTHON}")
    if(NOT python)
      continue()
    endif()
    execute_process(
      COMMAND "${python}" -c "import sys, pip; sys.exit(sys.version_info < (3, 10))"
      RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    if(NOT failed)
      set(${out} "${python}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR
    "foreshot's parsers are downloaded by pip, and no Python 3.10 or newer with pip was found: "
    "install python3 and python3-pip, or name an interpreter in the environment variable "
    "FORESHOT_PYTHON.")
endfunction()

# Sets `out` to the archive of that name and hash in FORESHOT_ARCHIVES, or to nothing.
function(foreshot_find_archive out name version hash)
  string(REPLACE "-" "_" underscored ${name})
  file(GLOB candidates "${FORESHOT_ARCHIVES}/${underscored}-${version}*"
                       "${FORESHOT_ARCHIVES}/${name}-${version}*")
  set(${out} "" PARENT_SCOPE)
  foreach(candidate IN LISTS candidates)
    file(SHA256 "${candidate}" actual)
    if(actual STREQUAL hash)
      set(${out} "${candidate}" PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

# Makes sure that every archive of a pin file is in FORESHOT_ARCHIVES, unaltered, and sets
# <prefix>_<name> (dashes as underscores) to its path. `kind` is "source" for source archives and
# "wheel" for packages that are used as the carrier of some headers.
function(foreshot_download pin_file kind prefix)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${pin_file}")
  file(STRINGS "${pin_file}" pins REGEX "^[A-Za-z]")
  foreach(attempt RANGE 1)
    set(names "")
    set(missing "")
    foreach(pin IN LISTS pins)
      if(NOT pin MATCHES "^([A-Za-z0-9-]+)==([^ ]+) --hash=sha256:([0-9a-f]+)$")
        message(FATAL_ERROR "${pin_file}: not of the form NAME==VERSION --hash=sha256:HASH: ${pin}")
      endif()
      set(name "${CMAKE_MATCH_1}")
      foreshot_find_archive(archive "${name}" "${CMAKE_MATCH_2}" "${CMAKE_MATCH_3}")
      list(APPEND names "${name}")
      if(NOT archive)
        list(APPEND missing "${name}")
      endif()
      string(REPLACE "-" "_" underscored "${name}")
      set(${prefix}_${underscored} "${archive}" PARENT_SCOPE)
    endforeach()
    if(NOT missing)
      return()
    endif()
    list(JOIN missing ", " readable)
    if(attempt EQUAL 1)
      message(FATAL_ERROR "pip downloaded no archive with the pinned hash for: ${readable}")
    endif()

    foreshot_find_pip(python)
    message(STATUS "Downloading ${readable}")
    if(kind STREQUAL "source")
      # Naming the packages, rather than :all:, keeps pip from building their build dependencies.
      list(JOIN names "," joined)
      set(how --no-build-isolation --no-binary "${joined}")
    else()
      # Only headers are taken, so one platform's wheel serves all.
      set(how --only-binary ":all:" --platform manylinux_2_28_x86_64)
    endif()
    foreach(pause IN LISTS FORESHOT_DOWNLOAD_PAUSES ITEMS "")
      execute_process(
        COMMAND "${CMAKE_COMMAND}" -E env
          "PYTHONPATH=${PROJECT_SOURCE_DIR}/grammars/nobuild" PYTHONDONTWRITEBYTECODE=1
          # Older pips run an archive's setup.py themselves unless told to ask a backend; newer ones do
          # not know the option, which in the environment does them no harm.
          PIP_USE_PEP517=1
          PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_REQUIRE_VIRTUALENV=0
          "${python}" -m pip download --quiet --no-input --no-deps --require-hashes ${how}
          --requirement "${pin_file}" --dest "${FORESHOT_ARCHIVES}"
        RESULT_VARIABLE failed OUTPUT_VARIABLE log ERROR_VARIABLE log)
      if(NOT failed OR pause STREQUAL "")
        break()
      endif()
      message(STATUS "pip could not download ${readable}: next try in ${pause} s")
      execute_process(COMMAND "${CMAKE_COMMAND}" -E sleep ${pause})
    endforeach()
    if(failed)
      message(FATAL_ERROR
        "pip could not download ${readable} (pinned in ${pin_file}):\n${log}\n"
        "Behind a mirror set PIP_INDEX_URL. Offline put the archives into a folder and set "
        "PIP_NO_INDEX=1 and PIP_FIND_LINKS=<the folder>.")
    endif()
  endforeach()
endfunction()

# Unpacks the parts of an archive that match the patterns into `folder`; does nothing when that has
# been done. Sets FORESHOT_UNPACKED, so that the caller can alter fresh files exactly once.
function(foreshot_unpack archive folder)
  file(SHA256 "${archive}" hash)
  file(SHA256 "${CMAKE_CURRENT_LIST_FILE}" recipe)
  set(stamp "${hash} ${recipe}")
  set(FORESHOT_UNPACKED FALSE PARENT_SCOPE)
  if(EXISTS "${folder}/.stamp")
    file(READ "${folder}/.stamp" old)
    if(old STREQUAL stamp)
      return()
    endif()
  endif()
  file(REMOVE_RECURSE "${folder}")
  file(ARCHIVE_EXTRACT INPUT "${archive}" DESTINATION "${folder}" PATTERNS ${ARGN})
  file(WRITE "${folder}/.stamp" "${stamp}")
  set(FORESHOT_UNPACKED TRUE PARENT_SCOPE)
endfunction()
