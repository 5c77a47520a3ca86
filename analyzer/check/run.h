// Runs the rules over a frozen project: hooks in parallel, then levels, suppressions, fingerprints, order. The result
// depends on the project and the options only.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/base/glob.h"
#include "analyzer/check/finding.h"
#include "analyzer/check/project.h"

namespace foreshot {

struct CheckOptions {
  std::vector<const Rule*> rules;                 // selected, sorted by code
  std::map<std::string, Level> levels;            // by rule code: the user's severity, replaces defaults
  std::vector<std::pair<PathPattern, std::vector<std::string>>> per_file_ignores;  // codes, names or prefixes
  bool all_revisions = false;                     // list findings in old revisions too
  bool start_after_given = false;                 // then nothing is old: what is not released is listed
  bool report_everything = true;                  // false: only reported_files
  std::set<FileId> reported_files;
  std::set<FileId> listed_however_old;            // files that a run of few files names
  unsigned threads = 1;
  bool show_suppressed = false;
  std::vector<std::string> safe_fixes;            // codes, names or prefixes: their fixes count as safe
  std::string today;                              // "2027-01-31", for suppressions with a last day; empty: never past
};

struct CheckResult {
  std::vector<Diagnostic> diagnostics;   // sorted by path, line, column, code; suppressed ones only if asked for
  std::size_t suppressed = 0;
  std::size_t in_older_revisions = 0;    // counted, not listed
  std::size_t on_small_tables = 0;       // counted, not listed: work that is over at once
  std::size_t older_revisions = 0;       // revisions that hold them
  std::string freeze_hint;               // the head to name in start-after; empty when several
  std::size_t foreign_trees = 0;         // trees that do not run PostgreSQL
  bool bare_noqa = false;                // a `# noqa` without codes stands at a finding
};

auto check(const Project& project, const CheckOptions& options) -> CheckResult;

}  // namespace foreshot
