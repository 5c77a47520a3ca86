#include "analyzer/loads/application.h"

#include <algorithm>
#include <array>
#include <string>

#include "analyzer/loads/sessions.h"

namespace foreshot::loads {
namespace {

using interpret::SourceModule;

auto in(std::string_view word, std::initializer_list<std::string_view> words) -> bool {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

auto path_role(std::string_view path) -> PathRole {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    parts.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  if (parts.empty()) return PathRole::application;
  auto file = parts.back();
  if (file.ends_with(".py")) file.remove_suffix(3);
  const auto folder = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(parts.begin(), parts.end() - 1, [&](std::string_view part) { return in(part, words); });
  };
  if (file == "conftest" || file.starts_with("test_") || file.ends_with("_test") || folder({"tests", "test", "testing", "fixtures", "factories"}))
    return PathRole::test;
  if (folder({"alembic", "migrations", "versions", "migration"})) return PathRole::migration;
  if (folder({"scripts", "script", "bin", "tools", "seeds", "seed", "examples"}) || file.starts_with("seed")) return PathRole::script;
  if (folder({"cli", "commands", "management"}) || in(file, {"cli", "commands", "manage", "command"}) || file.ends_with("_cli") || file.ends_with("_command") || file.ends_with("_commands"))
    return PathRole::command;
  if (folder({"tasks", "jobs", "workers", "celery", "worker"}) || in(file, {"tasks", "jobs", "worker", "celery"})) return PathRole::task;
  if (folder({"views", "routes", "routers", "api", "endpoints", "controllers", "resources", "handlers", "blueprints"}) ||
      in(file, {"views", "routes", "api", "endpoints", "controllers", "router"}))
    return PathRole::request;
  return PathRole::application;
}

auto read_application(const SourceModule& module, const interpret::ModuleIndex& modules, const SourceMap& sources,
                      const ModelRegistry& registry, const QueryingFunctions& querying, const ProjectNames& names, const sqlalchemy::Versions& versions)
    -> Application {
  if (module.tree == nullptr) return {};
  const std::string_view text = sources.file(module.file).text;
  std::vector<Definition> wanted;
  for (auto& definition : definitions_of(*module.tree)) {
    if (!registry.models().empty() && querying.is_entry(*definition.function, text_of(*definition.function, text))) wanted.push_back(std::move(definition));
  }
  const bool sessions = may_use_sessions(module, names);
  if (wanted.empty() && !sessions) return {};
  const auto role = path_role(module.path);
  LoadVocabulary vocabulary(registry, versions, role, &querying);
  interpret::Limits limits;
  limits.steps = 20000;
  limits.call_depth = 3;
  limits.loop_rounds = 20;
  limits.module_steps = 400000;
  interpret::Interpreter interpreter(modules, sources, vocabulary, limits);
  if (!wanted.empty()) interpreter.run_module(module);
  for (const auto& definition : wanted) {
    vocabulary.begin_function({module.file, definition.function->begin, definition.function->end}, definition.function);
    interpreter.run_function(module, *definition.function, {}, definition.class_name);
  }
  auto found = vocabulary.take();
  if (sessions) {
    ModuleSessions types(module, interpreter);
    SessionReader reader{types, names, role, found.uses};
    read_sessions(reader, text);
  }
  return found;
}

}  // namespace foreshot::loads
