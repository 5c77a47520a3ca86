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

auto Costing::need_partition_key(const std::vector<Identifier>& columns, const std::vector<Identifier>& partition_key) -> void {
  for (const auto& name : columns)
    if (!name.known) return;
  for (const auto& part : partition_key) {
    if (part.empty()) return fails("a unique constraint needs a partition key without expressions");
    if (!part.known || std::find(columns.begin(), columns.end(), part) != columns.end()) continue;
    return fails("unique constraint on partitioned table must include all partitioning columns, and \"" + part.text + "\" is missing");
  }
}

auto Costing::default_partition(const ObjectName& parent) const -> const Table* {
  for (const auto* partition : before_.partitions(parent))
    if (partition->default_partition) return partition;
  return nullptr;
}

auto Costing::below(const ObjectName& name, bool only) const -> std::vector<const Table*> {
  return only ? std::vector<const Table*>() : before_.children(name);
}

auto Costing::heirs(const Table& table) const -> std::vector<const Table*> {
  auto found = before_.children(table.name);
  std::erase_if(found, [&](const Table* child) {
    if (!child->partition_of.empty() && before_.same_table(child->partition_of, table.name)) return false;
    return std::none_of(child->inherits.begin(), child->inherits.end(),
                        [&](const ObjectName& parent) { return before_.same_table(parent, table.name); });
  });
  return found;
}

auto Costing::leaves(const ObjectName& name) const -> std::vector<const Table*> {
  std::vector<const Table*> found;
  const auto* owner = table(name);
  if (owner != nullptr && owner->partition_by.empty()) return {owner};
  for (const auto* child : before_.children(name))
    if (child->partition_by.empty()) found.push_back(child);
  return found;
}

auto Costing::add_below(const ObjectName& name, LockMode lock, const std::string& cause) -> void {
  for (const auto* child : before_.children(name)) add(child->name, lock, Work::none, cause);
}

auto Costing::refer(const ObjectName& parent, LockMode lock, Work work, const std::string& cause) -> void {
  const auto* known = table(parent);
  if (known == nullptr || known->partition_by.empty()) {
    add(parent, lock, work, cause);
    return;
  }
  add(parent, lock, Work::none, cause);
  for (const auto* child : before_.children(parent))
    add(child->name, lock, child->partition_by.empty() ? work : Work::none, cause);
}

auto Costing::release(const ObjectName& parent, const std::string& cause, bool directly) -> void {
  const auto* known = table(parent);
  const auto partitioned = known != nullptr && !known->partition_by.empty();
  if (!partitioned || directly || at_.version >= 15) add(parent, LockMode::access_exclusive, Work::none, cause);
  if (partitioned) add_below(parent, LockMode::access_exclusive, cause);
}

auto Costing::drop_readers(const ObjectName& name, std::string_view column, int depth) -> void {
  if (depth > 16) return;
  const auto* read = table(name);
  for (const auto* reader : before_.readers(name)) {
    if (reader->kind != ObjectKind::view && reader->kind != ObjectKind::materialized_view) continue;
    const auto uses = column.empty() || std::any_of(reader->columns_read.begin(), reader->columns_read.end(), [&](const auto& used) {
      return (read == nullptr || used.first == read->name.name.text) && used.second == column;
    });
    if (!uses) continue;
    const auto known = std::any_of(cost_.effects.begin(), cost_.effects.end(), [&](const Effect& effect) {
      return effect.relation == reader->name && effect.lock == LockMode::access_exclusive;
    });
    if (known) continue;
    add(reader->name, LockMode::access_exclusive).kind = reader->kind;
    drop_readers(reader->name, "", depth + 1);
  }
}

auto Costing::drop_users_of_type(const ObjectName& type, int depth) -> void {
  for (const auto& [user, column] : before_.columns_of_type(type))
    add(user->name, LockMode::access_exclusive, Work::none, "its column of the type is dropped");
  for (const auto* over : before_.domains_over(type))
    if (depth < 16) drop_users_of_type(over->name, depth + 1);
  for (const auto* typed : before_.tables_of_type(type))
    add(typed->name, LockMode::access_exclusive, Work::none, "it is a table of the type");
}

auto Costing::lock_parents(const Table& from, LockMode lock, const std::string& cause) -> void {
  std::set<std::string> done{from.name.display()};
  for (const auto& item : from.constraints) {
    const auto& parent = item.constraint.references.table;
    // The key of a partition is that of its table.
    if (item.constraint.kind != ConstraintKind::foreign_key || !parent.known() || (item.inherited && lock == LockMode::access_exclusive)) continue;
    if (!done.insert(parent.display()).second) continue;
    if (lock == LockMode::access_exclusive)
      release(parent, cause);
    else
      refer(parent, lock, Work::none, cause);
  }
}

auto Costing::lock_children(const ObjectName& parent, LockMode lock, Work work, const std::string& cause) -> void {
  for (const auto* child : before_.referencing(parent))
    if (!(child->name == parent)) add(child->name, lock, work, cause);
}

auto Costing::run(const CommentOn& action) -> void {
  switch (action.kind) {
    case ObjectKind::table:
    case ObjectKind::foreign_table:
    case ObjectKind::column:
    case ObjectKind::view:
    case ObjectKind::materialized_view: add(action.object, LockMode::share_update_exclusive); break;
    case ObjectKind::index:
    case ObjectKind::sequence: add(action.object, LockMode::share_update_exclusive).kind = action.kind; break;
    default: break;
  }
}

// Statements without an action of their own: what was measured to lock no table, and publications and statistics.
auto Costing::run(const Other& action) -> void {
  static const std::set<std::string> harmless = {
      "GRANT", "REVOKE", "GRANT ROLE", "REVOKE ROLE", "ALTER DEFAULT PRIVILEGES", "CREATE ROLE", "ALTER ROLE", "DROP ROLE",
      "SHOW", "NOTIFY", "LISTEN", "UNLISTEN", "DISCARD", "CREATE ACCESS METHOD", "CREATE AGGREGATE", "CREATE COLLATION",
      "CREATE CAST", "CREATE EVENT TRIGGER", "CREATE OPERATOR", "CREATE OPERATOR CLASS", "CREATE OPERATOR FAMILY",
      "ALTER FUNCTION", "ALTER PROCEDURE", "ALTER SCHEMA", "ALTER DATABASE", "ALTER DOMAIN", "ALTER TYPE", "ALTER STATISTICS",
      "ALTER EXTENSION", "DROP PUBLICATION", "ALTER TRIGGER", "SET CONSTRAINTS", "CREATE TEXT SEARCH CONFIGURATION",
      "ALTER TEXT SEARCH CONFIGURATION", "CREATE TEXT SEARCH DICTIONARY", "CREATE LANGUAGE", "SET TRANSACTION",
      "ALTER SYSTEM", "CREATE FOREIGN DATA WRAPPER", "CREATE SERVER", "CREATE USER MAPPING", "CHECKPOINT", "LOAD",
      "DROP COLLATION", "DROP AGGREGATE", "DROP CAST", "DROP EVENT TRIGGER", "DROP OPERATOR"};
  const auto& tag = action.tag;
  if (tag == "CREATE STATISTICS") {
    for (const auto& name : action.objects) add(name, LockMode::share_update_exclusive);
  } else if (tag == "CREATE PUBLICATION" || tag == "ALTER PUBLICATION") {
    for (const auto& name : action.objects) {
      add(name, LockMode::share_update_exclusive);
      const auto* owner = table(name);
      if (owner != nullptr && !owner->partition_by.empty()) continue;
      if (std::find(action.only.begin(), action.only.end(), name) == action.only.end())
        add_below(name, LockMode::share_update_exclusive);
    }
    if (!action.whole) unknown("which tables the publication had is not known");
  } else if (tag == "CALL" && !action.objects.empty()) {
    const auto* called = before_.function(action.objects.front());
    if (called == nullptr || called->code == nullptr || !called->code->understood) unknown("what the procedure runs is not known");
  } else if (harmless.count(tag) == 0) {
    unknown("what " + (tag.empty() ? std::string("the statement") : tag) + " locks was not measured");
  }
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
