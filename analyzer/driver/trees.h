// Finds the Alembic trees of a project: where the scripts lie, which folders hold the revisions, what the ini file says.
//
// Looked for in this order, the same tree found twice counts once: alembic.ini and its like ([alembic], [alembic:NAME]),
// [tool.alembic] of pyproject.toml, script_location set in Python code, an env.py of Alembic (Flask-Migrate's layout
// included), and, where none of these is found, bare folders of revisions.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/driver/configuration.h"

namespace foreshot::driver {

struct TreeLayout {
  std::string name;                          // script location relative to the project, unique
  std::string section;                       // of the ini file: "alembic", "alembic:billing"
  std::string folder;                        // absolute script location
  std::string configuration;                 // absolute: the ini file or pyproject.toml; empty
  std::string env;                           // absolute: env.py; empty if there is none
  std::vector<std::string> version_folders;  // absolute
  bool recursive = false;
  std::string url;                           // sqlalchemy.url
  std::string file_template;                 // of new revisions' names; empty: not given
  std::string script_template;               // the text of script.py.mako
  std::vector<std::string> files;            // of revisions, relative to the project, sorted
  bool names_postgresql = false;             // a revision asks for PostgreSQL or uses something of its own
  bool only_mysql = false;                   // revisions use what only MySQL has, and no file of the project names PostgreSQL
};

// What the search looks at: the project's files, and a way to read them.
struct ProjectFiles {
  std::string root;
  std::vector<std::string> files;            // relative, in order
  std::function<std::string_view(const std::string&)> text;  // of a relevant Python file; empty for others
  std::set<std::string>* unread = nullptr;   // relative; files that nobody let us read are added
};

// The bytes of a file that is not Python, by its absolute path.
auto read_bytes(const ProjectFiles& project, const std::string& path, std::size_t limit) -> std::optional<std::string>;

auto find_trees(const ProjectFiles& project, const Configuration& configuration) -> std::vector<TreeLayout>;

// Where `script_location` may lead, seen from the file that says it: "package:folder", relative or absolute. Empty if
// there is no such folder.
auto resolve_location(const ProjectFiles& project, const std::string& location, const std::string& from) -> std::string;

// Splits version_locations as Alembic does.
auto split_locations(const std::string& text, const std::string& separator) -> std::vector<std::string>;

}  // namespace foreshot::driver
