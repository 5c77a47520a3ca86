// Sessions: how they are made and what they run.
#include <algorithm>

#include "analyzer/loads/loop.h"
#include "analyzer/loads/vocabulary.h"
#include "analyzer/sqlalchemy/argument.h"
#include "analyzer/sqlalchemy/core_dml.h"

namespace foreshot::loads {

using interpret::Arguments;
using interpret::Loop;
using interpret::Site;
using interpret::Value;
using sqlalchemy::last_part;
using sqlalchemy::object_value;
using sqlalchemy::shared_object;

namespace {

auto in(std::string_view word, std::initializer_list<std::string_view> words) -> bool {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

auto LoadVocabulary::session_call(const Site& site, std::string_view dotted, const Arguments& arguments) -> std::optional<Value> {
  const auto name = last_part(dotted);
  if (in(name, {"sessionmaker", "async_sessionmaker", "scoped_session", "async_scoped_session", "create_session"})) {
    auto factory = std::make_shared<SessionFactory>();
    factory->kind = name.starts_with("async") ? SessionKind::async : SessionKind::sync;
    if (const auto* type = arguments.keyword("class_"); type != nullptr && last_part(type->value.external_name()) == "AsyncSession")
      factory->kind = SessionKind::async;
    if (const auto* inner = arguments.positional(0))
      if (const auto* other = inner->value.object<SessionFactory>()) factory->kind = other->kind;
    factory->scoped = name.ends_with("scoped_session");
    return object_value(std::move(factory), site.span);
  }
  if (name != "Session" && name != "AsyncSession") return std::nullopt;
  auto session = std::make_shared<Session>();
  session->kind = name == "AsyncSession" ? SessionKind::async : SessionKind::sync;
  session->made = site.span;
  session->loops = site.loops.size();
  session->created = true;
  return object_value(std::move(session), site.span);
}

auto LoadVocabulary::kind_of(const Site& site, const Value& session) const -> SessionKind {
  if (const auto* known = session.object<Session>(); known != nullptr && known->kind != SessionKind::unknown) return known->kind;
  if (const auto* factory = session.object<SessionFactory>()) return factory->kind;
  return site.awaited ? SessionKind::async : SessionKind::unknown;
}

auto LoadVocabulary::add_query(const Site& site, const Statement& statement, SessionKind kind, Query::Result result) -> std::size_t {
  const auto key = (std::uint64_t{site.span.file} << 32U) | site.span.begin;
  const auto end = key ^ (std::uint64_t{site.span.end} << 20U);
  if (const auto known = seen_queries_.find(end); known != seen_queries_.end()) return known->second;
  Query query;
  query.built = statement.built;
  query.executed = site.span;
  query.file = site.span.file;
  query.function = site.function;
  query.role = role_;
  query.session = kind;
  query.legacy = statement.legacy;
  query.entities = statement.entities;
  query.options = statement.options;
  query.options_known = statement.options_known;
  query.limited = statement.limited;
  query.for_update = statement.for_update;
  query.for_update_of = statement.for_update_of;
  query.understood = statement.understood;
  query.cardinality = Cardinality::many;
  query.result = result;
  for (const auto& column : statement.equal) query.equality_columns.push_back(column.name);
  for (const auto& column : statement.used) query.filter_columns.push_back(column.name);
  facts_.queries.push_back(std::move(query));
  seen_queries_.emplace(end, facts_.queries.size() - 1);
  return facts_.queries.size() - 1;
}

auto LoadVocabulary::add_delete(const Site& site, ModelId model, const Statement* statement, SessionKind kind) -> void {
  if (site.resolving || model == no_model || !seen_deletes_.insert(site.span).second) return;
  Delete made;
  made.span = site.span;
  made.model = model;
  made.bulk = statement != nullptr;
  made.has_where = statement == nullptr || !statement->unfiltered;
  made.session = kind;
  made.role = role_;
  made.function = site.function;
  facts_.deletes.push_back(std::move(made));
}

// A statement runs here; does it run once for each item of a loop around it?
auto LoadVocabulary::run_in_loop(const Site& site, const Value& session, std::string_view sql) -> void {
  if (site.resolving || site.loops.empty()) return;
  const Loop* found = nullptr;
  std::size_t index = 0;
  for (auto i = site.loops.size(); i-- > 0;) {
    // A loop inside that polls or pages decides on its own how often it asks.
    if (site.loops[i].is_while) return;
    if (site.loops[i].known) continue;
    found = &site.loops[i];
    index = i;
    break;
  }
  if (found == nullptr) return;
  const auto& loop = *found;
  const auto* made = session.object<Session>();
  if (made != nullptr && made->created && made->loops > index) return;
  if (loop.element.get<std::shared_ptr<const interpret::Class>>() != nullptr || loop.element.object<sqlalchemy::Table>() != nullptr) return;
  const auto* module = site.interpreter.modules().by_file(loop.whole.file);
  if (module == nullptr) return;
  auto access = site.span;
  std::vector<Span> through;
  for (std::size_t i = 0; i < site.called_from.size(); ++i)
    if (loop.whole.contains(site.called_from[i])) {
      access = site.called_from[i];
      for (auto at = i + 1; at < site.called_from.size(); ++at) through.push_back(site.called_from[at]);
      through.push_back(site.span);
      break;
    }
  // One helper is followed; what is further away is often guarded, cached or meant.
  if (!loop.whole.contains(access) || loop.head.contains(access) || through.size() > 1) return;
  const std::string_view text = site.interpreter.sources().file(loop.whole.file).text;
  const auto* statement = loop.comprehension ? nullptr : loop_statement(*module, loop.whole);
  if (!loop.comprehension && statement == nullptr) return;
  const auto words = text.substr(access.begin, access.size());
  if (words.find(".in_(") != std::string_view::npos || words.find("any_(") != std::string_view::npos) return;
  const auto iterable = statement != nullptr ? text.substr(statement->iterable->begin, statement->iterable->end - statement->iterable->begin)
                                             : text.substr(loop.head.begin, loop.head.size());
  auto asked = iterable;
  if (statement == nullptr)
    if (const auto at = asked.find(" in "); at != std::string_view::npos) asked.remove_prefix(at + 4);
  if (asks_again(loop, asked)) return;
  const auto depends = dependent_names(loop, statement, text);
  const auto mentioned = identifiers(words);
  if (std::none_of(mentioned.begin(), mentioned.end(), [&](std::string_view name) { return depends.count(name) > 0; })) return;
  // The session itself is one of the loop's: `with session_for(tenant) as session`.
  const auto bound = bound_names(statement);
  if (!mentioned.empty() && (made == nullptr || made->kind == SessionKind::unknown) &&
      (bound.count(mentioned.front()) > 0 || depends.count(mentioned.front()) > 0) && through.empty() && words.starts_with(mentioned.front()))
    return;
  if (!through.empty() && statement != nullptr)
    for (const auto name : mentioned)
      if (bound.count(name) > 0 && (name.ends_with("session") || name == "db" || name == "conn" || name == "connection")) return;
  Load load;
  load.kind = Load::Kind::query;
  load.access = access;
  load.loop = loop.head;
  load.variable = loop.variable;
  load.through = std::move(through);
  load.session = kind_of(site, session);
  load.role = role_;
  load.function = site.function;
  load.sql = sql;
  load.in_async = site.in_async;
  load.loop_depth = static_cast<std::uint32_t>(index + 1);
  load.conditional = site.conditions.size() > index + 1;
  if (statement != nullptr) load.leaves_loop = leaves(*statement, access) || searches(*statement);
  add_load(std::move(load));
}

auto LoadVocabulary::execute(const Site& site, const Value& session, std::string_view name, const std::shared_ptr<Statement>& statement) -> Value {
  auto kind = kind_of(site, session);
  if (statement->legacy && kind == SessionKind::unknown) kind = statement->session;
  const auto entity = statement->entities.empty() ? no_model : statement->entities.front();
  const bool bulk_delete = statement->verb == Statement::Verb::delete_ || (statement->legacy && name == "delete");
  if (bulk_delete) {
    add_delete(site, entity, statement.get(), kind);
    return Value::unknown("result", site.span);
  }
  if (statement->verb != Statement::Verb::select || (statement->legacy && name == "update")) return Value::unknown("result", site.span);
  const auto table = entity != no_model ? registry_.model(entity).table.name.text : std::string("…");
  std::string sql = "SELECT … FROM " + table;
  if (!statement->equal.empty() && statement->equal.front().name.find('.') == std::string::npos)
    sql += " WHERE " + table + "." + statement->equal.front().name + " = :" + statement->equal.front().name;
  else if (in(name, {"get", "get_one", "get_or_404"})) sql += " WHERE primary key = :key";
  else if (!statement->unfiltered) sql += " WHERE …";
  if (!statement->filtered_by_list) run_in_loop(site, session, sql);
  auto origin = std::make_shared<Origin>();
  origin->statement = statement;
  origin->span = statement->built;
  origin->session = kind;
  origin->options_known = statement->options_known && statement->understood;
  const bool one_entity = statement->entities.size() == 1 && entity != no_model;
  const bool scalars = in(name, {"scalars", "stream_scalars", "get", "get_one", "scalar_one", "scalar_one_or_none"}) || ((statement->legacy || name == "exec") && one_entity);
  auto rows = std::make_shared<Rows>();
  rows->origin = origin;
  rows->few = statement->few;
  rows->shape = scalars ? Rows::Shape::scalars : Rows::Shape::rows;
  if (!site.resolving)
    rows->query = add_query(site, *statement, kind, one_entity ? Query::Result::entity : entity == no_model ? Query::Result::unknown : Query::Result::rows);
  if (in(name, {"first", "one", "one_or_none", "get", "get_one", "get_or_404", "first_or_404", "one_or_404", "scalar_one", "scalar_one_or_none"})) {
    if (rows->query < facts_.queries.size()) facts_.queries[rows->query].cardinality = Cardinality::one, facts_.queries[rows->query].rows_consumed = true;
    return one_of(*rows);
  }
  if (name == "scalar" || name == "count") {
    if (rows->query < facts_.queries.size()) facts_.queries[rows->query].cardinality = Cardinality::one;
    rows->shape = Rows::Shape::scalars;
    return name == "scalar" ? one_of(*rows) : Value::unknown("count", site.span);
  }
  if (statement->legacy) consumed(*rows);
  return object_value(std::move(rows), site.span);
}

auto LoadVocabulary::session_method(const Site& site, const Value& object, std::string_view name, const Arguments& arguments)
    -> std::optional<Value> {
  const auto* first = arguments.positional(0);
  const bool typed = object.object<Session>() != nullptr || object.object<SessionFactory>() != nullptr;
  if (in(name, {"execute", "scalars", "scalar", "exec", "stream", "stream_scalars"})) {
    const auto* given = first != nullptr ? first : arguments.keyword("statement");
    if (given == nullptr) return std::nullopt;
    if (auto statement = shared_object<Statement>(given->value)) return execute(site, object, name, statement);
    if (const auto core = shared_object<sqlalchemy::CoreStatement>(given->value);
        core != nullptr && core->verb == sqlalchemy::CoreStatement::Verb::select)
      run_in_loop(site, object, "SELECT …");
    return typed ? std::optional(Value::unknown("result", site.span)) : std::nullopt;
  }
  if (first != nullptr && in(name, {"get", "get_one", "get_or_404"})) {
    const auto model = registry_.of(first->value);
    if (model == no_model) return typed ? std::optional(Value::unknown("result", site.span)) : std::nullopt;
    auto statement = std::make_shared<Statement>();
    statement->built = site.span;
    statement->entities = {model};
    statement->unfiltered = false;
    if (const auto* options = arguments.keyword("options")) add_options(*statement, options->value);
    return execute(site, object, name == "get_or_404" ? "get" : name, statement);
  }
  if (name == "query" && first != nullptr) {
    auto statement = std::make_shared<Statement>();
    statement->legacy = true;
    statement->built = site.span;
    for (const auto& item : arguments.items) {
      if (!item.name.empty()) continue;
      add_entity(*statement, item.value);
    }
    const bool any = std::any_of(statement->entities.begin(), statement->entities.end(), [](ModelId id) { return id != no_model; });
    if (!typed && !any) {
      const bool columns = std::any_of(arguments.items.begin(), arguments.items.end(), [](const auto& item) { return item.value.template object<ModelAttribute>() != nullptr; });
      if (!columns) return std::nullopt;
    }
    statement->session = kind_of(site, object);
    if (const auto* session = object.object<Session>()) statement->made_by = std::make_shared<Session>(*session);
    return object_value(std::move(statement), site.span);
  }
  if (name == "delete" && first != nullptr) {
    if (const auto* entity = first->value.object<Entity>()) {
      add_delete(site, entity->model, nullptr, kind_of(site, object));
      return Value(interpret::None{}, site.span);
    }
  }
  if (name == "refresh" && first != nullptr && typed) {
    if (const auto entity = shared_object<Entity>(first->value))
      if (const auto* names = arguments.get(1, "attribute_names"); names != nullptr && names->value.sequence() != nullptr)
        for (const auto& item : names->value.sequence()->items)
          if (item.constant_text() != nullptr) entity->loaded.insert(*item.constant_text());
    return Value(interpret::None{}, site.span);
  }
  if (!typed) return std::nullopt;
  if (in(name, {"begin", "begin_nested"})) return object;
  if (in(name, {"__call__", "session_factory"})) return object;
  return Value::unknown("result", site.span);
}

}  // namespace foreshot::loads
