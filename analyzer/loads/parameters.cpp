// What the parameters of a function hold when nobody calls it, by their types and by what a web framework gives them; and what
// calling a mapped class makes.
#include <algorithm>

#include "analyzer/loads/tree_walk.h"
#include "analyzer/loads/vocabulary.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using interpret::Arguments;
using interpret::Site;
using interpret::Value;
using python::as;
using python::ExpressionKind;
using python::StatementKind;
using sqlalchemy::AnnotatedType;
using sqlalchemy::last_part;
using sqlalchemy::object_value;
using sqlalchemy::shared_object;

namespace {

// A body that says nothing about what subclasses do.
auto is_abstract(const python::Function& function) -> bool {
  return std::all_of(function.body.begin(), function.body.end(), [](const python::Statement* statement) {
    if (statement->kind == StatementKind::raise || statement->kind == StatementKind::pass) return true;
    const auto* word = as<python::ExpressionStatement>(statement, StatementKind::expression);
    return word != nullptr && (word->value->kind == ExpressionKind::string || word->value->kind == ExpressionKind::ellipsis);
  });
}

// The expression that gives a name its value, by assignment or in a with statement.
auto source_of(const python::Function& function, std::string_view name) -> const python::Expression* {
  const python::Expression* made = nullptr;
  const auto is_it = [&](const python::Expression* target) {
    const auto* word = as<python::Name>(target, ExpressionKind::name);
    return word != nullptr && word->id == name;
  };
  walk_expressions(function.body, [&](const python::Expression& node, const Surroundings& around) {
    if (around.nested || around.parent != nullptr) return;
    if (const auto* with = as<python::With>(around.statement, StatementKind::with))
      for (const auto& item : with->items)
        if (item.context == &node && is_it(item.target)) made = &node;
    if (const auto* assign = as<python::Assign>(around.statement, StatementKind::assign))
      if (assign->value == &node && assign->targets.size() == 1 && is_it(assign->targets[0])) made = &node;
  });
  return made;
}

}  // namespace

// Whether the interpreter will walk the function that is called here.
auto LoadVocabulary::is_followed(const Site& site, const interpret::Function& function) const -> bool {
  constexpr std::size_t deepest = 3;
  return function.definition == nullptr || (site.called_from.size() < deepest && !is_abstract(*function.definition));
}

auto LoadVocabulary::dependency(const Site& site, const Arguments& arguments) -> Value {
  auto made = std::make_shared<Dependency>();
  if (const auto* given = arguments.get(0, "dependency")) made->function = given->value;
  return object_value(std::move(made), site.span);
}

// `async with factory() as session: yield session`: what the function that a web framework calls gives.
auto LoadVocabulary::session_given_by(const Site& site, const Value& dependency) const -> std::shared_ptr<Session> {
  const auto* given = dependency.object<Dependency>();
  const auto* function = given != nullptr ? given->function.get<std::shared_ptr<const interpret::Function>>() : nullptr;
  if (function == nullptr || (*function)->definition == nullptr || (*function)->module == nullptr) return nullptr;
  const auto& definition = *(*function)->definition;
  std::string_view name;
  walk_expressions(definition.body, [&](const python::Expression& node, const Surroundings& around) {
    const auto* yield = as<python::Yield>(&node, ExpressionKind::yield_);
    const auto* word = yield != nullptr ? as<python::Name>(yield->value, ExpressionKind::name) : nullptr;
    if (word != nullptr && !around.nested) name = word->id;
  });
  const auto* call = as<python::Call>(name.empty() ? nullptr : source_of(definition, name), ExpressionKind::call);
  if (call == nullptr) return nullptr;
  const auto* callee = call->callee;
  if (const auto* begin = as<python::Attribute>(callee, ExpressionKind::attribute); begin != nullptr && begin->name == "begin") callee = begin->value;
  if (callee->kind != ExpressionKind::name && callee->kind != ExpressionKind::attribute) return nullptr;
  const auto value = site.interpreter.evaluate(*(*function)->module, *callee);
  auto session = std::make_shared<Session>();
  if (const auto* factory = value.object<SessionFactory>()) {
    session->kind = factory->kind;
    session->keeps = factory->keeps;
    session->understood = true;
    return session;
  }
  if (!sqlalchemy::is_session_class(value.external_name())) return nullptr;
  session->kind = last_part(value.external_name()).starts_with("Async") ? SessionKind::async : SessionKind::sync;
  session->keeps = std::any_of(call->arguments.begin(), call->arguments.end(), [](const python::Argument& argument) { return argument.name == "expire_on_commit" || argument.star != python::Argument::Star::none; });
  session->understood = true;
  return session;
}

// What calling a dependency returns, or yields first.
auto LoadVocabulary::given_by(const Site& site, const Value& dependency) const -> Value {
  if (auto session = session_given_by(site, dependency)) return object_value(std::move(session), site.span);
  const auto* called = dependency.object<Dependency>();
  if (called == nullptr || called->function.get<std::shared_ptr<const interpret::Function>>() == nullptr) return {};
  auto given = site.interpreter.call(site, called->function, {});
  if (const auto* yielded = given.sequence()) given = yielded->items.size() == 1 ? Value(yielded->items.front()) : Value();
  // Whoever calls the function made it, before.
  if (const auto session = shared_object<Session>(given)) session->created = false;
  return given;
}

auto LoadVocabulary::new_entity(const Site& site, ModelId model, const Arguments& arguments) -> Value {
  auto entity = make_entity(model, nullptr, false);
  entity->fresh = true;
  entity->made = site.span;
  entity->unclear = arguments.unknown_keywords || arguments.unknown_positional || arguments.positional_count() > 0 ||
                    member(site, model, "__init__").get<std::shared_ptr<const interpret::Function>>() != nullptr;
  const auto given = [](const Value& value) {
    // It is in a relationship of the other side from now on.
    if (const auto other = shared_object<Entity>(value); other != nullptr && other->fresh) other->unclear = true;
  };
  for (const auto& argument : arguments.items) {
    if (argument.name.empty()) continue;
    entity->loaded.insert(std::string(argument.name));
    entity->set_at[std::string(argument.name)] = turns_.size();
    given(argument.value);
    if (const auto* list = argument.value.sequence()) std::for_each(list->items.begin(), list->items.end(), given);
  }
  note_made(site, *entity, arguments);
  return object_value(std::move(entity), site.span);
}

auto LoadVocabulary::parameter(const Site& site, std::string_view name, const Value& annotation, const Value* fallback) -> std::optional<Value> {
  const auto* annotated = annotation.object<AnnotatedType>();
  const auto& depends = annotated != nullptr && !annotated->dependency.is_unknown() ? annotated->dependency : fallback != nullptr ? *fallback : annotation;
  const auto session = [&](SessionKind kind) {
    auto made = session_given_by(site, depends);
    if (made == nullptr || (kind != SessionKind::unknown && made->kind != kind)) made = std::make_shared<Session>();
    made->kind = kind == SessionKind::unknown ? made->kind : kind;
    return object_value(std::move(made), site.span);
  };
  const auto typed = [&](const Value& type) -> std::optional<Value> {
    const auto dotted = type.external_name();
    if (sqlalchemy::is_session_class(dotted))
      return session(last_part(dotted).starts_with("Async") || last_part(dotted).starts_with("async") ? SessionKind::async : SessionKind::sync);
    if (const auto model = registry_.of(type); model != no_model) {
      note_present(model, 0);
      return object_value(make_entity(model, nullptr, false), site.span);
    }
    // A service, a repository: what it is made of, its class says.
    if (const auto* made = type.get<std::shared_ptr<const interpret::Class>>(); made != nullptr && (*made)->definition != nullptr && querying_ != nullptr && querying_->has_method_that_reaches(**made))
      return site.interpreter.instance(*made);
    return std::nullopt;
  };
  if (auto value = typed(annotated != nullptr ? annotated->value : annotation)) return value;
  if (annotated != nullptr && annotated->dependency.is_unknown()) return std::nullopt;
  if (depends.object<Dependency>() != nullptr) {
    auto given = given_by(site, depends);
    if (given.get<std::shared_ptr<interpret::Object>>() != nullptr || given.get<std::shared_ptr<interpret::Instance>>() != nullptr) return given;
    return std::nullopt;
  }
  // Names alone are believed where nothing is said.
  if (annotation.is_unknown() && fallback == nullptr && (name == "session" || name == "db_session" || name.ends_with("_session")))
    return session(SessionKind::unknown);
  return ModelVocabulary::parameter(site, name, annotation, fallback);
}

}  // namespace foreshot::loads
