#include "analyzer/alembic/application_import.h"

#include <algorithm>
#include <array>
#include <string>

namespace foreshot::alembic {
namespace {

using interpret::ModuleIndex;
using interpret::SourceModule;

auto inside(const SourceModule& module, std::string_view folder) -> bool {
  if (folder.empty() || folder == ".") return false;
  const std::string_view path = module.path;
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

auto last_name(const python::Expression* expression) -> std::string_view {
  if (const auto* name = python::as<python::Name>(expression, python::ExpressionKind::name)) return name->id;
  if (const auto* attribute = python::as<python::Attribute>(expression, python::ExpressionKind::attribute)) return attribute->name;
  return {};
}

auto is_mapped(const python::Class& type) -> bool {
  for (const auto* statement : type.body) {
    const python::Expression* target = nullptr;
    if (const auto* assign = python::as<python::Assign>(statement, python::StatementKind::assign); assign != nullptr && !assign->targets.empty())
      target = assign->targets[0];
    if (const auto* annotated = python::as<python::Annotated>(statement, python::StatementKind::annotated)) target = annotated->target;
    const auto name = last_name(target);
    if (name == "__tablename__" || name == "__table__" || name == "__mapper_args__" || name == "__table_args__") return true;
  }
  bool declares_table = false;
  bool model_base = false;
  for (const auto& base : type.bases) {
    if (base.name == "table") declares_table = true;
    const auto name = last_name(base.value);
    model_base = model_base || (base.name.empty() && (name == "Model" || name == "SQLModel" || name == "DeclarativeBase"));
  }
  return model_base || declares_table;
}

auto is_session_name(std::string_view name) -> bool {
  static constexpr std::array<std::string_view, 9> names{"db", "session", "Session", "SessionLocal", "db_session",
                                                         "Base", "engine", "metadata", "async_session"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

auto is_model_module(const SourceModule& module) -> bool {
  const auto last = module.name.substr(module.name.rfind('.') + 1);
  if (last == "models" || last == "model" || last == "orm") return true;
  for (const auto* statement : module.tree->body)
    if (const auto* type = python::as<python::Class>(statement, python::StatementKind::class_); type != nullptr && is_mapped(*type))
      return true;
  return false;
}

auto brings_application(const python::ImportFrom& import, const SourceModule& module, const ModuleIndex& modules,
                        std::string_view folder) -> bool {
  const auto* source = modules.resolve(import.module, import.level, &module);
  if (source != nullptr && inside(*source, folder)) return false;
  for (const auto& name : import.names) {
    std::string dotted(import.module);
    if (!dotted.empty()) dotted += '.';
    dotted += name.name;
    if (const auto* submodule = modules.resolve(dotted, import.level, &module)) {
      if (!inside(*submodule, folder) && is_model_module(*submodule)) return true;
      continue;
    }
    if (source == nullptr) continue;
    const auto found = modules.find(source, name.name);
    if (found.binding == nullptr || found.module == nullptr || inside(*found.module, folder)) continue;
    if (const auto* type = python::as<python::Class>(found.binding->statement, python::StatementKind::class_)) {
      if (is_mapped(*type)) return true;
    } else if (found.binding->kind == interpret::Binding::Kind::assign && is_session_name(name.name)) {
      return true;
    }
  }
  return false;
}

// Statements of a module and of its functions; deeper nesting than any real file has is left out.
auto collect(python::StatementList body, int depth, const SourceModule& module, const ModuleIndex& modules,
             std::string_view folder, std::vector<Span>& found) -> void {
  if (depth > 16) return;
  using python::StatementKind;
  for (const auto* statement : body) {
    const auto add = [&] { found.push_back({module.file, statement->begin, statement->end}); };
    if (const auto* import = python::as<python::ImportFrom>(statement, StatementKind::import_from)) {
      if (brings_application(*import, module, modules, folder)) add();
    } else if (const auto* plain = python::as<python::Import>(statement, StatementKind::import_)) {
      for (const auto& name : plain->names) {
        const auto* source = modules.resolve(name.name, 0, &module);
        if (source == nullptr || inside(*source, folder) || !is_model_module(*source)) continue;
        add();
        break;
      }
    } else if (const auto* function = python::as<python::Function>(statement, StatementKind::function)) {
      collect(function->body, depth + 1, module, modules, folder, found);
    } else if (const auto* branch = python::as<python::If>(statement, StatementKind::if_)) {
      const auto* test = branch->test;
      if (last_name(test) == "TYPE_CHECKING") continue;
      collect(branch->body, depth + 1, module, modules, folder, found);
      collect(branch->otherwise, depth + 1, module, modules, folder, found);
    } else if (const auto* attempt = python::as<python::Try>(statement, StatementKind::try_)) {
      collect(attempt->body, depth + 1, module, modules, folder, found);
    } else if (const auto* with = python::as<python::With>(statement, StatementKind::with)) {
      collect(with->body, depth + 1, module, modules, folder, found);
    }
  }
}

}  // namespace

auto application_imports(const SourceModule& module, const ModuleIndex& modules, std::string_view folder)
    -> std::vector<Span> {
  std::vector<Span> found;
  if (module.tree != nullptr) collect(module.tree->body, 0, module, modules, folder, found);
  return found;
}

}  // namespace foreshot::alembic
