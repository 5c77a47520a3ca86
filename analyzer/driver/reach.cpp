#include "analyzer/driver/reach.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "analyzer/driver/decode.h"
#include "analyzer/driver/paths.h"

namespace foreshot::driver {
namespace {

constexpr int hops = 2;
constexpr std::size_t sql_limit = 1 << 20;

class Reacher {
 public:
  Reacher(const ProjectFiles& project, const std::vector<TreeLayout>& layouts, Reading& reading, SourceMap& sources)
      : project_(project), reading_(reading), sources_(sources) {
    for (const auto& layout : layouts) {
      start_.insert(layout.files.begin(), layout.files.end());
      if (!layout.env.empty()) start_.insert(relative(layout.env, project.root));
    }
    for (const auto& file : project.files)
      if (file.ends_with(".py")) by_name_[stem(file)].push_back(&file);
  }

  auto modules() -> void {
    auto from = start_;
    for (int hop = 0; hop < hops && !from.empty(); ++hop) {
      std::vector<std::string> more;
      std::unordered_set<std::string> always;
      for (const auto& file : reading_.parsed()) {
        if (!from.contains(file.path) || file.module == nullptr) continue;
        folder_ = parent(file.path);
        each_import(file.module->body, 0, [&](const std::string& path) {
          if (!reading_.is_kept(path) && always.insert(path).second) more.push_back(path);
        });
      }
      std::sort(more.begin(), more.end());
      reading_.read(more, always);
      reading_.parse();
      from = std::move(always);
    }
  }

  auto sql_files(const std::vector<TreeLayout>& layouts) -> void {
    std::string texts;
    for (const auto& file : start_)
      if (const auto text = project_.text(file); text.find("open(") != std::string_view::npos || text.find("read_text") != std::string_view::npos ||
                                                 text.find(".sql") != std::string_view::npos) {
        texts += text;
        texts += '\n';
      }
    if (texts.empty()) return;
    for (const auto& file : project_.files) {
      if (!file.ends_with(".sql")) continue;
      const bool beside = std::any_of(layouts.begin(), layouts.end(), [&](const auto& layout) { return inside(join(project_.root, file), layout.folder); });
      if (!beside && texts.find(file_name(file)) == std::string::npos) continue;
      auto bytes = read_bytes(project_, join(project_.root, file), sql_limit);
      if (!bytes) continue;
      auto text = decode_python(std::move(*bytes));
      const auto id = sources_.add(file, std::move(text.text));
      sources_.set_bom_bytes(id, text.bom_bytes);
    }
  }

 private:
  // "constants" of app/constants.py and of app/constants/__init__.py.
  static auto stem(const std::string& path) -> std::string {
    const auto name = file_name(path);
    return name == "__init__.py" ? file_name(parent(path)) : name.substr(0, name.size() - 3);
  }

  template <typename Found>
  auto each_import(python::StatementList statements, int depth, Found found) -> void {
    if (depth > 4) return;
    for (const auto* statement : statements) {
      if (const auto* import = python::as<python::Import>(statement, python::StatementKind::import_)) {
        for (const auto& name : import->names) one(std::string(name.name), 0, found);
      } else if (const auto* from = python::as<python::ImportFrom>(statement, python::StatementKind::import_from)) {
        const auto module = std::string(from->module);
        one(module, from->level, found);
        for (const auto& name : from->names) one(module.empty() ? std::string(name.name) : module + "." + std::string(name.name), from->level, found);
      } else if (const auto* function = python::as<python::Function>(statement, python::StatementKind::function)) {
        each_import(function->body, depth + 1, found);
      } else if (const auto* branch = python::as<python::If>(statement, python::StatementKind::if_)) {
        each_import(branch->body, depth + 1, found);
      } else if (const auto* attempt = python::as<python::Try>(statement, python::StatementKind::try_)) {
        each_import(attempt->body, depth + 1, found);
      }
    }
  }

  template <typename Found>
  auto one(std::string dotted, std::uint32_t level, Found found) -> void {
    if (dotted.empty() && level == 0) return;
    std::replace(dotted.begin(), dotted.end(), '.', '/');
    auto base = level == 0 ? std::string() : folder_;
    for (std::uint32_t up = 1; up < level; ++up) base = parent(base);
    const auto wanted = join(base, dotted);
    const auto known = by_name_.find(file_name(wanted));
    if (known == by_name_.end()) return;
    for (const auto* path : known->second) {
      auto module = path->ends_with("/__init__.py") ? path->substr(0, path->size() - 12) : path->substr(0, path->size() - 3);
      const bool exact = module == wanted;
      // Imports may start from any folder, src/ being the usual one; a single name from the file's own folder only.
      const bool ends = level == 0 && wanted.find('/') != std::string::npos && module.ends_with("/" + wanted);
      const bool beside = level == 0 && module == join(folder_, wanted);
      if (exact || ends || beside) found(*path);
    }
  }

  const ProjectFiles& project_;
  Reading& reading_;
  SourceMap& sources_;
  std::unordered_set<std::string> start_;
  std::unordered_map<std::string, std::vector<const std::string*>> by_name_;
  std::string folder_;
};

}  // namespace

auto reach(const ProjectFiles& project, const std::vector<TreeLayout>& layouts, Reading& reading, SourceMap& sources) -> void {
  if (layouts.empty()) return;
  Reacher reacher(project, layouts, reading, sources);
  reacher.modules();
  reacher.sql_files(layouts);
}

}  // namespace foreshot::driver
