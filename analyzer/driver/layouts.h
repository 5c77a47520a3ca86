// How the parsed files are written: the places that edits are made at.
#pragma once

#include <string_view>

#include "analyzer/facts/layout.h"
#include "analyzer/python/tree.h"

namespace foreshot::driver {

// `revision`: functions and calls too.
auto layout_of(const python::Module& module, std::string_view text, bool revision) -> FileLayout;

}  // namespace foreshot::driver
