#include "analyzer/loads/sessions.h"

#include <algorithm>

#include "analyzer/loads/querying.h"
#include "analyzer/loads/value.h"
#include "analyzer/sqlalchemy/argument.h"
#include "analyzer/sqlalchemy/model_vocabulary.h"

namespace foreshot::loads {
namespace {

using python::as;
using python::ExpressionKind;
using python::StatementKind;
using sqlalchemy::last_part;

// Names of the module that sessions, or what makes them, may go by.
auto is_of_sessions(std::string_view name, const interpret::Binding& binding) -> bool {
  if (name == "db" || name == "sa" || name == "orm") return true;
  if (name.find("ession") != std::string_view::npos || name == "sqlalchemy" || name == "sqlmodel") return true;
  const auto* from = binding.kind == interpret::Binding::Kind::import_from ? python::as<python::ImportFrom>(binding.statement, python::StatementKind::import_from) : nullptr;
  return from != nullptr && (from->module.starts_with("sqlalchemy") || from->module.starts_with("sqlmodel"));
}

auto mentions(python::StatementList body, std::string_view name) -> bool {
  bool found = false;
  walk_expressions(body, [&](const python::Expression& node, const Surroundings&) {
    const auto* word = as<python::Name>(&node, ExpressionKind::name);
    found = found || (word != nullptr && word->id == name);
  });
  return found;
}

// A program of its own: what is at module level runs once.
auto is_script(const python::Module& tree, std::string_view text) -> bool {
  if (text.find("__name__ ==") != std::string_view::npos) return true;
  for (const auto* statement : tree.body) {
    const auto* word = as<python::ExpressionStatement>(statement, StatementKind::expression);
    const auto* call = word != nullptr ? as<python::Call>(word->value, ExpressionKind::call) : nullptr;
    const auto* method = call != nullptr ? as<python::Attribute>(call->callee, ExpressionKind::attribute) : nullptr;
    if (method != nullptr && (method->name == "commit" || method->name == "add" || method->name == "execute" || method->name == "add_all")) return true;
  }
  return false;
}

class Globals {
 public:
  Globals(SessionReader& reader, std::string_view text) : reader_(reader), text_(text) {}

  auto read() -> void {
    const auto& tree = *reader_.module.module().tree;
    scopes(tree.body);
    // Nobody but the program itself uses what a script, a command or a test makes.
    const auto role = reader_.role;
    if (role != PathRole::application && role != PathRole::request && role != PathRole::task) return;
    const auto functions = definitions_of(tree);
    const bool script = is_script(tree, text_);
    std::size_t looked_at = 0;
    constexpr std::size_t most_globals = 20;
    for (const auto* statement : tree.body) {
      if (script) break;
      if (const auto [name, value] = made(statement); value != nullptr && ++looked_at <= most_globals) {
        const bool used = reader_.names.imported.count(name) > 0 ||
                          std::any_of(functions.begin(), functions.end(), [&, id = name](const Definition& each) { return mentions(each.function->body, id); });
        if (used) tell(*value, name);
      }
      if (const auto* type = as<python::Class>(statement, StatementKind::class_))
        for (const auto* member : type->body)
          if (const auto [name, value] = made(member); value != nullptr) tell(*value, std::string(type->name) + "." + std::string(name));
    }
    for (const auto& each : functions) of_function(*each.function);
  }

 private:
  auto of_function(const python::Function& function) -> void {
    for (const auto& parameter : function.parameters)
      if (parameter.default_value != nullptr && reader_.module.made_by(parameter.default_value, {})) tell(*parameter.default_value, parameter.name);
    const bool remembers = std::any_of(function.decorators.begin(), function.decorators.end(), [](const python::Expression* decorator) {
      if (const auto* call = as<python::Call>(decorator, ExpressionKind::call)) decorator = call->callee;
      const auto name = last_part(dotted_name(decorator));
      return name == "lru_cache" || name == "cache";
    });
    if (!remembers || function.body.empty()) return;
    if (const auto* last = as<python::Return>(function.body.back(), StatementKind::return_); last != nullptr && reader_.module.made_by(last->value, {}))
      tell(*last->value, function.name);
  }

  // Scoped sessions without a scope that fits.
  auto scopes(python::StatementList body) -> void {
    if (text_.find("scoped_session(") == std::string_view::npos) return;
    walk_expressions(body, [&](const python::Expression& node, const Surroundings&) {
      const auto* call = as<python::Call>(&node, ExpressionKind::call);
      if (call == nullptr || call->arguments.empty()) return;
      const auto word = std::string(last_part(dotted_name(call->callee)));
      if (word != "scoped_session" && word != "async_scoped_session") return;
      if (!sqlalchemy::is_library_name(reader_.module.value_of(*call->callee).external_name())) return;
      const python::Expression* factory = nullptr;
      for (const auto& argument : call->arguments) {
        if (argument.star != python::Argument::Star::none || argument.name == "scopefunc") return;
        if (argument.name == "session_factory" || (argument.name.empty() && factory == nullptr)) factory = argument.value;
        else if (argument.name.empty()) return;
      }
      if (factory == nullptr) return;
      if (word == "async_scoped_session") {
        reader_.add(SessionUse::Kind::no_scope, reader_.module.span(node), {}, word, SessionKind::async, {});
        return;
      }
      const auto value = reader_.module.value_of(*factory);
      if (const auto* known = value.object<SessionFactory>(); known != nullptr && known->kind == SessionKind::async)
        reader_.add(SessionUse::Kind::thread_local_async, reader_.module.span(node), {}, word, SessionKind::async, {});
    });
  }

  auto made(const python::Statement* statement) -> std::pair<std::string_view, const python::Expression*> {
    const python::Expression* target = nullptr;
    const python::Expression* value = nullptr;
    if (const auto* assign = as<python::Assign>(statement, StatementKind::assign); assign != nullptr && assign->targets.size() == 1)
      target = assign->targets[0], value = assign->value;
    if (const auto* annotated = as<python::Annotated>(statement, StatementKind::annotated)) target = annotated->target, value = annotated->value;
    const auto* name = as<python::Name>(target, ExpressionKind::name);
    if (name == nullptr || value == nullptr || !reader_.module.made_by(value, {})) return {};
    return {name->id, value};
  }

  auto tell(const python::Expression& value, std::string_view name) -> void {
    reader_.add(SessionUse::Kind::global, reader_.module.span(value), {}, std::string(name), reader_.module.made_by(&value, {}).value_or(SessionKind::unknown), {});
  }

  SessionReader& reader_;
  std::string_view text_;
};

}  // namespace

auto may_use_sessions(const interpret::SourceModule& module, const ProjectNames& names) -> bool {
  if (std::any_of(module.globals.begin(), module.globals.end(),
                  [&](const auto& entry) { return names.factories.count(entry.first) > 0 || is_of_sessions(entry.first, entry.second); }))
    return true;
  if (module.tree == nullptr) return false;
  for (const auto& definition : definitions_of(*module.tree))
    for (const auto& parameter : definition.function->parameters)
      if (parameter.name == "session" || parameter.name == "db" || parameter.name.ends_with("_session")) return true;
  return false;
}

auto read_sessions(SessionReader& reader, std::string_view text) -> void {
  const auto& module = reader.module.module();
  if (module.tree == nullptr) return;
  Globals(reader, text).read();
  const auto makes_sessions = [&](std::string_view name) { return reader.names.factories.count(name) > 0 && module.globals.count(name) > 0; };
  for (const auto& definition : definitions_of(*module.tree)) {
    const auto body = text_of(*definition.function, text);
    const auto marks = called_marks(body, makes_sessions);
    if (body.find("asyncio") != std::string_view::npos && body.find("run(") != std::string_view::npos) read_event_loops(reader, *definition.function);
    const bool makes = (marks & called_session) != 0;
    const bool shares = definition.function->async || (marks & called_sharing) != 0;
    const bool fails = (marks & called_commit) != 0 && body.find("except") != std::string_view::npos;
    const bool orders = (marks & called_commit) != 0 || may_wait(body);
    if (!makes && !shares && !fails && !orders) continue;
    // It makes none: somebody has to give it one.
    const auto& parameters = definition.function->parameters;
    if (!makes && !fails && reader.module.attributes_of(definition.class_name).empty() &&
        std::none_of(parameters.begin(), parameters.end(), [&](const python::Parameter& each) { return reader.module.annotated(each.annotation).has_value(); }))
      continue;
    const auto known = sessions_of(reader.module, *definition.function, definition.class_name);
    if (makes) read_session_life(reader, *definition.function, known);
    if ((makes || shares) && !known.sessions.empty()) read_session_sharing(reader, *definition.function, known);
    if (fails) read_session_errors(reader, *definition.function, known);
    if (!known.sessions.empty()) read_session_order(reader, *definition.function, known);
  }
}

}  // namespace foreshot::loads
