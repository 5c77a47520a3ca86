// The command line and FORESHOT_* variables, parsed: what the user asked for.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "analyzer/check/finding.h"

namespace foreshot::driver {

struct OutputRequest {
  std::string format;      // "full", "concise", "json", "sarif"; of a drawing "text", "svg", …
  std::string file;        // empty: stdout
};

struct Options {
  std::string command = "check";   // check, rule, facts, timeline, graph, config, version
  std::vector<std::string> paths;
  std::vector<std::string> subjects;           // rule codes, or the revision of timeline
  bool all_rules = false;

  std::vector<std::string> configs;            // --config, files and KEY=VALUE
  bool isolated = false;
  std::optional<std::vector<std::string>> select;
  std::vector<std::string> extend_select, ignore;
  std::vector<std::pair<std::string, std::vector<std::string>>> per_file_ignores;
  std::vector<std::pair<std::string, Level>> severity;
  std::optional<std::vector<std::string>> exclude;
  std::vector<std::string> extend_exclude;
  std::optional<bool> respect_gitignore, force_exclude;
  std::vector<std::string> start_after;
  bool all_revisions = false;
  std::optional<Level> fail_on;                // off: never
  bool exit_zero = false;
  bool show_suppressed = false;
  bool fix = false, diff = false, fix_only = false, show_fixes = false, exit_non_zero_on_fix = false;
  std::optional<bool> unsafe_fixes;
  bool show_files = false;
  bool show_parsed_files = false;

  std::vector<OutputRequest> outputs;
  bool statistics = false;
  bool coverage = false;
  std::string color = "auto";
  bool ascii = false;
  bool sarif_timestamps = false;
  int quiet = 0;
  int verbose = 0;
  unsigned threads = 0;                        // 0: all cores
};

// What to print, and the exit code, when there is nothing more to do.
struct Stop {
  int exit_code = 0;
  std::string out, error;
};

using Variables = std::map<std::string, std::string>;  // FORESHOT_*, NO_COLOR, …

auto parse_options(std::vector<std::string> arguments, const Variables& variables) -> std::variant<Options, Stop>;

}  // namespace foreshot::driver
