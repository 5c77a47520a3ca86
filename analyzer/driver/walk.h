// Walks a project's folders: which files are there, without what .gitignore and the configuration leave out. Symbolic
// links to folders are not followed, so that no loop can arise; links to files are files.
#pragma once

#include <string>
#include <vector>

#include "analyzer/base/glob.h"

namespace foreshot::driver {

struct WalkOptions {
  std::vector<PathPattern> exclude;       // asked about paths below `lead`
  std::string lead;                       // what stands before the walked paths in a pattern's eyes
  bool respect_gitignore = true;
  bool nested_projects = true;            // stop at folders that have a foreshot configuration of their own
};

struct Walked {
  std::vector<std::string> files;         // relative to the root, in order: a folder's files, then its folders
  std::vector<std::string> projects;      // absolute folders with a configuration of their own
  std::vector<std::string> notices;       // folders that cannot be read
};

auto walk(const std::string& root, const WalkOptions& options) -> Walked;

// The folders and files that nobody wants to be checked: ".git", "node_modules", …
auto default_excludes() -> const std::vector<std::string>&;

// The nearest folder upward, from `path` on, that holds `.git`; empty if there is none.
auto repository_of(const std::string& path) -> std::string;

// Whether .gitignore files of the repository leave out a path.
auto git_ignores(const std::string& repository, const std::string& path, bool is_folder) -> bool;

}  // namespace foreshot::driver
