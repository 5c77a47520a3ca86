// Sessions: how they are made and what they run.
#include <algorithm>

#include "analyzer/loads/loop.h"
#include "analyzer/loads/session_names.h"
#include "analyzer/loads/vocabulary.h"
#include "analyzer/loads/words.h"
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

// What a method is called on: `session` of `session.scalars(…)` and of `session.query(…).filter(…).all()`.
auto receiver_of(std::string_view callee) -> std::string {
  const auto query = callee.find(".query(");
  const auto end = query != std::string_view::npos ? query : callee.find('(') == std::string_view::npos ? callee.rfind('.') : std::string_view::npos;
  return end == std::string_view::npos ? std::string() : std::string(callee.substr(0, end));
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
    if (const auto* inner = arguments.positional(0))
      if (const auto* other = inner->value.object<SessionFactory>()) factory->keeps = other->keeps;
    if (const auto* expire = arguments.keyword("expire_on_commit")) factory->keeps = expire->value.get<bool>() == nullptr || !*expire->value.get<bool>();
    // What it is made with nobody knows.
    if (arguments.unknown_keywords) factory->keeps = true;
    factory->scoped = name.ends_with("scoped_session");
    if (const auto* engine = arguments.get(0, "bind")) factory->engine = shared_object<Engine>(engine->value);
    return object_value(std::move(factory), site.span);
  }
  if (name == "create_async_engine") {
    auto engine = std::make_shared<Engine>();
    const auto* pool = arguments.keyword("poolclass");
    engine->made = site.span;
    engine->pooled = !arguments.unknown_keywords && (pool == nullptr || pool->value.external_name().ends_with("QueuePool"));
    return object_value(std::move(engine), site.span);
  }
  if (name != "Session" && name != "AsyncSession") return std::nullopt;
  auto session = std::make_shared<Session>();
  session->kind = name == "AsyncSession" ? SessionKind::async : SessionKind::sync;
  session->made = site.span;
  session->loops = site.loops.size();
  session->keeps = arguments.keyword("expire_on_commit") != nullptr || arguments.unknown_keywords;
  session->understood = true;
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
  query.yields_per = statement.yields_per;
  query.for_update = statement.for_update;
  query.for_update_of = statement.for_update_of;
  query.understood = statement.understood;
  query.cardinality = Cardinality::many;
  query.result = result;
  for (const auto& column : statement.equal) query.equality_columns.push_back(column.name);
  for (const auto& column : statement.used) {
    query.filter_columns.push_back(column.name);
    if (column.model != no_model && std::find(query.filter_models.begin(), query.filter_models.end(), column.model) == query.filter_models.end())
      query.filter_models.push_back(column.model);
  }
  query.part = statement.part;
  query.populates_existing = statement.populates_existing;
  shape_of(site, statement, query);
  facts_.queries.push_back(std::move(query));
  seen_queries_.emplace(end, facts_.queries.size() - 1);
  return facts_.queries.size() - 1;
}

auto LoadVocabulary::add_delete(const Site& site, ModelId model, const Statement* statement, SessionKind kind) -> void {
  const bool by_helper = statement != nullptr && !site.called_from.empty() && entry_.known() && !entry_.contains(statement->built);
  if (site.resolving || model == no_model || !seen_deletes_.insert({site.span, model, by_helper}).second) return;
  Delete made;
  made.by_helper = by_helper;
  made.span = site.span;
  made.model = model;
  made.bulk = statement != nullptr;
  made.has_where = statement == nullptr || !statement->unfiltered;
  made.session = kind;
  made.role = role_;
  made.function = site.function;
  made.minded.assign(minded_.begin(), minded_.end());
  facts_.deletes.push_back(std::move(made));
}

// The relationship at the end of an option's path, by the class that it belongs to.
auto LoadVocabulary::note_loaded(const LoaderOption& option) -> void {
  auto owner = option.owner;
  for (std::size_t i = 0; i < option.path.size() && owner != no_model; ++i) {
    loaded_.insert({owner, option.path[i]});
    const auto* relationship = registry_.model(owner).relationship(option.path[i]);
    owner = relationship != nullptr ? relationship->target_model : no_model;
    note_present(owner, 0);
  }
}

auto LoadVocabulary::execute(const Site& site, const Value& session, std::string_view name, const std::shared_ptr<Statement>& statement, Span given) -> Value {
  auto kind = kind_of(site, session);
  if (statement->legacy && kind == SessionKind::unknown) kind = statement->session;
  const auto entity = statement->entities.empty() ? no_model : statement->entities.front();
  const bool bulk_delete = statement->verb == Statement::Verb::delete_ || (statement->legacy && name == "delete");
  if (bulk_delete) add_delete(site, entity, statement.get(), kind);
  for (const auto* models : {&statement->entities, &statement->joined}) minded_.insert(models->begin(), models->end());
  for (const auto fetched : statement->entities) note_present(fetched, 0);
  if (statement->reached_from != nullptr && !in(name, {"execute", "scalars", "exec", "stream", "stream_scalars"})) {
    blocked_query(site, *statement);
    return Value::unknown("what raises", site.span);
  }
  const bool writes = bulk_delete || statement->verb != Statement::Verb::select || (statement->legacy && name == "update");
  if (writes) {
    note_write_of_all(site, *statement, bulk_delete ? "DELETE" : "UPDATE");
    const auto* verb = bulk_delete ? "DELETE FROM" : statement->verb == Statement::Verb::insert ? "INSERT INTO" : "UPDATE";
    if (!statement->filtered_by_list && entity != no_model)
      run_in_loop(site, session, statement.get(), std::string(verb) + " " + registry_.model(entity).table.name.text + " …", Load::Kind::write);
    return Value::unknown("result", site.span);
  }
  if (!site.resolving) fetched(site, *statement);
  for (const auto& option : statement->options)
    if (!option.path.empty() && option.owner != no_model && in(option.strategy, {"selectinload", "joinedload", "subqueryload", "immediateload", "contains_eager"})) {
      note_loaded(option);
      if (statement->filtered_by_list) filled_.insert({option.owner, option.path.front()});
    }
  const auto table = entity != no_model ? registry_.model(entity).table.name.text : std::string("…");
  std::string sql = "SELECT … FROM " + table;
  if (!statement->equal.empty() && statement->equal.front().name.find('.') == std::string::npos)
    sql += " WHERE " + table + "." + statement->equal.front().name + " = :" + statement->equal.front().name;
  else if (in(name, {"get", "get_one", "get_or_404"})) sql += " WHERE primary key = :key";
  else if (!statement->unfiltered) sql += " WHERE …";
  if (!statement->filtered_by_list) run_in_loop(site, session, statement.get(), sql);
  auto origin = std::make_shared<Origin>();
  origin->statement = statement;
  origin->span = statement->built;
  origin->session = kind;
  origin->options_known = statement->options_known && statement->understood;
  origin->sure_session = session.object<Session>() != nullptr || named_session(text_of(site, site.callee));
  origin->receiver = receiver_of(text_of(site, site.callee));
  origin->run = site.span;
  origin->turns = turns_.size();
  if (auto runner = statement->legacy ? shared_object<Session>(session) : holder_of(site, session)) {
    origin->runner_closed = runner->closed;
    origin->runner_commits = runner->commits;
    origin->runner = std::move(runner);
  }
  const bool one_entity = statement->entities.size() == 1 && entity != no_model;
  const bool scalars = in(name, {"scalars", "stream_scalars", "get", "get_one", "scalar_one", "scalar_one_or_none"}) || ((statement->legacy || name == "exec") && one_entity);
  auto rows = std::make_shared<Rows>();
  rows->origin = origin;
  rows->few = statement->few;
  rows->streams = statement->yields_per || name.starts_with("stream");
  rows->shape = scalars ? Rows::Shape::scalars : Rows::Shape::rows;
  if (!site.resolving)
    rows->query = add_query(site, *statement, kind, one_entity ? Query::Result::entity : entity == no_model ? Query::Result::unknown : Query::Result::rows);
  taken(site, *rows, name, given);
  if (in(name, {"first", "one", "one_or_none", "get", "get_one", "get_or_404", "first_or_404", "one_or_404", "scalar_one", "scalar_one_or_none"})) {
    note_lookup(site, *statement, name);
    // get() asks for unique rows itself, and whoever takes the first row only does not need to.
    if (rows->query < facts_.queries.size()) {
      auto& query = facts_.queries[rows->query];
      query.cardinality = Cardinality::one;
      // Query.first() asks for one row, other than Result.first().
      if (statement->legacy && in(name, {"first", "first_or_404"}) && query.part.empty()) query.part = "first";
    }
    return one_of(*rows);
  }
  if (name == "scalar" || name == "count") {
    if (rows->query < facts_.queries.size()) facts_.queries[rows->query].cardinality = Cardinality::one;
    // Rows that are only counted are not loaded, and neither is what their options name.
    if (name == "count" && rows->query < facts_.queries.size()) facts_.queries[rows->query].options_known = false;
    rows->shape = Rows::Shape::scalars;
    if (name == "count") return count_of(site, *rows, true);
    note_lookup(site, *statement, name);
    return statement->aggregates && !statement->grouped ? count_of(site, *rows, false) : one_of(*rows);
  }
  if (statement->legacy) consumed(*rows);
  return object_value(std::move(rows), site.span);
}

// SELECT, INSERT, UPDATE or DELETE as plain text, with one set of parameters.
auto LoadVocabulary::run_text(const Site& site, const Value& session, std::string_view sql, const Arguments& arguments) -> void {
  const auto begin = sql.find_first_not_of(" \t\r\n(");
  if (begin == std::string_view::npos) return;
  const auto word = sql.substr(begin, sql.find_first_of(" \t\r\n", begin) - begin);
  const auto* rows = arguments.get(1, "params");
  if (rows != nullptr && rows->value.sequence() != nullptr) return;
  std::string verb;
  for (const auto c : word) verb += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  // Many at a time: an expanded IN, an array.
  if (sql.find(" IN :") != std::string_view::npos || sql.find(" in :") != std::string_view::npos || sql.find("ANY") != std::string_view::npos) return;
  if (verb == "SELECT") run_in_loop(site, session, nullptr, "SELECT …");
  else if (verb == "INSERT" || verb == "UPDATE" || verb == "DELETE") run_in_loop(site, session, nullptr, verb + " …", Load::Kind::write);
}

auto LoadVocabulary::session_method(const Site& site, const Value& object, std::string_view name, const Arguments& arguments)
    -> std::optional<Value> {
  const auto* first = arguments.positional(0);
  const bool typed = object.object<Session>() != nullptr || object.object<SessionFactory>() != nullptr;
  session_turn(site, object, name, arguments);
  if (in(name, {"execute", "scalars", "scalar", "exec", "stream", "stream_scalars"})) {
    const auto* given = first != nullptr ? first : arguments.keyword("statement");
    if (given == nullptr) return std::nullopt;
    if (auto statement = shared_object<Statement>(given->value)) {
      // A list of rows goes with it: one statement for many.
      const auto* rows = arguments.get(1, "params");
      if (statement->verb != Statement::Verb::select && rows != nullptr && rows->value.get<std::shared_ptr<interpret::Mapping>>() == nullptr)
        return Value::unknown("result", site.span);
      if (const auto* options = arguments.keyword("execution_options"); options != nullptr && !statement->yields_per)
        if (const auto* mapping = options->value.get<std::shared_ptr<interpret::Mapping>>())
          for (const auto& [key, value] : (*mapping)->entries)
            if (key.constant_text() != nullptr && *key.constant_text() == "yield_per") {
              statement = std::make_shared<Statement>(*statement);
              statement->yields_per = true;
            }
      if (rows != nullptr && statement->unfiltered && statement->verb == Statement::Verb::update) {
        // By the keys that go with it.
        statement = std::make_shared<Statement>(*statement);
        statement->unfiltered = false;
      }
      return execute(site, object, name, statement, given->span);
    }
    if (const auto core = shared_object<sqlalchemy::CoreStatement>(given->value);
        core != nullptr) {
      using Verb = sqlalchemy::CoreStatement::Verb;
      const auto* rows = arguments.get(1, "params");
      const auto table = core_tables_.find(core->span);
      // One statement for many rows, or for each of several tables.
      const auto for_many = text_of(site, site.span).find(".in_(") != std::string_view::npos || text_of(site, given->value.span()).find(".in_(") != std::string_view::npos;
      if (core->verb == Verb::select) {
        run_in_loop(site, object, nullptr, "SELECT …");
      } else if ((rows == nullptr || rows->value.get<std::shared_ptr<interpret::Mapping>>() != nullptr) && core->more_rows.empty() && core->from_select == nullptr &&
                 !for_many && (table == core_tables_.end() || table->second == 0)) {
        run_in_loop(site, object, nullptr, core->verb == Verb::insert ? "INSERT …" : core->verb == Verb::update ? "UPDATE …" : "DELETE …", Load::Kind::write);
      }
    }
    if (const auto* text = given->value.object<sqlalchemy::Clause>(); text != nullptr && text->kind == sqlalchemy::Clause::Kind::text && text->sql.complete())
      run_text(site, object, text->sql.text(), arguments);
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
      add_entity(*statement, item.value, item.span);
    }
    const bool any = std::any_of(statement->entities.begin(), statement->entities.end(), [](ModelId id) { return id != no_model; });
    if (!typed && !any) {
      const bool columns = std::any_of(arguments.items.begin(), arguments.items.end(), [](const auto& item) { return item.value.template object<ModelAttribute>() != nullptr; });
      if (!columns) return std::nullopt;
    }
    statement->session = kind_of(site, object);
    statement->sessions = object.rounds();
    if (const auto* session = object.object<Session>()) statement->made_by = std::make_shared<Session>(*session);
    return object_value(std::move(statement), site.span);
  }
  if ((name == "add" || name == "merge") && first != nullptr) note_added(site, first->value);
  if (name == "delete" && first != nullptr) {
    if (const auto* entity = first->value.object<Entity>(); entity != nullptr && (typed || named_session(text_of(site, site.callee)))) {
      // What the function made itself has the children that it gave it.
      if (!entity->fresh) {
        add_delete(site, entity->model, nullptr, kind_of(site, object));
        delete_in_loop(site, object, *entity);
      }
      minded_.insert(entity->model);
      return Value(interpret::None{}, site.span);
    }
  }
  const bool sure = in(name, {"refresh", "merge", "commit"}) && (typed || named_session(text_of(site, site.callee)));
  if (first != nullptr && (name == "refresh" || name == "merge") && sure && !(name == "merge" && may_be_held(site, first->value)))
    run_in_loop(site, object, nullptr, "SELECT … WHERE primary key = :key", name == "merge" ? Load::Kind::merge : Load::Kind::refresh);
  if (first == nullptr && name == "commit" && sure) commit_in_loop(site, object, receiver_of(text_of(site, site.callee)));
  if (name == "refresh" && first != nullptr && sure) {
    if (const auto entity = shared_object<Entity>(first->value); entity != nullptr && entity->origin != nullptr && entity->origin->runner != nullptr)
      entity->read_at = entity->origin->runner->commits;
    const auto entity = shared_object<Entity>(first->value);
    if (const auto* names = arguments.get(1, "attribute_names"); entity != nullptr && names != nullptr && !names->value.is_none()) {
      const auto* list = names->value.sequence();
      bool known = list != nullptr;
      for (std::size_t i = 0; known && i < list->items.size(); ++i) {
        const auto* attribute = list->items[i].constant_text();
        known = attribute != nullptr;
        if (known) entity->loaded.insert(*attribute), set_by_hand_.insert({entity->model, *attribute});
      }
      if (!known) entity->loaded.insert("*");
    }
    return Value(interpret::None{}, site.span);
  }
  if (!typed) return std::nullopt;
  if (const auto session = shared_object<Session>(object); session != nullptr) {
    if (name == "close" || name == "aclose") ++session->closed;
    // Whether a commit under a test has been, nobody knows.
    if (name == "commit" && std::none_of(site.conditions.begin(), site.conditions.end(), [](const Condition& each) { return each.kind != Condition::Kind::attempt && each.kind != Condition::Kind::guard; }))
      ++session->commits;
    if (name == "expunge" || name == "expunge_all") session->keeps = true;
    if (in(name, {"begin", "begin_nested"})) {
      auto transaction = std::make_shared<Transaction>();
      if (name == "begin") transaction->session = session;
      return object_value(std::move(transaction), site.span);
    }
  }
  if (in(name, {"begin", "begin_nested"})) return object;
  if (in(name, {"__call__", "session_factory"})) return object;
  return Value::unknown("result", site.span);
}

}  // namespace foreshot::loads
