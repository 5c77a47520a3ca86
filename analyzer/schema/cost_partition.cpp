// What making, attaching and detaching partitions costs.
#include <algorithm>

#include "analyzer/schema/costing.h"
#include "analyzer/schema/history_state.h"
#include "analyzer/schema/partition_bound.h"

namespace foreshot {
namespace {

constexpr auto exclusive = LockMode::access_exclusive;
constexpr auto writers_wait = LockMode::share_row_exclusive;

}  // namespace

auto Costing::search_default(const ObjectName& parent, const PartitionBound& bound) -> void {
  const auto* rest = default_partition(parent);
  const auto* known = table(parent);
  if (rest == nullptr) return;
  add(rest->name, exclusive);
  for (const auto* leaf : leaves(rest->name)) {
    const auto excluded = known != nullptr ? outside(*leaf, *known, bound) : Known::unknown;
    if (excluded == Known::unknown) unknown("whether a CHECK of the default partition excludes the rows is not known");
    add(leaf->name, exclusive, excluded == Known::yes ? Work::none : Work::scan,
        excluded == Known::yes ? "" : "is searched for rows of the new partition");
  }
  add_below(rest->name, exclusive);
}

// An index of the parent that the partition does not have is built, in what holds its rows.
auto Costing::build_part(const Table& child, const TableIndex& wanted) -> void {
  const auto there = std::any_of(child.indexes.begin(), child.indexes.end(), [&](const TableIndex& own) {
    return own.parent.empty() && own.valid && same_index(own.index, wanted.index) && own.constraint.empty() == wanted.constraint.empty();
  });
  if (there) return;
  if (child.partition_by.empty()) {
    add(child.name, exclusive, Work::index_build, "builds the index " + wanted.index.name.text + " of the parent");
    return;
  }
  for (const auto* part : heirs(child)) build_part(*part, wanted);
}

auto Costing::attach_parts(const Table& parent, const Table& child) -> void {
  for (const auto& wanted : parent.indexes) build_part(child, wanted);
  for (const auto& item : parent.constraints) {
    const auto& constraint = item.constraint;
    if (constraint.kind == ConstraintKind::primary_key) {
      for (const auto& name : constraint.columns) {
        const auto* column = child.column(name.text);
        if (column != nullptr && column->not_null != Known::yes && child.proof_of_not_null(name.text) == nullptr)
          for (const auto* leaf : leaves(child.name)) add(leaf->name, exclusive, Work::scan, "verifies NOT NULL of the key");
      }
    }
    if (constraint.kind != ConstraintKind::foreign_key) continue;
    const auto same = [&](const TableConstraint& own) {
      return own.constraint.kind == ConstraintKind::foreign_key && own.constraint.columns == constraint.columns &&
             before_.same_table(own.constraint.references.table, constraint.references.table);
    };
    // A key that is there becomes part of the parent's: its triggers on the other side go. One that is not valid does
    // so since version 18, and is validated.
    const auto own = std::find_if(child.constraints.begin(), child.constraints.end(), same);
    const auto merges = own != child.constraints.end() && (own->validated || at_.version >= 18);
    const auto scans = own == child.constraints.end() || !own->validated;
    if (scans)
      for (const auto* leaf : leaves(child.name)) add(leaf->name, exclusive, Work::scan, "validates the foreign key of the parent");
    if (merges) release(constraint.references.table, "a foreign key to it is merged");
    if (scans) refer(constraint.references.table, writers_wait, Work::scan, "is looked up to validate the foreign key");
  }
  // What refers to the parent refers to the partition too.
  if (at_.version >= 15) lock_children(parent.name, writers_wait, Work::none, "refers to the table that gets a partition");
}

auto Costing::attach(const AlterTable& action, const AttachPartition& attach) -> void {
  add(action.table, LockMode::share_update_exclusive).kind = action.kind;
  if (!attach.partition.known()) return unknown("the partition is not known");
  const auto* parent = table(action.table);
  const auto* child = table(attach.partition);
  if (child == nullptr || !child->certain || parent == nullptr) {
    add(attach.partition, exclusive);
    unknown(child == nullptr || !child->certain ? "the table that becomes a partition is not known" : "the partitioned table is not known");
  } else {
    add(attach.partition, exclusive);
    add_below(attach.partition, exclusive);
    // A default partition of nothing but itself has nothing to exclude.
    const auto alone = attach.default_partition && before_.partitions(action.table).empty();
    for (const auto* leaf : leaves(attach.partition)) {
      auto proven = Known::yes;
      if (attach.default_partition) {
        const auto checked = std::any_of(leaf->constraints.begin(), leaf->constraints.end(), [](const TableConstraint& item) {
          return item.constraint.kind == ConstraintKind::check;
        });
        proven = alone ? Known::yes : checked || !leaf->constraints_complete ? Known::unknown : Known::no;
      } else {
        proven = inside(*leaf, *parent, attach.values);
      }
      // The bounds of the tables above hold for its rows too.
      const auto* at = parent;
      for (auto depth = 0; depth < 16 && proven == Known::yes && !at->partition_of.empty(); ++depth) {
        const auto* above = table(at->partition_of);
        if (above == nullptr) break;
        proven = at->default_partition ? Known::unknown : inside(*leaf, *above, at->partition_values);
        at = above;
      }
      if (proven == Known::unknown) unknown("whether a CHECK implies the bound is not known");
      if (proven != Known::yes) add(leaf->name, exclusive, Work::scan, "verifies the partition bound");
    }
    attach_parts(*parent, *child);
  }
  if (!attach.default_partition) search_default(action.table, attach.values);
}

auto Costing::detach(const AlterTable& action, const DetachPartition& detach) -> void {
  const auto gentle = detach.concurrently || detach.finalize;
  add(action.table, gentle ? LockMode::share_update_exclusive : exclusive, Work::none, "loses a partition");
  const auto* parent = table(action.table);
  const auto* child = table(detach.partition);
  const auto* rest = default_partition(action.table);
  const auto is_rest = rest != nullptr && before_.same_table(rest->name, detach.partition);
  const auto referencing = before_.referencing(action.table);
  if (detach.partition.known()) {
    const auto seldom = at_.version < 14 && !is_rest && referencing.empty();
    add(detach.partition, seldom ? LockMode::share_update_exclusive : exclusive);
    if (child != nullptr && seldom)
      for (const auto& item : child->indexes)
        if (!item.parent.empty()) add({child->name.schema, item.index.name}, exclusive).kind = ObjectKind::index;
    if (!detach.concurrently) add_below(detach.partition, exclusive);
  }
  if (parent != nullptr) {
    for (const auto& item : parent->constraints)
      if (item.constraint.kind == ConstraintKind::foreign_key)
        refer(item.constraint.references.table, writers_wait, Work::none, "the foreign key of the partition refers to it alone");
    for (const auto* other : referencing)
      if (other != parent) add(other->name, exclusive, Work::scan, "is searched for rows that refer to the partition");
  }
  if (rest == nullptr || is_rest) return;
  if (gentle)
    fails("cannot detach partitions concurrently when a default partition exists");
  else
    add(rest->name, exclusive, Work::none, "its bounds change");
}

}  // namespace foreshot
