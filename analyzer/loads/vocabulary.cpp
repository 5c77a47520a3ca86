#include "analyzer/loads/vocabulary.h"

#include <algorithm>
#include <array>

#include "analyzer/loads/dialect.h"
#include "analyzer/sqlalchemy/argument.h"
#include "analyzer/sqlalchemy/core_dml.h"
#include "analyzer/sqlalchemy/types.h"

namespace foreshot::loads {

using interpret::Class;
using interpret::Function;
using sqlalchemy::AnnotatedType;
using sqlalchemy::FlaskDatabase;
using sqlalchemy::last_part;
using sqlalchemy::object_value;
using sqlalchemy::shared_object;

namespace {

// A decorator that remembers results, or that sends the call elsewhere.
auto is_remembered(const python::Function& function) -> bool {
  static constexpr std::array<std::string_view, 5> words{"cache", "memoize", "memoise", "memoized", "cached"};
  return std::any_of(function.decorators.begin(), function.decorators.end(), [](const python::Expression* decorator) {
    if (const auto* call = python::as<python::Call>(decorator, python::ExpressionKind::call)) decorator = call->callee;
    std::string_view name;
    if (const auto* word = python::as<python::Name>(decorator, python::ExpressionKind::name)) name = word->id;
    if (const auto* dotted = python::as<python::Attribute>(decorator, python::ExpressionKind::attribute)) name = dotted->name;
    if (name == "cached_property") return false;
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return name.find(word) != std::string_view::npos; });
  });
}

auto is_library(std::string_view dotted) -> bool { return sqlalchemy::is_library_name(dotted); }

// Whether a value can be an entity, a statement, a session, rows, or hold one.
auto is_of_database(const interpret::Value& value, int depth) -> bool {
  if (depth > 3) return true;
  const auto any = [&](const auto& values) { return std::any_of(values.begin(), values.end(), [&](const auto& each) { return is_of_database(each, depth + 1); }); };
  if (value.get<std::shared_ptr<interpret::Object>>() != nullptr || value.get<std::shared_ptr<const Class>>() != nullptr ||
      value.get<std::shared_ptr<const Function>>() != nullptr)
    return true;
  if (const auto* sequence = value.get<std::shared_ptr<interpret::Sequence>>()) return any((*sequence)->items);
  if (const auto* choice = value.get<std::shared_ptr<const interpret::Choice>>()) return any((*choice)->options);
  if (const auto* mapping = value.get<std::shared_ptr<interpret::Mapping>>())
    return std::any_of((*mapping)->entries.begin(), (*mapping)->entries.end(), [&](const auto& entry) { return is_of_database(entry.second, depth + 1); });
  if (const auto* instance = value.get<std::shared_ptr<interpret::Instance>>())
    return std::any_of((*instance)->attributes.begin(), (*instance)->attributes.end(), [&](const auto& entry) { return is_of_database(entry.second, depth + 1); });
  return false;
}

}  // namespace

LoadVocabulary::LoadVocabulary(const ModelRegistry& registry, const sqlalchemy::Versions& versions, PathRole role,
                               const QueryingFunctions* querying, const Templates* templates)
    : ModelVocabulary(versions), registry_(registry), role_(role), querying_(querying), templates_(templates) {
  gathers_ = false;
}

auto LoadVocabulary::call(const Site& site, const Value& callee, const Arguments& arguments) -> std::optional<Value> {
  if (const auto dotted = callee.external_name(); !dotted.empty()) {
    if (dotted.starts_with("builtins.")) return builtin(site, dotted.substr(9), arguments);
    if (dotted == "itertools.chain") return builtin(site, "iter", arguments);
    if (dotted == "itertools.groupby") return builtin(site, "groupby", arguments);
    if (auto answer = template_call(site, callee, last_part(dotted), arguments)) return answer;
    if (auto answer = serializer_function(site, dotted, arguments)) return answer;
    if (!is_library(dotted)) {
      if (last_part(dotted) == "Depends" || last_part(dotted) == "Security") return dependency(site, arguments);
      unclear(site, callee, arguments);
      return std::nullopt;
    }
    const auto word = last_part(dotted);
    if (word == "hybrid_property" || word == "hybrid_method" || word == "validates" || word == "reconstructor")
      return arguments.positional(0) != nullptr ? std::optional(arguments.positional(0)->value) : std::nullopt;
    if (auto answer = session_call(site, dotted, arguments)) return answer;
    if (auto answer = option_call(site, word, arguments)) return answer;
    if (auto answer = statement_call(site, word, arguments)) return answer;
    if (word == "set_committed_value") {
      const auto* name = arguments.get(1, "key");
      const auto* object = arguments.get(0, "instance");
      if (const auto entity = object != nullptr ? shared_object<Entity>(object->value) : nullptr; entity != nullptr && name != nullptr && name->value.constant_text() != nullptr)
        set_by_hand_.insert({entity->model, *name->value.constant_text()});
    }
    if ((word == "insert" || word == "update" || word == "delete") && arguments.positional(0) != nullptr)
      core_tables_[site.span] = arguments.positional(0)->value.rounds();
    if (word == "exists") return object_value(std::make_shared<Derived>(), site.span);
    if (word == "aliased" && arguments.positional(0) != nullptr)
      if (const auto model = registry_.of(arguments.positional(0)->value); model != no_model && arguments.positional_count() == 1) {
        auto alias = std::make_shared<Alias>();
        alias->model = model;
        return object_value(std::move(alias), site.span);
      }
    if (word == "text") note_text(site, arguments);
    if (auto answer = expression_call(site, dotted, word, arguments)) return answer;
    return ModelVocabulary::call(site, callee, arguments);
  }
  if (const auto* function = callee.get<std::shared_ptr<const Function>>()) {
    if ((*function)->definition != nullptr)
      if (auto answer = template_call(site, {}, (*function)->definition->name, arguments)) return answer;
    if ((*function)->definition != nullptr && is_remembered(*(*function)->definition)) {
      unclear(site, callee, arguments);
      return Value::unknown("a remembered result", site.span);
    }
    if (!worth_following(site, **function, arguments)) return Value::unknown("a call that fetches nothing", site.span);
    if (!is_followed(site, **function)) unclear(site, callee, arguments);
    return std::nullopt;
  }
  if (const auto model = registry_.of(callee); model != no_model) {
    return new_entity(site, model, arguments);
  }
  if (const auto* type = callee.get<std::shared_ptr<const Class>>())
    if (auto answer = serializer_made(site, *type, arguments)) return answer;
  if (const auto* factory = callee.object<SessionFactory>()) {
    auto session = std::make_shared<Session>();
    session->kind = factory->kind;
    session->keeps = factory->keeps || arguments.keyword("expire_on_commit") != nullptr;
    session->understood = true;
    session->made = site.span;
    session->loops = site.loops.size();
    session->created = !factory->scoped;
    return object_value(std::move(session), site.span);
  }
  if (callee.object<Session>() != nullptr || callee.object<Criterion>() != nullptr) return callee;
  if (callee.object<Transaction>() != nullptr) return Value::unknown("result", site.span);
  if (callee.is_unknown()) unclear(site, callee, arguments);
  return ModelVocabulary::call(site, callee, arguments);
}

auto LoadVocabulary::worth_following(const Site& site, const Function& function, const Arguments& arguments) const -> bool {
  if (querying_ == nullptr || function.definition == nullptr) return true;
  // This call is one of those that are followed, too.
  const auto open = std::min(site.called_from.size() + 1, QueryingFunctions::followed_calls);
  if (querying_->reaches(*function.definition, QueryingFunctions::followed_calls - open)) return true;
  if (function.closure != nullptr || (function.self != nullptr && is_of_database(*function.self, 0))) return true;
  return std::any_of(arguments.items.begin(), arguments.items.end(), [](const auto& argument) { return is_of_database(argument.value, 0); });
}

auto LoadVocabulary::method(const Site& site, const Value& object, std::string_view name, const Arguments& arguments) -> std::optional<Value> {
  note_operators(site, name, arguments);
  if (object.is_unknown()) note_change(site, object, name);
  if (auto statement = shared_object<Statement>(object)) return statement_method(site, statement, name, arguments);
  if (auto rows = shared_object<Rows>(object)) return rows_method(site, rows, name, arguments);
  if (const auto options = shared_object<Options>(object)) {
    auto next = option_method(site, *options, name, arguments);
    if (const auto grown = next ? shared_object<Options>(*next) : nullptr) grow(site, options, *grown);
    return next;
  }
  if (auto entity = shared_object<Entity>(object)) {
    const auto found = member(site, entity->model, name);
    if (found.get<std::shared_ptr<const Function>>() == nullptr) {
      if (name == "sqlmodel_update") changed(site, entity, {}, {});
      return Value::unknown("method", site.span);
    }
    Arguments all;
    all.items.push_back({{}, object, site.span});
    all.items.insert(all.items.end(), arguments.items.begin(), arguments.items.end());
    all.unknown_positional = arguments.unknown_positional;
    all.unknown_keywords = arguments.unknown_keywords;
    return site.interpreter.call(site, found, all);
  }
  if (auto answer = serializer_call(site, object, name, arguments)) return answer;
  if (auto answer = template_call(site, object, name, arguments)) return answer;
  if (auto answer = rest_model(site, name, arguments)) return answer;
  if (object.object<Derived>() != nullptr) return object;
  if (const auto* attribute = object.object<ModelAttribute>()) {
    // Order.items.of_type(X), Order.items.and_(…): still that path, for an option.
    if (name == "and_") return object;
    if (name == "of_type") {
      auto typed = std::make_shared<ModelAttribute>(*attribute);
      if (const auto* type = arguments.positional(0)) {
        const auto* alias = type->value.object<Alias>();
        typed->of = std::make_shared<FromItem>(FromItem{alias != nullptr ? alias->model : registry_.of(type->value), alias != nullptr ? type->value.span() : Span()});
        if (typed->of->model == no_model) typed->of = nullptr;
      }
      return object_value(std::move(typed), site.span);
    }
    return column_method(site, object, name, arguments);
  }
  if (object.object<Criterion>() != nullptr) return column_method(site, object, name, arguments);
  if (object.object<Row>() != nullptr) return Value::unknown("row", site.span);
  // The default of a parameter that a dependency has itself.
  if (object.object<Dependency>() != nullptr) {
    const auto given = given_by(site, object);
    if (given.object<Dependency>() == nullptr && !given.is_unknown()) return method(site, given, name, arguments);
    return session_method(site, Value(), name, arguments);
  }
  if (object.object<Session>() != nullptr || object.object<SessionFactory>() != nullptr) {
    if (object.object<SessionFactory>() != nullptr && (name == "begin" || name == "__call__")) {
      auto made = call(site, object, arguments);
      if (const auto session = made ? shared_object<Session>(*made) : nullptr; session != nullptr && name == "begin") session->commits_at_end = true;
      return made;
    }
    return session_method(site, object, name, arguments);
  }
  if (object.object<FlaskDatabase>() != nullptr) {
    if (name == "get_or_404" || name == "first_or_404" || name == "one_or_404" || name == "paginate") {
      const auto* first = arguments.positional(0);
      if (first != nullptr)
        if (auto statement = shared_object<Statement>(first->value)) {
          auto session = std::make_shared<Session>();
          session->kind = SessionKind::flask;
          if (name == "paginate") statement = page_of(site, *statement);
          return execute(site, object_value(std::move(session), site.span), name == "paginate" ? "scalars" : name, statement, first->span);
        }
      if (name == "get_or_404") return session_method(site, Value(), "get", arguments);
      return Value::unknown("result", site.span);
    }
    return ModelVocabulary::method(site, object, name, arguments);
  }
  if (object.is_unknown() || object.get<std::shared_ptr<interpret::Instance>>() != nullptr)
    if (auto answer = session_method(site, object, name, arguments)) return answer;
  if (object.is_unknown()) unclear(site, object, arguments);
  if (const auto dotted = object.external_name(); !dotted.empty()) {
    if (!is_library(dotted)) return session_method(site, object, name, arguments);
    // sqlalchemy.select, orm.selectinload: the interpreter asks again with the whole name.
    return call(site, Value::external(std::string(dotted) + "." + std::string(name)), arguments);
  }
  return ModelVocabulary::method(site, object, name, arguments);
}

auto LoadVocabulary::attribute(const Site& site, const Value& object, std::string_view name) -> std::optional<Value> {
  if (object.object<Criterion>() != nullptr) return object;
  // Of what else runs it, this says nothing: arms for other dialects are not walked.
  if (name == "dialect" && (object.is_unknown() || object.object<Session>() != nullptr || object.object<SessionFactory>() != nullptr || object.object<Engine>() != nullptr))
    return object_value(std::make_shared<sqlalchemy::DialectObject>(), site.span);
  if (auto entity = shared_object<Entity>(object)) return entity_attribute(site, entity, name);
  // Of an engine, a connection, a session's bind: it runs on PostgreSQL.
  if (name == "dialect" && object.is_unknown()) return object_value(std::make_shared<sqlalchemy::DialectObject>(), site.span);
  const auto* alias = object.object<Alias>();
  if (const auto model = alias != nullptr ? alias->model : registry_.of(object); model != no_model) {
    const auto& known = registry_.model(model);
    const std::string wanted(name);
    bool mapped = known.relationship(wanted) != nullptr || known.column(wanted) != nullptr;
    for (const auto base : known.base_models) mapped = mapped || registry_.model(base).column(wanted) != nullptr;
    if (mapped) {
      auto attribute = std::make_shared<ModelAttribute>();
      attribute->model = model;
      attribute->name = wanted;
      if (alias != nullptr) attribute->alias = object.span();
      return object_value(std::move(attribute), site.span);
    }
    if (alias != nullptr) return Value::unknown("attribute of an alias", site.span);
    if (name == "__table__")
      if (auto table = sqlalchemy::table_of(object)) return object_value(std::move(table), site.span);
    if (name == "query") {
      auto statement = std::make_shared<Statement>();
      statement->legacy = true;
      statement->built = site.span;
      statement->entities = {model};
      statement->from = {{FromItem{model, {}}, site.span}};
      statement->session = SessionKind::flask;
      return object_value(std::move(statement), site.span);
    }
    return ModelVocabulary::attribute(site, object, name);
  }
  if (const auto* row = object.object<Row>()) {
    for (std::size_t i = 0; i < row->names.size(); ++i)
      if (row->names[i] == name) return row->items[i];
    return Value::unknown("column of a row", site.span);
  }
  if (auto rows = shared_object<Rows>(object)) {
    if (name == "items") return object;  // a page's rows
    return Value::unknown("attribute of a result", site.span);
  }
  if (object.object<FlaskDatabase>() != nullptr && name == "session") {
    auto session = std::make_shared<Session>();
    session->kind = SessionKind::flask;
    return object_value(std::move(session), site.span);
  }
  if (object.object<Derived>() != nullptr) return object;
  if (object.object<Session>() != nullptr || object.object<Statement>() != nullptr) return Value::unknown("attribute", site.span);
  return ModelVocabulary::attribute(site, object, name);
}

auto LoadVocabulary::set_attribute(const Site& site, const Value& object, std::string_view name, const Value& value) -> bool {
  const auto entity = shared_object<Entity>(object);
  if (entity == nullptr) return false;
  replaced(site, *entity, std::string(name));
  changed(site, entity, std::string(name), value);
  entity->loaded.insert(std::string(name));
  if (entity->many) set_by_hand_.insert({entity->model, std::string(name)});
  return true;
}

auto LoadVocabulary::operation(const Site& site, std::string_view op, const Value& left, const Value& right) -> std::optional<Value> {
  if (!counts_.empty()) {
    const auto* nought = right.get<std::int64_t>();
    if (op == "or" && ((nought != nullptr && *nought == 0) || right.is_none()))
      if (auto number = same_count(site, left)) return number;
    note_compared(site, op, left, right);
  }
  if (const auto said = is_postgresql(op, left, right)) return Value(*said, site.span);
  if (auto answer = column_operation(site, op, left, right)) return answer;
  if (left.object<Derived>() != nullptr || right.object<Derived>() != nullptr) {
    auto criterion = std::make_shared<Criterion>();
    criterion->opaque = true;
    return object_value(std::move(criterion), site.span);
  }
  if (left.object<Statement>() != nullptr || left.object<Rows>() != nullptr) return Value::unknown("operation", site.span);
  return ModelVocabulary::operation(site, op, left, right);
}

auto LoadVocabulary::enter(const Site& site, const Value& object) -> std::optional<Value> {
  if (object.object<Session>() != nullptr || object.object<Transaction>() != nullptr) return object;
  if (object.object<SessionFactory>() != nullptr) return call(site, object, {});
  return ModelVocabulary::enter(site, object);
}

auto LoadVocabulary::leave(const Site& site, const Value& object) -> void {
  if (const auto transaction = shared_object<Transaction>(object); transaction != nullptr && transaction->session != nullptr) {
    ++transaction->session->commits;
    turn(site, Turn::Kind::commit, transaction->session);
  }
  const auto session = shared_object<Session>(object);
  if (session == nullptr) return;
  if (session->commits_at_end) {
    ++session->commits;
    turn(site, Turn::Kind::commit, session);
  }
  ++session->closed;
}

auto LoadVocabulary::knows_class(const Class& type) const -> bool { return registry_.of(type) != no_model; }

auto LoadVocabulary::knows_attribute(const Class& type, std::string_view name) const -> bool {
  const auto id = registry_.of(type);
  if (id == no_model) return false;
  const auto& model = registry_.model(id);
  return std::any_of(model.columns.begin(), model.columns.end(), [&](const auto& each) { return each.attribute == name; }) ||
         std::any_of(model.relationships.begin(), model.relationships.end(), [&](const auto& each) { return each.name == name; });
}

}  // namespace foreshot::loads
