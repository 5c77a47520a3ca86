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
  const auto strip = [&](TypeName& type, bool target) {
    for (auto depth = 0; depth < 8; ++depth) {
      const auto* domain = before_.domain({type.schema, type.name});
      if (domain == nullptr) return true;
      if (!domain->certain) return false;
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
  change.rewrites = change.rewrites || constrained;
  return change;
}

// USING is free when it only casts the column, and no cast of the chain touches the bytes.
auto Costing::using_change(const Table* owner, const AlterColumnType& change, const TypeName& from) -> TypeChange {
  if (!change.using_.exists()) return resolved_change(from, change.type);
  std::vector<const TypeName*> hops;
  const auto* at = &change.using_;
  while (at->kind == Expression::Kind::cast && at->arguments.size() == 1) {
    hops.push_back(&at->type);
    at = &at->arguments.front();
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

auto Costing::change_type_of(const Table* owner, const ObjectName& name, const AlterColumnType& change) -> void {
  const std::string_view column_name = change.column.text;
  const auto* column = owner != nullptr ? owner->column(column_name) : nullptr;
  const auto trusted = column != nullptr && column->type_known && column->certain && owner->certain;
  const auto* from = trusted ? &column->column.type : at_.existing_type;
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
  auto needs_new_keys = result.rewrites || result.rebuilds_indexes;
  if (result.rewrites && !partitioned) {
    add(name, exclusive, Work::rewrite, "writes every row with the new type");
  } else {
    add(name, exclusive);
  }
  if (owner == nullptr || column == nullptr) return;
  if (!result.rewrites) {
    // The server keeps an index whose columns, operators and collations stay; an expression it compares no further.
    const auto new_collation = change.collation != column->column.collation && (!change.collation.empty() ||
                               !column->column.collation.empty());
    for (const auto& item : owner->indexes) {
      const auto& index = item.index;
      auto key = false;
      auto expression = index.predicate.exists() && mentions(index.predicate, column_name);
      for (const auto& part : index.keys) {
        key = key || part.column.text == column_name;
        expression = expression || (part.column.empty() && mentions(part.expression, column_name));
      }
      if (!expression && !(key && (result.rebuilds_indexes || new_collation))) continue;
      if (!partitioned) add(name, exclusive, Work::index_build, "builds index " + index.name.text + " again");
    }
    for (const auto& item : owner->constraints) {
      const auto is_check = item.constraint.kind == ConstraintKind::check;
      if (!is_check || !item.validated || !mentions(item.constraint.expression, column_name)) continue;
      // The server does so even when the type stays the same.
      if (!partitioned)
        add(name, exclusive, Work::scan, "verifies CHECK " + item.constraint.name.text + " again");
    }
    needs_new_keys = result.rebuilds_indexes;
  }
  for (const auto& item : owner->constraints) {
    const auto& constraint = item.constraint;
    if (constraint.kind != ConstraintKind::foreign_key || !has(constraint.columns, column_name)) continue;
    const auto scans = needs_new_keys && item.validated;
    if (scans) add(name, exclusive, Work::scan, "validates foreign key " + constraint.name.text + " again");
    if (!(before_.same_table(constraint.references.table, owner->name)))
      add(constraint.references.table, exclusive, scans ? Work::scan : Work::none,
          "foreign key " + constraint.name.text + " is made again");
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
  for (const auto* reader : before_.readers(name)) {
    if (!reader->certain) continue;
    for (const auto& [relation, used] : reader->columns_read)
      if (relation == owner->name.name.text && used == column_name)
        return fails("cannot alter type of a column used by a view or rule");
  }
}

}  // namespace foreshot
