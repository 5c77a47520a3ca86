// What indexes, VACUUM, CLUSTER, TRUNCATE, LOCK TABLE and changes of rows cost.
#include <algorithm>
#include <set>

#include "analyzer/schema/costing.h"
#include "analyzer/schema/history_state.h"

namespace foreshot {
namespace {

auto contains(const std::vector<ObjectName>& names, const ObjectName& name) -> bool {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

auto Costing::run(const CreateIndex& action) -> void {
  if (!action.table.known()) return unknown("the table is not known");
  const auto lock = action.concurrently ? LockMode::share_update_exclusive : LockMode::share;
  const auto* owner = table(action.table);
  const auto partitioned = owner != nullptr && !owner->partition_by.empty();
  if (partitioned && action.concurrently && !action.only)
    fails("cannot create index on partitioned table \"" + action.table.name.text + "\" concurrently");
  if (partitioned && action.unique) {
    std::vector<Identifier> columns;
    for (const auto& key : action.keys)
      if (!key.column.empty()) columns.push_back(key.column);
    need_partition_key(columns, owner->partition_key);
  }
  const auto there = !action.name.empty() &&
                     before_.index_exists({action.table.schema, action.name}) == Existence::yes;
  if (action.if_not_exists && there) {
    add(action.table, lock);
    return;
  }
  const std::string cause = action.unique ? "builds the unique index" : "builds the index";
  if (!partitioned) {
    add(action.table, lock, Work::index_build, cause);
    return;
  }
  add(action.table, lock);
  for (const auto* partition : below(action.table, action.only)) {
    // An index of the partition that is the same becomes part of the new one.
    const auto matches = std::any_of(partition->indexes.begin(), partition->indexes.end(), [&](const TableIndex& item) {
      return item.parent.empty() && item.valid && item.certain && same_index(item.index, action);
    });
    const auto builds = partition->partition_by.empty() && !matches;
    add(partition->name, lock, builds ? Work::index_build : Work::none, builds ? cause : "");
  }
}

auto Costing::rebuild(const Table& owner, const TableIndex* one, bool concurrently) -> void {
  const auto lock = concurrently ? LockMode::share_update_exclusive : LockMode::share;
  const auto index_lock = concurrently ? LockMode::share_update_exclusive : LockMode::access_exclusive;
  const auto none = one == nullptr && owner.indexes.empty() && owner.constraints_complete;
  add(owner.name, lock, none ? Work::none : Work::index_build, none ? "" : "builds the index again");
  for (const auto& index : owner.indexes)
    if (one == nullptr || one->index.name == index.index.name)
      add({owner.name.schema, index.index.name}, index_lock).kind = ObjectKind::index;
}

auto Costing::run(const Reindex& action) -> void {
  const auto lock = action.concurrently ? LockMode::share_update_exclusive : LockMode::share;
  const auto index_lock = action.concurrently ? LockMode::share_update_exclusive : LockMode::access_exclusive;
  // A partitioned table is worked on partition by partition, in transactions of their own.
  const auto each_part = [&](const Table& owner, const std::string& index) {
    add(owner.name, LockMode::share);
    if (!index.empty()) add({owner.name.schema, index}, LockMode::access_exclusive).kind = ObjectKind::index;
    if (index.empty())
      for (const auto* child : before_.children(owner.name)) add(child->name, LockMode::share);
    for (const auto* leaf : leaves(owner.name)) {
      if (index.empty()) {
        rebuild(*leaf, nullptr, action.concurrently);
        continue;
      }
      for (const auto& item : leaf->indexes) {
        auto part = item.parent == index;
        for (const auto* above = table(leaf->partition_of); above != nullptr && !part; above = table(above->partition_of)) {
          for (const auto& middle : above->indexes)
            part = part || (middle.index.name.text == item.parent && middle.parent == index);
          if (above->partition_of.empty()) break;
        }
        if (part) rebuild(*leaf, &item, action.concurrently);
      }
    }
  };
  if (action.kind == ObjectKind::index) {
    const auto place = before_.index(action.object);
    if (place.table != nullptr && !place.table->partition_by.empty()) {
      if (at_.version < 14) return fails("REINDEX is not yet implemented for partitioned indexes");
      each_part(*place.table, place.index->index.name.text);
      return;
    }
    if (place.table != nullptr) return rebuild(*place.table, place.index, action.concurrently);
    add(action.object, index_lock, Work::index_build, "builds the index again").kind = ObjectKind::index;
    return unknown("the table of the index is not known");
  }
  if (action.kind == ObjectKind::table) {
    const auto* owner = table(action.object);
    if (owner != nullptr && !owner->partition_by.empty()) {
      if (at_.version >= 14) each_part(*owner, "");
      return;
    }
    if (owner != nullptr) return rebuild(*owner, nullptr, action.concurrently);
    add(action.object, lock, Work::index_build, "builds the indexes again");
    return;
  }
  if (action.kind != ObjectKind::schema) unknown("it works on every table of the database");
  for (const auto* owner : before_.tables()) {
    const auto inside = action.kind != ObjectKind::schema || owner->name.schema == action.object.name ||
                        (owner->name.schema.empty() && action.object.name.text == "public");
    if (inside && !owner->indexes.empty() && owner->partition_by.empty()) rebuild(*owner, nullptr, action.concurrently);
  }
}

auto Costing::run(const Cluster& action) -> void {
  if (!action.table.known()) return unknown("which tables were clustered before is not known");
  const auto* owner = table(action.table);
  if (owner == nullptr || owner->partition_by.empty()) {
    add(action.table, LockMode::access_exclusive, Work::rewrite, "writes the table in index order");
    return;
  }
  if (at_.version < 15) return fails("cannot cluster a partitioned table");
  add(action.table, LockMode::access_exclusive);
  for (const auto* leaf : leaves(action.table))
    add(leaf->name, LockMode::access_exclusive, Work::rewrite, "writes the partition in index order");
}

auto Costing::run(const Vacuum& action) -> void {
  if (action.tables.empty()) return unknown("it works on every table of the database");
  for (const auto& name : action.tables) {
    const auto* owner = table(name);
    const auto partitioned = owner != nullptr && !owner->partition_by.empty();
    if (action.full) {
      if (!partitioned) add(name, LockMode::access_exclusive, Work::rewrite, "writes the table anew");
      if (partitioned) {
        add(name, LockMode::access_exclusive);
        add_below(name, LockMode::access_exclusive);
      }
      if (partitioned)
        for (const auto* leaf : leaves(name)) add(leaf->name, LockMode::access_exclusive, Work::rewrite, "writes the partition anew");
      continue;
    }
    const std::string cause = action.analyze_only ? "samples rows" : "visits rows";
    if (!partitioned || action.analyze_only)
      add(name, LockMode::share_update_exclusive, partitioned ? Work::none : Work::scan, partitioned ? "" : cause);
    // Since version 18 the statement reaches heirs too.
    if ((partitioned || at_.version >= 18) && !contains(action.only, name))
      for (const auto* child : before_.children(name))
        if (action.analyze_only || child->partition_by.empty())
          add(child->name, LockMode::share_update_exclusive, child->partition_by.empty() ? Work::scan : Work::none, cause);
  }
}

auto Costing::run(const Truncate& action) -> void {
  std::set<std::string> done;
  std::vector<ObjectName> pending = action.tables;
  for (std::size_t i = 0; i < pending.size(); ++i) {
    const auto name = pending[i];
    if (!name.known() || !done.insert(name.display()).second) continue;
    add(name, LockMode::access_exclusive);
    if (!contains(action.only, name))
      for (const auto* partition : before_.children(name)) pending.push_back(partition->name);
    if (!action.cascade) continue;
    for (const auto* child : before_.referencing(name)) pending.push_back(child->name);
  }
}

// LOCK TABLE of a view locks what the view reads.
auto Costing::lock_relation(const ObjectName& name, LockMode mode, bool only, int depth) -> void {
  if (depth > 16) return;
  const auto* known = table(name);
  add(name, mode, Work::none, "LOCK TABLE").kind = known != nullptr ? known->kind : ObjectKind::table;
  if (known != nullptr && known->kind == ObjectKind::view)
    for (const auto& read : known->reads) lock_relation(read, mode, false, depth + 1);
  if (only) return;
  for (const auto* child : before_.children(name)) add(child->name, mode, Work::none, "LOCK TABLE");
}

auto Costing::run(const LockTable& action) -> void {
  auto mode = LockMode::access_exclusive;
  for (auto i = static_cast<int>(LockMode::access_share); i <= static_cast<int>(LockMode::access_exclusive); ++i)
    if (action.mode == lock_name(static_cast<LockMode>(i))) mode = static_cast<LockMode>(i);
  for (const auto& name : action.tables) lock_relation(name, mode, contains(action.only, name), 0);
}

// Rows of the relation, of its partitions and heirs; through a view, of the one relation that it shows.
auto Costing::change_rows(const ObjectName& name, LockMode mode, Work work, bool only, int depth) -> void {
  if (depth > 16) return;
  const auto* known = table(name);
  const std::string cause = work == Work::none ? "" : "visits rows";
  if (known != nullptr && known->kind == ObjectKind::view) {
    add(name, mode).kind = known->kind;
    if (known->reads.size() != 1) return unknown("which of its relations a change through the view reaches is not known");
    return change_rows(known->reads.front(), mode, work, false, depth + 1);
  }
  const auto partitioned = known != nullptr && !known->partition_by.empty();
  add(name, mode, partitioned ? Work::none : work, partitioned ? "" : cause);
  if (only) return;
  for (const auto* child : before_.children(name))
    add(child->name, mode, child->partition_by.empty() ? work : Work::none, child->partition_by.empty() ? cause : "");
}

auto Costing::run(const Dml& action) -> void {
  for (const auto& name : action.locked) change_rows(name, LockMode::row_share, Work::scan, false, 0);
  for (const auto& called : action.functions)
    if (const auto* own = before_.function(called); own != nullptr && own->volatility == "volatile" && own->language != "c" &&
        (own->code == nullptr || !own->code->understood))
      unknown("what the function " + called.display() + " runs is not followed");
  if (action.verb == Dml::Verb::select || (action.verb == Dml::Verb::copy && action.table.empty())) return;
  if (!action.table.known()) return unknown("the table is not known");
  const auto visits = action.verb == Dml::Verb::update || action.verb == Dml::Verb::delete_ ||
                      action.verb == Dml::Verb::merge;
  const auto* owner = table(action.table);
  const auto partitioned = owner != nullptr && !owner->partition_by.empty();
  change_rows(action.table, LockMode::row_exclusive, visits ? Work::scan : Work::none, action.only || !visits, 0);
  if (!partitioned || (visits && !action.where.exists())) return;
  unknown("which partitions the rows are in is not known");
}

}  // namespace foreshot
