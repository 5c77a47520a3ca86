// AlembicVocabulary says what a migration's calls do: op.*, batch_op.*, the connection and sessions that it gets, and
// what it asks the database. It fills a list of Operations, in execution order, with the statements that Alembic and
// SQLAlchemy render and the Actions that these are.
//
//     op.add_column("t", sa.Column("x", sa.Integer, sa.ForeignKey("p.id")))
//       ─► ALTER TABLE t ADD COLUMN x INTEGER                 span: the call
//          ALTER TABLE t ADD FOREIGN KEY(x) REFERENCES p (id)   span: ForeignKey("p.id")
//
// Schema elements in arguments are objects of sqlalchemy/; put a SqlalchemyVocabulary after this one.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/alembic/proxy.h"
#include "analyzer/facts/environment.h"
#include "analyzer/facts/operation.h"
#include "analyzer/interpret/interpreter.h"
#include "analyzer/sql/read.h"
#include "analyzer/sqlalchemy/argument.h"
#include "analyzer/sqlalchemy/column.h"
#include "analyzer/sqlalchemy/core_dml.h"
#include "analyzer/sqlalchemy/ddl_render.h"

namespace foreshot::alembic {

class AlembicVocabulary : public interpret::Vocabulary {
 public:
  AlembicVocabulary(const sqlalchemy::Versions& versions, const sqlalchemy::Naming& naming,
                    Environment::VersionTableSchema version_table_schema = {})
      : versions_(versions), version_table_schema_(std::move(version_table_schema)), render_(versions, naming) {}

  // What one body did. Clears the lists.
  auto take_operations() -> std::vector<Operation>;
  auto take_gaps() -> std::vector<Gap>;
  auto take_external_calls() -> std::vector<NamedPlace>;
  auto take_shortened_names() -> std::vector<NamedPlace>;
  // Was something called as SQLAlchemy 1 allowed it and 2 does not? Not cleared: a module is written for one of them.
  auto older_style() const -> bool { return older_style_; }

  auto call(const interpret::Site&, const interpret::Value& callee, const interpret::Arguments&)
      -> std::optional<interpret::Value> override;
  auto method(const interpret::Site&, const interpret::Value& object, std::string_view name, const interpret::Arguments&)
      -> std::optional<interpret::Value> override;
  auto attribute(const interpret::Site&, const interpret::Value& object, std::string_view name)
      -> std::optional<interpret::Value> override;
  auto set_attribute(const interpret::Site&, const interpret::Value& object, std::string_view name,
                     const interpret::Value& value) -> bool override;
  auto subscript(const interpret::Site&, const interpret::Value& object, const std::vector<interpret::Value>& indexes)
      -> std::optional<interpret::Value> override;
  auto operation(const interpret::Site&, std::string_view op, const interpret::Value& left, const interpret::Value& right)
      -> std::optional<interpret::Value> override;
  auto iterate(const interpret::Site&, const interpret::Value& object) -> std::optional<interpret::Iteration> override;
  auto enter(const interpret::Site&, const interpret::Value& object) -> std::optional<interpret::Value> override;
  auto leave(const interpret::Site&, const interpret::Value& object) -> void override;
  auto await(const interpret::Site&, const interpret::Value& object) -> std::optional<interpret::Value> override;
  auto decide(const interpret::Site&, const interpret::Value& test) -> interpret::Value::Truth override;
  auto usual(const interpret::Value& test) -> interpret::Value::Truth override;
  auto condition_kind(const interpret::Value& test) -> std::optional<Condition::Kind> override;
  auto parameter(const interpret::Site&, std::string_view name, const interpret::Value& annotation,
                 const interpret::Value* default_value) -> std::optional<interpret::Value> override;

 private:
  // One call being read: where it stands, what it was given, what it will have done.
  struct Call {
    const interpret::Site& site;
    const interpret::Arguments& arguments;
    Operation operation;
    std::shared_ptr<Batch> batch;      // of a batch_op call
    sqlalchemy::TableName table;
    bool reachable = true;             // false: inside `if is_offline_mode()`
    sqlalchemy::TablePointer made;     // what op.create_table() returns

    // The parameter at `index` of the op.* signature; batch_op.* has the same without the table at `table_index`.
    auto get(std::size_t index, std::string_view name, std::size_t table_index) const -> const interpret::Argument*;
    auto note(Oddity oddity, Span span, std::string detail = {}) -> void {
      operation.notes.push_back({oddity, span, std::move(detail), {}});
    }
    auto note_type(const sqlalchemy::Type& type, Span span) -> void;
  };
  using Handler = void (AlembicVocabulary::*)(Call&);

  auto begin(const interpret::Site&, const interpret::Arguments&, std::string_view name, Operation::SentBy sent_by) -> Call;
  // Appends what `text` does; the span of every statement is `span` unless `verbatim`, when it is a place in the text.
  auto send(Call& call, const MappedText& text, sql::Binds binds, Span span, bool verbatim = false) -> void;
  auto send(Call& call, const std::vector<sqlalchemy::Rendered>& all) -> void;
  auto control(Call& call, TransactionControl::What what, std::string_view sql) -> void;
  auto finish(Call& call) -> std::size_t;  // its index among the operations, or npos while it waits in a batch
  auto gap(Gap::Kind kind, Span span, std::string reason) -> void;
  auto read_table(Call& call, std::size_t index, std::string_view name, std::string_view legacy = {}) -> void;
  auto with_schema(Call& call, std::string_view keyword = "schema") -> void;

  // op.name(…) and batch_op.name(…); nullopt when the name is none of them.
  auto operation_call(const interpret::Site&, std::string_view name, const interpret::Arguments&,
                      const std::shared_ptr<Batch>& batch) -> std::optional<interpret::Value>;
  static auto handler(std::string_view name) -> Handler;

  // op_table.cpp
  auto create_table(Call&) -> void;
  auto drop_table(Call&) -> void;
  auto rename_table(Call&) -> void;
  auto create_table_comment(Call&) -> void;
  auto drop_table_comment(Call&) -> void;
  auto bulk_insert(Call&) -> void;
  // op_column.cpp
  auto add_column(Call&) -> void;
  auto drop_column(Call&) -> void;
  auto alter_column(Call&) -> void;
  auto note_column(Call&, const sqlalchemy::Column& column, bool added) -> void;
  auto note_default(Call&, const interpret::Value& value, Span span) -> void;
  auto add_columns_of(Call&, const sqlalchemy::ColumnPointer& column) -> void;
  // op_constraint.cpp
  auto create_foreign_key(Call&) -> void;
  auto create_unique_constraint(Call&) -> void;
  auto create_check_constraint(Call&) -> void;
  auto create_primary_key(Call&) -> void;
  auto create_exclude_constraint(Call&) -> void;
  auto drop_constraint(Call&) -> void;
  auto create_index(Call&) -> void;
  auto drop_index(Call&) -> void;
  auto send_constraint(Call&, const sqlalchemy::Constraint&) -> void;
  // op_execute.cpp
  auto execute(Call&) -> void;
  auto execute_value(Call&, const interpret::Argument& argument, bool driver) -> void;
  auto execute_on(const interpret::Site&, const Connection&, std::string_view name, const interpret::Arguments&)
      -> interpret::Value;
  auto connection_method(const interpret::Site&, const std::shared_ptr<Connection>&, std::string_view name,
                         const interpret::Arguments&) -> std::optional<interpret::Value>;
  auto transaction(const interpret::Site&, const Connection&, TransactionControl::What what, std::string_view name) -> void;
  // op_session.cpp
  auto send_dml(const interpret::Site&, std::string_view name, const sqlalchemy::CoreStatement&) -> std::size_t;
  auto change_object(const interpret::Site&, std::string_view name, sqlalchemy::CoreStatement::Verb, const interpret::Argument* object) -> void;
  auto change_attribute(const interpret::Site&, const MappedRows&, std::string_view name, const interpret::Value&) -> bool;
  auto session_method(const interpret::Site&, std::string_view name, const interpret::Arguments&) -> std::optional<interpret::Value>;
  auto rows_method(const interpret::Site&, const std::shared_ptr<MappedRows>&, std::string_view name, const interpret::Arguments&)
      -> interpret::Value;
  // op_element.cpp
  auto element_method(const interpret::Site&, const interpret::Value& object, std::string_view name,
                      const interpret::Arguments&) -> std::optional<interpret::Value>;
  auto make_ddl(const interpret::Site&, std::string_view name, const interpret::Arguments&) -> std::optional<interpret::Value>;
  auto element_statements(Call&, const interpret::Value& element, bool create, bool if_exists) -> bool;
  // batch.cpp
  auto make_batch(const interpret::Site&, const interpret::Arguments&) -> interpret::Value;
  auto flush(const interpret::Site&, Batch&) -> void;

  auto note_fetch(const interpret::Site&, std::string_view name, std::size_t operation) -> void;
  auto apply_conditions(const interpret::Site&, Operation& operation) const -> bool;

  const sqlalchemy::Versions& versions_;
  const Environment::VersionTableSchema version_table_schema_;
  sqlalchemy::DdlRender render_;
  std::vector<Operation> operations_;
  std::vector<Gap> gaps_;
  std::vector<NamedPlace> external_calls_, shortened_names_;
  bool older_style_ = false;
  std::vector<std::pair<Span, bool>> offline_tests_;  // test → whether it holds when migrations run online
};

}  // namespace foreshot::alembic
