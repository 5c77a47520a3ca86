#include "analyzer/loads/session_names.h"

#include <algorithm>

#include "analyzer/loads/value.h"
#include "analyzer/sqlalchemy/argument.h"
#include "analyzer/sqlalchemy/model_vocabulary.h"

namespace foreshot::loads {
namespace {

using python::as;
using python::ExpressionKind;
using python::StatementKind;
using sqlalchemy::last_part;

auto is_maker(std::string_view word) -> bool {
  return word == "sessionmaker" || word == "async_sessionmaker" || word == "scoped_session" || word == "async_scoped_session";
}

auto continues_name(char c) -> bool { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

// The value of a statement that gives one name a value.
auto assigned(const python::Statement* statement) -> std::pair<const python::Expression*, const python::Expression*> {
  if (const auto* assign = as<python::Assign>(statement, StatementKind::assign); assign != nullptr && assign->targets.size() == 1)
    return {assign->targets[0], assign->value};
  if (const auto* annotated = as<python::Annotated>(statement, StatementKind::annotated)) return {annotated->target, annotated->value};
  return {nullptr, nullptr};
}

auto without_await(const python::Expression* value) -> const python::Expression* {
  if (const auto* awaited = as<python::Await>(value, ExpressionKind::await_)) return awaited->value;
  return value;
}

auto kind_of_class(std::string_view dotted) -> std::optional<SessionKind> {
  if (!sqlalchemy::is_session_class(dotted)) return std::nullopt;
  const auto name = last_part(dotted);
  return name.starts_with("Async") || name.starts_with("async") ? SessionKind::async : SessionKind::sync;
}

auto find_class(python::StatementList body, std::string_view name) -> const python::Class* {
  const auto dot = name.find('.');
  for (const auto* statement : body)
    if (const auto* type = as<python::Class>(statement, StatementKind::class_); type != nullptr && type->name == name.substr(0, dot))
      return dot == std::string_view::npos ? type : find_class(type->body, name.substr(dot + 1));
  return nullptr;
}

}  // namespace

auto named_session(std::string_view callee) -> bool {
  callee.remove_suffix(callee.size() - std::min(callee.rfind('.'), callee.size()));
  if (callee.ends_with("()")) callee.remove_suffix(2);
  const auto dot = callee.rfind('.');
  std::string last(dot == std::string_view::npos ? callee : callee.substr(dot + 1));
  for (auto& c : last) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return last.find("session") != std::string::npos || last == "db" || last == "_db" || last == "sess" || last == "s";
}

auto ProjectNames::add(const interpret::SourceModule& module, std::string_view text) -> void {
  sets_autoflush = sets_autoflush || text.find("autoflush") != std::string_view::npos;
  constexpr std::string_view call = "Depends(";
  const bool depends = module.globals.count("Depends") > 0 || module.globals.count("fastapi") > 0;
  for (auto at = depends ? text.find(call) : std::string_view::npos; at != std::string_view::npos; at = text.find(call, at + 1)) {
    auto end = at + call.size();
    auto begin = end;
    for (; end < text.size() && (continues_name(text[end]) || text[end] == '.' || text[end] == '=' || text[end] == ' ' || text[end] == '\n'); ++end)
      if (!continues_name(text[end])) begin = end + 1;
    if (end < text.size() && (text[end] == ')' || text[end] == ',') && end > begin) dependencies.insert(text.substr(begin, end - begin));
  }
  if (module.tree == nullptr) return;
  for (const auto& [name, binding] : module.globals) {
    if (binding.kind == interpret::Binding::Kind::import_from && binding.imported != nullptr) imported.insert(binding.imported->name);
    if (binding.kind != interpret::Binding::Kind::assign) continue;
    const auto* call_node = as<python::Call>(assigned(binding.statement).second, ExpressionKind::call);
    if (call_node != nullptr && is_maker(last_part(dotted_name(call_node->callee)))) factories.insert(name);
  }
}

auto ModuleSessions::made_by_function(const interpret::Function& function) -> std::optional<SessionKind> {
  const auto* definition = function.definition;
  if (definition == nullptr || definition->generator || !definition->decorators.empty() || definition->body.empty() || function.module == nullptr) return std::nullopt;
  const auto* last = as<python::Return>(definition->body.back(), StatementKind::return_);
  const auto* call = last != nullptr ? as<python::Call>(last->value, ExpressionKind::call) : nullptr;
  if (call == nullptr || dotted_name(call->callee).empty()) return std::nullopt;
  const auto callee = interpreter_.evaluate(*function.module, *call->callee);
  if (const auto* factory = callee.object<SessionFactory>(); factory != nullptr && !factory->scoped) return factory->kind;
  const auto dotted = callee.external_name();
  return last_part(dotted) == "Session" || last_part(dotted) == "AsyncSession" ? kind_of_class(dotted) : std::nullopt;
}

auto ModuleSessions::made_by(const python::Expression* value, const std::set<std::string>& locals) -> std::optional<SessionKind> {
  const auto* call = as<python::Call>(without_await(value), ExpressionKind::call);
  if (call == nullptr) return std::nullopt;
  // sessionmaker(bind=engine)()
  if (const auto* inner = as<python::Call>(call->callee, ExpressionKind::call)) {
    const auto made = value_of(*inner->callee).external_name();
    if (!sqlalchemy::is_library_name(made)) return std::nullopt;
    if (last_part(made) == "sessionmaker") return SessionKind::sync;
    return last_part(made) == "async_sessionmaker" ? std::optional(SessionKind::async) : std::nullopt;
  }
  const auto name = dotted_name(call->callee);
  if (name.empty() || name.starts_with("self.") || locals.count(name.substr(0, name.find('.'))) > 0) return std::nullopt;
  const auto callee = value_of(*call->callee);
  if (const auto* factory = callee.object<SessionFactory>()) return factory->scoped ? std::nullopt : std::optional(factory->kind);
  if (const auto* function = callee.get<std::shared_ptr<const interpret::Function>>()) return made_by_function(**function);
  const auto dotted = callee.external_name();
  // Without an engine it has no connection to keep.
  if ((last_part(dotted) != "Session" && last_part(dotted) != "AsyncSession") || call->arguments.empty()) return std::nullopt;
  return kind_of_class(dotted);
}

auto ModuleSessions::annotated(const python::Expression* annotation) -> std::optional<SessionKind> {
  if (annotation == nullptr) return std::nullopt;
  // Session | None
  if (const auto* either = as<python::Binary>(annotation, ExpressionKind::binary); either != nullptr && either->op == "|") annotation = either->left;
  const auto name = dotted_name(annotation);
  if (const auto known = types_.find(name); !name.empty() && known != types_.end()) return known->second;
  const auto type = value_of(*annotation);
  const auto* known = type.object<sqlalchemy::AnnotatedType>();
  const auto kind = kind_of_class(known != nullptr ? known->value.external_name() : type.external_name());
  if (!name.empty()) types_.emplace(name, kind);
  return kind;
}

auto ModuleSessions::attributes_of(const std::string& class_name) -> const std::map<std::string, KnownSession>& {
  const auto [place, fresh] = attributes_.try_emplace(class_name);
  if (!fresh || class_name.empty() || module_.tree == nullptr) return place->second;
  const auto* type = find_class(module_.tree->body, class_name);
  if (type == nullptr) return place->second;
  for (const auto* statement : type->body) {
    if (const auto* declared = as<python::Annotated>(statement, StatementKind::annotated))
      if (const auto* name = as<python::Name>(declared->target, ExpressionKind::name))
        if (const auto kind = annotated(declared->annotation)) place->second["self." + std::string(name->id)] = {*kind, span(*declared->target)};
    const auto* method = as<python::Function>(statement, StatementKind::function);
    if (method == nullptr || method->name != "__init__") continue;
    std::map<std::string_view, SessionKind> parameters;
    for (const auto& parameter : method->parameters)
      if (const auto kind = annotated(parameter.annotation)) parameters[parameter.name] = *kind;
    for (const auto* each : method->body) {
      const auto [target, value] = assigned(each);
      const auto attribute = dotted_name(target);
      const auto* source = as<python::Name>(value, ExpressionKind::name);
      if (!attribute.starts_with("self.") || source == nullptr) continue;
      if (const auto found = parameters.find(source->id); found != parameters.end()) place->second[attribute] = {found->second, span(*target)};
    }
  }
  return place->second;
}

auto sessions_of(ModuleSessions& module, const python::Function& function, const std::string& class_name) -> FunctionSessions {
  FunctionSessions found;
  for (const auto& parameter : function.parameters) {
    found.locals.insert(std::string(parameter.name));
    if (const auto kind = module.annotated(parameter.annotation)) found.sessions[std::string(parameter.name)] = {*kind, module.span(*parameter.annotation)};
  }
  for (const auto& [name, session] : module.attributes_of(class_name)) found.sessions[name] = session;
  std::set<std::string> again;
  walk_expressions(function.body, [&](const python::Expression& node, const Surroundings& around) {
    if (around.nested || around.parent != nullptr) return;
    if (const auto* with = as<python::With>(around.statement, StatementKind::with)) {
      for (const auto& item : with->items) {
        const auto* name = as<python::Name>(item.target, ExpressionKind::name);
        if (item.context != &node || name == nullptr) continue;
        auto kind = module.made_by(&node, found.locals);
        // factory.begin() makes one too.
        const auto* call = as<python::Call>(&node, ExpressionKind::call);
        const auto* begin = call != nullptr ? as<python::Attribute>(call->callee, ExpressionKind::attribute) : nullptr;
        if (!kind && begin != nullptr && begin->name == "begin" && !dotted_name(begin->value).empty() &&
            found.locals.count(dotted_name(begin->value).substr(0, dotted_name(begin->value).find('.'))) == 0)
          if (const auto value = module.value_of(*begin->value); const auto* factory = value.object<SessionFactory>()) kind = factory->kind;
        if (kind) found.sessions[std::string(name->id)] = {*kind, module.span(node), false, true, around.repeated};
        found.locals.insert(std::string(name->id));
      }
      return;
    }
    const auto [target, value] = assigned(around.statement);
    const auto* name = as<python::Name>(target, ExpressionKind::name);
    if (value != &node || name == nullptr) return;
    const std::string id(name->id);
    if (const auto kind = module.made_by(value, found.locals)) {
      if (found.sessions.count(id) > 0) again.insert(id);
      found.sessions[id] = {*kind, module.span(*without_await(value)), true, false, around.repeated};
    } else if (found.sessions.count(id) > 0) {
      again.insert(id);
    }
    found.locals.insert(id);
  });
  // What a name means in between nobody knows.
  for (const auto& name : again) found.sessions.erase(name);
  return found;
}

}  // namespace foreshot::loads
