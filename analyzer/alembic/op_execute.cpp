// SQL that is executed: op.execute(), connections, sessions, engines, cursors; and their transactions.

#include <array>
#include <string>

#include "analyzer/alembic/operations.h"
#include "analyzer/sqlalchemy/expression.h"

namespace foreshot::alembic {

using interpret::Argument;
using interpret::Arguments;
using interpret::Site;
using interpret::Value;
using sqlalchemy::Clause;
using sqlalchemy::CoreStatement;
using sqlalchemy::object_value;
using sqlalchemy::present;
using sqlalchemy::shared_object;

namespace {

auto sender(const Connection& connection) -> Operation::SentBy {
  switch (connection.kind) {
    case Connection::Kind::session: return Operation::SentBy::session;
    case Connection::Kind::engine: return Operation::SentBy::engine;
    default: return connection.own ? Operation::SentBy::engine : Operation::SentBy::connection;
  }
}

template <std::size_t N>
auto one_of(std::string_view name, const std::array<std::string_view, N>& names) -> bool {
  for (const auto candidate : names)
    if (candidate == name) return true;
  return false;
}

}  // namespace

auto AlembicVocabulary::execute_value(Call& call, const Argument& argument, bool driver) -> void {
  const auto& value = argument.value;
  const auto binds = driver ? sql::Binds::driver : sql::Binds::sqlalchemy;
  if (const auto* text = value.mapped_text()) {
    send(call, *text, binds, argument.span, true);
  } else if (const auto* clause = value.object<Clause>()) {
    if (clause->kind == Clause::Kind::ddl) return send(call, clause->sql, sql::Binds::driver, argument.span, true);
    if (clause->kind == Clause::Kind::text) return send(call, clause->sql, sql::Binds::sqlalchemy, argument.span, true);
    sqlalchemy::Render render;
    if (clause->kind != Clause::Kind::subquery) render << "SELECT " << clause->sql;
    else render << clause->sql.slice(1, clause->sql.size() - 1);
    send(call, render.take(), sql::Binds::none, call.site.span);
  } else if (const auto statement = shared_object<CoreStatement>(value)) {
    call.operation.table_known = statement->table == nullptr || statement->table->name_known;
    auto whole = statement;
    // connection.execute(table.insert(), rows): the values come with the call.
    const auto* rows = call.arguments.get(1, "parameters");
    if (statement->verb == CoreStatement::Verb::insert && statement->values.empty() && present(rows)) {
      Arguments values;
      values.items.push_back({"", rows->value, rows->span});
      if (const auto* items = rows->value.sequence(); items == nullptr || !items->items.empty())
        whole = sqlalchemy::core_method(call.site, statement, "values", values);
    }
    send(call, whole->render(), sql::Binds::none, call.site.span);
  } else if (const auto* ddl = value.object<DdlElement>()) {
    send(call, ddl->statements);
  } else if (value.object<sqlalchemy::Sequence>() != nullptr) {
    send(call, MappedText("SELECT nextval('sequence')"), sql::Binds::none, call.site.span);
  } else {
    MappedText unknown = sqlalchemy::text_of(call.site, value, argument.span);
    send(call, unknown, binds, argument.span, true);
  }
}

auto AlembicVocabulary::execute(Call& call) -> void {
  call.operation.counts_as_op = false;
  call.operation.counts_as_sql = true;
  const auto* text = call.arguments.get(0, "sqltext");
  if (text == nullptr) text = call.arguments.keyword("sql");
  if (text == nullptr) {
    gap(Gap::Kind::sql_text, call.site.span, "execute without a known argument");
    return;
  }
  if (const auto* options = call.arguments.keyword("execution_options"); present(options))
    if (const auto* entries = options->value.mapping())
      if (const auto* level = entries->find("isolation_level"); level != nullptr && level->constant_text() != nullptr && *level->constant_text() == "AUTOCOMMIT")
        control(call, TransactionControl::What::isolation_autocommit, "");
  execute_value(call, *text, false);
}

auto AlembicVocabulary::transaction(const Site& site, const Connection& connection, TransactionControl::What what,
                                    std::string_view name) -> void {
  auto call = begin(site, {}, name, sender(connection));
  call.operation.counts_as_op = false;
  using What = TransactionControl::What;
  const std::string_view sql = what == What::connection_begin      ? "BEGIN"
                               : what == What::connection_commit   ? "COMMIT"
                               : what == What::connection_rollback ? "ROLLBACK"
                               : what == What::nested_begin        ? "SAVEPOINT sa_savepoint_1"
                               : what == What::nested_end          ? "RELEASE SAVEPOINT sa_savepoint_1"
                                                                   : "";
  control(call, what, sql);
  finish(call);
}

auto AlembicVocabulary::execute_on(const Site& site, const Connection& connection, std::string_view name,
                                   const Arguments& arguments) -> Value {
  const bool driver = name == "exec_driver_sql" || connection.kind == Connection::Kind::cursor;
  auto call = begin(site, arguments, name, sender(connection));
  call.operation.counts_as_op = false;
  call.operation.counts_as_sql = true;
  const auto* text = arguments.get(0, "statement");
  if (text == nullptr) text = arguments.keyword("clause");
  if (text == nullptr) text = arguments.keyword("object_");
  if (text == nullptr && !arguments.items.empty() && arguments.items.front().name.empty()) text = &arguments.items.front();
  if (text == nullptr) {
    gap(Gap::Kind::sql_text, site.span, "execute without a known argument");
  } else {
    if (!driver && text->value.mapped_text() != nullptr)
      call.note(Oddity::plain_string_executed, text->span);
    execute_value(call, *text, driver || (text->value.mapped_text() != nullptr));
  }
  if (name == "scalar" || name == "scalars" || name == "scalar_one" || name == "stream")
    call.note(Oddity::fetches_rows, site.span, std::string(name));
  auto answer = std::make_shared<Answer>();
  answer->operation = finish(call);
  if (name == "scalar" || name == "scalars") answer->operation = Answer::none;
  return object_value(std::move(answer), site.span);
}

auto AlembicVocabulary::connection_method(const Site& site, const std::shared_ptr<Connection>& connection,
                                          std::string_view name, const Arguments& arguments) -> std::optional<Value> {
  using What = TransactionControl::What;
  static constexpr std::array<std::string_view, 8> executes{"execute", "exec_driver_sql", "scalar",     "scalars",
                                                            "stream",  "executemany",     "mogrify_execute", "exec"};
  static constexpr std::array<std::string_view, 12> same{"connect",  "begin_session", "cursor",   "raw_connection", "get_bind",
                                                         "connection", "session",     "bind",     "registry",       "__enter__",
                                                         "execution_options", "get_raw_connection"};
  const auto self = object_value(connection, site.span);
  if (one_of(name, executes)) {
    const bool rows_only = (name == "exec" && connection->kind != Connection::Kind::session) || name == "mogrify_execute";
    if (!rows_only) return execute_on(site, *connection, name, arguments);
  }
  if (name == "execution_options") {
    const auto* level = arguments.keyword("isolation_level");
    const auto* word = level != nullptr ? level->value.constant_text() : nullptr;
    if (word != nullptr && *word == "AUTOCOMMIT") {
      if (connection->kind == Connection::Kind::engine) {
        auto engine = std::make_shared<Connection>(*connection);
        engine->own = true;
        return object_value(std::move(engine), site.span);
      }
      transaction(site, *connection, What::isolation_autocommit, name);
    }
    return self;
  }
  if (name == "set_isolation_level") {
    const auto* level = arguments.positional(0);
    const auto* number = level != nullptr ? level->value.get<std::int64_t>() : nullptr;
    const auto external = level != nullptr ? level->value.external_name() : std::string_view();
    if ((number != nullptr && *number == 0) || external.ends_with("ISOLATION_LEVEL_AUTOCOMMIT"))
      transaction(site, *connection, What::isolation_autocommit, name);
    return Value(interpret::None{}, site.span);
  }
  if (name == "commit" || name == "rollback") {
    transaction(site, *connection, name == "commit" ? What::connection_commit : What::connection_rollback, name);
    return Value(interpret::None{}, site.span);
  }
  if (name == "begin" || name == "begin_nested" || name == "begin_twophase") {
    auto block = std::make_shared<TransactionBlock>();
    block->connection = *connection;
    block->nested = name == "begin_nested";
    if (connection->kind == Connection::Kind::engine) {
      auto own = std::make_shared<Connection>();
      own->own = true;
      return object_value(std::move(own), site.span);
    }
    // Without a with block it begins here; with one, entering is told apart by the object being fresh.
    return object_value(std::move(block), site.span);
  }
  if (name == "cursor" || name == "raw_connection" || name == "get_raw_connection") {
    auto cursor = std::make_shared<Connection>(*connection);
    cursor->kind = Connection::Kind::cursor;
    return object_value(std::move(cursor), site.span);
  }
  if (name == "connect") {
    auto own = std::make_shared<Connection>();
    own->own = true;
    return object_value(std::move(own), site.span);
  }
  if (connection->kind == Connection::Kind::cursor && (name.starts_with("fetch") || name == "mogrify")) {
    note_fetch(site, name, operations_.empty() ? Answer::none : operations_.size() - 1);
    return object_value(std::make_shared<Answer>(), site.span);
  }
  if (name == "run_sync" || name == "run_callable") {
    const auto* function = arguments.positional(0);
    if (function == nullptr) return std::nullopt;
    Arguments rest;
    rest.items.push_back({"", self, site.span});
    for (std::size_t at = 1; at < arguments.items.size(); ++at) rest.items.push_back(arguments.items[at]);
    return site.interpreter.call(site, function->value, rest);
  }
  if (one_of(name, same)) return self;
  if (name == "dialect_has_table" || name == "has_table") {
    note_fetch(site, name, Answer::none);
    return object_value(std::make_shared<Answer>(), site.span);
  }
  if (connection->kind == Connection::Kind::session)
    if (auto done = session_method(site, name, arguments)) return done;
  if (name == "close" || name == "flush" || name == "expunge_all" || name == "invalidate" || name == "dispose" ||
      name == "add" || name == "add_all" || name == "delete" || name == "merge" || name == "refresh" || name == "expire_all")
    return Value(interpret::None{}, site.span);
  if (name == "query" || name == "get" || name == "in_transaction" || name == "get_isolation_level")
    return object_value(std::make_shared<Answer>(), site.span);
  return Value::unknown("result of " + std::string(name) + "()", site.span);
}

}  // namespace foreshot::alembic
