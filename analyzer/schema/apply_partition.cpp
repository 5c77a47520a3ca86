// Indexes and constraints of partitioned tables, which their partitions have too; attaching and detaching.
#include <algorithm>
#include <map>

#include "analyzer/schema/history_state.h"

namespace foreshot {
namespace {

auto is_key(const Constraint& constraint) -> bool {
  return constraint.kind == ConstraintKind::primary_key || constraint.kind == ConstraintKind::unique ||
         constraint.kind == ConstraintKind::exclusion;
}

}  // namespace

auto same_index(const CreateIndex& a, const CreateIndex& b) -> bool {
  if (a.unique != b.unique || a.method != b.method || a.nulls_not_distinct != b.nulls_not_distinct) return false;
  if (a.keys.size() != b.keys.size() || a.include != b.include || !(a.predicate == b.predicate)) return false;
  for (std::size_t i = 0; i < a.keys.size(); ++i) {
    const auto& one = a.keys[i];
    const auto& other = b.keys[i];
    if (one.column != other.column || !(one.expression == other.expression)) return false;
    if (one.operator_class != other.operator_class || one.collation != other.collation) return false;
    if (one.descending != other.descending || one.nulls != other.nulls) return false;
  }
  return true;
}

auto History::State::add_part(Table& partition, const CreateIndex& index, const std::string& parent, const Change& change)
    -> std::string {
  for (std::size_t i = 0; i < partition.indexes.size(); ++i) {
    const auto& own = partition.indexes[i];
    if (!own.parent.empty() || !own.valid || !same_index(own.index, index)) continue;
    partition.indexes.edit(i).parent = parent;
    return own.index.name.text;
  }
  auto copy = index;
  copy.name = Identifier();
  copy.table = partition.name;
  copy.only = false;
  const auto name = add_index(partition, std::move(copy), change);
  partition.indexes.edit(partition.indexes.size() - 1).parent = parent;
  return name;
}

auto History::State::apply(const CreateIndex& action, const Change& change) -> void {
  if (!action.table.known()) return;
  auto below = action.only ? std::vector<ObjectName>() : descendants(action.table, moment);
  std::map<std::string, std::string> names;  // of the index on each table
  edit(action.table, change, [&](Table& table) { names[table.name.display()] = add_index(table, action, change); });
  const auto parent = table(action.table, moment);
  if (parent == nullptr || parent->partition_by.empty()) return;
  for (const auto& child : below)
    edit(child, change, [&](Table& partition) {
      const auto above = table(partition.partition_of, moment);
      const auto index = above != nullptr ? names[above->name.display()] : std::string();
      names[partition.name.display()] = add_part(partition, action, index, change);
    });
}

auto History::State::drop_index(const ObjectName& name, const Change& change) -> void {
  std::vector<ObjectName> owners;
  each_user(&State::index_places, name.name.text, moment, [&](const std::shared_ptr<const Table>& owner) {
    if (owner->index(name.name.text) != nullptr && wanted(name, moment).rank(schema_of(owner->name)) >= 0)
      owners.push_back(owner->name);
  });
  for (const auto& owner : owners) {
    std::map<std::string, std::string> gone{{owner.display(), name.name.text}};
    const auto drop_from = [&](const ObjectName& from, const std::string& index) {
      edit(from, change, [&](Table& changed) {
        for (std::size_t i = 0; i < changed.indexes.size(); ++i) {
          if (changed.indexes[i].index.name.text != index) continue;
          if (change.certain)
            changed.indexes.erase(i);
          else
            changed.indexes.edit(i).certain = false;
          return;
        }
      });
    };
    const auto known = table(owner, moment);
    const auto below = known->partition_by.empty() ? std::vector<ObjectName>() : descendants(owner, moment);
    drop_from(owner, name.name.text);
    for (const auto& child : below) {
      const auto partition = table(child, moment);
      const auto above = partition != nullptr ? table(partition->partition_of, moment) : nullptr;
      const auto part_of = above != nullptr ? gone.find(above->name.display()) : gone.end();
      if (part_of == gone.end()) continue;
      for (const auto& item : partition->indexes)
        if (item.parent == part_of->second) {
          gone[partition->name.display()] = item.index.name.text;
          drop_from(partition->name, item.index.name.text);
          break;
        }
    }
  }
}

auto History::State::attach(const ObjectName& parent_name, const AttachPartition& attach, const Change& change) -> void {
  const auto parent = table(parent_name, moment);
  edit(attach.partition, change, [&](Table& partition) {
    partition.partition_of = parent_name;
    partition.partition_bound = attach.bound;
    partition.partition_values = attach.values;
    partition.default_partition = attach.default_partition;
    if (!change.certain) partition.certain = false;
    if (parent == nullptr) return;
    for (const auto& item : parent->indexes)
      if (item.constraint.empty()) add_part(partition, item.index, item.index.name.text, change);
    for (const auto& item : parent->constraints) {
      if (item.constraint.no_inherit) continue;
      auto there = false;
      for (std::size_t i = 0; i < partition.constraints.size() && !there; ++i) {
        const auto& own = partition.constraints[i].constraint;
        const auto by_name = item.constraint.kind == ConstraintKind::check;
        there = own.kind == item.constraint.kind &&
                (by_name ? own.name == item.constraint.name
                         : own.columns == item.constraint.columns && !partition.constraints[i].inherited &&
                               own.references.table.name == item.constraint.references.table.name);
        if (there) partition.constraints.edit(i).inherited = true;
        if (there && is_key(own))
          for (std::size_t k = 0; k < partition.indexes.size(); ++k)
            if (partition.indexes[k].constraint == own.name.text) partition.indexes.edit(k).parent = item.index;
      }
      if (there || item.constraint.kind == ConstraintKind::check || item.constraint.kind == ConstraintKind::not_null) continue;
      auto copy = item.constraint;
      if (copy.kind != ConstraintKind::foreign_key) copy.name = Identifier();
      add_constraint(partition, std::move(copy), change).inherited = true;
      if (is_key(item.constraint)) partition.indexes.edit(partition.indexes.size() - 1).parent = item.index;
    }
  });
}

auto History::State::detach(const ObjectName& partition_name, const Change& change) -> void {
  edit(partition_name, change, [&](Table& partition) {
    if (!change.certain) {
      partition.certain = false;
      return;
    }
    partition.partition_of = {};
    partition.default_partition = false;
    partition.partition_values = {};
    for (std::size_t i = 0; i < partition.indexes.size(); ++i) partition.indexes.edit(i).parent.clear();
    for (std::size_t i = 0; i < partition.constraints.size(); ++i) partition.constraints.edit(i).inherited = false;
  });
}

auto History::State::attach_index(const ObjectName& parent, const ObjectName& part, const Change& change) -> void {
  std::vector<ObjectName> owners;
  each_user(&State::index_places, part.name.text, moment, [&](const std::shared_ptr<const Table>& owner) {
    if (owner->index(part.name.text) != nullptr) owners.push_back(owner->name);
  });
  for (const auto& owner : owners)
    edit(owner, change, [&](Table& partition) {
      for (std::size_t i = 0; i < partition.indexes.size(); ++i)
        if (partition.indexes[i].index.name.text == part.name.text) partition.indexes.edit(i).parent = parent.name.text;
    });
}

auto History::State::validate(const AlterTable& alter, const Identifier& name, const Change& change) -> void {
  std::vector<ObjectName> targets{alter.table};
  for (auto& child : descendants(alter.table, moment)) targets.push_back(std::move(child));
  const auto owner = table(alter.table, moment);
  const auto* wanted_one = owner != nullptr ? owner->constraint(name.text) : nullptr;
  for (const auto& target : targets) {
    const auto own = target == alter.table;
    if (!own && (wanted_one == nullptr || table(target, moment) == nullptr)) continue;
    edit(target, change, [&](Table& table) {
      for (std::size_t i = 0; i < table.constraints.size(); ++i) {
        const auto& item = table.constraints[i];
        const auto same_key = !own && item.inherited && item.constraint.kind == ConstraintKind::foreign_key &&
                              wanted_one->constraint.kind == item.constraint.kind &&
                              item.constraint.columns == wanted_one->constraint.columns;
        if ((item.constraint.name != name && !same_key) || item.validated || item.constraint.not_enforced) continue;
        if (!change.certain) continue;
        auto& valid = table.constraints.edit(i);
        valid.validated = true;
        valid.validated_origin = change.origin;
        if (valid.constraint.kind != ConstraintKind::not_null) continue;
        for (const auto& column : valid.constraint.columns)
          for (std::size_t k = 0; k < table.columns.size(); ++k)
            if (table.columns[k].column.name.text == column.text) {
              table.columns.edit(k).not_null = Known::yes;
              table.columns.edit(k).not_null_origin = change.origin;
            }
      }
    });
  }
}

}  // namespace foreshot
