#include "analyzer/schema/model_tables.h"

#include <algorithm>
#include <map>
#include <utility>

namespace foreshot {
namespace {

auto add_columns(Table& table, const Model& model) -> void {
  for (const auto& column : model.columns) {
    if (table.column(column.column.name.text) != nullptr) continue;
    TableColumn added;
    added.column = column.column;
    added.column.constraints.clear();
    added.type_known = column.type_known;
    added.not_null = !column.nullable_known ? Known::unknown : column.column.not_null ? Known::yes : Known::no;
    table.columns.push_back(std::move(added));
  }
}

auto add_primary_key(Table& table, const Model& model) -> void {
  if (table.primary_key() != nullptr) return;
  TableConstraint key;
  key.constraint.kind = ConstraintKind::primary_key;
  for (const auto& column : model.columns)
    for (const auto& constraint : column.column.constraints)
      if (constraint.kind == ConstraintKind::primary_key) key.constraint.columns.push_back(column.column.name);
  if (!key.constraint.columns.empty()) table.constraints.push_back(std::move(key));
}

}  // namespace

auto models_as_tables(const std::vector<Model>& models) -> std::vector<Table> {
  std::vector<Table> tables;
  std::map<std::pair<std::string, std::string>, std::size_t> places;
  for (const auto& model : models) {
    if (!model.is_mapped || !model.table_known || !model.table.known()) continue;
    const auto [place, added] = places.emplace(std::pair(model.table.schema.text, model.table.name.text), tables.size());
    if (added) {
      Table table;
      table.name = model.table;
      table.from_model = true;
      tables.push_back(std::move(table));
    }
    auto& table = tables[place->second];
    add_columns(table, model);
    for (const auto& constraint : model.constraints) {
      if (constraint.kind == ConstraintKind::primary_key && table.primary_key() != nullptr) continue;
      TableConstraint made;
      made.constraint = constraint;
      table.constraints.push_back(std::move(made));
    }
    add_primary_key(table, model);
    for (const auto& index : model.indexes) {
      if (!index.keys_known) continue;
      TableIndex made;
      made.index = index.index;
      table.indexes.push_back(std::move(made));
    }
  }
  return tables;
}

}  // namespace foreshot
