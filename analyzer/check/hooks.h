// Calls every hook of every rule once for each thing it hears of, in parallel.
#pragma once

#include <vector>

#include "analyzer/check/finding.h"
#include "analyzer/check/project.h"
#include "analyzer/check/run.h"

namespace foreshot {

struct RawFinding {
  const Rule* rule = nullptr;
  Finding finding;
  const RevisionTree* tree = nullptr;   // of a finding about one revision, wherever its span lies
  RevisionIndex revision = 0;
};

// In an order that does not depend on threads. Released revisions are not asked about.
auto run_hooks(const Project& project, const CheckOptions& options) -> std::vector<RawFinding>;

// Whether a rule may speak of a tree.
auto speaks(const Rule& rule, const RevisionTree& tree) -> bool;

}  // namespace foreshot
