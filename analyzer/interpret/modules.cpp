#include "analyzer/interpret/modules.h"

#include <algorithm>
#include <iterator>

namespace foreshot::interpret {
namespace {

using python::as;
using python::ExpressionKind;
using python::StatementKind;

constexpr int find_hops = 8;

// Collects what a module's top level binds, also inside if, try, for and with.
class Bindings {
 public:
  explicit Bindings(SourceModule& module) : module_(module) {}

  auto block(python::StatementList statements, bool conditional) -> void {
    for (const auto* statement : statements) one(statement, conditional);
  }

 private:
  auto one(const python::Statement* statement, bool conditional) -> void {
    switch (statement->kind) {
      case StatementKind::assign:
        for (const auto* target : static_cast<const python::Assign*>(statement)->targets)
          targets(target, statement, Binding::Kind::assign, conditional);
        break;
      case StatementKind::annotated: {
        const auto* annotated = static_cast<const python::Annotated*>(statement);
        if (annotated->value != nullptr) targets(annotated->target, statement, Binding::Kind::assign, conditional);
        break;
      }
      case StatementKind::augmented:
        targets(static_cast<const python::Augmented*>(statement)->target, statement, Binding::Kind::other, conditional);
        break;
      case StatementKind::type_alias:
        bind(static_cast<const python::TypeAlias*>(statement)->name, statement, Binding::Kind::assign, conditional);
        break;
      case StatementKind::function:
        bind(static_cast<const python::Function*>(statement)->name, statement, Binding::Kind::function, conditional);
        break;
      case StatementKind::class_:
        bind(static_cast<const python::Class*>(statement)->name, statement, Binding::Kind::class_, conditional);
        break;
      case StatementKind::import_:
        for (const auto& imported : static_cast<const python::Import*>(statement)->names) {
          const auto name = imported.as.empty() ? imported.name.substr(0, imported.name.find('.')) : imported.as;
          bind(name, statement, Binding::Kind::import_, conditional, &imported);
        }
        break;
      case StatementKind::import_from: {
        const auto* from = static_cast<const python::ImportFrom*>(statement);
        if (from->star) module_.star_imports.push_back(from);
        for (const auto& imported : from->names)
          bind(imported.as.empty() ? imported.name : imported.as, statement, Binding::Kind::import_from, conditional,
               &imported);
        break;
      }
      default: nested(statement); break;
    }
  }

  auto nested(const python::Statement* statement) -> void {
    switch (statement->kind) {
      case StatementKind::if_: {
        // An elif is an If in the else branch: a long ladder is walked in a loop, not in depth.
        const auto* branch = static_cast<const python::If*>(statement);
        while (true) {
          block(branch->body, true);
          const auto* next = branch->otherwise.size() == 1 ? as<python::If>(branch->otherwise[0], StatementKind::if_) : nullptr;
          if (next == nullptr) break;
          branch = next;
        }
        block(branch->otherwise, true);
        break;
      }
      case StatementKind::try_: {
        const auto* attempt = static_cast<const python::Try*>(statement);
        block(attempt->body, true);
        for (const auto& handler : attempt->handlers) block(handler.body, true);
        block(attempt->otherwise, true);
        block(attempt->finally, true);
        break;
      }
      case StatementKind::for_: {
        const auto* loop = static_cast<const python::For*>(statement);
        targets(loop->target, statement, Binding::Kind::other, true);
        block(loop->body, true);
        block(loop->otherwise, true);
        break;
      }
      case StatementKind::while_: block(static_cast<const python::While*>(statement)->body, true); break;
      case StatementKind::with: {
        const auto* with = static_cast<const python::With*>(statement);
        for (const auto& item : with->items)
          if (item.target != nullptr) targets(item.target, statement, Binding::Kind::other, true);
        block(with->body, true);
        break;
      }
      default: break;
    }
  }

  auto targets(const python::Expression* target, const python::Statement* statement, Binding::Kind kind, bool conditional)
      -> void {
    if (const auto* name = as<python::Name>(target, ExpressionKind::name)) {
      bind(name->id, statement, kind, conditional);
    } else if (const auto* starred = as<python::Starred>(target, ExpressionKind::starred)) {
      targets(starred->value, statement, kind, conditional);
    } else if (target->kind == ExpressionKind::tuple || target->kind == ExpressionKind::list) {
      for (const auto* element : static_cast<const python::Sequence*>(target)->elements)
        targets(element, statement, kind, conditional);
    }
  }

  auto bind(std::string_view name, const python::Statement* statement, Binding::Kind kind, bool conditional,
            const python::ImportedName* imported = nullptr) -> void {
    const auto [entry, fresh] = module_.globals.try_emplace(name, Binding{kind, statement, imported, 1, conditional});
    if (!fresh) {
      ++entry->second.count;
      // `try: from a import x` / `except ImportError: x = None`: the import is what the name means.
      entry->second.conditional = entry->second.conditional && conditional;
    }
  }

  SourceModule& module_;
};

auto dotted(std::string_view path) -> std::string {
  if (path.ends_with(".py")) path.remove_suffix(3);
  if (path.ends_with("/__init__")) path.remove_suffix(9);
  if (path == "__init__") path = {};
  std::string name(path);
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

// How many leading folders two paths share.
auto shared_folders(std::string_view left, std::string_view right) -> std::size_t {
  std::size_t count = 0;
  for (std::size_t i = 0; i < left.size() && i < right.size() && left[i] == right[i]; ++i) count += left[i] == '/' ? 1 : 0;
  return count;
}

auto depth(std::string_view path) -> std::size_t {
  return static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
}

// Names that mean the standard library even where a file of the project is called so.
auto is_standard(std::string_view name) -> bool {
  constexpr std::string_view names[] = {
      "abc", "argparse", "asyncio", "base64", "collections", "contextlib", "copy", "csv", "dataclasses", "datetime",
      "decimal", "email", "enum", "functools", "hashlib", "html", "http", "importlib", "inspect", "io", "itertools",
      "json", "logging", "math", "operator", "os", "pathlib", "random", "re", "sqlite3", "string", "subprocess", "sys",
      "textwrap", "threading", "time", "traceback", "types", "typing", "unittest", "urllib", "uuid", "warnings", "xml"};
  return std::binary_search(std::begin(names), std::end(names), name.substr(0, name.find('.')));
}

// A folder of the project that is called like a library, as app/db/sqlalchemy, is not what `import sqlalchemy` means.
auto hides_library(std::string_view name, const SourceModule& module) -> bool {
  const auto first = name.substr(0, name.find('.'));
  if (first != "sqlalchemy" && first != "alembic" && first != "sqlmodel") return false;
  return !module.path.starts_with(first) && !module.path.starts_with("src/" + std::string(first));
}

// Whether imports in `from` can start in the folder of `module`: it is above the file, or a customary root of sources.
auto starts_imports(const SourceModule& module, const SourceModule* from) -> bool {
  const auto folder = depth(module.path) - (module.package ? 1U : 0U);
  if (folder == 0 || (from != nullptr && shared_folders(module.path, from->path) >= folder)) return true;
  return folder == 1 && (module.path.starts_with("src/") || module.path.starts_with("lib/"));
}

}  // namespace

auto ModuleIndex::add(std::unique_ptr<SourceModule> module) -> SourceModule* {
  modules_.push_back(std::move(module));
  return modules_.back().get();
}

auto ModuleIndex::freeze() -> void {
  constexpr std::size_t longest = 16;  // suffixes kept of one dotted name
  by_name_.clear();
  by_file_.clear();
  for (const auto& module : modules_) {
    module->globals.clear();
    module->star_imports.clear();
    if (module->tree != nullptr) Bindings(*module).block(module->tree->body, false);
    const auto slash = module->path.rfind('/');
    module->package = std::string_view(module->path).substr(slash == std::string::npos ? 0 : slash + 1) == "__init__.py";
    by_file_[module->file] = module.get();
    const auto full = dotted(module->path);
    std::string_view suffix = full;
    for (std::size_t i = 0; i < longest && !suffix.empty(); ++i) {
      by_name_[std::string(suffix)].push_back(module.get());
      const auto dot = suffix.find('.');
      if (dot == std::string_view::npos) break;
      suffix.remove_prefix(dot + 1);
    }
  }
  // A module's own name starts below the last folder above it that is no package: there imports of it start.
  for (const auto& module : modules_) {
    if (!module->name.empty()) continue;
    auto folder = std::string_view(module->path);
    const auto parent = [&] {
      const auto slash = folder.rfind('/');
      folder = slash == std::string_view::npos ? std::string_view() : folder.substr(0, slash);
    };
    parent();
    if (module->package) parent();
    const auto is_package = [&](std::string_view candidate) {
      const auto found = by_name_.find(dotted(candidate));
      if (found == by_name_.end()) return false;
      return std::any_of(found->second.begin(), found->second.end(), [&](const SourceModule* other) {
        return other->package && other->path.size() == candidate.size() + 12 && other->path.starts_with(candidate);
      });
    };
    while (!folder.empty() && is_package(folder)) parent();
    const auto skip = folder.empty() ? 0 : folder.size() + 1;
    module->name = dotted(std::string_view(module->path).substr(skip));
  }
}

auto ModuleIndex::by_file(FileId file) const -> const SourceModule* {
  const auto found = by_file_.find(file);
  return found == by_file_.end() ? nullptr : found->second;
}

auto ModuleIndex::resolve(std::string_view name, std::uint32_t level, const SourceModule* from) const
    -> const SourceModule* {
  if (level > 0) {
    if (from == nullptr) return nullptr;
    auto folder = std::string_view(from->path);
    for (std::uint32_t i = 0; i < level; ++i) {
      const auto slash = folder.rfind('/');
      if (slash == std::string_view::npos && (folder.empty() || i + 1 < level)) return nullptr;
      folder = slash == std::string_view::npos ? std::string_view() : folder.substr(0, slash);
    }
    auto full = std::string(folder);
    if (!name.empty()) full += (full.empty() ? "" : "/") + std::string(name);
    const auto wanted = dotted(full);
    const auto found = by_name_.find(wanted);
    if (found == by_name_.end()) return nullptr;
    for (const auto* candidate : found->second)
      if (dotted(candidate->path) == wanted) return candidate;
    return nullptr;
  }
  const auto found = by_name_.find(std::string(name));
  if (found == by_name_.end()) return nullptr;
  if (is_standard(name)) return nullptr;
  const SourceModule* best = nullptr;
  std::size_t best_shared = 0;
  bool tie = false;
  const auto one_word = name.find('.') == std::string_view::npos;
  for (const auto* candidate : found->second) {
    // A single word names a file only where imports can start, a package wherever its parent is none.
    if (one_word && !starts_imports(*candidate, from) && !(candidate->package && candidate->name == name)) continue;
    if (one_word && candidate == from) continue;
    if (hides_library(name, *candidate)) continue;
    const auto shared = from == nullptr ? 0 : shared_folders(candidate->path, from->path);
    const auto exact = [&](const SourceModule* module) { return module->name == name; };
    const auto better = best == nullptr || (exact(candidate) && !exact(best)) ||
                        (exact(candidate) == exact(best) &&
                         (shared > best_shared || (shared == best_shared && depth(candidate->path) < depth(best->path))));
    const auto equal = best != nullptr && exact(candidate) == exact(best) && shared == best_shared &&
                       depth(candidate->path) == depth(best->path);
    if (better) {
      best = candidate;
      best_shared = shared;
      tie = false;
    } else if (equal) {
      tie = true;
    }
  }
  return tie ? nullptr : best;
}

auto ModuleIndex::find(const SourceModule* module, std::string_view name) const -> Found {
  Found last;
  for (int hop = 0; hop < find_hops && module != nullptr; ++hop) {
    const auto bound = module->globals.find(name);
    if (bound != module->globals.end()) {
      last = {module, &bound->second};
      if (bound->second.kind != Binding::Kind::import_from) return last;
      const auto* from = static_cast<const python::ImportFrom*>(bound->second.statement);
      const auto* source = resolve(from->module, from->level, module);
      if (source == nullptr || (source == module && bound->second.imported->name == name)) return last;
      if (source->globals.find(bound->second.imported->name) == source->globals.end() && source->star_imports.empty())
        return last;  // a submodule, or nothing we see
      module = source;
      name = bound->second.imported->name;
      continue;
    }
    // Star imports: the last one that has the name wins.
    const SourceModule* next = nullptr;
    for (auto star = module->star_imports.rbegin(); star != module->star_imports.rend() && next == nullptr; ++star) {
      const auto* source = resolve((*star)->module, (*star)->level, module);
      if (source == nullptr || source == module) continue;
      if (source->globals.contains(name)) next = source;
    }
    for (auto star = module->star_imports.rbegin(); star != module->star_imports.rend() && next == nullptr; ++star) {
      const auto* source = resolve((*star)->module, (*star)->level, module);
      if (source != nullptr && source != module && !source->star_imports.empty()) next = source;
    }
    module = next;
  }
  return last;
}

}  // namespace foreshot::interpret
