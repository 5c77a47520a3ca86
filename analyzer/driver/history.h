// What a run reports of a tree's revisions: start-after freezes a revision and all before it; without it only the newest
// are listed.
#pragma once

#include <string>
#include <vector>

#include "analyzer/check/project.h"
#include "analyzer/driver/analyze.h"

namespace foreshot::driver {

inline constexpr std::size_t newest_listed = 20;

// Fills in `released` and `recent` of a tree whose graph is built. What start-after names and the tree does not have is
// a problem, unless another tree has it: the names found are added to `found`.
auto mark_history(RevisionTree& tree, const ProjectRequest& request, const Options& options, std::vector<std::string>& found,
                  Analysis& result) -> void;

// After all trees: names of start-after that no tree has.
auto check_start_after(const ProjectRequest& request, const Options& options, const std::vector<std::string>& found,
                       Analysis& result) -> void;

}  // namespace foreshot::driver
