// Columns, constraints and indexes of one table.
#include <algorithm>

#include "analyzer/schema/history_state.h"

namespace foreshot {
namespace {

auto place_of(const SharedList<TableColumn>& columns, std::string_view name) -> std::size_t {
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].column.name.text == name) return i;
  return columns.size();
}

auto uses(const Constraint& constraint, std::string_view column) -> bool {
  const auto is = [&](const Identifier& name) { return name.text == column; };
  if (std::any_of(constraint.columns.begin(), constraint.columns.end(), is)) return true;
  if (std::any_of(constraint.include.begin(), constraint.include.end(), is)) return true;
  if (constraint.kind != ConstraintKind::check) return false;
  const auto used = constraint.expression.columns();
  return std::find(used.begin(), used.end(), column) != used.end();
}

auto uses(const Expression& expression, std::string_view column) -> bool {
  const auto used = expression.columns();
  return std::find(used.begin(), used.end(), column) != used.end();
}

auto uses(const CreateIndex& index, std::string_view column) -> bool {
  for (const auto& key : index.keys) {
    if (key.column.text == column) return true;
    if (key.column.empty() && uses(key.expression, column)) return true;
  }
  for (const auto& included : index.include)
    if (included.text == column) return true;
  return index.predicate.exists() && uses(index.predicate, column);
}

}  // namespace

auto History::State::add_column(Table& table, const Column& column, const Change& change) -> void {
  TableColumn added;
  added.column = column;
  added.column.constraints.clear();
  added.not_null = column.not_null ? Known::yes : Known::no;
  added.type_known = column.type.known();
  added.certain = change.certain;
  added.origin = change.origin;
  added.default_origin = change.origin;
  if (column.not_null) added.not_null_origin = change.origin;
  // A serial column is an integer with a default; a later type change starts from there.
  if (column.type.is_serial()) {
    const auto& name = column.type.name.text;
    added.column.type.name = name == "bigserial" ? "int8" : name == "smallserial" ? "int2" : "int4";
    added.not_null = Known::yes;
    if (!added.column.default_value.exists()) {
      Expression sequence;
      sequence.kind = Expression::Kind::constant;
      sequence.constant = Expression::Constant::string;
      sequence.text = make_object_name(table.name.name.text, column.name.text, "seq");
      added.column.default_value.kind = Expression::Kind::function;
      added.column.default_value.name = {"", "nextval"};
      added.column.default_value.arguments.push_back(std::move(sequence));
    }
  }
  if (column.identity != Column::Identity::no) added.not_null = Known::yes;
  const auto place = place_of(table.columns, column.name.text);
  if (place < table.columns.size()) {
    // It merges with an inherited column, or one of two branches has added it.
    const auto certain = table.columns[place].certain;
    if (certain && !change.certain) return;
    table.columns.edit(place) = std::move(added);
  } else {
    if (table.columns.size() >= most_parts) return void(table.columns_complete = false);
    table.columns.push_back(std::move(added));
  }
  for (auto constraint : column.constraints) {
    if (constraint.columns.empty() && constraint.kind != ConstraintKind::check)
      constraint.columns.push_back(column.name);
    add_constraint(table, std::move(constraint), change);
  }
}

auto History::State::add_constraint(Table& table, Constraint constraint, const Change& change) -> TableConstraint& {
  if (std::max(table.constraints.size(), table.indexes.size()) >= most_parts) {
    // The last ones make room, because the caller wants the new one.
    table.constraints_complete = false;
    if (table.constraints.size() >= most_parts) table.constraints.erase(table.constraints.size() - 1);
    if (table.indexes.size() >= most_parts) table.indexes.erase(table.indexes.size() - 1);
  }
  TableConstraint added;
  added.name_generated = name_constraint(table, constraint);
  added.certain = change.certain;
  added.origin = change.origin;
  added.validated = !constraint.not_valid && !constraint.not_enforced;
  if (added.validated) added.validated_origin = change.origin;
  const auto is_key = constraint.kind == ConstraintKind::primary_key || constraint.kind == ConstraintKind::unique ||
                      constraint.kind == ConstraintKind::exclusion;
  if (!constraint.using_index.empty()) {
    // The index takes the name of the constraint.
    for (std::size_t i = 0; i < table.indexes.size(); ++i) {
      if (table.indexes[i].index.name.text != constraint.using_index.text) continue;
      auto& index = table.indexes.edit(i);
      index.index.name = constraint.name;
      index.constraint = constraint.name.text;
      if (constraint.columns.empty())
        for (const auto& key : index.index.keys) constraint.columns.push_back(key.column);
    }
    added.index = constraint.name.text;
  } else if (is_key) {
    TableIndex index;
    index.index.name = constraint.name;
    index.index.table = table.name;
    index.index.unique = constraint.kind != ConstraintKind::exclusion;
    index.index.include = constraint.include;
    index.index.nulls_not_distinct = constraint.nulls_not_distinct;
    if (!constraint.method.empty()) index.index.method = constraint.method;
    for (const auto& column : constraint.columns) {
      IndexKey key;
      key.column = column;
      index.index.keys.push_back(std::move(key));
    }
    index.name_generated = added.name_generated;
    index.certain = change.certain;
    index.constraint = constraint.name.text;
    index.origin = change.origin;
    table.indexes.push_back(std::move(index));
    added.index = constraint.name.text;
  }
  const auto sets_not_null = constraint.kind == ConstraintKind::primary_key ||
                             (constraint.kind == ConstraintKind::not_null && added.validated);
  if (sets_not_null) {
    for (const auto& column : constraint.columns) {
      const auto place = place_of(table.columns, column.text);
      if (place == table.columns.size() || table.columns[place].not_null == Known::yes) continue;
      auto& changed = table.columns.edit(place);
      changed.not_null = change.certain ? Known::yes : Known::unknown;
      changed.not_null_origin = change.origin;
    }
  }
  if (constraint.kind == ConstraintKind::foreign_key && constraint.references.columns.empty()) {
    // Without columns it refers to the primary key of the moment.
    const auto parent = same(constraint.references.table, table.name, moment)
                            ? std::shared_ptr<const Table>()
                            : this->table(constraint.references.table, moment);
    const auto* key = parent ? parent->primary_key() : table.primary_key();
    if (key != nullptr) constraint.references.columns = key->constraint.columns;
  }
  if (constraint.not_enforced) added.validated = false;
  added.constraint = std::move(constraint);
  table.constraints.push_back(std::move(added));
  return table.constraints.edit(table.constraints.size() - 1);
}

auto History::State::drop_constraint(Table& table, std::string_view name, const Change& change) -> void {
  // One that was made under a condition may stand beside the one that was made again.
  bool found = false;
  for (std::size_t i = 0; i < table.constraints.size();) {
    if (table.constraints[i].constraint.name.text != name) {
      ++i;
      continue;
    }
    found = true;
    if (!change.certain) {
      table.constraints.edit(i++).certain = false;
      continue;
    }
    const auto dropped = table.constraints[i];
    table.constraints.erase(i);
    table.indexes.erase_if([&](const TableIndex& index) { return index.constraint == name; });
    // Dropping the key leaves the columns NOT NULL up to version 17 and, since they were declared so, after it.
    if (dropped.constraint.kind == ConstraintKind::not_null)
      for (const auto& column : dropped.constraint.columns)
        if (const auto place = place_of(table.columns, column.text); place < table.columns.size())
          table.columns.edit(place).not_null = Known::unknown;
  }
  if (found) return;
  // Since version 18 each NOT NULL has a constraint: t_a_not_null.
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& column = table.columns[i];
    if (column.not_null != Known::yes || !name.ends_with("_" + column.column.name.text + "_not_null")) continue;
    table.columns.edit(i).not_null = change.certain ? Known::no : Known::unknown;
    return;
  }
}

auto History::State::drop_column(Table& table, std::string_view name, const Change& change) -> void {
  const auto place = place_of(table.columns, name);
  if (!change.certain) {
    if (place < table.columns.size()) table.columns.edit(place).certain = false;
    return;
  }
  if (place < table.columns.size()) table.columns.erase(place);
  table.constraints.erase_if([&](const TableConstraint& item) { return uses(item.constraint, name); });
  table.indexes.erase_if([&](const TableIndex& item) { return uses(item.index, name); });
}

auto History::State::add_index(Table& table, CreateIndex index, const Change& change) -> std::string {
  TableIndex added;
  added.name_generated = name_index(table, index);
  if (table.indexes.size() >= most_parts) {
    table.constraints_complete = false;
    return index.name.text;
  }
  if (const auto* there = table.index(index.name.text)) {
    if (there->certain || !change.certain) return index.name.text;
    table.indexes.erase_if([&](const TableIndex& item) { return item.index.name == index.name; });
  }
  added.certain = change.certain;
  added.origin = change.origin;
  added.valid = !(index.only && !table.partition_by.empty());
  index.table = table.name;
  added.index = std::move(index);
  table.indexes.push_back(std::move(added));
  return table.indexes[table.indexes.size() - 1].index.name.text;
}

}  // namespace foreshot
