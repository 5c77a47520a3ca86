// What a project depends on: names and versions from lock files, requirements, pyproject.toml, setup.cfg and their like.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace foreshot::driver {

struct Dependency {
  std::string file;        // relative path that names it
  std::string constraint;  // "==1.4.46", ">=1.4,<2", "^2.0"; empty: any
  bool locked = false;     // from a lock file: the version that is installed
};

using Dependencies = std::map<std::string, std::vector<Dependency>>;  // by normalised name, "psycopg2-binary"

// Whether a file can name dependencies, by its name.
auto names_dependencies(std::string_view path) -> bool;

// Adds the packages of interest that the text names.
auto read_dependencies(const std::string& path, std::string_view text, Dependencies& to) -> void;

struct Version { int major = 0, minor = 0, patch = 0; };

// The version that a constraint allows: what a lock file or `==` pins, the newest below an upper bound, "^1.4" being 1.4.
// Nullopt when anything goes.
auto allowed_version(const std::string& constraint) -> std::optional<Version>;

}  // namespace foreshot::driver
