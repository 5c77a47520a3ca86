#include "analyzer/driver/callers.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "analyzer/driver/decode.h"
#include "analyzer/driver/paths.h"
#include "analyzer/driver/relevance.h"
#include "analyzer/loads/application.h"
#include "analyzer/loads/querying.h"
#include "analyzer/loads/words.h"

namespace foreshot::driver {
namespace {

// Functions of the project that query, as other files name them.
class Querying {
 public:
  Querying(const std::vector<ParsedFile>& files, const SourceMap& sources) {
    for (const auto& file : files) {
      const std::string_view text = sources.file(file.file).text;
      if (file.module == nullptr || !is_application(file.path) || !loads::queries(text)) continue;
      const auto path = module_path(file.path);
      const auto module = file_name(path), package = file_name(parent(path));
      for (const auto& definition : loads::definitions_of(*file.module)) {
        if (!loads::queries(loads::text_of(*definition.function, text))) continue;
        // A method comes with its class. Packages pass on what their modules define.
        const auto name = definition.class_name.empty() ? definition.function->name
                                                        : std::string_view(definition.class_name).substr(0, definition.class_name.find('.'));
        auto& imports = functions_[definition.function->name];
        for (const auto key : {import_key(package, module), import_key("", module), import_key(module, name), import_key(package, name)}) {
          imports.insert(key);
          importable_.insert(key);
        }
      }
    }
  }

  static auto is_application(const std::string& path) -> bool {
    const auto role = loads::path_role(path);
    return role != PathRole::test && role != PathRole::migration;
  }

  auto is_imported_by(const PassedOver& file) const -> bool {
    return std::any_of(file.imported.begin(), file.imported.end(), [&](auto key) { return importable_.count(key) > 0; });
  }
  auto is_called_in(std::string_view text, const std::vector<ImportKey>& imports) const -> bool {
    const std::unordered_set<ImportKey> imported(imports.begin(), imports.end());
    return loads::any_called_name(text, [&](std::string_view name, bool) {
      const auto found = functions_.find(name);
      return found != functions_.end() &&
             std::any_of(found->second.begin(), found->second.end(), [&](auto key) { return imported.count(key) > 0; });
    });
  }

 private:
  // "a/b" of a/b.py and of a/b/__init__.py.
  static auto module_path(const std::string& path) -> std::string {
    return file_name(path) == "__init__.py" ? parent(path) : path.substr(0, path.size() - 3);
  }

  // By name, with the imports that make them known elsewhere.
  std::unordered_map<std::string_view, std::unordered_set<ImportKey>> functions_;
  std::unordered_set<ImportKey> importable_;
};

}  // namespace

namespace {

// What other files import a passed-over file by.
class Imports {
 public:
  explicit Imports(const std::vector<PassedOver>& passed_over) {
    for (const auto& file : passed_over) {
      if (!Querying::is_application(file.path)) continue;
      const auto module = file_name(file.path) == "__init__.py" ? parent(file.path) : file.path.substr(0, file.path.size() - 3);
      for (const auto key : {import_key(file_name(parent(module)), file_name(module)), import_key("", file_name(module))}) by_import_[key].push_back(&file);
    }
  }

  // The files that the wanted ones of `files` import, of those that `takes` takes; `onward`: and what these import.
  template <typename Wanted, typename Takes>
  auto from(const std::vector<ParsedFile>& files, const SourceMap& sources, bool onward, Wanted wanted, Takes takes) const -> std::vector<std::string> {
    std::unordered_set<const PassedOver*> known;
    std::vector<const PassedOver*> pending;
    const auto follow = [&](const std::vector<ImportKey>& imports) {
      for (const auto key : imports)
        if (const auto found = by_import_.find(key); found != by_import_.end())
          for (const auto* file : found->second)
            if (takes(*file) && known.insert(file).second) pending.push_back(file);
    };
    for (const auto& file : files) {
      const auto& text = sources.file(file.file).text;
      if (file.module != nullptr && Querying::is_application(file.path) && wanted(text)) follow(imports_of(text, file.path));
    }
    std::vector<std::string> paths;
    while (!pending.empty()) {
      const auto* file = pending.back();
      pending.pop_back();
      paths.push_back(file->path);
      if (onward) follow(file->imported);
    }
    std::sort(paths.begin(), paths.end());
    return paths;
  }

 private:
  std::unordered_map<ImportKey, std::vector<const PassedOver*>> by_import_;
};

// What relationships of the project are called: `orders = relationship(…)`, `backref="order"`.
class RelationshipNames {
 public:
  RelationshipNames(const std::vector<ParsedFile>& files, const SourceMap& sources) {
    for (const auto& file : files) add(sources.file(file.file).text);
  }

  // Whether the text reads an attribute of such a name: `order.customer`, which is no call.
  auto read_in(std::string_view text) const -> bool {
    for (auto at = text.find('.'); !names_.empty() && at != std::string_view::npos; at = text.find('.', at + 1)) {
      auto end = at + 1;
      while (end < text.size() && loads::is_word(text[end])) ++end;
      if (end < text.size() && text[end] != '(' && names_.count(text.substr(at + 1, end - at - 1)) > 0) return true;
    }
    return false;
  }

 private:
  auto add(std::string_view text) -> void {
    for (const auto call : {std::string_view("elationship("), std::string_view("backref")})
      for (auto at = text.find(call); at != std::string_view::npos; at = text.find(call, at + call.size())) {
        // The name at the beginning of the line, or the text behind the word.
        auto begin = call.back() == '(' ? text.find_first_not_of(" \t", text.rfind('\n', at) + 1) : text.find_first_of("\"')\n", at) + 1;
        auto end = begin;
        while (end < text.size() && loads::is_word(text[end])) ++end;
        if (end > begin && end - begin < 64) names_.insert(text.substr(begin, end - begin));
      }
  }

  std::unordered_set<std::string_view> names_;
};

}  // namespace

auto read_callers(Reading& reading, const SourceMap& sources) -> void {
  const Querying querying(reading.parsed(), sources);
  std::vector<std::string> candidates;
  std::unordered_map<std::string_view, const PassedOver*> by_path;
  const auto passed_over = reading.take_passed_over();
  for (const auto& file : passed_over) {
    if (!file.loops || !Querying::is_application(file.path) || !querying.is_imported_by(file)) continue;
    candidates.push_back(file.path);
    by_path[file.path] = &file;
  }
  reading.read(candidates, {}, [&](const std::string& path, std::string_view text) { return querying.is_called_in(text, by_path.at(path)->imported); });
  const Imports imports(passed_over);
  // Files that define serializers: what is read of a row stands there.
  const auto serializers = imports.from(reading.parsed(), sources, true, uses_serializers, [](const PassedOver& file) { return file.serializes; });
  reading.read(serializers, std::unordered_set<std::string>(serializers.begin(), serializers.end()));
  // And those with functions that are given rows by the ones that query: `line(order)`.
  const RelationshipNames names(reading.parsed(), sources);
  const auto helpers = imports.from(reading.parsed(), sources, false, loads::queries, [](const PassedOver& file) { return !file.serializes; });
  reading.read(helpers, {}, [&](const std::string&, std::string_view text) { return names.read_in(text); });
  reading.parse();
}

}  // namespace foreshot::driver
