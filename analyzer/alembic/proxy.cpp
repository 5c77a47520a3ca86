// Attributes, tests and blocks of the objects that a migration works with.

#include <algorithm>

#include "analyzer/alembic/operations.h"

#include "analyzer/sqlalchemy/types.h"

namespace foreshot::alembic {

using interpret::Iteration;
using interpret::Site;
using interpret::Value;
using sqlalchemy::object_value;
using sqlalchemy::shared_object;

namespace {

constexpr int deepest = 4;

// The value is, or holds, something that the database answered.
auto asks_database(const Value& value, int depth = 0) -> bool {
  if (value.object<Answer>() != nullptr) return true;
  if (depth > deepest) return false;
  if (const auto* items = value.sequence(); items != nullptr && !items->complete)
    for (const auto& item : items->items)
      if (asks_database(item, depth + 1)) return true;
  if (const auto* entries = value.mapping(); entries != nullptr && !entries->complete)
    for (const auto& [key, entry] : entries->entries)
      if (asks_database(key, depth + 1) || asks_database(entry, depth + 1)) return true;
  return false;
}

auto row_of(const MappedRows& rows) -> std::shared_ptr<Answer> {
  auto row = std::make_shared<MappedRows>();
  row->table = rows.table;
  return row;
}

auto make_connection(Connection::Kind kind, bool own, Span span) -> Value {
  auto connection = std::make_shared<Connection>();
  connection->kind = kind;
  connection->own = own;
  return object_value(std::move(connection), span);
}

}  // namespace

auto AlembicVocabulary::attribute(const Site& site, const Value& object, std::string_view name) -> std::optional<Value> {
  const auto span = site.span;
  if (object.external_name() == "alembic.op" && name == "migration_context")
    return object_value(std::make_shared<MigrationContext>(), span);
  const auto dialect = [&] { return object_value(std::make_shared<sqlalchemy::DialectObject>(), span); };
  if (object.object<OperationsProxy>() != nullptr) {
    if (name == "migration_context") return object_value(std::make_shared<MigrationContext>(), span);
    return std::nullopt;
  }
  if (object.object<Batch>() != nullptr) return std::nullopt;
  if (object.object<MigrationContext>() != nullptr) {
    if (name == "dialect") return dialect();
    if (name == "as_sql") return object_value(std::make_shared<OfflineMode>(), span);
    if (name == "bind" || name == "connection") return make_connection(Connection::Kind::connection, false, span);
    if (name == "impl") return object;
    if (name == "version_table_schema" && version_table_schema_.known)
      return version_table_schema_.name.empty() ? Value(interpret::None{}, span) : Value::text(version_table_schema_.name, span);
    auto constant = name == "version_table_schema" ? version_table_schema_.constant : std::string(name);
    return Value::run_constant(std::move(constant), "migration context", span);
  }
  if (const auto* connection = object.object<Connection>()) {
    if (name == "dialect") return dialect();
    if (name == "engine" || name == "bind") return make_connection(Connection::Kind::engine, connection->own, span);
    if (name == "connection" || name == "driver_connection" || name == "dbapi_connection")
      return make_connection(Connection::Kind::cursor, connection->own, span);
    if (name == "sync_session" || name == "sync_connection") return object;
    if (name == "name" && connection->kind == Connection::Kind::engine) return Value::text("postgresql", span);
    return std::nullopt;
  }
  if (const auto answer = shared_object<Answer>(object)) {
    if (answer->inspector && name == "dialect") return dialect();
    if (!answer->inspector && answer->operation != Answer::none) note_fetch(site, name, answer->operation);
    return object_value(std::make_shared<Answer>(), span);
  }
  return std::nullopt;
}

auto AlembicVocabulary::set_attribute(const Site& site, const Value& object, std::string_view name, const Value& value)
    -> bool {
  if (const auto* row = object.object<MappedRows>()) return change_attribute(site, *row, name, value);
  const auto* connection = object.object<Connection>();
  if (connection == nullptr) return false;
  if (name == "autocommit" && value.truth() == Value::Truth::yes)
    transaction(site, *connection, TransactionControl::What::isolation_autocommit, name);
  return true;
}

auto AlembicVocabulary::subscript(const Site& site, const Value& object, const std::vector<Value>&) -> std::optional<Value> {
  const auto answer = shared_object<Answer>(object);
  if (answer == nullptr) return std::nullopt;
  if (!answer->inspector && answer->operation != Answer::none) note_fetch(site, "[]", answer->operation);
  if (const auto* rows = object.object<MappedRows>(); rows != nullptr && rows->many) return object_value(row_of(*rows), site.span);
  return object_value(std::make_shared<Answer>(), site.span);
}

auto AlembicVocabulary::operation(const Site& site, std::string_view op, const Value& left, const Value& right)
    -> std::optional<Value> {
  if (const auto* offline = left.object<OfflineMode>(); offline != nullptr && op == "not") {
    auto negated = std::make_shared<OfflineMode>();
    negated->holds_online = !offline->holds_online;
    return object_value(std::move(negated), site.span);
  }
  if (!asks_database(left) && !asks_database(right)) return std::nullopt;
  if (left.object<sqlalchemy::Clause>() != nullptr || right.object<sqlalchemy::Clause>() != nullptr ||
      left.object<sqlalchemy::Column>() != nullptr)
    return std::nullopt;
  return object_value(std::make_shared<Answer>(), site.span);
}

auto AlembicVocabulary::iterate(const Site& site, const Value& object) -> std::optional<Iteration> {
  const auto answer = shared_object<Answer>(object);
  if (answer == nullptr) return std::nullopt;
  if (!answer->inspector && answer->operation != Answer::none) note_fetch(site, "iteration", answer->operation);
  Iteration iteration;
  const auto* rows = object.object<MappedRows>();
  iteration.element = object_value(rows != nullptr && rows->many ? row_of(*rows) : std::make_shared<Answer>(), site.span);
  return iteration;
}

auto AlembicVocabulary::enter(const Site& site, const Value& object) -> std::optional<Value> {
  if (object.object<Batch>() != nullptr || object.object<MigrationContext>() != nullptr) return object;
  if (object.object<OperationsProxy>() != nullptr) return object;
  if (object.object<AutocommitBlock>() != nullptr) {
    auto call = begin(site, {}, "autocommit_block", Operation::SentBy::op);
    call.operation.counts_as_op = false;
    control(call, TransactionControl::What::autocommit_begin, "COMMIT");
    finish(call);
    return object;
  }
  if (auto* block = object.object<TransactionBlock>()) {
    if (!block->open)
      transaction(site, block->connection,
                  block->nested ? TransactionControl::What::nested_begin : TransactionControl::What::connection_begin, "begin");
    return object;
  }
  if (const auto* connection = object.object<Connection>()) {
    if (connection->kind == Connection::Kind::engine) return make_connection(Connection::Kind::connection, true, site.span);
    return object;
  }
  if (object.object<Answer>() != nullptr) return object;
  return std::nullopt;
}

auto AlembicVocabulary::leave(const Site& site, const Value& object) -> void {
  if (const auto batch = shared_object<Batch>(object)) return flush(site, *batch);
  if (object.object<AutocommitBlock>() != nullptr) {
    auto call = begin(site, {}, "autocommit_block", Operation::SentBy::op);
    call.operation.counts_as_op = false;
    control(call, TransactionControl::What::autocommit_end, "BEGIN");
    finish(call);
    return;
  }
  if (const auto* block = object.object<TransactionBlock>())
    transaction(site, block->connection,
                block->nested ? TransactionControl::What::nested_end : TransactionControl::What::connection_commit, "commit");
}

auto AlembicVocabulary::await(const Site&, const Value& object) -> std::optional<Value> {
  if (object.object<Answer>() != nullptr || object.object<Connection>() != nullptr) return object;
  return std::nullopt;
}

auto AlembicVocabulary::decide(const Site& site, const Value& test) -> Value::Truth {
  if (const auto* offline = test.object<OfflineMode>()) {
    // `not x` is asked about twice at one place, first as x: the last answer is the test's.
    const auto known = std::find_if(offline_tests_.begin(), offline_tests_.end(),
                                    [&](const auto& seen) { return seen.first == site.span; });
    if (known == offline_tests_.end()) offline_tests_.emplace_back(site.span, offline->holds_online);
    else known->second = offline->holds_online;
    return Value::Truth::unknown;
  }
  if (test.object<Connection>() != nullptr || test.object<MigrationContext>() != nullptr) return Value::Truth::yes;
  return Value::Truth::unknown;
}

// Among other tests that of offline mode has the outcome that it has online.
auto AlembicVocabulary::usual(const Value& test) -> Value::Truth {
  const auto* offline = test.object<OfflineMode>();
  if (offline == nullptr) return Value::Truth::unknown;
  return offline->holds_online ? Value::Truth::yes : Value::Truth::no;
}

auto AlembicVocabulary::condition_kind(const Value& test) -> std::optional<Condition::Kind> {
  if (test.object<OfflineMode>() != nullptr) return Condition::Kind::offline;
  if (asks_database(test)) return Condition::Kind::inspection;
  return std::nullopt;
}

auto AlembicVocabulary::parameter(const Site& site, std::string_view name, const Value& annotation, const Value*)
    -> std::optional<Value> {
  const auto type = sqlalchemy::last_part(annotation.external_name());
  if (name == "op" || type == "Operations") return object_value(std::make_shared<OperationsProxy>(), site.span);
  if (type == "Connection" || type == "AsyncConnection") return make_connection(Connection::Kind::connection, false, site.span);
  if (type == "Session") return make_connection(Connection::Kind::session, false, site.span);
  return std::nullopt;
}

}  // namespace foreshot::alembic
