#include "analyzer/driver/template_reading.h"

#include <algorithm>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>

#include "analyzer/driver/decode.h"
#include "analyzer/driver/paths.h"
#include "analyzer/loads/application.h"

namespace foreshot::driver {
namespace {

constexpr std::size_t template_limit = 1 << 20;

auto has(std::string_view text, std::string_view word) -> bool { return text.find(word) != std::string_view::npos; }

// `template_folder="pages"`, `Jinja2Templates(directory=…)`, `FileSystemLoader(…)`, `PackageLoader("app", "pages")`: the texts
// that follow, until the bracket closes.
auto add_folders(std::string_view text, loads::Templates& to) -> void {
  constexpr std::size_t longest = 300;
  for (const std::string_view word : {"template_folder", "directory", "FileSystemLoader(", "PackageLoader(", "searchpath", "jinja2.directories"})
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + word.size())) {
      auto rest = text.substr(at + word.size(), longest);
      rest = rest.substr(0, std::min(rest.find(word == "template_folder" || word == "directory" ? '\n' : ')'), rest.size()));
      for (std::size_t begin = rest.find_first_of("\"'"); begin != std::string_view::npos;) {
        const auto end = rest.find(rest[begin], begin + 1);
        if (end == std::string_view::npos) break;
        // A package is no folder of templates.
        const bool first = begin == rest.find_first_of("\"'");
        if (!(first && word == "PackageLoader(")) to.add_folder(rest.substr(begin + 1, end - begin - 1));
        begin = rest.find_first_of("\"'", end + 1);
      }
    }
}

auto is_application(const std::string& path) -> bool {
  const auto role = loads::path_role(path);
  return role != PathRole::test && role != PathRole::migration;
}

}  // namespace

auto read_templates(const ProjectFiles& project, Reading& reading, SourceMap& sources) -> std::unique_ptr<loads::Templates> {
  struct Naming { std::string_view path, text; };
  std::vector<Naming> naming;
  for (const auto& file : reading.parsed()) {
    const std::string_view text = sources.file(file.file).text;
    if (file.module != nullptr && is_application(file.path) && loads::renders(text)) naming.push_back({sources.file(file.file).path, text});
  }
  if (naming.empty()) return nullptr;
  std::vector<std::string> paths;
  for (const auto& file : project.files)
    if (loads::Templates::may_be(file)) paths.push_back(file);
  auto templates = std::make_unique<loads::Templates>(std::move(paths));
  for (const auto& [path, text] : naming) {
    add_folders(text, *templates);
    if (has(text, "template_string") || has(text, "from_string(") || has(text, "Template(")) templates->expect_texts();
    if (!has(text, "variable_start_string") && !has(text, "block_start_string")) continue;
    if (has(text, "jinja_options") || has(text, "jinja_env.")) templates->distrust();
    else templates->distrust(path);
  }
  std::set<std::string> wanted;
  const auto add = [&](std::string_view name, std::string_view from) {
    if (const auto path = templates->path_of(name, from); !path.empty() && !templates->has(path)) wanted.insert(std::string(path));
  };
  for (const auto& [path, text] : naming)
    for (const auto name : loads::template_names(text)) add(name, path);
  while (!wanted.empty()) {
    std::vector<const SourceFile*> added;
    for (const auto& path : std::exchange(wanted, {})) {
      auto bytes = read_bytes(project, join(project.root, path), template_limit);
      if (!bytes) continue;
      auto text = decode_python(std::move(*bytes));
      const auto* known = sources.find(path);
      const auto id = known != nullptr ? known->id : sources.add(path, std::move(text.text));
      if (known == nullptr) sources.set_bom_bytes(id, text.bom_bytes);
      const auto& file = sources.file(id);
      templates->add(file.path, id, file.text);
      added.push_back(&file);
    }
    for (const auto* file : added)
      for (const auto name : loads::included_names(file->text)) add(name, file->path);
  }
  return templates;
}

auto template_comments(const jinja::Template& tree, std::string_view text) -> std::vector<Comment> {
  std::vector<Comment> found;
  for (auto comment : tree.comments) {
    const auto words = text.substr(comment.span.begin, comment.span.size());
    if (!has(words, "foreshot") && !has(words, "noqa")) continue;
    const auto line_of = [&](std::size_t at) {
      const auto before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
      const auto begin = before == std::string_view::npos ? 0 : before + 1;
      return Span{tree.file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(std::min(text.find('\n', at), text.size()))};
    };
    const auto line_end = line_of(comment.span.end).end;
    const bool alone = comment.own_line && text.substr(comment.span.end, line_end - comment.span.end).find_first_not_of(" \t\r") == std::string_view::npos;
    comment.own_line = alone;
    if (!alone) comment.statement = line_of(comment.span.begin);
    else if (const auto next = text.find_first_not_of(" \t\r\n", comment.span.end); next != std::string_view::npos && !comment.statement.known())
      comment.statement = line_of(next);
    found.push_back(comment);
  }
  return found;
}

}  // namespace foreshot::driver
