#include "analyzer/loads/templates.h"

#include <algorithm>
#include <array>
#include <utility>

#include "analyzer/base/parallel_for.h"
#include "analyzer/loads/querying.h"

namespace foreshot::loads {
namespace {

constexpr std::array<std::string_view, 9> endings{".html", ".htm", ".jinja", ".jinja2", ".j2", ".txt", ".xml", ".xhtml", ".tmpl"};

auto last_component(std::string_view path) -> std::string_view { return path.substr(path.rfind('/') + 1); }

// "a/b" is the end of "x/a/b", and not of "xa/b".
auto ends_with_path(std::string_view path, std::string_view end) -> bool {
  return path.ends_with(end) && (path.size() == end.size() || path[path.size() - end.size() - 1] == '/');
}

auto without_end(std::string_view path, std::string_view end) -> std::string_view {
  path.remove_suffix(end.size());
  if (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

// How many folders two paths have in common from the root on.
auto common_folders(std::string_view one, std::string_view other) -> std::size_t {
  std::size_t folders = 0;
  for (std::size_t i = 0; i < std::min(one.size(), other.size()) && one[i] == other[i]; ++i) folders += one[i] == '/' ? 1 : 0;
  return folders;
}

auto folder_of(std::string_view path) -> std::string_view {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

auto is_inside(std::string_view path, std::string_view folder) -> bool {
  return folder.empty() || (path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/'));
}

// "./", "../" and slashes before a name say where it is looked for, not what it is called.
auto plain(std::string_view name) -> std::string_view {
  while (true) {
    if (name.starts_with("./")) name.remove_prefix(2);
    else if (name.starts_with("../")) name.remove_prefix(3);
    else if (name.starts_with('/')) name.remove_prefix(1);
    else break;
  }
  while (name.ends_with('/')) name.remove_suffix(1);
  return name;
}

}  // namespace

auto TemplateSource::span(std::uint32_t begin, std::uint32_t end) const -> Span {
  if (text != nullptr) return text->origin(begin, end);
  return {tree->file, begin, end};
}

auto template_names(std::string_view text) -> std::vector<std::string_view> {
  constexpr std::size_t longest = 200;
  std::vector<std::string_view> names;
  for (auto dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.', dot + 1)) {
    for (const auto ending : endings) {
      if (text.substr(dot, ending.size()) != ending || dot + ending.size() >= text.size()) continue;
      const auto quote = text[dot + ending.size()];
      if (quote != '"' && quote != '\'') continue;
      auto begin = dot;
      while (begin > 0 && dot - begin < longest && text[begin - 1] != quote && text[begin - 1] != '\n') --begin;
      if (begin > 0 && text[begin - 1] == quote) names.push_back(text.substr(begin, dot + ending.size() - begin));
      break;
    }
  }
  return names;
}

auto included_names(std::string_view text) -> std::vector<std::string_view> {
  std::vector<std::string_view> names;
  for (auto at = text.find("{%"); at != std::string_view::npos; at = text.find("{%", at)) {
    const auto end = std::min(text.find("%}", at), text.size());
    const auto found = template_names(text.substr(at, end - at));
    names.insert(names.end(), found.begin(), found.end());
    at = end;
  }
  return names;
}

auto renders(std::string_view text) -> bool {
  return text.find("emplate") != std::string_view::npos || text.find("render") != std::string_view::npos;
}

auto Templates::may_be(std::string_view path) -> bool {
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return path.ends_with(ending); });
}

Templates::Templates(std::vector<std::string> paths) : paths_(std::move(paths)) {
  for (const auto& path : paths_) by_name_[last_component(path)].push_back(path);
}

auto Templates::add_folder(std::string_view written) -> void {
  const std::string folder(plain(written));
  if (!folder.empty() && std::find(folders_.begin(), folders_.end(), folder) == folders_.end()) folders_.push_back(folder);
}

auto Templates::is_folder(std::string_view folder) const -> bool {
  return std::any_of(folders_.begin(), folders_.end(), [&](const auto& known) { return ends_with_path(folder, known); });
}

auto Templates::path_of(std::string_view name, std::string_view from) const -> std::string_view {
  // "package:templates/x.jinja2"
  std::string package;
  if (const auto colon = name.find(':'); colon != std::string_view::npos) {
    package = name.substr(0, colon);
    std::replace(package.begin(), package.end(), '.', '/');
    name.remove_prefix(colon + 1);
  }
  name = plain(name);
  const auto found = by_name_.find(last_component(name));
  if (name.empty() || found == by_name_.end()) return {};
  // In a folder of templates; as a part of a package that has such a folder; anywhere.
  std::array<std::vector<std::string_view>, 3> candidates;
  for (const auto path : found->second) {
    if (ends_with_path(path, name)) {
      const auto folder = without_end(path, name);
      if (!package.empty() && !ends_with_path(folder, package)) {
        if (is_folder(folder)) candidates[1].push_back(path);
      } else {
        candidates[is_folder(folder) || !package.empty() ? 0 : 2].push_back(path);
      }
    } else if (const auto inner = path.rfind("/templates/"); inner != std::string_view::npos) {
      const auto joined = std::string(path.substr(0, inner)) + std::string(path.substr(inner + 10));
      if (name.find('/') != std::string_view::npos && ends_with_path(joined, name)) candidates[1].push_back(path);
    }
  }
  for (const auto& all : candidates) {
    if (all.empty()) continue;
    if (all.size() == 1) return all.front();
    std::string_view nearest;
    std::size_t most = 0, alike = 0;
    for (const auto path : all) {
      const auto common = common_folders(path, from) + 1;
      if (common > most) nearest = path, most = common, alike = 1;
      else if (common == most) ++alike;
    }
    if (alike != 1) return {};
    // What lies in the folder of a whole application comes before that of a part of it, with some frameworks.
    const bool overridden = std::any_of(all.begin(), all.end(), [&](std::string_view path) {
      return path != nearest && is_inside(nearest, folder_of(without_end(path, name)));
    });
    return overridden ? std::string_view() : nearest;
  }
  return {};
}

auto Templates::add(std::string_view path, FileId file, std::string_view text) -> void {
  auto added = std::make_unique<File>();
  added->path = path;
  added->file = file;
  added->text = text;
  added->source.path = path;
  texts_[path] = added.get();
  files_.push_back(std::move(added));
}

auto Templates::prepare(const QueryingFunctions& querying, unsigned threads) -> void {
  std::unordered_map<std::string_view, std::vector<File*>> named_by;
  std::vector<File*> pending;
  for (const auto& file : files_) {
    for (const auto name : included_names(file->text)) named_by[path_of(name, file->path)].push_back(file.get());
    file->matters = querying.read_in_template(file->text);
    if (file->matters) pending.push_back(file.get());
  }
  // Who includes or extends what matters does so too.
  while (!pending.empty()) {
    const auto* file = pending.back();
    pending.pop_back();
    ++matter_;
    for (auto* other : named_by[file->path]) {
      if (other->matters) continue;
      other->matters = true;
      pending.push_back(other);
    }
  }
  if (matter_ == 0) return;
  // And what that names has to be known then, its blocks and macros above all.
  for (const auto& file : files_)
    if (file->matters) file->needed = true, pending.push_back(file.get());
  while (!pending.empty()) {
    const auto* file = pending.back();
    pending.pop_back();
    for (const auto name : included_names(file->text))
      if (const auto other = texts_.find(path_of(name, file->path)); other != texts_.end() && !other->second->needed) {
        other->second->needed = true;
        pending.push_back(other->second);
      }
  }
  parallel_for(files_.size(), threads, [&](std::size_t i) {
    auto& file = *files_[i];
    if (!file.needed) return;
    file.tree = jinja::parse(file.file, file.text);
    file.source.tree = file.tree.get();
  });
}

auto Templates::parsed() const -> std::vector<const TemplateSource*> {
  std::vector<const TemplateSource*> found;
  for (const auto& file : files_)
    if (file->tree != nullptr) found.push_back(&file->source);
  return found;
}

auto Templates::named_in(std::string_view text, std::string_view from) const -> bool {
  const auto names = template_names(text);
  return names.empty() || std::any_of(names.begin(), names.end(), [&](std::string_view name) {
           const auto file = texts_.find(path_of(name, from));
           return file != texts_.end() && file->second->matters;
         });
}

auto Templates::find(std::string_view name, std::string_view from) const -> const TemplateSource* {
  if (distrusts(from)) return nullptr;
  const auto file = texts_.find(path_of(name, from));
  return file == texts_.end() ? nullptr : &file->second->source;
}

}  // namespace foreshot::loads
