#include "analyzer/schema/cost.h"

#include <algorithm>
#include <set>

#include "analyzer/schema/costing.h"

namespace foreshot {

auto Costing::add(const ObjectName& relation, LockMode lock, Work work, std::string cause) -> Effect& {
  Effect effect;
  effect.relation = relation;
  effect.lock = lock;
  effect.work = work;
  effect.cause = std::move(cause);
  effect.subcommand = subcommand_;
  cost_.effects.push_back(std::move(effect));
  return cost_.effects.back();
}

auto Costing::unknown(std::string reason) -> void {
  cost_.known = false;
  if (cost_.unknown_reason.empty()) cost_.unknown_reason = std::move(reason);
}

auto Costing::fails(std::string failure) -> void {
  cost_.fails = true;
  if (cost_.failure.empty()) cost_.failure = std::move(failure);
}

auto Costing::default_partition(const ObjectName& parent) const -> const Table* {
  for (const auto* partition : before_.partitions(parent))
    if (partition->default_partition) return partition;
  return nullptr;
}

auto Costing::below(const ObjectName& name, bool only) const -> std::vector<const Table*> {
  return only ? std::vector<const Table*>() : before_.children(name);
}

auto Costing::lock_parents(const Table& from, LockMode lock, const std::string& cause) -> void {
  std::set<std::string> done{from.name.display()};
  for (const auto& item : from.constraints) {
    const auto& parent = item.constraint.references.table;
    if (item.constraint.kind != ConstraintKind::foreign_key || !parent.known()) continue;
    if (done.insert(parent.display()).second) add(parent, lock, Work::none, cause);
  }
}

auto Costing::lock_children(const ObjectName& parent, LockMode lock, Work work, const std::string& cause) -> void {
  for (const auto* child : before_.referencing(parent))
    if (!(child->name == parent)) add(child->name, lock, work, cause);
}

auto Costing::run(const CreateIndex& action) -> void {
  if (!action.table.known()) return unknown("the table is not known");
  const auto lock = action.concurrently ? LockMode::share_update_exclusive : LockMode::share;
  const auto* owner = table(action.table);
  const auto partitioned = owner != nullptr && !owner->partition_by.empty();
  if (partitioned && action.concurrently && !action.only)
    fails("cannot create index on partitioned table \"" + action.table.name.text + "\" concurrently");
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
  for (const auto* partition : below(action.table, action.only))
    add(partition->name, lock, partition->partition_by.empty() ? Work::index_build : Work::none,
        partition->partition_by.empty() ? cause : "");
}

auto Costing::run(const AlterDomain& action) -> void {
  using What = AlterDomain::What;
  const auto checks = (action.what == What::add_constraint && !action.constraint.not_valid) ||
                      action.what == What::validate || action.what == What::set_not_null;
  if (!checks) return;
  std::set<std::string> done;
  for (const auto& [user, column] : before_.columns_of_type(action.domain))
    if (done.insert(user->name.display()).second)
      add(user->name, LockMode::share, Work::scan, "checks every value of the domain");
}

auto Costing::run(const Reindex& action) -> void {
  const auto lock = action.concurrently ? LockMode::share_update_exclusive : LockMode::share;
  const auto index_lock = action.concurrently ? LockMode::share_update_exclusive : LockMode::access_exclusive;
  const auto rebuild = [&](const Table& owner, const TableIndex* one) {
    add(owner.name, lock, Work::index_build, "builds the index again");
    for (const auto& index : owner.indexes)
      if (one == nullptr || one->index.name == index.index.name)
        add({owner.name.schema, index.index.name}, index_lock).kind = ObjectKind::index;
  };
  if (action.kind == ObjectKind::index) {
    const auto place = before_.index(action.object);
    if (place.table != nullptr) return rebuild(*place.table, place.index);
    add(action.object, index_lock, Work::index_build, "builds the index again").kind = ObjectKind::index;
    return unknown("the table of the index is not known");
  }
  if (action.kind == ObjectKind::table) {
    if (const auto* owner = table(action.object)) return rebuild(*owner, nullptr);
    add(action.object, lock, Work::index_build, "builds the indexes again");
    return;
  }
  for (const auto* owner : before_.tables()) {
    const auto inside = action.kind != ObjectKind::schema || owner->name.schema == action.object.name ||
                        (owner->name.schema.empty() && action.object.name.text == "public");
    if (inside && !owner->indexes.empty()) rebuild(*owner, nullptr);
  }
}

auto Costing::run(const Cluster& action) -> void {
  if (!action.table.known()) return;
  add(action.table, LockMode::access_exclusive, Work::rewrite, "writes the table in index order");
}

auto Costing::run(const Vacuum& action) -> void {
  for (const auto& name : action.tables) {
    if (action.full)
      add(name, LockMode::access_exclusive, Work::rewrite, "writes the table anew");
    else
      add(name, LockMode::share_update_exclusive, Work::scan, action.analyze_only ? "samples rows" : "visits rows");
  }
}

auto Costing::run(const Truncate& action) -> void {
  std::set<std::string> done;
  std::vector<ObjectName> pending = action.tables;
  for (std::size_t i = 0; i < pending.size(); ++i) {
    const auto name = pending[i];
    if (!name.known() || !done.insert(name.display()).second) continue;
    add(name, LockMode::access_exclusive);
    for (const auto* partition : before_.children(name)) pending.push_back(partition->name);
    if (!action.cascade) continue;
    for (const auto* child : before_.referencing(name)) pending.push_back(child->name);
  }
}

auto Costing::run(const LockTable& action) -> void {
  auto mode = LockMode::access_exclusive;
  for (auto i = static_cast<int>(LockMode::access_share); i <= static_cast<int>(LockMode::access_exclusive); ++i)
    if (action.mode == lock_name(static_cast<LockMode>(i))) mode = static_cast<LockMode>(i);
  for (const auto& name : action.tables) {
    add(name, mode, Work::none, "LOCK TABLE");
    for (const auto* child : before_.children(name)) add(child->name, mode, Work::none, "LOCK TABLE");
  }
}

auto Costing::run(const CommentOn& action) -> void {
  switch (action.kind) {
    case ObjectKind::table:
    case ObjectKind::column:
    case ObjectKind::constraint:
    case ObjectKind::trigger:
    case ObjectKind::policy:
    case ObjectKind::rule:
    case ObjectKind::view:
    case ObjectKind::materialized_view: add(action.object, LockMode::share_update_exclusive); break;
    case ObjectKind::index:
      add(action.object, LockMode::share_update_exclusive).kind = ObjectKind::index;
      break;
    default: break;
  }
}

auto Costing::run(const Dml& action) -> void {
  if (action.verb == Dml::Verb::select) {
    if (!action.for_update) return;
    for (const auto& read : action.reads) add(read, LockMode::row_share);
    return;
  }
  if (!action.table.known()) return unknown("the table is not known");
  const auto visits = action.verb == Dml::Verb::update || action.verb == Dml::Verb::delete_ ||
                      action.verb == Dml::Verb::merge;
  add(action.table, LockMode::row_exclusive, visits ? Work::scan : Work::none, visits ? "visits rows" : "");
}

auto Costing::run(const Other& action) -> void {
  const auto& tag = action.tag;
  if (tag == "CREATE STATISTICS" || tag == "CREATE PUBLICATION" || tag == "ALTER PUBLICATION" || tag == "ANALYZE")
    for (const auto& name : action.objects) add(name, LockMode::share_update_exclusive);
}

auto Costing::run(const Unreadable& action) -> void { unknown(action.reason); }

auto Costing::run(const Block& action) -> void {
  if (!action.understood) unknown("part of the block could not be read");
  if (++depth_ > 16) return unknown("blocks are nested too deep");
  for (const auto& statement : action.statements) measure(statement.action);
  --depth_;
}

auto Costing::measure(const Action& action) -> void {
  std::visit(
      [this](const auto& specific) {
        if constexpr (requires { this->run(specific); }) this->run(specific);
      },
      action);
}

auto cost(const Action& action, const Situation& situation) -> Cost {
  Costing costing(situation);
  costing.measure(action);
  return costing.take();
}

}  // namespace foreshot
