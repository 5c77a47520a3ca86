#include "analyzer/loads/application.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <tuple>

#include "analyzer/loads/fix.h"
#include "analyzer/loads/sessions.h"
#include "analyzer/loads/unread.h"
#include "analyzer/loads/words.h"

namespace foreshot::loads {
namespace {

using interpret::SourceModule;

// Without mapped classes there is SQL text to look at, besides loops: text(f"…"), text("…" % x).
auto writes_values(std::string_view body) -> bool {
  const auto has = [&](std::string_view word) { return body.find(word) != std::string_view::npos; };
  return has("text(") && (has("f\"") || has("f'") || has("\" %") || has("' %") || has(".format(") || has("\" +") || has("' +"));
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
                      const ModelRegistry& registry, const QueryingFunctions& querying, const ProjectNames& names, const sqlalchemy::Versions& versions,
                      const Templates* templates) -> Application {
  if (module.tree == nullptr) return {};
  const std::string_view text = sources.file(module.file).text;
  std::vector<Definition> wanted;
  const bool has_templates = templates != nullptr && !templates->empty() && renders(text);
  for (auto& definition : definitions_of(*module.tree)) {
    const auto body = text_of(*definition.function, text);
    if (registry.models().empty()) {
      if (writes_values(body) || (QueryingFunctions::iterates(body) && querying.is_entry(*definition.function, body))) wanted.push_back(std::move(definition));
      continue;
    }
    const bool renders_rows = has_templates && renders(body) && querying.fetches_somewhere(body) && templates->named_in(body, module.path);
    if (renders_rows || querying.is_entry(*definition.function, body)) wanted.push_back(std::move(definition));
  }
  const bool sessions = may_use_sessions(module, names) || text.find("asyncio.run(") != std::string_view::npos;
  if (wanted.empty() && !sessions) return {};
  const auto role = path_role(module.path);
  LoadVocabulary vocabulary(registry, versions, role, &querying, templates != nullptr && !templates->empty() ? templates : nullptr);
  interpret::Limits limits;
  limits.steps = 20000;
  limits.call_depth = QueryingFunctions::followed_calls;
  limits.loop_rounds = 20;
  limits.module_steps = 400000;
  interpret::Interpreter interpreter(modules, sources, vocabulary, limits);
  if (!wanted.empty()) interpreter.run_module(module);
  for (const auto& definition : wanted) {
    vocabulary.begin_function({module.file, definition.function->begin, definition.function->end}, definition.function);
    // A method of a mapped class that changes one of its own values: self is an object that was loaded.
    if (querying.changes_container(text_of(*definition.function, text)) && definition.class_name.find('.') == std::string::npos && !definition.class_name.empty() &&
        definition.function->name != "__init__" && definition.function->decorators.empty()) {
      if (const auto model = registry.of(interpreter.global(module, definition.class_name)); model != no_model) {
        interpreter.run_function(module, *definition.function, {vocabulary.object_of(model)});
        continue;
      }
    }
    interpreter.run_function(module, *definition.function, {}, definition.class_name);
  }
  write_fixes(module, text, interpreter, registry, vocabulary.fix_requests(), vocabulary.facts().loads);
  auto found = vocabulary.take();
  mark_unread(found.queries, module, registry);
  if (sessions) {
    ModuleSessions types(module, interpreter);
    SessionReader reader{types, names, role, found.uses};
    read_sessions(reader, text);
  }
  return found;
}

// Several functions that read the same of rows of one query, which a helper of theirs runs, ask for one change of it.
auto unite(std::vector<Load>& loads) -> void {
  constexpr std::size_t most_places = 5;
  std::map<std::tuple<Span, ModelId, std::vector<std::string>, Load::Kind, bool, bool, bool>, std::size_t> first;
  std::vector<Load> kept;
  for (auto& load : loads) {
    const bool of_rows = load.kind == Load::Kind::relationship || load.kind == Load::Kind::column;
    if (!of_rows || load.leaves_loop || !load.origin.known()) {
      kept.push_back(std::move(load));
      continue;
    }
    const bool raises = load.session == SessionKind::async || (load.strategy != Lazy::select && load.kind == Load::Kind::relationship);
    if (load.once && !raises) {
      kept.push_back(std::move(load));
      continue;
    }
    const auto [at, fresh] = first.try_emplace({load.origin, load.model, load.path, load.kind, raises, load.serializer.known(), is_of_template(load)}, kept.size());
    if (fresh) {
      kept.push_back(std::move(load));
      continue;
    }
    auto& other = kept[at->second];
    if (nobody_waits(other.role) && !nobody_waits(load.role)) std::swap(other, load);
    load.also.insert(load.also.begin(), load.access);
    // Another place needs more of it than the key.
    if (other.only_key_read != load.only_key_read) other.only_key_read = false, other.fix = {};
    for (const auto& place : load.also)
      if (place != other.access && other.also.size() < most_places && std::find(other.also.begin(), other.also.end(), place) == other.also.end()) other.also.push_back(place);
  }
  loads = std::move(kept);
}

}  // namespace foreshot::loads
