#include "analyzer/driver/trees.h"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "analyzer/driver/code_location.h"
#include "analyzer/driver/decode.h"
#include "analyzer/driver/ini.h"
#include "analyzer/driver/paths.h"
#include "analyzer/driver/toml.h"

namespace foreshot::driver {
namespace {

constexpr std::size_t configuration_limit = 4 << 20;

auto is_true(std::string value) -> bool {
  std::transform(value.begin(), value.end(), value.begin(), [](unsigned char c) { return std::tolower(c); });
  return value == "true" || value == "1" || value == "yes" || value == "on";
}

class Search {
 public:
  Search(const ProjectFiles& project, const Configuration& configuration) : project_(project), configuration_(configuration) {}

  auto trees() -> std::vector<TreeLayout> {
    if (!configuration_.alembic_configs.empty()) {
      for (const auto& path : configuration_.alembic_configs) named(path);
    } else {
      for (const auto& file : project_.files)
        if (file.ends_with(".ini") || file_name(file) == "setup.cfg") ini(join(project_.root, file));
      for (const auto& file : project_.files)
        if (file_name(file) == "pyproject.toml") pyproject(join(project_.root, file));
      for (const auto& file : project_.files)
        if (file_name(file) == "env.py") environment(join(project_.root, file));
      locations_in_code();
      if (found_.empty()) bare_folders();
    }
    for (auto& tree : found_) finish(tree);
    split_by_dialect();
    make_names_unique();
    return std::move(found_);
  }

 private:
  auto named(const std::string& path) -> void {
    if (path_kind(path) == PathKind::folder) {
      const auto before = found_.size();
      if (path_kind(path + "/alembic.ini") == PathKind::file) ini(path + "/alembic.ini");
      if (found_.size() == before) add(path, "", "", {}, false, "");
    } else if (file_name(path) == "pyproject.toml") {
      pyproject(path);
    } else {
      ini(path);
    }
  }

  auto ini(const std::string& path) -> void {
    auto bytes = read_bytes(project_, path, configuration_limit);
    const bool is_alembic = file_name(path) == "alembic.ini";
    if (!bytes || (!is_alembic && bytes->find("script_location") == std::string::npos)) return;
    const auto text = decode_python(std::move(*bytes)).text;
    const auto here = parent(path);
    const Ini file(text, here);
    for (const auto& section : file.sections()) {
      const bool alembic = section == "alembic" || section.starts_with("alembic:");
      const auto location = file.get(section, "script_location");
      if (section == "DEFAULT" || !location || (!alembic && !own_key(file, section))) continue;
      const auto folder = resolve_location(project_, *location, here);
      if (folder.empty()) continue;
      auto separator = file.get(section, "path_separator").value_or(file.get(section, "version_path_separator").value_or(""));
      std::vector<std::string> versions;
      for (const auto& entry : split_locations(file.get(section, "version_locations").value_or(""), separator))
        if (const auto resolved = resolve_location(project_, entry, here); !resolved.empty()) versions.push_back(resolved);
      add(folder, path, section, std::move(versions), is_true(file.get(section, "recursive_version_locations").value_or("")),
          file.get(section, "sqlalchemy.url").value_or(""));
    }
    // Flask-Migrate's file says nothing about places: its folder is the tree.
    if (is_alembic && !file.get("alembic", "script_location") && path_kind(here + "/env.py") == PathKind::file)
      add(here, path, "alembic", {}, is_true(file.get("alembic", "recursive_version_locations").value_or("")),
          file.get("alembic", "sqlalchemy.url").value_or(""));
  }

  static auto own_key(const Ini& file, const std::string& section) -> bool {
    const auto all = file.raw("DEFAULT", "script_location");
    return !all || all != file.raw(section, "script_location");
  }

  auto pyproject(const std::string& path) -> void {
    const auto text = read_bytes(project_, path, configuration_limit);
    if (!text || text->find("alembic") == std::string::npos) return;
    const auto parsed = toml::parse(std::string_view(*text), std::string_view(path));
    if (!parsed) return;
    const auto table = parsed.table()["tool"]["alembic"];
    if (!table.is_table()) return;
    const auto here = parent(path);
    const auto with_here = [&](std::string entry) {
      for (auto at = entry.find("%(here)s"); at != std::string::npos; at = entry.find("%(here)s", at + here.size()))
        entry.replace(at, 8, here);
      return entry;
    };
    const auto value = [&](const char* key) { return with_here(table[key].value_or(std::string())); };
    const auto folder = resolve_location(project_, value("script_location"), here);
    if (folder.empty()) return;
    std::vector<std::string> versions;
    const auto take = [&](const std::string& entry) {
      if (const auto resolved = resolve_location(project_, with_here(entry), here); !resolved.empty()) versions.push_back(resolved);
    };
    if (const auto* list = table["version_locations"].as_array()) {
      for (const auto& item : *list)
        if (const auto* entry = item.as_string()) take(entry->get());
    } else {
      for (const auto& entry : split_locations(value("version_locations"), value("path_separator"))) take(entry);
    }
    // An ini file next to it only adds the database's address.
    std::string url;
    if (const auto beside = read_bytes(project_, here + "/alembic.ini", configuration_limit)) url = Ini(*beside, here).get("alembic", "sqlalchemy.url").value_or("");
    add(folder, path, "alembic", std::move(versions), table["recursive_version_locations"].value_or(false), url);
  }

  auto environment(const std::string& path) -> void {
    const auto folder = parent(path);
    if (claimed(folder)) return;
    if (project_.text(relative(path, project_.root)).find("alembic") == std::string_view::npos) return;
    if (path_kind(folder + "/versions") != PathKind::folder && path_kind(folder + "/script.py.mako") != PathKind::file) return;
    add(folder, "", "", {}, false, "");
  }

  auto locations_in_code() -> void {
    for (const auto& file : project_.files) {
      if (!file.ends_with(".py") || file_name(file) == "env.py") continue;
      for (const auto& location : locations_in(project_.text(file))) {
        const auto folder = resolve_location(project_, location, parent(join(project_.root, file)));
        // Any text can stand there; a folder counts when it looks like one of Alembic's.
        if (folder.empty() || claimed(folder)) continue;
        if (path_kind(folder + "/env.py") == PathKind::file || path_kind(folder + "/versions") == PathKind::folder)
          add(folder, "", "", {}, false, "");
      }
    }
  }

  auto bare_folders() -> void {
    std::set<std::string> folders;
    for (const auto& file : project_.files) {
      if (!file.ends_with(".py") || file_name(file).starts_with("__init__")) continue;
      if (looks_like_revision(project_.text(file))) folders.insert(parent(join(project_.root, file)));
    }
    // The folders below a folder of revisions are of the same history.
    std::string last;
    for (const auto& folder : folders) {
      if (!last.empty() && inside(folder, last)) {
        found_.back().version_folders.push_back(folder);
        continue;
      }
      last = folder;
      TreeLayout tree;
      tree.folder = file_name(folder) == "versions" && inside(parent(folder), project_.root) ? parent(folder) : folder;
      tree.version_folders = {folder};
      found_.push_back(std::move(tree));
    }
  }

  auto claimed(const std::string& folder) const -> bool {
    return std::any_of(found_.begin(), found_.end(), [&](const auto& tree) { return tree.folder == folder; });
  }

  auto add(const std::string& folder, const std::string& file, const std::string& section, std::vector<std::string> versions,
           bool recursive, const std::string& url) -> void {
    TreeLayout tree;
    tree.folder = folder;
    tree.configuration = file;
    tree.section = section;
    tree.recursive = recursive;
    tree.url = url;
    tree.version_folders = versions.empty() ? std::vector<std::string>{folder + "/versions"} : std::move(versions);
    auto sorted = tree.version_folders;
    std::sort(sorted.begin(), sorted.end());
    for (auto& known : found_) {
      auto other = known.version_folders;
      std::sort(other.begin(), other.end());
      if (other != sorted) continue;
      if (known.url.empty()) known.url = url;
      return;
    }
    found_.push_back(std::move(tree));
  }

  auto finish(TreeLayout& tree) const -> void {
    if (path_kind(tree.folder + "/env.py") == PathKind::file) tree.env = tree.folder + "/env.py";
    tree.name = relative(tree.folder, project_.root);
    if (tree.name.empty()) tree.name = ".";
    read_templates(tree);
    const auto counts = [](const std::string& name) {
      return name.ends_with(".py") && !name.starts_with("__init__") && !name.starts_with(".#");
    };
    std::set<std::string> files;
    for (const auto& folder : tree.version_folders) {
      if (inside(folder, project_.root)) {
        const auto prefix = relative(folder, project_.root);
        for (const auto& file : project_.files) {
          if (!counts(file_name(file)) || !(prefix.empty() || inside(file, prefix))) continue;
          if (tree.recursive || parent(file) == prefix) files.insert(file);
        }
      } else if (const auto entries = list_folder(folder)) {
        for (const auto& entry : *entries)
          if (!entry.folder && counts(entry.name)) files.insert(relative(join(folder, entry.name), project_.root));
      }
    }
    tree.files.assign(files.begin(), files.end());
    const auto any_names = [&](const std::vector<std::string>& files, std::initializer_list<std::string_view> words) {
      return std::any_of(files.begin(), files.end(), [&](const std::string& file) {
        const auto text = project_.text(file);
        return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
      });
    };
    tree.names_postgresql = any_names(tree.files, {"postgresql"});
    // PRIMARY is what MySQL calls every primary key.
    tree.only_mysql = !any_names(tree.files, {"ostgre"}) &&
                      any_names(tree.files, {"dialects import mysql", "dialects.mysql", "constraint('PRIMARY'", "constraint(\"PRIMARY\""}) &&
                      !any_names(project_.files, {"postgresql"});
  }

  // How `alembic revision` names and begins a new file.
  auto read_templates(TreeLayout& tree) const -> void {
    if (path_kind(tree.folder + "/script.py.mako") == PathKind::file)
      tree.script_template = read_bytes(project_, tree.folder + "/script.py.mako", configuration_limit).value_or("");
    if (tree.configuration.empty()) return;
    const auto text = read_bytes(project_, tree.configuration, configuration_limit);
    if (!text || text->find("file_template") == std::string::npos) return;
    if (file_name(tree.configuration) != "pyproject.toml") {
      tree.file_template = Ini(*text, parent(tree.configuration)).get(tree.section, "file_template").value_or("");
    } else if (const auto parsed = toml::parse(std::string_view(*text), std::string_view(tree.configuration))) {
      tree.file_template = parsed.table()["tool"]["alembic"]["file_template"].value_or(std::string());
    }
  }

  // Files of several servers side by side, versions/postgresql and versions/sqlite, of which env.py picks one folder.
  auto split_by_dialect() -> void {
    std::vector<TreeLayout> split;
    for (auto& tree : found_) {
      const auto versions = tree.version_folders.size() == 1 && tree.files.empty() ? tree.version_folders.front() : std::string();
      const auto before = split.size();
      for (const auto* server : {"postgresql", "postgres", "pg", "sqlite", "mysql", "mariadb", "oracle", "mssql"}) {
        const auto folder = versions + "/" + server;
        if (versions.empty() || path_kind(folder) != PathKind::folder) continue;
        auto part = tree;
        part.version_folders = {folder};
        finish(part);
        part.name += "/" + file_name(versions) + "/" + server;
        if (!part.files.empty()) split.push_back(std::move(part));
      }
      if (split.size() == before) split.push_back(std::move(tree));
    }
    found_ = std::move(split);
  }

  auto make_names_unique() -> void {
    std::set<std::string> names;
    for (auto& tree : found_) {
      if (!names.insert(tree.name).second) {
        const auto colon = tree.section.find(':');
        tree.name += ":" + (colon == std::string::npos ? tree.section : tree.section.substr(colon + 1));
      }
      while (!names.insert(tree.name).second && names.contains(tree.name + "'")) tree.name += "'";
    }
  }

  const ProjectFiles& project_;
  const Configuration& configuration_;
  std::vector<TreeLayout> found_;
};

}  // namespace

auto read_bytes(const ProjectFiles& project, const std::string& path, std::size_t limit) -> std::optional<std::string> {
  auto bytes = read_bytes(path, limit);
  if (!bytes && project.unread != nullptr && path_kind(path) == PathKind::file && access(path.c_str(), R_OK) != 0)
    project.unread->insert(relative(path, project.root));
  return bytes;
}

auto find_trees(const ProjectFiles& project, const Configuration& configuration) -> std::vector<TreeLayout> {
  return Search(project, configuration).trees();
}

auto resolve_location(const ProjectFiles& project, const std::string& location, const std::string& from) -> std::string {
  if (location.empty()) return {};
  const auto folder = [](const std::string& path) { return path_kind(path) == PathKind::folder; };
  if (const auto colon = location.find(':'); colon != std::string::npos && !location.starts_with('/')) {
    auto package = location.substr(0, colon);
    std::replace(package.begin(), package.end(), '.', '/');
    auto rest = package + "/" + location.substr(colon + 1);
    std::replace(rest.begin(), rest.end(), ':', '/');
    for (const auto& base : {from, project.root, project.root + "/src", from + "/src"})
      if (const auto path = absolute(rest, base); folder(path)) return real(path);
    // The package lies deeper: any folder of the project that ends like it.
    const auto ending = "/" + normal(rest) + "/";
    for (const auto& file : project.files)
      if (const auto at = ("/" + file).find(ending); at != std::string::npos) return join(project.root, file.substr(0, at + ending.size() - 2));
    return {};
  }
  for (const auto& base : {from, project.root})
    if (const auto path = absolute(location, base); folder(path)) return real(path);
  return {};
}

auto split_locations(const std::string& text, const std::string& separator) -> std::vector<std::string> {
  std::string separators = ", \n\r\t";
  if (separator == "os" || separator == ":") separators = ":\n";
  if (separator == ";") separators = ";\n";
  if (separator == "newline") separators = "\n";
  if (separator == "space") separators = " \n";
  std::vector<std::string> found;
  for (std::size_t at = 0; at <= text.size();) {
    auto end = text.find_first_of(separators, at);
    if (end == std::string::npos) end = text.size();
    auto entry = text.substr(at, end - at);
    const auto first = entry.find_first_not_of(" \t\r\n");
    if (first != std::string::npos) found.push_back(entry.substr(first, entry.find_last_not_of(" \t\r\n") - first + 1));
    at = end + 1;
  }
  return found;
}

}  // namespace foreshot::driver
