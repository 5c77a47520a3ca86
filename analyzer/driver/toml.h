// toml++ as it is used here: header-only and without exceptions, whatever the system's package was built with. Heavy:
// for source files only.
#pragma once

#undef TOML_HEADER_ONLY
#undef TOML_SHARED_LIB
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>
