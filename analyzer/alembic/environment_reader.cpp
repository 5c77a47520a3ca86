#include "analyzer/alembic/environment_reader.h"

#include "analyzer/alembic/environment_vocabulary.h"
#include "analyzer/sqlalchemy/vocabulary.h"

namespace foreshot::alembic {
namespace {

// Flask-Migrate asks the running application for its metadata: that of the project's one SQLAlchemy(…) object.
auto find_flask_metadata(const interpret::ModuleIndex& modules, interpret::Interpreter& interpreter, Environment& environment)
    -> void {
  std::shared_ptr<sqlalchemy::MetaData> found;
  for (const auto& module : modules.modules()) {
    const auto binding = module->globals.find("db");
    if (binding == module->globals.end() || binding->second.kind != interpret::Binding::Kind::assign) continue;
    const auto value = interpreter.global(*module, "db");
    const auto* holder = value.object<MetadataHolder>();
    if (holder == nullptr) continue;
    if (holder->metadata == nullptr || found != nullptr) return;  // nobody knows, or nobody knows which
    found = holder->metadata;
  }
  if (found == nullptr || !found->convention_known) return;
  environment.naming_convention_known = true;
  environment.has_naming_convention = found->has_convention;
  for (const auto& [kind, words] : found->convention) environment.naming_convention.emplace(kind, words);
}

auto asks_application(const interpret::SourceModule& module) -> bool { return module.globals.contains("current_app"); }

}  // namespace

auto read_environment(const interpret::SourceModule& module, const interpret::ModuleIndex& modules,
                      const SourceMap& sources, const sqlalchemy::Versions& versions, Environment& environment) -> void {
  environment.env_file = module.file;
  EnvironmentVocabulary own(environment);
  sqlalchemy::SqlalchemyVocabulary elements(versions);
  interpret::Vocabularies all({&own, &elements});
  interpret::Interpreter interpreter(modules, sources, all);
  interpreter.run_module(module);
  // Projects that call run_migrations_online() elsewhere, or under a test that nobody can decide.
  if (!environment.configure.known()) {
    const auto found = module.globals.find("run_migrations_online");
    if (found != module.globals.end())
      if (const auto* function = python::as<python::Function>(found->second.statement, python::StatementKind::function))
        interpreter.run_function(module, *function);
  }
  if (interpreter.exhausted())
    environment.gaps.push_back({Gap::Kind::environment, environment.configure, "a limit was reached in env.py"});
  own.finish();
  if (!environment.naming_convention_known && asks_application(module)) find_flask_metadata(modules, interpreter, environment);
}

}  // namespace foreshot::alembic
