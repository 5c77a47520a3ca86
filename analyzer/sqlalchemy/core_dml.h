// Core statements, select(), insert(), update() and delete() on tables, as far as migrations use them: built by chained
// calls, rendered with their values as literals and with $1 for values that are only known when they run.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/sqlalchemy/argument.h"
#include "analyzer/sqlalchemy/clause.h"

namespace foreshot::sqlalchemy {

struct CoreStatement : interpret::Object {
  enum class Verb : std::uint8_t { select, insert, update, delete_ };

  Verb verb = Verb::select;
  TablePointer table;                       // of insert, update, delete
  std::vector<ClausePointer> columns;       // of a select
  std::vector<std::pair<MappedText, ClausePointer>> values;
  std::vector<std::vector<ClausePointer>> more_rows;   // further rows of an insert, values in the order of `values`
  std::vector<ClausePointer> conditions;
  std::vector<TablePointer> from;           // select_from
  std::vector<ClausePointer> joins;         // JOIN t ON …
  std::vector<ClausePointer> group_by, order_by, returning;
  MappedText conflict;                      // ON CONFLICT …
  std::shared_ptr<CoreStatement> from_select;
  std::vector<MappedText> from_select_columns;
  ClausePointer limit, offset;
  bool distinct = false;
  bool for_update = false;
  std::vector<std::pair<std::string_view, std::shared_ptr<CoreStatement>>> combined;  // UNION …
  bool values_known = true;
  Span span;
  auto type_name() const -> std::string_view override {
    return verb == Verb::select ? "sqlalchemy.Select" : "sqlalchemy.UpdateBase";
  }

  auto render() const -> MappedText;
};
using CorePointer = std::shared_ptr<CoreStatement>;

// select(…), insert(t), update(t), delete(t), also of sqlalchemy.dialects.postgresql; null for other names.
auto make_core_statement(const interpret::Site& site, std::string_view name, const interpret::Arguments& arguments)
    -> CorePointer;
auto make_core_statement(CoreStatement::Verb verb, TablePointer table, Span span) -> CorePointer;

// statement.where(…), .values(…), …: the statement that results; null when the method is not known.
auto core_method(const interpret::Site& site, const CorePointer& statement, std::string_view name,
                 const interpret::Arguments& arguments) -> CorePointer;

// The statement in parentheses, for use inside another.
auto subquery_clause(const CoreStatement& statement) -> ClausePointer;

// The table that a value is: a Table, or a class with __tablename__; null otherwise.
auto table_of(const interpret::Value& value) -> TablePointer;

}  // namespace foreshot::sqlalchemy
