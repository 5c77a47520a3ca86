// Runs the rules over a frozen project: hooks in parallel, then levels, suppressions, fingerprints, order. The result
// depends on the project and the options only.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "analyzer/check/finding.h"
#include "analyzer/check/project.h"

namespace foreshot {

struct CheckOptions {
  std::vector<const Rule*> rules;                 // selected, sorted by code
  std::map<std::string, Level> levels;            // by rule code: the user's severity, replaces defaults
  std::vector<std::pair<std::string, std::vector<std::string>>> per_file_ignores;  // glob → codes, names or prefixes
  bool all_revisions = false;                     // list findings in old revisions too
  std::set<FileId> reported_files;                // what is reported on; empty: everything
  bool few_files_named = false;                   // the run names at most 20 files: those are reported however old
  unsigned threads = 1;
  bool show_suppressed = false;
};

struct CheckResult {
  std::vector<Diagnostic> diagnostics;   // sorted by path, line, column, code; suppressed ones only if asked for
  std::size_t suppressed = 0;
  std::size_t in_older_revisions = 0;    // counted, not listed
  std::string freeze_hint;               // the head to name in start-after; empty when several
  std::size_t foreign_trees = 0;         // trees that do not run PostgreSQL
};

auto check(const Project& project, const CheckOptions& options) -> CheckResult;

}  // namespace foreshot
