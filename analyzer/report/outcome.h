// An Outcome is everything a run has to tell: the projects with their findings and coverage, and what the reader's side
// needs (where they stand, which rules ran). Every output format is a function of it.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/check/project.h"
#include "analyzer/check/run.h"

namespace foreshot::report {

// How much was understood. An operation is an op.* or batch_op.* call, a text one argument of an execute-like call.
struct Coverage {
  std::size_t operations = 0, operations_known = 0;  // with their table known
  std::size_t texts = 0, texts_resolved = 0;         // what they do is known in full: see Statement::complete
  std::size_t custom_directives = 0;                 // of extensions; none of them is understood
  std::size_t statements = 0, understood = 0;        // calls of either sort, each once
  std::size_t migrations = 0;
  std::vector<Gap> gaps;                             // of migrations, environments and application code
};

auto coverage(const Project& project) -> Coverage;

// Where the checked files come from. Empty: not known.
struct VersionControl {
  std::string repository_uri, revision, branch;
};

struct ProjectOutcome {
  std::unique_ptr<Project> project;
  CheckResult result;
  Coverage coverage;
  std::string root;               // absolute
  std::string repository;         // absolute: the folder with .git above the root, or the root
  VersionControl version_control; // of the repository
  std::size_t files = 0;          // Python files of the project that were looked at
  std::size_t frozen = 0;         // revisions up to start-after
  std::vector<std::string> start_after;
  std::vector<std::string> notices;   // files that could not be read and the like
  std::vector<std::string> remarks;   // what a summary says about trees
};

// What --fix did, in memory or on disk.
struct Fixed {
  std::size_t problems = 0;
  std::map<std::string, std::map<std::string, std::size_t>> by_file;  // shown path → code → how many
  std::vector<std::string> changed, created;                          // shown paths
};

struct Outcome {
  std::vector<ProjectOutcome> projects;
  Fixed fixed;
  bool unsafe_fixes = false;                  // fixes that change what the database is sent are wanted too
  bool show_fixes = false;
  bool fix_only = false;                      // what is left is nobody's question
  std::vector<const Rule*> rules;             // that were selected in any project, sorted by code
  std::map<std::string, Level> levels;
  std::string working_directory;              // absolute
  double seconds = 0;
  bool show_seconds = false;
  int exit_code = 0;
  bool show_suppressed = false;
  std::string started, ended;                 // UTC times for SARIF; empty: left out

  struct Item {
    const ProjectOutcome* project;
    const Diagnostic* diagnostic;
  };
  auto items() const -> std::vector<Item>;    // all findings in the order of their shown paths
};

// A place as people and tools see it.
struct Position {
  std::uint32_t line = 1, column = 1;         // code points, from 1
  std::uint32_t offset = 0;                   // bytes of the file
};
auto position(const SourceMap& sources, FileId file, std::uint32_t offset) -> Position;

// The path of a file relative to the working directory.
auto shown_path(const Outcome& outcome, const ProjectOutcome& project, FileId file) -> std::string;
// Of a file that need not be there yet; `path` is relative to the project's root.
auto shown_path(const Outcome& outcome, const ProjectOutcome& project, const std::string& path) -> std::string;

// `to` seen from folder `from`; both absolute and normal.
auto relative_path(const std::string& to, const std::string& from) -> std::string;

// A message with its names, which rules write in backticks, between the given marks; control characters made harmless.
auto with_marks(std::string_view message, std::string_view mark) -> std::string;

// Addresses on the web, when whoever builds the program has given some (FORESHOT_HOME and FORESHOT_RULE_PAGES of CMake).
// Without them the program itself is the manual: the page of a rule is empty, the home an address that holds its text.
auto home_page() -> std::string;
auto rule_page(const Rule& rule) -> std::string;

}  // namespace foreshot::report
