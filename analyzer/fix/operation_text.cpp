#include "analyzer/fix/operation_text.h"

#include <algorithm>

#include "analyzer/fix/python_text.h"

namespace foreshot::fix {
namespace {

auto op_call(const char* directive, const std::vector<std::string>& arguments) -> std::string {
  return call_text(std::string(op_mark) + "." + directive, arguments);
}

auto exact_name(const StepView& at, const std::string& name) -> std::string {
  const auto& environment = at.environment();
  const bool convention = environment.has_naming_convention || !environment.naming_convention_known;
  return convention ? std::string(op_mark) + ".f(" + literal(name) + ")" : literal(name);
}

}  // namespace

auto schema_argument(const ObjectName& table, const char* keyword) -> std::vector<std::string> {
  if (table.schema.empty()) return {};
  return {keyword + std::string("=") + literal(table.schema.text)};
}

auto create_index_text(const CreateIndex& index, bool concurrently) -> std::optional<std::string> {
  if (index.name.empty() || !index.name.known || !index.table.known() || index.table.symbolic() || !index.parameters.empty()) return std::nullopt;
  std::vector<std::string> columns;
  for (const auto& key : index.keys) {
    if (key.column.empty() || !key.column.known || !key.operator_class.empty() || !key.collation.empty() || key.descending || !key.nulls.empty()) return std::nullopt;
    columns.push_back(key.column.text);
  }
  // A predicate's text is not what somebody wrote.
  if (columns.empty() || index.predicate.exists() || index.nulls_not_distinct || index.only) return std::nullopt;
  std::vector<std::string> arguments = {literal(index.name.text), literal(index.table.name.text), literals(columns)};
  if (index.unique) arguments.push_back("unique=True");
  for (auto& argument : schema_argument(index.table)) arguments.push_back(std::move(argument));
  if (index.method != "btree") arguments.push_back("postgresql_using=" + literal(index.method));
  if (!index.include.empty()) {
    std::vector<std::string> include;
    for (const auto& column : index.include) include.push_back(column.text);
    arguments.push_back("postgresql_include=" + literals(include));
  }
  if (concurrently) arguments.emplace_back("postgresql_concurrently=True");
  return op_call("create_index", arguments);
}

auto drop_index_text(const std::string& name, const ObjectName& table, bool concurrently) -> std::string {
  std::vector<std::string> arguments = {literal(name)};
  if (!table.empty()) arguments.push_back("table_name=" + literal(table.name.text));
  for (auto& argument : schema_argument(table)) arguments.push_back(std::move(argument));
  if (concurrently) arguments.emplace_back("postgresql_concurrently=True");
  return op_call("drop_index", arguments);
}

auto drop_constraint_text(const StepView& at, const std::string& name, const ObjectName& table, const char* type) -> std::string {
  std::vector<std::string> arguments = {exact_name(at, name), literal(table.name.text), "type_=" + literal(type)};
  for (auto& argument : schema_argument(table)) arguments.push_back(std::move(argument));
  return op_call("drop_constraint", arguments);
}

auto drop_column_text(const ObjectName& table, const std::string& column) -> std::string {
  std::vector<std::string> arguments = {literal(table.name.text), literal(column)};
  for (auto& argument : schema_argument(table)) arguments.push_back(std::move(argument));
  return op_call("drop_column", arguments);
}

auto create_check_text(const StepView& at, const std::string& name, const ObjectName& table, const std::string& condition) -> std::string {
  std::vector<std::string> arguments = {exact_name(at, name), literal(table.name.text), literal(condition)};
  for (auto& argument : schema_argument(table)) arguments.push_back(std::move(argument));
  arguments.emplace_back("postgresql_not_valid=True");
  return op_call("create_check_constraint", arguments);
}

auto constraint_type(ConstraintKind kind) -> const char* {
  switch (kind) {
    case ConstraintKind::primary_key: return "primary";
    case ConstraintKind::unique: return "unique";
    case ConstraintKind::check: return "check";
    case ConstraintKind::foreign_key: return "foreignkey";
    case ConstraintKind::exclusion:
    case ConstraintKind::not_null: break;
  }
  return nullptr;
}

auto constraint_name(const StepView& at, const ObjectName& table, const Constraint& constraint) -> std::string {
  if (!constraint.name.known || constraint.name.symbolic()) return {};
  if (!constraint.name.empty()) return constraint.name.text;
  const auto after = at.after();
  const auto* known = after.table(table);
  std::string found;
  if (known == nullptr) return found;
  for (const auto& item : known->constraints) {
    if (item.origin.moment != at.step.after || item.constraint.kind != constraint.kind || item.constraint.columns != constraint.columns) continue;
    if (!found.empty() || !item.certain) return {};
    found = item.constraint.name.text;
  }
  return found;
}

auto plain_sql(const StepView& at, const Call& call) -> bool {
  const auto& statement = at.sql();
  if (at.op().statements.size() != 1 || !statement.complete || call.place().arguments.empty() || call.directive() != "execute") return false;
  if (!call.place().arguments.front().span.contains(statement.span) || at.project.sources.text(statement.span) != statement.sql) return false;
  // What holds for quotes and backslashes inside holds for what is added.
  return statement.sql.find('\\') == std::string::npos && statement.sql.find('{') == std::string::npos && statement.sql.find('%') == std::string::npos;
}

auto with_sql(const StepView& at, const Call& call, const std::string& sql) -> std::string {
  const auto whole = call.place().statement, inner = at.sql().span;
  const auto head = at.project.sources.text({whole.file, whole.begin, inner.begin}), tail = at.project.sources.text({whole.file, inner.end, whole.end});
  std::string text;
  for (const char c : std::string(head) + sql + std::string(tail))
    if (c != '\r') text += c;
  return unindented(text, call.indent());
}

}  // namespace foreshot::fix
