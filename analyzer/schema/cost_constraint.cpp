// What adding, validating and dropping constraints costs, and moving partitions.
#include <algorithm>
#include <set>

#include "analyzer/schema/costing.h"

namespace foreshot {
namespace {

constexpr auto exclusive = LockMode::access_exclusive;
constexpr auto writers_wait = LockMode::share_row_exclusive;

auto same_keys(const CreateIndex& a, const CreateIndex& b) -> bool {
  if (a.unique != b.unique || a.method != b.method || a.keys.size() != b.keys.size()) return false;
  if (a.predicate.exists() != b.predicate.exists()) return false;
  for (std::size_t i = 0; i < a.keys.size(); ++i)
    if (a.keys[i].column.text != b.keys[i].column.text) return false;
  return true;
}

}  // namespace

// UNIQUE, PRIMARY KEY, EXCLUDE: up to version 17 the partitions of the table are locked like for CREATE INDEX, unless
// their columns have to become NOT NULL too.
auto Costing::add_key(const AlterTable& action, const Constraint& constraint, const std::string& cause) -> void {
  const auto* owner = table(action.table);
  if (owner == nullptr || owner->partition_by.empty()) return on_all(action, exclusive, Work::index_build, cause);
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
    case ConstraintKind::check:
      return on_all(action, exclusive, checked_later ? Work::none : Work::scan, checked_later ? "" : "verifies the CHECK");
    case ConstraintKind::not_null:
      if (checked_later || constraint.columns.empty()) return on_all(action, exclusive);
      return set_not_null(action, constraint.columns.front(), "verifies NOT NULL");
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
  if (partitioned)
    for (const auto* child : below(action.table, action.only)) {
      const auto no_rows = !child->partition_by.empty();
      add(child->name, writers_wait, no_rows ? Work::none : work, no_rows ? "" : cause);
    }
  const auto& parent = constraint.references.table;
  if (!parent.known()) return unknown("the referenced table is not known");
  if (before_.same_table(parent, action.table)) return;
  add(parent, writers_wait, work, checked_later ? "the foreign key refers to it" : "is looked up to validate the foreign key");
  if (const auto* known = table(parent); known != nullptr && !known->partition_by.empty())
    for (const auto* child : before_.children(parent)) add(child->name, writers_wait);
}

auto Costing::drop_constraint(const AlterTable& action, const DropConstraint& drop) -> void {
  on_all(action, exclusive);
  const auto* owner = table(action.table);
  const auto* known = owner != nullptr ? owner->constraint(drop.constraint.text) : nullptr;
  if (known == nullptr) return;
  const auto& constraint = known->constraint;
  if (constraint.kind == ConstraintKind::foreign_key) {
    if (!before_.same_table(constraint.references.table, owner->name))
      add(constraint.references.table, exclusive, Work::none, "a foreign key to it is dropped");
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
  const auto foreign = known != nullptr && known->constraint.kind == ConstraintKind::foreign_key;
  on_all(action, light, Work::scan, foreign ? "validates the foreign key" : "validates the constraint");
  if (foreign && !before_.same_table(known->constraint.references.table, owner->name))
    add(known->constraint.references.table, LockMode::row_share, Work::scan, "is looked up to validate the foreign key");
}

auto Costing::enforce(const AlterTable& action, const AlterConstraint& change) -> void {
  if (!change.enforced || !*change.enforced) return on_table(action, exclusive);
  on_table(action, exclusive, Work::scan, "verifies the constraint");
  const auto* owner = table(action.table);
  const auto* known = owner != nullptr ? owner->constraint(change.constraint.text) : nullptr;
  if (known == nullptr) return;
  const auto& parent = known->constraint.references.table;
  if (known->constraint.kind == ConstraintKind::foreign_key && !before_.same_table(parent, owner->name))
    add(parent, writers_wait, Work::scan, "is looked up to validate the foreign key");
}

auto Costing::attach(const AlterTable& action, const AttachPartition& attach) -> void {
  add(action.table, LockMode::share_update_exclusive).kind = action.kind;
  if (!attach.partition.known()) return unknown("the partition is not known");
  const auto* parent = table(action.table);
  const auto* child = table(attach.partition);
  // A validated CHECK over the columns of the partition key is taken for one that implies the bound.
  const auto implied = [&](const Table& table) {
    if (parent == nullptr || parent->partition_key.empty()) return Known::unknown;
    auto all = Known::yes;
    for (const auto& key : parent->partition_key) {
      auto found = false;
      for (const auto& item : table.constraints) {
        if (item.constraint.kind != ConstraintKind::check || !item.validated || item.constraint.no_inherit) continue;
        const auto used = item.constraint.expression.columns();
        const auto only_null_test = item.constraint.expression.text == "IS NOT NULL";
        found = found || (!only_null_test && std::find(used.begin(), used.end(), key.text) != used.end());
      }
      if (!found) all = Known::no;
    }
    return all;
  };
  if (child == nullptr || !child->certain) {
    add(attach.partition, exclusive);
    unknown("the table that becomes a partition is not known");
  } else {
    auto verdict = implied(*child);
    const auto has_check = std::any_of(child->constraints.begin(), child->constraints.end(), [](const auto& item) {
      return item.constraint.kind == ConstraintKind::check;
    });
    if (verdict == Known::unknown && has_check) unknown("whether a CHECK implies the bound is not known");
    if (!child->constraints_complete && verdict != Known::yes) unknown("whether a CHECK implies the bound is not known");
    // A default partition of nothing but itself has nothing to exclude.
    const auto alone = attach.default_partition && before_.partitions(action.table).empty();
    const auto scans = verdict != Known::yes && !alone;
    add(attach.partition, exclusive, scans ? Work::scan : Work::none, scans ? "verifies the partition bound" : "");
    for (const auto* part : before_.children(attach.partition)) add(part->name, exclusive, scans ? Work::scan : Work::none);
    if (parent != nullptr) {
      for (const auto& wanted : parent->indexes) {
        const auto there = std::any_of(child->indexes.begin(), child->indexes.end(), [&](const TableIndex& index) {
          return same_keys(index.index, wanted.index);
        });
        if (!there) add(attach.partition, exclusive, Work::index_build, "builds the index " + wanted.index.name.text + " of the parent");
      }
      for (const auto& item : parent->constraints) {
        const auto& constraint = item.constraint;
        if (constraint.kind != ConstraintKind::foreign_key) continue;
        const auto there = std::any_of(child->constraints.begin(), child->constraints.end(), [&](const TableConstraint& own) {
          return own.constraint.kind == ConstraintKind::foreign_key && own.validated &&
                 own.constraint.columns == constraint.columns &&
                 before_.same_table(own.constraint.references.table, constraint.references.table);
        });
        if (there) continue;
        add(attach.partition, exclusive, Work::scan, "validates the foreign key of the parent");
        add(constraint.references.table, writers_wait, Work::scan, "is looked up to validate the foreign key");
      }
    }
  }
  const auto* rest = default_partition(action.table);
  if (rest == nullptr || attach.default_partition) return;
  const auto excluded = implied(*rest) == Known::yes;
  add(rest->name, exclusive, excluded ? Work::none : Work::scan, excluded ? "" : "is searched for rows of the new partition");
}

auto Costing::detach(const AlterTable& action, const DetachPartition& detach) -> void {
  const auto gentle = detach.concurrently || detach.finalize;
  add(action.table, gentle ? LockMode::share_update_exclusive : exclusive, Work::none, "loses a partition");
  if (detach.partition.known())
    add(detach.partition, at_.version >= 14 ? exclusive : LockMode::share_update_exclusive);
  const auto* rest = default_partition(action.table);
  if (rest == nullptr || before_.same_table(rest->name, detach.partition)) return;
  if (gentle)
    fails("cannot detach partitions concurrently when a default partition exists");
  else
    add(rest->name, exclusive, Work::none, "its bounds change");
}

}  // namespace foreshot
