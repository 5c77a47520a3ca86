// Where the application uses what upgrades take away.
#pragma once

#include <unordered_set>

#include "analyzer/check/project.h"
#include "analyzer/interpret/modules.h"

namespace foreshot::driver {

// Fills in project.uses, once the trees are replayed and the models known. `revisions` are files of version folders.
auto read_uses(Project& project, const interpret::ModuleIndex& modules, const std::unordered_set<FileId>& revisions, unsigned threads) -> void;

}  // namespace foreshot::driver
