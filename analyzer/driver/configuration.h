// The Configuration of a project: what foreshot.toml, .foreshot.toml or [tool.foreshot] of pyproject.toml say. The nearest
// file wins, nothing is merged, `extend` inherits. A mistake is a ConfigurationProblem with its place, never ignored.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/check/selection.h"
#include "analyzer/check/table_sizes.h"

namespace foreshot::driver {

struct StartAfter {
  std::vector<std::string> revisions;                             // of any tree
  std::map<std::string, std::vector<std::string>> by_tree;        // by script location
  auto empty() const -> bool { return revisions.empty() && by_tree.empty(); }
};

// A pattern of files, and the absolute folder in which it was written.
struct FilePattern {
  std::string text;
  std::string folder;
};

// Where the statistics of the tables are, and how old they may be.
struct Statistics {
  std::string file;                // absolute; empty: none
  int max_age_days = 90;           // 0: as old as they like
};

struct ConfigurationProblem {
  std::string file;            // absolute, or "--config"
  std::uint32_t line = 1, column = 1;
  std::string message;         // names in backticks
  std::string hint;            // `did you mean "select"?`
  std::string source_line;
  std::size_t begin = 0, end = 0;  // bytes of source_line
};

struct Configuration {
  std::string file;        // absolute; empty: no file
  RuleLayer rules;
  std::vector<std::pair<FilePattern, std::vector<std::string>>> per_file_ignores;
  std::vector<std::pair<std::string, Level>> severity;
  std::optional<Level> fail_on;                                   // off: never
  std::optional<std::vector<FilePattern>> exclude;                // replaces the built-in list
  std::vector<FilePattern> extend_exclude;
  std::optional<bool> respect_gitignore, force_exclude, unsafe_fixes;
  std::vector<std::string> extend_safe_fixes;                     // rules whose unsafe fixes are taken for safe
  std::string output_format;
  StartAfter start_after;
  std::optional<int> server_version;
  std::string dialect;                                            // lower case
  std::string sqlalchemy_version;
  std::vector<std::string> alembic_configs;                       // ini files or folders, absolute
  std::vector<FilePattern> models;                                // of files that hold models
  std::optional<bool> lock_timeout_set_by_runner;
  TableSizes sizes;                                               // hot, small, rates; what is measured comes from `statistics`
  Statistics statistics;
  ConfigurationProblem statistics_place;                          // where their file is named
  std::vector<std::string> notes;
};

// Reads a file into `to`. Problems are appended; those of files that it extends too. Relative paths and patterns start from
// `folder`; without it from the folder of the file in which they stand.
auto read_configuration(const std::string& file, Configuration& to, std::vector<ConfigurationProblem>& problems,
                        const std::string& folder = {}) -> void;

// One `KEY = VALUE` of the command line, TOML too; replaces what a file says.
auto apply_override(const std::string& text, const std::string& folder, Configuration& to, std::vector<ConfigurationProblem>& problems) -> void;

}  // namespace foreshot::driver
