#include "analyzer/loads/application.h"

#include <algorithm>
#include <array>
#include <string>

#include "analyzer/loads/loop.h"

namespace foreshot::loads {
namespace {

using interpret::SourceModule;
using python::as;
using python::StatementKind;

auto in(std::string_view word, std::initializer_list<std::string_view> words) -> bool {
  return std::find(words.begin(), words.end(), word) != words.end();
}

auto has_any(std::string_view text, std::initializer_list<std::string_view> words) -> bool {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

auto queries(std::string_view text) -> bool {
  return has_any(text, {"select(", ".query", ".scalars(", ".scalar(", ".execute(", ".exec(", ".get(", ".get_one(", "get_or_404", ".stream"});
}

auto loops(std::string_view text) -> bool { return text.find("for ") != std::string_view::npos; }

struct Definition {
  const python::Function* function = nullptr;
  std::string class_name;
};

// Functions and methods of a module, in classes and under tests; local functions are walked with the one around them.
auto collect(python::StatementList block, const std::string& class_name, std::vector<Definition>& found, int depth) -> void {
  if (depth > 8) return;
  for (const auto* statement : block) {
    if (const auto* function = as<python::Function>(statement, StatementKind::function)) {
      found.push_back({function, class_name});
    } else if (const auto* type = as<python::Class>(statement, StatementKind::class_)) {
      collect(type->body, class_name.empty() ? std::string(type->name) : class_name + "." + std::string(type->name), found, depth + 1);
    } else if (const auto* test = as<python::If>(statement, StatementKind::if_)) {
      collect(test->body, class_name, found, depth + 1);
      collect(test->otherwise, class_name, found, depth + 1);
    } else if (const auto* attempt = as<python::Try>(statement, StatementKind::try_)) {
      collect(attempt->body, class_name, found, depth + 1);
      for (const auto& handler : attempt->handlers) collect(handler.body, class_name, found, depth + 1);
    }
  }
}

auto text_of(const python::Statement& statement, std::string_view text) -> std::string_view {
  return text.substr(std::min<std::size_t>(statement.begin, text.size()), statement.end - statement.begin);
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

auto QueryingFunctions::add(const SourceModule& module, std::string_view text) -> void {
  if (module.tree == nullptr || !queries(text)) return;
  std::vector<Definition> found;
  collect(module.tree->body, "", found, 0);
  for (const auto& definition : found)
    if (queries(text_of(*definition.function, text))) names_.insert(definition.function->name);
}

auto read_application(const SourceModule& module, const interpret::ModuleIndex& modules, const SourceMap& sources,
                      const ModelRegistry& registry, const QueryingFunctions& querying, const sqlalchemy::Versions& versions) -> Application {
  if (module.tree == nullptr) return {};
  const std::string_view text = sources.file(module.file).text;
  if (!loops(text) && !has_any(text, {"delete(", "joinedload"}) && !registry.has_joined_collections()) return {};
  std::vector<Definition> found, wanted;
  collect(module.tree->body, "", found, 0);
  for (auto& definition : found) {
    const auto body = text_of(*definition.function, text);
    const bool asks = queries(body);
    bool matters = asks && (loops(body) || has_any(body, {"joinedload", "delete("}) || registry.has_joined_collections());
    matters = matters || (!asks && body.find("delete(") != std::string_view::npos);
    if (!matters && loops(body)) {
      // A loop over what another function fetches.
      for (std::size_t at = body.find('('); at != std::string_view::npos && !matters; at = body.find('(', at + 1)) {
        auto begin = at;
        while (begin > 0 && ((body[begin - 1] >= 'a' && body[begin - 1] <= 'z') || (body[begin - 1] >= 'A' && body[begin - 1] <= 'Z') ||
                             (body[begin - 1] >= '0' && body[begin - 1] <= '9') || body[begin - 1] == '_'))
          --begin;
        matters = begin < at && querying.contains(body.substr(begin, at - begin));
      }
    }
    if (matters) wanted.push_back(std::move(definition));
  }
  if (wanted.empty()) return {};
  LoadVocabulary vocabulary(registry, versions, path_role(module.path));
  interpret::Limits limits;
  limits.steps = 20000;
  limits.call_depth = 3;
  limits.loop_rounds = 20;
  limits.module_steps = 400000;
  interpret::Interpreter interpreter(modules, sources, vocabulary, limits);
  interpreter.run_module(module);
  for (const auto& definition : wanted) {
    vocabulary.begin_function();
    interpreter.run_function(module, *definition.function, {}, definition.class_name);
  }
  return vocabulary.take();
}

}  // namespace foreshot::loads
