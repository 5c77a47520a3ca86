// Names: variables, globals of modules, imports, builtins.
#include <algorithm>
#include <iterator>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {
namespace {

using python::as;
using python::StatementKind;

constexpr int deepest_resolution = 24;
constexpr std::uint64_t resolution_steps = 20000;

constexpr std::string_view builtin_names[] = {
    "ArithmeticError", "AssertionError", "AttributeError", "BaseException", "Exception", "FileNotFoundError",
    "ImportError", "IndexError", "KeyError", "LookupError", "ModuleNotFoundError", "NameError", "NotImplemented",
    "NotImplementedError", "OSError", "OverflowError", "PermissionError", "RuntimeError", "RuntimeWarning",
    "StopIteration", "SystemExit", "TimeoutError", "TypeError", "UserWarning", "ValueError", "ZeroDivisionError",
    "__import__", "abs", "all", "any", "ascii", "bin", "bool", "bytes", "callable", "chr", "classmethod",
    "delattr", "dict", "dir", "divmod", "enumerate", "eval", "exec", "filter", "float", "format", "frozenset",
    "getattr", "globals", "hasattr", "hash", "hex", "id", "input", "int", "isinstance", "issubclass", "iter",
    "len", "list", "locals", "map", "max", "min", "next", "object", "open", "ord", "pow", "print", "property",
    "range", "repr", "reversed", "round", "set", "setattr", "slice", "sorted", "staticmethod", "str", "sum",
    "super", "tuple", "type", "zip",};

}  // namespace

auto Interpreter::State::intern(std::string_view text) -> std::string_view { return *interned.emplace(text).first; }

auto Interpreter::State::external(std::string_view name) -> Value {
  if (const auto found = externals.find(name); found != externals.end()) return found->second;
  return externals.emplace(intern(name), Value::external(std::string(name))).first->second;
}

auto Interpreter::State::builtin(std::string_view name) -> std::optional<Value> {
  if (!std::binary_search(std::begin(builtin_names), std::end(builtin_names), name)) return std::nullopt;
  return external("builtins." + std::string(name));
}

auto Interpreter::State::external_member(const Value& object, std::string_view name) -> Value {
  auto full = std::string(object.external_name());
  full += '.';
  full += name;
  if (const auto found = externals.find(full); found != externals.end()) return found->second;
  // A folder without __init__.py may be a package of the project.
  if (const auto* module = modules.resolve(full, 0, here != nullptr ? here->module : nullptr)) {
    Value value(module);
    externals.emplace(intern(full), value);
    return value;
  }
  return external(full);
}

auto Interpreter::State::settle(Value value) -> Value {
  const auto* import = value.object<ImportedLazily>();
  if (import == nullptr) return value;
  if (auto found = module_attribute(*import->module, import->name)) return std::move(*found);
  return Value::unknown("import of " + std::string(import->name), value.span());
}

auto Interpreter::State::module_attribute(const SourceModule& module, std::string_view name) -> std::optional<Value> {
  if (auto found = lookup_module(module, name)) return found;
  if (const auto* submodule = modules.resolve(module.package ? module.name + '.' + std::string(name) : std::string(), 0, &module);
      submodule != nullptr && module.package)
    return Value(submodule);
  return std::nullopt;
}

auto Interpreter::State::lookup_module(const SourceModule& module, std::string_view name) -> std::optional<Value> {
  if (&module == running) {
    if (const auto frame = frames.find(&module); frame != frames.end()) {
      if (auto* value = frame->second->variables.find(name)) {
        if (value->object<ImportedLazily>() == nullptr) return *value;
        auto settled = settle(*value);
        if (auto* slot = frame->second->variables.find(name)) *slot = settled;
        return settled;
      }
    }
  }
  if (module.globals.contains(name) || !module.star_imports.empty()) {
    if (auto value = global(&module, name); !value.is_unknown() || modules.find(&module, name).binding != nullptr) return value;
    // What a library's star import brings has that library's name.
    for (auto star = module.star_imports.rbegin(); star != module.star_imports.rend(); ++star)
      if ((*star)->level == 0 && modules.resolve((*star)->module, 0, &module) == nullptr && !builtin(name))
        return external(std::string((*star)->module) + '.' + std::string(name));
  }
  return std::nullopt;
}

auto Interpreter::State::lookup(std::string_view name) -> std::optional<Value> {
  for (auto* frame = here->frame.get(); frame != nullptr; frame = frame->enclosing.get()) {
    auto* value = frame->variables.find(name);
    if (value == nullptr) continue;
    if (value->object<ImportedLazily>() == nullptr) return *value;
    return settle(*value);
  }
  if (auto value = lookup_module(*here->module, name)) return value;
  if (name == "__file__") {
    const auto& path = sources.file(here->module->file).path;
    return Value::text(path);
  }
  return builtin(name);
}

auto Interpreter::State::apart(const SourceModule& module, const std::function<Value()>& body) -> Value {
  std::vector<Condition> no_conditions;
  std::vector<Hold> no_holds;
  std::vector<Loop> no_loops;
  std::vector<Span> no_calls;
  std::vector<Narrowing> no_narrowings;
  std::vector<const python::Function*> no_stack;
  Activation activation;
  activation.level = Activation::Level::module;
  activation.module = &module;
  activation.frame = std::make_shared<Frame>();
  activation.frame->module = &module;
  activation.frame->born = trail.clock();
  const auto swap_all = [&] {
    conditions.swap(no_conditions);
    holds.swap(no_holds);
    loops.swap(no_loops);
    called_from.swap(no_calls);
    narrowings.swap(no_narrowings);
    stack.swap(no_stack);
  };
  swap_all();
  auto* const outer = here;
  const auto steps = steps_left;
  const auto was_spent = spent;
  const auto was_exhausted = exhausted;
  const auto was_resolving = resolving;
  const auto read = rounds;
  const auto depth = fork_depth;
  const auto allowed = std::min(resolution_steps, resolve_steps_left);
  here = &activation;
  steps_left = allowed;
  spent = false;
  resolving = true;
  rounds = 0;
  fork_depth = 0;
  ++resolve_depth;
  auto value = body();
  --resolve_depth;
  resolve_steps_left -= std::min(resolve_steps_left, allowed - steps_left);
  here = outer;
  steps_left = steps;
  spent = was_spent;
  exhausted = was_exhausted;
  resolving = was_resolving;
  rounds = read;
  fork_depth = depth;
  swap_all();
  return value;
}

auto Interpreter::State::global(const SourceModule* module, std::string_view name) -> Value {
  const auto found = modules.find(module, name);
  if (found.module == nullptr) return {};
  const auto* binding = found.binding;
  // The key outlives the caller's text: both tables hold names of source texts.
  auto table = &module->globals;
  if (!table->contains(name)) table = &found.module->globals;
  const auto own = table->find(name);
  if (own == table->end()) return {};
  const GlobalKey key{module, own->first};
  const auto known = globals.find(key);
  if (known != globals.end()) return known->second ? *known->second : Value::unknown("defined by itself", {});
  if (resolve_depth >= deepest_resolution) return {};
  globals.emplace(key, std::nullopt);
  auto value = evaluate_binding(*found.module, key.name, *binding);
  globals[key] = value;
  return value;
}

auto Interpreter::State::evaluate_binding(const SourceModule& module, std::string_view name, const Binding& binding) -> Value {
  switch (binding.kind) {
    case Binding::Kind::function:
    case Binding::Kind::class_:
      return apart(module, [&] {
        statement(binding.statement);
        const auto bound_name = binding.kind == Binding::Kind::function
                                    ? static_cast<const python::Function*>(binding.statement)->name
                                    : static_cast<const python::Class*>(binding.statement)->name;
        auto* value = here->frame->variables.find(bound_name);
        return value != nullptr ? *value : Value();
      });
    case Binding::Kind::assign: {
      const Span where{module.file, binding.statement->begin, binding.statement->end};
      if (binding.count > 1) return Value::unknown(std::string(name) + " is assigned more than once", where);
      return apart(module, [&] {
        // Under another name when it was renamed on import: the statement binds few names, the first that fits is it.
        statement(binding.statement);
        if (auto* value = here->frame->variables.find(name)) return *value;
        const auto& entries = here->frame->variables.entries();
        return entries.size() == 1 ? entries.front().second : Value();
      });
    }
    case Binding::Kind::import_: {
      const auto& imported = *binding.imported;
      return apart(module, [&] {
        return imported_module(imported.as.empty() ? imported.name.substr(0, imported.name.find('.')) : imported.name, 0);
      });
    }
    case Binding::Kind::import_from:
      return apart(module, [&] {
        return settle(imported_name(*static_cast<const python::ImportFrom*>(binding.statement), binding.imported->name));
      });
    case Binding::Kind::other: break;
  }
  return Value::unknown(std::string(name), {module.file, binding.statement->begin, binding.statement->end});
}

auto Interpreter::State::imported_module(std::string_view name, std::uint32_t level) -> Value {
  if (const auto* module = modules.resolve(name, level, here->module)) return Value(module);
  if (level == 0) return external(name);
  // Relative to a package: its absolute name, as far as it is known.
  auto package = std::string_view(here->module->name);
  for (std::uint32_t i = here->module->package ? 1 : 0; i < level; ++i) {
    const auto dot = package.rfind('.');
    package = dot == std::string_view::npos ? std::string_view() : package.substr(0, dot);
  }
  auto full = std::string(package);
  if (!name.empty()) full += (full.empty() ? "" : ".") + std::string(name);
  return external(full);
}

auto Interpreter::State::imported_name(const python::ImportFrom& from, std::string_view name) -> Value {
  const auto* module = modules.resolve(from.module, from.level, here->module);
  if (module != nullptr && (module != here->module || !module->globals.contains(name))) {
    if (module->globals.contains(name) || !module->star_imports.empty()) {
      auto import = std::make_shared<ImportedLazily>();
      import->module = module;
      import->name = name;
      return {std::shared_ptr<Object>(std::move(import)), span_of(static_cast<const python::Statement*>(&from))};
    }
  }
  auto full = std::string(from.module);
  if (!full.empty()) full += '.';
  full += name;
  if (const auto* submodule = modules.resolve(full, from.level, here->module)) return Value(submodule);
  if (module != nullptr && module->package) {
    if (const auto* submodule = modules.resolve(module->name + '.' + std::string(name), 0, module)) return Value(submodule);
  }
  const auto package = imported_module(from.module, from.level);
  if (!package.external_name().empty()) return external(std::string(package.external_name()) + '.' + std::string(name));
  return external(full);
}

auto Interpreter::State::import_names(const python::Import& node) -> void {
  for (const auto& imported : node.names) {
    const auto span = span_of(static_cast<const python::Statement*>(&node));
    if (!imported.as.empty())
      set_name(imported.as, imported_module(imported.name, 0), span);
    else
      set_name(imported.name.substr(0, imported.name.find('.')),
               imported_module(imported.name.substr(0, imported.name.find('.')), 0), span);
  }
}

auto Interpreter::State::import_from(const python::ImportFrom& node) -> void {
  for (const auto& imported : node.names)
    set_name(imported.as.empty() ? imported.name : imported.as, imported_name(node, imported.name),
             span_of(static_cast<const python::Statement*>(&node)));
}

auto Interpreter::State::set_name(std::string_view name, Value value, Span span) -> void {
  const auto is_import = value.object<ImportedLazily>() != nullptr;
  if (here->level != Activation::Level::function && !is_import) vocabulary.assigned(site(span), name, value);
  const auto listed = [&](const std::vector<std::string_view>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (!here->globals.empty() && listed(here->globals)) {
    if (here->module != running) return;
    if (const auto frame = frames.find(running); frame != frames.end()) trail.set_variable(frame->second, name, std::move(value));
    return;
  }
  if (!here->nonlocals.empty() && listed(here->nonlocals)) {
    for (auto frame = here->frame->enclosing; frame != nullptr; frame = frame->enclosing)
      if (frame->variables.find(name) != nullptr) {
        trail.set_variable(frame, name, std::move(value));
        return;
      }
  }
  trail.set_variable(here->frame, name, std::move(value));
}

}  // namespace foreshot::interpret
