// CREATE TABLE and what comes with it: types before, indexes and comments after.

#include <algorithm>
#include <string>

#include "analyzer/sqlalchemy/ddl_render.h"
#include "analyzer/sqlalchemy/enum_type.h"
#include "analyzer/sqlalchemy/types.h"

namespace foreshot::sqlalchemy {
namespace {

auto option(const Table& table, std::string_view name) -> const MappedText* {
  for (const auto& [key, value] : table.options)
    if (key == name) return &value;
  return nullptr;
}

}  // namespace

auto DdlRender::table_options(const Table& table) const -> MappedText {
  Render render;
  if (const auto* inherits = option(table, "postgresql_inherits")) render << "\n INHERITS ( " << *inherits << " )";
  if (const auto* partition = option(table, "postgresql_partition_by")) render << "\n PARTITION BY " << *partition;
  if (const auto* method = option(table, "postgresql_using")) render << "\n USING " << *method;
  if (const auto* oids = option(table, "postgresql_with_oids"))
    render << (oids->text() == "true" ? "\n WITH OIDS" : "\n WITHOUT OIDS");
  if (const auto* commit = option(table, "postgresql_on_commit")) {
    std::string words = commit->text();
    for (auto& byte : words) {
      if (byte == '_') byte = ' ';
      if (byte >= 'a' && byte <= 'z') byte = static_cast<char>(byte - 'a' + 'A');
    }
    render << "\n ON COMMIT " << words;
  }
  if (const auto* tablespace = option(table, "postgresql_tablespace")) render << "\n TABLESPACE " << quoted(*tablespace);
  return render.take();
}

auto DdlRender::create_table(const Table& table, bool if_not_exists) const -> std::vector<Rendered> {
  std::vector<Rendered> all;
  const auto name = table_name_of(table);
  std::vector<std::string> created;
  for (const auto& column : table.columns) {
    const auto type = named_part(column->type);
    if (type == nullptr || !type->create_type || !type->name.given) continue;
    // With a MetaData of its own the type is made by metadata.create_all(), not with the table.
    if (type->metadata != nullptr) continue;
    const auto full = named_type(*type).display();
    if (std::find(created.begin(), created.end(), full) != created.end()) continue;
    created.push_back(full);
    all.push_back({create_named_type(*type), type->name.span.known() ? type->name.span : table.span,
                   Rendered::Part::create_type});
  }

  const auto key = primary_key(table);
  Render render;
  render << "CREATE ";
  for (const auto& prefix : table.prefixes) render << prefix << " ";
  render << "TABLE " << (if_not_exists ? "IF NOT EXISTS " : "") << name.rendered() << " (";
  bool first = true;
  const auto next = [&]() -> Render& {
    render << (first ? "\n    " : ",\n    ");
    first = false;
    return render;
  };
  for (const auto& column : table.columns) {
    if (column->system) continue;
    next() << column_specification(column, key);
    for (const auto& check : column->checks) render << " " << constraint(*check, name);
  }
  if (!table.columns_known) next().hole("columns", table.span) << " text";
  if (key.constraint != nullptr && !key.constraint->columns.empty()) {
    auto clause = *key.constraint;
    // A column that counts by itself comes first in a key that is not named explicitly; an explicit one keeps its order.
    next() << constraint(clause, name);
  } else if (!key.columns.empty()) {
    Constraint clause;
    clause.kind = ConstraintKind::primary_key;
    if (key.automatic != nullptr) clause.columns.push_back(key.automatic->name.text);
    for (const auto& column : key.columns)
      if (column != key.automatic) clause.columns.push_back(column->name.text);
    if (key.constraint != nullptr) clause.name = key.constraint->name;
    next() << constraint(clause, name);
  }
  for (const auto& explicit_one : table.constraints) {
    if (explicit_one->kind == ConstraintKind::primary_key || explicit_one->use_alter) continue;
    const bool keyless = explicit_one->kind == ConstraintKind::unique && explicit_one->columns.empty();
    if (!keyless) next() << constraint(*explicit_one, name);
  }
  for (const auto& column : table.columns) {
    if (column->unique.value == true && column->index.value != true) next() << constraint(column_unique(*column), name);
    if (const auto check = type_check(*column, name); !check.empty()) next() << check;
    for (const auto& foreign : column->foreign_keys)
      if (!foreign->use_alter) next() << foreign_key(*foreign, *column, name);
  }
  render << "\n)" << table_options(table);
  all.push_back({render.take(), table.span, Rendered::Part::main});

  for (const auto& column : table.columns)
    if (column->index.value == true)
      all.push_back({create_index(column_index(*column), name, false), column->index.span, Rendered::Part::index});
  for (const auto& index : table.indexes)
    all.push_back({create_index(*index, name, false), index->span, Rendered::Part::index});
  if (table.comment) all.push_back({table_comment(name, table.comment), table.comment_span, Rendered::Part::comment});
  for (const auto& column : table.columns)
    if (column->comment)
      all.push_back({column_comment(name, column->name.text, column->comment), column->comment_span, Rendered::Part::comment});
  return all;
}

}  // namespace foreshot::sqlalchemy
