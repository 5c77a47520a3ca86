// What creating, dropping and renaming relations, views and triggers costs.
#include <algorithm>
#include <set>

#include "analyzer/schema/costing.h"

namespace foreshot {

auto Costing::run(const CreateTable& action) -> void {
  if (action.if_not_exists && before_.exists(action.table) == Existence::yes) return;
  add(action.table, LockMode::access_exclusive).created_here = true;
  for (const auto& read : action.reads)
    add(read, LockMode::access_share, action.with_data ? Work::scan : Work::none, "is read into the new table");
  std::set<std::string> done{action.table.display()};
  const auto look = [&](const Constraint& constraint) {
    const auto key = constraint.kind == ConstraintKind::primary_key || constraint.kind == ConstraintKind::unique;
    if (key && !action.partition_by.empty()) need_partition_key(constraint.columns, action.partition_key);
    if (constraint.kind != ConstraintKind::foreign_key) return;
    const auto& parent = constraint.references.table;
    if (parent.known() && done.insert(parent.display()).second)
      refer(parent, LockMode::share_row_exclusive, Work::none, "the foreign key of the new table refers to it");
  };
  for (const auto& column : action.columns)
    for (const auto& constraint : column.constraints) look(constraint);
  for (const auto& constraint : action.constraints) look(constraint);
  for (const auto& parent : action.inherits) add(parent, LockMode::share_update_exclusive);
  if (!action.partition_of) return;
  const auto& parent = *action.partition_of;
  add(parent, LockMode::access_exclusive, Work::none, "gets a partition");
  if (!action.default_partition) search_default(parent, action.partition_values);
  if (at_.version >= 15) lock_children(parent, LockMode::share_row_exclusive, Work::none, "refers to the table that gets a partition");
  if (const auto* known = table(parent))
    lock_parents(*known, LockMode::share_row_exclusive, "the foreign key of the new partition refers to it");
}

auto Costing::drop_table(const ObjectName& name, bool cascade, int depth) -> void {
  auto kind = ObjectKind::table;
  const auto* known = table(name);
  if (known != nullptr) kind = known->kind;
  add(name, LockMode::access_exclusive).kind = kind;
  if (known == nullptr || depth > 32) return;
  lock_parents(*known, LockMode::access_exclusive, "a foreign key to it is dropped");
  if (!known->partition_of.empty() && depth == 0) {
    add(known->partition_of, LockMode::access_exclusive, Work::none, "loses a partition");
    if (const auto* rest = default_partition(known->partition_of); rest != nullptr && !(rest->name == known->name))
      add(rest->name, LockMode::access_exclusive, Work::none, "its bounds change");
  }
  for (const auto* child : before_.children(name)) {
    if (child->partition_of.empty() && !cascade) continue;
    add(child->name, LockMode::access_exclusive);
    lock_parents(*child, LockMode::access_exclusive, "a foreign key to it is dropped");
  }
  if (!cascade) return;
  lock_children(name, LockMode::access_exclusive, Work::none, "its foreign key is dropped");
  drop_readers(name, "", 0);
  // The table is a type too.
  for (const auto& [user, column] : before_.columns_of_type(name))
    add(user->name, LockMode::access_exclusive, Work::none, "its column of the table's row type is dropped");
}

auto Costing::drop_part(const DropObject& action, const ObjectName& name) -> void {
  if (!action.on.known()) return;
  const auto* owner = table(action.on);
  const auto is_it = [&](const auto& item) { return item.name.text == name.name.text; };
  if (owner != nullptr && action.if_exists && owner->certain && owner->columns_complete) {
    const auto there = action.kind == ObjectKind::trigger  ? std::any_of(owner->triggers.begin(), owner->triggers.end(), is_it)
                       : action.kind == ObjectKind::policy ? std::any_of(owner->policies.begin(), owner->policies.end(), is_it)
                                                           : std::any_of(owner->rules.begin(), owner->rules.end(), is_it);
    if (!there) return;
  }
  add(action.on, LockMode::access_exclusive);
  if (action.kind != ObjectKind::trigger || owner == nullptr || owner->partition_by.empty()) return;
  for (const auto& trigger : owner->triggers)
    if (is_it(trigger) && trigger.each_row) return add_below(action.on, LockMode::access_exclusive);
}

// DROP FUNCTION … CASCADE takes triggers, defaults and constraints that call it.
auto Costing::drop_function(const ObjectName& name) -> void {
  const auto calls = [&](const Expression& expression) {
    const auto called = expression.functions();
    return std::any_of(called.begin(), called.end(), [&](const ObjectName& one) { return one.name == name.name; });
  };
  for (const auto* owner : before_.tables()) {
    auto uses = false;
    for (const auto& trigger : owner->triggers) uses = uses || trigger.function.name == name.name;
    for (const auto& column : owner->columns) uses = uses || calls(column.column.default_value) || calls(column.column.generation);
    for (const auto& item : owner->constraints) uses = uses || calls(item.constraint.expression);
    if (uses) add(owner->name, LockMode::access_exclusive, Work::none, "what calls the function is dropped").kind = owner->kind;
  }
}

auto Costing::drop_index(const DropObject& action, const ObjectName& name) -> void {
  const auto lock = action.concurrently ? LockMode::share_update_exclusive : LockMode::access_exclusive;
  const auto place = before_.index(name);
  if (place.table != nullptr) {
    // Where an uncertain rename leaves two tables with the index, the call says which is meant.
    const auto* named = action.on.known() ? table(action.on) : nullptr;
    add(named != nullptr && named->index(name.name.text) != nullptr ? named->name : place.table->name, lock);
    if (!place.index->constraint.empty()) {
      fails("cannot drop index " + name.name.text + " because constraint " + place.index->constraint + " on table " +
            place.table->name.name.text + " requires it");
    }
    if (!place.table->partition_by.empty())
      for (const auto* partition : before_.children(place.table->name)) add(partition->name, lock);
  } else if (!action.on.empty()) {
    add(action.on, lock);
  } else if (before_.index_exists(name) != Existence::no || !action.if_exists) {
    unknown("the table of the index is not known");
  }
  add(name, lock).kind = ObjectKind::index;
}

auto Costing::run(const DropObject& action) -> void {
  for (const auto& name : action.names) {
    switch (action.kind) {
      case ObjectKind::table:
      case ObjectKind::foreign_table:
        if (!name.known()) {
          unknown("the table is not known");
          break;
        }
        if (action.if_exists && before_.exists(name) == Existence::no) break;
        drop_table(name, action.cascade, 0);
        break;
      case ObjectKind::view:
      case ObjectKind::materialized_view:
        if (action.if_exists && before_.exists(name) == Existence::no) break;
        add(name, LockMode::access_exclusive).kind = action.kind;
        if (action.cascade) drop_readers(name, "", 0);
        break;
      case ObjectKind::index: drop_index(action, name); break;
      case ObjectKind::trigger:
      case ObjectKind::policy:
      case ObjectKind::rule: drop_part(action, name); break;
      case ObjectKind::sequence: {
        const auto* sequence = before_.sequence(name);
        if (sequence == nullptr && action.if_exists) break;
        add(name, LockMode::access_exclusive).kind = ObjectKind::sequence;
        if (action.cascade && sequence != nullptr && sequence->table.known())
          add(sequence->table, LockMode::access_exclusive, Work::none, "its default that takes from the sequence is dropped");
        break;
      }
      case ObjectKind::type:
      case ObjectKind::domain:
        if (action.cascade) drop_users_of_type(name);
        break;
      case ObjectKind::function:
        if (action.cascade) drop_function(name);
        break;
      case ObjectKind::extension:
        if (action.cascade) unknown("what depends on the extension is not known");
        break;
      case ObjectKind::owned: unknown("what the role owns is not known"); break;
      case ObjectKind::statistics: unknown("the table of the statistics is not known"); break;
      case ObjectKind::schema:
        if (!action.cascade) break;
        for (const auto* inside : before_.tables())
          if (inside->name.schema == name.name) drop_table(inside->name, true, 1);
        break;
      default: break;
    }
  }
}

auto Costing::run(const Rename& action) -> void {
  switch (action.kind) {
    case ObjectKind::index:
      add(action.object, LockMode::share_update_exclusive).kind = ObjectKind::index;
      break;
    case ObjectKind::column:
      add(action.object, LockMode::access_exclusive);
      for (const auto* child : before_.children(action.object)) add(child->name, LockMode::access_exclusive);
      break;
    case ObjectKind::table:
      // ALTER TABLE takes indexes too, and then locks as it does tables.
      if (table(action.object) == nullptr && before_.index(action.object).index != nullptr) {
        add(action.object, LockMode::access_exclusive).kind = ObjectKind::index;
        break;
      }
      add(action.object, LockMode::access_exclusive);
      break;
    case ObjectKind::constraint: {
      add(action.object, LockMode::access_exclusive);
      const auto* owner = table(action.object);
      const auto* known = owner != nullptr ? owner->constraint(action.part.text) : nullptr;
      if (known != nullptr && known->constraint.kind == ConstraintKind::check) add_below(action.object, LockMode::access_exclusive);
      break;
    }
    case ObjectKind::trigger: {
      add(action.object, LockMode::access_exclusive);
      const auto* owner = table(action.object);
      if (owner == nullptr || owner->partition_by.empty() || at_.version < 15) break;
      for (const auto& trigger : owner->triggers)
        if (trigger.name.text == action.part.text && trigger.each_row) add_below(action.object, LockMode::access_exclusive);
      break;
    }
    case ObjectKind::foreign_table:
    case ObjectKind::policy:
    case ObjectKind::rule: add(action.object, LockMode::access_exclusive); break;
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::sequence: add(action.object, LockMode::access_exclusive).kind = action.kind; break;
    default: break;
  }
}

auto Costing::run(const SetSchema& action) -> void {
  switch (action.kind) {
    case ObjectKind::table:
    case ObjectKind::foreign_table: add(action.object, LockMode::access_exclusive); break;
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::sequence: add(action.object, LockMode::access_exclusive).kind = action.kind; break;
    default: break;
  }
}

auto Costing::run(const AlterSequence& action) -> void {
  add(action.sequence, LockMode::share_row_exclusive).kind = ObjectKind::sequence;
}

auto Costing::run(const CreateView& action) -> void {
  const auto there = before_.exists(action.view) == Existence::yes;
  const auto kind = action.materialized ? ObjectKind::materialized_view : ObjectKind::view;
  if (there && !action.replace) return;
  auto& made = add(action.view, LockMode::access_exclusive);
  made.kind = kind;
  made.created_here = !there;
  if (!action.materialized) return;
  for (const auto& read : action.reads)
    add(read, LockMode::access_share, action.with_data ? Work::scan : Work::none, "is read into the view");
}

auto Costing::run(const RefreshMaterializedView& action) -> void {
  auto& effect = action.concurrently
                     ? add(action.view, LockMode::exclusive)
                     : add(action.view, LockMode::access_exclusive, Work::rewrite, "runs the query of the view again");
  effect.kind = ObjectKind::materialized_view;
  if (!action.with_data) return;
  if (const auto* view = table(action.view))
    for (const auto& read : view->reads) add(read, LockMode::access_share, Work::scan, "is read into the view");
}

auto Costing::run(const CreateTrigger& action) -> void {
  add(action.table, LockMode::share_row_exclusive);
  const auto* owner = table(action.table);
  if (owner != nullptr && !owner->partition_by.empty() && action.each_row) add_below(action.table, LockMode::share_row_exclusive);
}
auto Costing::run(const CreatePolicy& action) -> void { add(action.table, LockMode::access_exclusive); }
auto Costing::run(const CreateRule& action) -> void {
  add(action.table, LockMode::access_exclusive);
  for (const auto& changed : action.changes)
    if (!before_.same_table(changed, action.table)) add(changed, LockMode::row_exclusive);
}

}  // namespace foreshot
