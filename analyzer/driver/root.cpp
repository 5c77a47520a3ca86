#include "analyzer/driver/root.h"

#include <string_view>

#include "analyzer/driver/paths.h"

namespace foreshot::driver {
namespace {

auto exists(const std::string& path) -> bool { return path_kind(path) == PathKind::file; }

// Flask-Migrate keeps its alembic.ini inside the migrations folder, without a script_location: the folder is part of a
// project, not one by itself.
auto lies_in_its_own_tree(const std::string& folder) -> bool {
  if (!exists(folder + "/env.py")) return false;
  const auto text = read_bytes(folder + "/alembic.ini", 1 << 20);
  if (!text) return false;
  for (auto at = text->find("script_location"); at != std::string::npos; at = text->find("script_location", at + 1))
    if (at == 0 || (*text)[at - 1] == '\n') return false;
  return true;
}

// Asked without a TOML parser: most pyproject files are not ours.
auto mentions_foreshot(const std::string& path) -> bool {
  const auto text = read_bytes(path, 4 << 20);
  if (!text) return false;
  for (auto at = text->find("tool"); at != std::string::npos; at = text->find("tool", at + 1)) {
    const auto end = text->find_first_of("]\n=", at);
    const auto line = std::string_view(*text).substr(at, end == std::string::npos ? end : end - at);
    if (line.find("foreshot") != std::string_view::npos) return true;
  }
  return false;
}

template <typename Test>
auto upward(const std::string& folder, Test test) -> std::string {
  for (auto at = folder; !at.empty(); at = parent(at))
    if (test(at)) return at;
  return {};
}

}  // namespace

auto configuration_in(const std::string& folder) -> std::string {
  for (const auto* name : {"/.foreshot.toml", "/foreshot.toml"})
    if (exists(folder + name)) return folder + name;
  const auto project = folder + "/pyproject.toml";
  return exists(project) && mentions_foreshot(project) ? project : std::string();
}

auto nearest_configuration(const std::string& folder) -> std::string {
  const auto found = upward(folder, [](const auto& at) { return !configuration_in(at).empty(); });
  return found.empty() ? std::string() : configuration_in(found);
}

auto project_root(const std::string& path, bool isolated) -> std::string {
  const auto folder = path_kind(path) == PathKind::folder ? path : parent(path);
  if (!isolated)
    if (auto found = upward(folder, [](const auto& at) { return !configuration_in(at).empty(); }); !found.empty()) return found;
  if (auto found = upward(folder, [](const auto& at) { return exists(at + "/alembic.ini") && !lies_in_its_own_tree(at); });
      !found.empty())
    return found;
  if (auto found = upward(folder, [](const auto& at) {
        return exists(at + "/pyproject.toml") || path_kind(at + "/.git") != PathKind::missing;
      });
      !found.empty())
    return found;
  return folder;
}

}  // namespace foreshot::driver
