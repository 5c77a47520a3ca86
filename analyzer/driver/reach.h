// What revision files and env.py reach in the project although no word in it says that it matters: modules that they
// import (constants, helpers) and SQL files that they read.
#pragma once

#include <vector>

#include "analyzer/driver/reading.h"
#include "analyzer/driver/trees.h"

namespace foreshot::driver {

// Reads and parses what the files of the trees import, some hops far; hands their SQL files to the sources.
auto reach(const ProjectFiles& project, const std::vector<TreeLayout>& layouts, Reading& reading, SourceMap& sources) -> void;

}  // namespace foreshot::driver
