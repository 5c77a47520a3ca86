// The project of a path: the nearest folder upward with a foreshot configuration, else with alembic.ini, else with
// pyproject.toml or .git, else the path itself.
#pragma once

#include <string>

namespace foreshot::driver {

// The configuration file of one folder: .foreshot.toml before foreshot.toml before a pyproject.toml that has a
// [tool.foreshot] table; empty if there is none.
auto configuration_in(const std::string& folder) -> std::string;

// The nearest one, from `folder` upward.
auto nearest_configuration(const std::string& folder) -> std::string;

// `path` is absolute and exists. `isolated`: configurations do not count.
auto project_root(const std::string& path, bool isolated) -> std::string;

}  // namespace foreshot::driver
