// The objects that a migration works with: op itself, a batch, the migration context, connections and sessions, and
// what the database answers, which nobody knows before it runs.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "analyzer/alembic/connection.h"
#include "analyzer/facts/operation.h"
#include "analyzer/interpret/value.h"
#include "analyzer/sqlalchemy/core_dml.h"
#include "analyzer/sqlalchemy/ddl_render.h"
#include "analyzer/sqlalchemy/schema_element.h"

namespace foreshot::alembic {

// alembic.operations.Operations, or op received as a parameter.
struct OperationsProxy : interpret::Object {
  auto type_name() const -> std::string_view override { return "alembic.operations.Operations"; }
};

// op.batch_alter_table(…): its operations run when the block ends.
struct Batch : interpret::Object {
  sqlalchemy::TableName table;
  bool copies = false;              // recreate="always": the table is copied
  Span span, callee;
  std::vector<Operation> waiting;
  auto type_name() const -> std::string_view override { return "alembic.operations.BatchOperations"; }
};

// op.get_context(), context.get_context().
struct MigrationContext : interpret::Object {
  auto type_name() const -> std::string_view override { return "alembic.runtime.migration.MigrationContext"; }
};

struct AutocommitBlock : interpret::Object {
  auto type_name() const -> std::string_view override { return "alembic.autocommit_block"; }
};

// sessionmaker(bind=…), which makes sessions.
struct SessionFactory : interpret::Object {
  auto type_name() const -> std::string_view override { return "sqlalchemy.orm.sessionmaker"; }
};

// connection.begin(), .begin_nested(): a block that commits at its end.
struct TransactionBlock : interpret::Object {
  Connection connection;
  bool nested = false;
  bool open = false;  // begun where it was made
  auto type_name() const -> std::string_view override { return "sqlalchemy.engine.Transaction"; }
};

// Rows, an inspector, and everything computed from them.
struct Answer : interpret::Object {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::size_t operation = none;  // of the statement whose result it is
  bool inspector = false;
  auto type_name() const -> std::string_view override { return inspector ? "sqlalchemy.Inspector" : "sqlalchemy.Result"; }
};

// What a session's query gives, before and after it runs: a query, its rows, or one row. An Answer of which more is known.
struct MappedRows : Answer {
  sqlalchemy::TablePointer table;      // of the mapped class; null: not known, or no entities
  sqlalchemy::TablePointer target;     // what the query's update() and delete() change
  sqlalchemy::CorePointer query;       // before it runs
  bool many = false;                   // one row, otherwise
  auto type_name() const -> std::string_view override { return query != nullptr ? "sqlalchemy.orm.Query" : "sqlalchemy.Result"; }
};

// context.is_offline_mode(), context.as_sql, and `not` of them.
struct OfflineMode : interpret::Object {
  bool holds_online = false;
  auto type_name() const -> std::string_view override { return "alembic.offline"; }
};

// CreateTable(t), DropIndex(i), CreateSequence(s) …: statements made of schema elements.
struct DdlElement : interpret::Object {
  std::vector<sqlalchemy::Rendered> statements;
  auto type_name() const -> std::string_view override { return "sqlalchemy.schema.DDLElement"; }
};

}  // namespace foreshot::alembic
