// What ALTER COLUMN TYPE costs: the rows, the indexes, the checks and the foreign keys of the column.
#include <algorithm>

#include "analyzer/schema/costing.h"
#include "analyzer/schema/type_change.h"

namespace foreshot {
namespace {

constexpr auto exclusive = LockMode::access_exclusive;

auto mentions(const Expression& expression, std::string_view column) -> bool {
  const auto used = expression.columns();
  return std::find(used.begin(), used.end(), column) != used.end();
}

// The collation that is meant: none is written for the default one, and those of the server need no schema.
auto plain(std::string collation) -> std::string {
  constexpr std::string_view of_the_server = "pg_catalog.";
  if (collation.starts_with(of_the_server)) collation.erase(0, of_the_server.size());
  return collation == "default" ? std::string() : collation;
}

// COLLATE says how values are compared, and changes none.
auto without_collate(const Expression* at) -> const Expression* {
  while (at->kind == Expression::Kind::other && at->text.starts_with("COLLATE ") && at->arguments.size() == 1)
    at = &at->arguments.front();
  return at;
}

auto has(const std::vector<Identifier>& columns, std::string_view column) -> bool {
  return std::any_of(columns.begin(), columns.end(), [&](const Identifier& name) { return name.text == column; });
}

}  // namespace

// type_change() with domains taken apart: a domain is stored as its base type, and only its constraints cost.
auto Costing::resolved_change(const TypeName& from, const TypeName& to) -> TypeChange {
  const auto same = from == to;
  auto old_type = from;
  auto new_type = to;
  auto constrained = false;
  auto elements = false;
  const auto strip = [&](TypeName& type, bool target) {
    for (auto depth = 0; depth < 8; ++depth) {
      const auto* domain = before_.domain({type.schema, type.name});
      if (domain == nullptr) return true;
      if (!domain->certain) return false;
      // The elements of an array of a domain are taken one by one.
      elements = elements || type.array_dimensions > 0;
      constrained = constrained || (target && domain->constrained);
      const auto dimensions = type.array_dimensions;
      type = domain->base;
      // The limit of the base type is not remembered for values that leave the domain.
      if (!target) type.modifiers.clear();
      if (dimensions > 0) type.array_dimensions = dimensions;
    }
    return false;
  };
  TypeChange change;
  if (same) return change;
  if (!strip(old_type, false) || !strip(new_type, true)) {
    change.known = false;
    return change;
  }
  // What is neither built in, nor an enum, nor a domain of the history may be a domain that nobody saw.
  const auto understood = [&](const TypeName& type) {
    return is_builtin_type(type) || before_.enum_type({type.schema, type.name}) != nullptr;
  };
  change = type_change(old_type, new_type, at_.settings, at_.version);
  if (change.known && change.rewrites && (!understood(old_type) || !understood(new_type))) {
    const auto from_text = old_type.name.text == "text" || old_type.name.text == "varchar";
    // A string becomes another type by being read: that is never free.
    if (!(understood(old_type) && !from_text) || !understood(new_type)) change.known = from_text || change.needs_using;
  }
  change.rewrites = change.rewrites || constrained || elements;
  // Indexes of arrays, enums and ranges know only what the whole type is.
  const auto& stored = new_type.name.text;
  const auto polymorphic = new_type.array_dimensions > 0 || stored.ends_with("range") ||
                           before_.enum_type({new_type.schema, new_type.name}) != nullptr;
  if (!change.rewrites && polymorphic && (old_type != from || new_type != to)) change.rebuilds_indexes = true;
  return change;
}

// USING is free when it only casts the column, and no cast of the chain touches the bytes.
auto Costing::using_change(const Table* owner, const AlterColumnType& change, const TypeName& from) -> TypeChange {
  if (!change.using_.exists()) return resolved_change(from, change.type);
  std::vector<const TypeName*> hops;
  const auto* at = without_collate(&change.using_);
  while (at->kind == Expression::Kind::cast && at->arguments.size() == 1) {
    hops.push_back(&at->type);
    at = without_collate(&at->arguments.front());
  }
  TypeChange result;
  if (at->kind != Expression::Kind::column) {
    result.rewrites = true;
    result.known = !change.using_.has_hole();
    return result;
  }
  auto current = from;
  if (at->name.name.text != change.column.text) {
    const auto* other = owner != nullptr ? owner->column(at->name.name.text) : nullptr;
    result.rewrites = true;
    result.known = other != nullptr || owner == nullptr;
    return result;
  }
  std::reverse(hops.begin(), hops.end());
  hops.push_back(&change.type);
  for (const auto* hop : hops) {
    const auto step = resolved_change(current, *hop);
    result.known = result.known && step.known;
    result.rewrites = result.rewrites || step.rewrites;
    result.rebuilds_indexes = result.rebuilds_indexes || step.rebuilds_indexes;
    result.narrows = result.narrows || step.narrows;
    current = *hop;
  }
  // One cast that rewrites is enough, whatever the others are.
  if (result.rewrites) result.known = true;
  return result;
}

auto Costing::change_type(const AlterTable& action, const AlterColumnType& change) -> void {
  change_type_of(table(action.table), action.table, change);
  for (const auto* child : below(action.table, action.only)) change_type_of(child, child->name, change);
}

// request::text::state: whatever the column was, the second cast computes a new value for every row.
auto Costing::later_cast_rewrites(const AlterColumnType& change) -> bool {
  const auto* at = &change.using_;
  while (at->kind == Expression::Kind::cast && at->arguments.size() == 1 && at->arguments.front().kind == Expression::Kind::cast) {
    const auto step = resolved_change(at->arguments.front().type, at->type);
    if (step.known && step.rewrites) return true;
    at = &at->arguments.front();
  }
  return false;
}

// What depends on a column keeps the server from giving it another type.
auto Costing::refuse_type_change(const Table& owner, std::string_view column) -> void {
  const auto listed = [&](const std::vector<std::string>& columns) {
    return std::find(columns.begin(), columns.end(), column) != columns.end();
  };
  if (!owner.certain) return;
  for (const auto& other : owner.columns)
    if (other.certain && other.column.generated != Column::Generated::no && other.column.name.text != column &&
        mentions(other.column.generation, column))
      fails("cannot alter type of a column used by a generated column");
  for (const auto& trigger : owner.triggers)
    if (listed(trigger.when_columns) || has(trigger.update_of, column))
      fails("cannot alter type of a column used in a trigger definition");
  for (const auto& policy : owner.policies)
    if (listed(policy.columns)) fails("cannot alter type of a column used in a policy definition");
  for (const auto& rule : owner.rules)
    if (listed(rule.columns)) fails("cannot alter type of a column used by a view or rule");
}

auto Costing::change_type_of(const Table* owner, const ObjectName& name, const AlterColumnType& change) -> void {
  const std::string_view column_name = change.column.text;
  const auto* column = owner != nullptr ? owner->column(column_name) : nullptr;
  const auto trusted = column != nullptr && owner->knows_type(*column);
  const auto* from = trusted ? &column->column.type : at_.existing_type;
  // An earlier statement that may have run made the same change: then this one finds nothing to do.
  if (column != nullptr && !column->type_known && column->column.type.known() && column->column.type == change.type) from = nullptr;
  if (from == nullptr) {
    add(name, exclusive);
    // USING that does more than cast the column is computed for each row, whatever the types are.
    if (change.using_.exists() && !change.using_.has_hole()) {
      const auto result = using_change(owner, change, change.type);
      const bool computes = change.using_.kind != Expression::Kind::cast && change.using_.kind != Expression::Kind::column;
      if ((result.known && result.rewrites && computes) || later_cast_rewrites(change)) {
        cost_.effects.back().work = Work::rewrite;
        cost_.effects.back().cause = "computes USING for every row";
        return;
      }
    }
    return unknown("the old type of the column is not known");
  }
  const auto result = using_change(owner, change, *from);
  if (!result.known) {
    add(name, exclusive);
    return unknown("how the type change is carried out is not known");
  }
  const auto partitioned = owner != nullptr && !owner->partition_by.empty();
  if (result.needs_using && !change.using_.exists())
    return fails("column \"" + change.column.text + "\" cannot be cast automatically to type " + change.type.display());
  const auto generated = column != nullptr && column->column.generated == Column::Generated::virtual_;
  auto needs_new_keys = result.rewrites || result.rebuilds_indexes || rewritten_;
  if (result.rewrites && !partitioned && !generated) {
    add(name, exclusive, Work::rewrite, "writes every row with the new type");
  } else {
    add(name, exclusive);
  }
  if (owner == nullptr || column == nullptr) return;
  if (!result.rewrites) {
    // The server keeps an index whose columns, operators and collations stay; an expression it compares no further.
    const auto new_collation = plain(change.collation) != plain(column->column.collation);
    for (const auto& item : owner->indexes) {
      const auto& index = item.index;
      auto key = false;
      auto expression = index.predicate.exists() && mentions(index.predicate, column_name);
      for (const auto& part : index.keys) {
        key = key || part.column.text == column_name;
        expression = expression || (part.column.empty() && mentions(part.expression, column_name));
      }
      // Nor does it compare the rest of an index with a condition or an expression, or the parts of a partitioned one.
      const auto partial = index.predicate.exists() || std::any_of(index.keys.begin(), index.keys.end(), [](const IndexKey& part) {
                             return part.column.empty();
                           });
      const auto included = has(index.include, column_name);
      if (!key && !expression && !included) continue;
      if (partitioned) {
        for (const auto* leaf : leaves(name))
          add(leaf->name, exclusive, Work::index_build, "builds the parts of index " + index.name.text + " again");
        continue;
      }
      if (!expression && !partial && !(key && (result.rebuilds_indexes || new_collation))) continue;
      add(name, exclusive, Work::index_build, "builds index " + index.name.text + " again");
    }
    for (const auto& item : owner->constraints) {
      const auto is_check = item.constraint.kind == ConstraintKind::check;
      if (!is_check || !item.validated || !mentions(item.constraint.expression, column_name)) continue;
      // The server does so even when the type stays the same.
      if (!partitioned)
        add(name, exclusive, Work::scan, "verifies CHECK " + item.constraint.name.text + " again");
    }
    needs_new_keys = result.rebuilds_indexes || rewritten_;
  }
  for (const auto& item : owner->constraints) {
    const auto& constraint = item.constraint;
    if (constraint.kind != ConstraintKind::foreign_key || !has(constraint.columns, column_name)) continue;
    const auto scans = needs_new_keys && item.validated;
    if (scans && !partitioned) add(name, exclusive, Work::scan, "validates foreign key " + constraint.name.text + " again");
    const auto& parent = constraint.references.table;
    if (before_.same_table(parent, owner->name) || item.inherited) continue;
    const auto cause = "foreign key " + constraint.name.text + " is made again";
    const auto* known = table(parent);
    const auto parts = known != nullptr && !known->partition_by.empty();
    // Up to version 14 a partitioned table is locked only to make the key again.
    add(parent, parts && at_.version < 15 ? LockMode::share_row_exclusive : exclusive, scans && !parts ? Work::scan : Work::none, cause);
    if (parts)
      for (const auto* leaf : before_.children(parent))
        add(leaf->name, exclusive, scans && leaf->partition_by.empty() ? Work::scan : Work::none, cause);
  }
  for (const auto* child : before_.referencing(name)) {
    for (const auto& item : child->constraints) {
      const auto& constraint = item.constraint;
      if (constraint.kind != ConstraintKind::foreign_key || !before_.same_table(constraint.references.table, name)) continue;
      if (!has(constraint.references.columns, column_name)) continue;
      const auto scans = needs_new_keys && item.validated;
      if (child != owner)
        add(child->name, exclusive, scans ? Work::scan : Work::none,
            "foreign key " + constraint.name.text + " is made again");
      if (scans) add(name, exclusive, Work::scan, "validates foreign key " + constraint.name.text + " again");
    }
  }
  refuse_type_change(*owner, column_name);
  for (const auto* reader : before_.readers(name)) {
    if (!reader->certain) continue;
    for (const auto& [relation, used] : reader->columns_read)
      if (relation == owner->name.name.text && used == column_name)
        return fails("cannot alter type of a column used by a view or rule");
  }
}

}  // namespace foreshot
