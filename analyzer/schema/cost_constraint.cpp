// What adding, validating and dropping constraints costs.
#include <algorithm>

#include "analyzer/schema/costing.h"

namespace foreshot {
namespace {

constexpr auto exclusive = LockMode::access_exclusive;
constexpr auto writers_wait = LockMode::share_row_exclusive;

}  // namespace

// UNIQUE, PRIMARY KEY, EXCLUDE: up to version 17 the partitions of the table are locked like for CREATE INDEX, unless
// their columns have to become NOT NULL too.
auto Costing::add_key(const AlterTable& action, const Constraint& constraint, const std::string& cause) -> void {
  const auto* owner = table(action.table);
  const auto key = constraint.kind == ConstraintKind::primary_key || constraint.kind == ConstraintKind::unique;
  if (owner != nullptr && !owner->partition_by.empty() && key) need_partition_key(constraint.columns, owner->partition_key);
  if (owner == nullptr || owner->partition_by.empty()) {
    on_table(action, exclusive, Work::index_build, cause);
    // Heirs get no index; the columns of a primary key become NOT NULL in them too.
    const auto primary = constraint.kind == ConstraintKind::primary_key;
    for (const auto& name : constraint.columns) {
      if (!primary) continue;
      auto over = action;
      const auto* column = owner != nullptr ? owner->column(name.text) : nullptr;
      if (owner != nullptr && column != nullptr && !before_.children(action.table).empty())
        set_not_null(over, name, "verifies NOT NULL of the key");
    }
    if (!primary && at_.version >= 18 && !action.only) add_below(action.table, exclusive);
    return;
  }
  on_table(action, exclusive);
  for (const auto* child : below(action.table, action.only)) {
    auto becomes_not_null = false;
    for (const auto& name : constraint.columns) {
      const auto* column = child->column(name.text);
      becomes_not_null = becomes_not_null || column == nullptr || column->not_null != Known::yes;
    }
    const auto as_index = at_.version < 18 && (constraint.kind != ConstraintKind::primary_key || !becomes_not_null);
    const auto no_rows = !child->partition_by.empty();
    add(child->name, as_index ? LockMode::share : exclusive, no_rows ? Work::none : Work::index_build, no_rows ? "" : cause);
  }
}

auto Costing::add_constraint(const AlterTable& action, const Constraint& constraint) -> void {
  const auto checked_later = constraint.not_valid || constraint.not_enforced;
  switch (constraint.kind) {
    case ConstraintKind::check: return add_check(action, constraint);
    case ConstraintKind::not_null: {
      if (checked_later || constraint.columns.empty()) return on_all(action, exclusive);
      auto alone = action;
      alone.only = action.only || constraint.no_inherit;
      set_not_null(alone, constraint.columns.front(), "verifies NOT NULL");
      if (constraint.no_inherit && !action.only) add_below(action.table, exclusive);
      return;
    }
    case ConstraintKind::foreign_key: return add_foreign_key(action, constraint);
    case ConstraintKind::exclusion:
      return add_key(action, constraint, "builds the index behind EXCLUDE");
    case ConstraintKind::unique:
      if (!constraint.using_index.empty()) return add_key_over_index(action, constraint);
      return add_key(action, constraint, "builds the index behind UNIQUE");
    case ConstraintKind::primary_key:
      if (!constraint.using_index.empty()) return add_key_over_index(action, constraint);
      return add_key(action, constraint, "builds the index behind PRIMARY KEY");
  }
}

// A heir that has a CHECK of the name already keeps it as it is. Up to version 17 its own heirs are not even locked.
auto Costing::add_check(const AlterTable& action, const Constraint& constraint) -> void {
  const auto checked_later = constraint.not_valid || constraint.not_enforced;
  const auto work = checked_later ? Work::none : Work::scan;
  const std::string cause = checked_later ? "" : "verifies the CHECK";
  const auto* owner = table(action.table);
  const auto partitioned = owner != nullptr && !owner->partition_by.empty();
  on_table(action, exclusive, partitioned ? Work::none : work, partitioned ? "" : cause);
  if (owner == nullptr || action.only) return;
  if (constraint.no_inherit) {
    if (at_.version >= 18) add_below(action.table, exclusive);
    return;
  }
  std::vector<const Table*> pending = heirs(*owner);
  std::vector<const Table*> merged;
  for (std::size_t i = 0; i < pending.size() && i < 10000; ++i) {
    const auto* child = pending[i];
    const auto* there = constraint.name.empty() ? nullptr : child->constraint(constraint.name.text);
    const auto merges = (there != nullptr && there->constraint.kind == ConstraintKind::check) ||
                        std::find(merged.begin(), merged.end(), child) != merged.end();
    const auto works = !merges && child->partition_by.empty();
    add(child->name, exclusive, works ? work : Work::none, works ? cause : "");
    for (const auto* next : heirs(*child)) {
      if (merges && at_.version < 18) continue;
      if (merges) merged.push_back(next);
      pending.push_back(next);
    }
  }
}

auto Costing::add_key_over_index(const AlterTable& action, const Constraint& constraint) -> void {
  on_table(action, exclusive);
  const ObjectName index_name{action.table.schema, constraint.using_index};
  add(index_name, LockMode::share_update_exclusive).kind = ObjectKind::index;
  const auto* owner = table(action.table);
  if (owner != nullptr && !owner->partition_by.empty())
    return fails("ALTER TABLE / ADD CONSTRAINT USING INDEX is not supported on partitioned tables");
  if (constraint.kind != ConstraintKind::primary_key) return;
  const auto* index = owner != nullptr ? owner->index(constraint.using_index.text) : nullptr;
  if (index == nullptr) return unknown("the index is not known");
  for (const auto& key : index->index.keys) {
    if (owner->proof_of_not_null(key.column.text) != nullptr) continue;
    const auto* column = owner->column(key.column.text);
    if (column == nullptr || !column->certain || column->not_null == Known::unknown)
      return unknown("whether the columns of the key allow NULL is not known");
    if (column->not_null == Known::no)
      return on_table(action, exclusive, Work::scan, "verifies NOT NULL of " + key.column.text);
  }
}

auto Costing::add_foreign_key(const AlterTable& action, const Constraint& constraint) -> void {
  const auto checked_later = constraint.not_valid || constraint.not_enforced;
  const auto* owner = table(action.table);
  const auto partitioned = owner != nullptr && !owner->partition_by.empty();
  if (partitioned && constraint.not_valid && at_.version < 18)
    fails("cannot add NOT VALID foreign key on partitioned table \"" + action.table.name.text +
          "\" referencing relation \"" + constraint.references.table.name.text + "\"");
  const auto work = checked_later ? Work::none : Work::scan;
  const std::string cause = checked_later ? "" : "validates the foreign key";
  on_table(action, writers_wait, partitioned ? Work::none : work, partitioned ? "" : cause);
  if (!partitioned && at_.version >= 18 && !action.only) add_below(action.table, writers_wait);
  if (partitioned)
    for (const auto* child : below(action.table, action.only)) {
      const auto no_rows = !child->partition_by.empty();
      add(child->name, writers_wait, no_rows ? Work::none : work, no_rows ? "" : cause);
    }
  const auto& parent = constraint.references.table;
  if (!parent.known()) return unknown("the referenced table is not known");
  if (before_.same_table(parent, action.table)) return;
  refer(parent, writers_wait, work, checked_later ? "the foreign key refers to it" : "is looked up to validate the foreign key");
}

auto Costing::drop_constraint(const AlterTable& action, const DropConstraint& drop) -> void {
  on_all(action, exclusive);
  const auto* owner = table(action.table);
  const auto* known = owner != nullptr ? owner->constraint(drop.constraint.text) : nullptr;
  if (action.only && owner != nullptr && (!owner->partition_by.empty() || known != nullptr))
    for (const auto* child : heirs(*owner)) add(child->name, exclusive);
  if (known == nullptr && action.only && drop.constraint.text.ends_with("_not_null")) add_below(action.table, exclusive);
  if (known == nullptr) return;
  const auto& constraint = known->constraint;
  if (constraint.kind == ConstraintKind::foreign_key) {
    if (!before_.same_table(constraint.references.table, owner->name))
      release(constraint.references.table, "a foreign key to it is dropped", true);
    return;
  }
  if (!drop.cascade) return;
  for (const auto* child : before_.referencing(action.table)) {
    if (child == owner) continue;
    for (const auto& item : child->constraints) {
      const auto& reference = item.constraint.references;
      if (item.constraint.kind == ConstraintKind::foreign_key && before_.same_table(reference.table, owner->name) &&
          (reference.columns.empty() || reference.columns == constraint.columns)) {
        add(child->name, exclusive, Work::none, "its foreign key is dropped");
        break;
      }
    }
  }
}

auto Costing::validate(const AlterTable& action, const ValidateConstraint& validate) -> void {
  constexpr auto light = LockMode::share_update_exclusive;
  const auto* owner = table(action.table);
  const auto* known = owner != nullptr ? owner->constraint(validate.constraint.text) : nullptr;
  if (known != nullptr && known->certain && known->validated) return on_table(action, light);
  if (known == nullptr && owner != nullptr && owner->certain && owner->constraints_complete) {
    on_table(action, light);
    // Servers from 18 on have a constraint for each NOT NULL.
    const auto declared = std::any_of(owner->columns.begin(), owner->columns.end(), [&](const TableColumn& column) {
      return column.certain && column.not_null == Known::yes &&
             validate.constraint.text.ends_with("_" + column.column.name.text + "_not_null");
    });
    if (!declared) unknown("the constraint is not known");
    return;
  }
  const auto foreign = known != nullptr && known->constraint.kind == ConstraintKind::foreign_key;
  on_all(action, light, Work::scan, foreign ? "validates the foreign key" : "validates the constraint");
  if (foreign && !before_.same_table(known->constraint.references.table, owner->name))
    add(known->constraint.references.table, LockMode::row_share, Work::scan, "is looked up to validate the foreign key");
}

auto Costing::enforce(const AlterTable& action, const AlterConstraint& change) -> void {
  const auto* owner = table(action.table);
  const auto* known = owner != nullptr ? owner->constraint(change.constraint.text) : nullptr;
  const auto partitioned = owner != nullptr && !owner->partition_by.empty();
  const auto turns = change.enforced && (known == nullptr || known->constraint.not_enforced == *change.enforced);
  if (partitioned) add_below(action.table, exclusive);
  if (change.inherit && owner != nullptr)
    for (const auto* child : heirs(*owner)) add(child->name, exclusive);
  const auto scans = turns && *change.enforced;
  on_table(action, exclusive, scans && !partitioned ? Work::scan : Work::none, scans && !partitioned ? "verifies the constraint" : "");
  if (partitioned && scans)
    for (const auto* leaf : leaves(action.table)) add(leaf->name, exclusive, Work::scan, "verifies the constraint");
  if (known == nullptr || !turns || known->constraint.kind != ConstraintKind::foreign_key) return;
  const auto& parent = known->constraint.references.table;
  if (before_.same_table(parent, owner->name)) return;
  if (scans)
    refer(parent, writers_wait, Work::scan, "is looked up to validate the foreign key");
  else
    release(parent, "the foreign key to it is no longer enforced");
}

}  // namespace foreshot
