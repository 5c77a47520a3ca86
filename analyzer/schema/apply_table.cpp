// Creating, dropping and renaming relations.
#include <algorithm>

#include "analyzer/schema/history_state.h"

namespace foreshot {

auto History::State::schema_of(const ObjectName& name) const -> std::string {
  if (!name.schema.known) return "";
  if (!name.schema.empty()) return name.schema.text;
  const auto& search = path(moment);
  return search.empty() ? "" : search.front();
}

auto History::State::list_uses(std::uint32_t slot, const Table& table, const Table* previous) -> void {
  const auto list = [slot](Places& places, const std::string& name) {
    if (name.empty()) return;
    auto& users = places[name];
    if (users.known.insert(slot).second) users.slots.push_back(slot);
  };
  // What the version before had at the same place is listed.
  const auto each_new = [](const auto& items, const auto* old, auto visit) {
    for (std::size_t i = 0; i < items.size(); ++i)
      if (old == nullptr || i >= old->size() || &(*old)[i] != &items[i]) visit(items[i]);
  };
  each_new(table.columns, previous ? &previous->columns : nullptr,
           [&](const TableColumn& item) { list(type_users, item.column.type.name.text); });
  each_new(table.constraints, previous ? &previous->constraints : nullptr, [&](const TableConstraint& item) {
    if (item.constraint.kind == ConstraintKind::foreign_key)
      list(relation_users, item.constraint.references.table.name.text);
  });
  each_new(table.indexes, previous ? &previous->indexes : nullptr,
           [&](const TableIndex& item) { list(index_places, item.index.name.text); });
  list(relation_users, table.partition_of.name.text);
  list(type_users, table.of_type.name.text);
  for (const auto& parent : table.inherits) list(relation_users, parent.name.text);
  if (previous == nullptr || previous->reads.size() != table.reads.size())
    for (const auto& read : table.reads) list(relation_users, read.name.text);
}

auto History::State::put_table(const ObjectName& name, Table table) -> void {
  const auto previous = find(&State::tables, name, moment);
  const auto own = previous.value != nullptr && tables.find(wanted(name, moment), moment).value == previous.value;
  const auto value = std::make_shared<const Table>(std::move(table));
  const auto slot = put(&State::tables, name, value);
  list_uses(slot, *value, own ? previous.value.get() : nullptr);
}

namespace {

auto unchanged_and_full(const Table& before, const Table& after) -> bool {
  if (std::max({after.columns.size(), after.constraints.size(), after.indexes.size()}) < most_parts) return false;
  return after.columns.same(before.columns) && after.constraints.same(before.constraints) && after.indexes.same(before.indexes) &&
         after.triggers.same(before.triggers) && after.policies.same(before.policies) && after.name == before.name &&
         after.columns_complete == before.columns_complete && after.constraints_complete == before.constraints_complete &&
         after.certain == before.certain && after.rows == before.rows && after.emptied.moment == before.emptied.moment &&
         after.partition_of == before.partition_of && after.inherits == before.inherits && after.unlogged == before.unlogged;
}

}  // namespace

auto History::State::drop_table(const ObjectName& name) -> void {
  put(&State::tables, name, std::shared_ptr<const Table>());
}

auto History::State::edit(const ObjectName& name, const Change& change, const std::function<void(Table&)>& how)
    -> void {
  if (!name.known()) return;
  const auto found = find(&State::tables, name, moment);
  if (found.value != nullptr) {
    auto table = *found.value;
    how(table);
    // A table with too many parts (see most_parts): what was not added needs no version of its own.
    if (unchanged_and_full(*found.value, table)) return;
    put_table(name, std::move(table));
    return;
  }
  // What was dropped for certain is not there to be changed.
  if (found.seen()) return;
  Table table;
  table.name = name;
  table.certain = change.certain;
  how(table);
  put_table(name, std::move(table));
}

auto History::State::inherit_from(Table& table, const Table& parent, const Change& change) -> void {
  for (std::size_t i = 0; i < parent.columns.size(); ++i)
    if (table.column(parent.columns[i].column.name.text) == nullptr) table.columns.share(parent.columns, i);
  for (const auto& item : parent.constraints) {
    if (item.constraint.no_inherit) continue;
    const auto is_check = item.constraint.kind == ConstraintKind::check;
    if (!is_check && table.partition_of.empty()) continue;
    auto constraint = item.constraint;
    const auto keeps_name = is_check || constraint.kind == ConstraintKind::foreign_key;
    if (!keeps_name) constraint.name = Identifier();
    auto& added = add_constraint(table, std::move(constraint), change);
    added.inherited = true;
    if (!added.index.empty() && !table.indexes.empty()) table.indexes.edit(table.indexes.size() - 1).parent = item.index;
  }
  if (table.partition_of.empty()) return;
  for (const auto& item : parent.indexes)
    if (item.constraint.empty()) add_part(table, item.index, item.index.name.text, change);
}

auto History::State::apply(const CreateTable& action, const Change& change) -> void {
  if (!action.table.known()) {
    // From here on it may be any table that nobody saw.
    if (doubts.empty() || doubts.back() != moment) doubts.push_back(moment);
    return;
  }
  const auto there = find(&State::tables, action.table, moment);
  const auto existed = there.value != nullptr;
  if (existed && action.if_not_exists) return;
  // A second CREATE TABLE of one name fails; the first is what stays, unless it was not certain.
  if (existed && there.value->certain && change.certain) return;
  Table table;
  table.name = action.table;
  table.certain = change.certain;
  table.origin = change.origin;
  table.rows_origin = change.origin;
  table.partition_by = action.partition_by;
  table.partition_key = action.partition_key;
  table.default_partition = action.default_partition;
  table.partition_bound = action.partition_bound;
  table.partition_values = action.partition_values;
  table.of_type = action.of_type;
  table.tablespace = action.tablespace;
  table.access_method = action.access_method;
  table.inherits = action.inherits;
  table.temporary = action.temporary;
  table.unlogged = action.unlogged;
  if (action.partition_of) table.partition_of = *action.partition_of;
  table.rows = change.certain && !(action.as_query && action.with_data) ? Known::no : Known::unknown;
  // IF NOT EXISTS of something that may have been there before: it exists then, but looks as it did.
  const auto may_predate = action.if_not_exists && existence<Table>(there, moment) != Existence::no;
  table.columns_complete = !action.as_query && !may_predate && action.of_type.empty();
  table.constraints_complete = table.columns_complete && action.like.empty();
  if (may_predate) table.rows = Known::unknown;

  std::vector<ObjectName> parents = action.inherits;
  if (action.partition_of) parents.push_back(*action.partition_of);
  std::vector<std::shared_ptr<const Table>> known_parents;
  for (const auto& parent : parents) {
    known_parents.push_back(this->table(parent, moment));
    if (known_parents.back() == nullptr || !known_parents.back()->columns_complete)
      table.columns_complete = table.constraints_complete = false;
  }
  for (const auto& parent : known_parents)
    if (parent != nullptr && !action.partition_of) inherit_from(table, *parent, change);
  for (const auto& source : action.like) {
    const auto found = this->table(source, moment);
    if (found == nullptr || !found->columns_complete) table.columns_complete = false;
    if (found == nullptr) continue;
    for (std::size_t i = 0; i < found->columns.size(); ++i) table.columns.share(found->columns, i);
  }
  // NOT VALID means nothing for a table that is made empty.
  const auto valid = [](Constraint constraint) {
    constraint.not_valid = false;
    return constraint;
  };
  for (auto column : action.columns) {
    for (auto& constraint : column.constraints) constraint.not_valid = false;
    add_column(table, column, change);
  }
  for (const auto& parent : known_parents)
    if (parent != nullptr && action.partition_of) inherit_from(table, *parent, change);
  for (const auto& constraint : action.constraints) add_constraint(table, valid(constraint), change);
  put_table(action.table, std::move(table));
  for (const auto& column : action.columns)
    if (column.type.is_serial() || column.identity != Column::Identity::no) {
      const ObjectName sequence{action.table.schema,
                                make_object_name(action.table.name.text, column.name.text, "seq")};
      put(&State::sequences, sequence,
          std::make_shared<const Sequence>(Sequence{sequence, action.table, column.name, change.certain, change.origin}));
    }
}

// Foreign keys of other tables to `table`, all or those to exactly these columns, go with what they refer to.
auto History::State::drop_references(const ObjectName& table, const std::vector<std::string>* columns,
                                     const Change& change) -> void {
  std::vector<std::pair<ObjectName, std::string>> gone;
  each_user(&State::relation_users, table.name.text, moment, [&](const std::shared_ptr<const Table>& user) {
    for (const auto& item : user->constraints) {
      if (item.constraint.kind != ConstraintKind::foreign_key) continue;
      const auto& reference = item.constraint.references;
      if (!same(reference.table, table, moment)) continue;
      const auto matches = columns == nullptr || reference.columns.empty() ||
                           std::equal(columns->begin(), columns->end(), reference.columns.begin(),
                                      reference.columns.end(),
                                      [](const std::string& a, const Identifier& b) { return a == b.text; });
      if (matches) gone.emplace_back(user->name, item.constraint.name.text);
    }
  });
  for (const auto& [user, constraint] : gone)
    edit(user, change, [&](Table& changed) { drop_constraint(changed, constraint, change); });
}

auto History::State::apply(const DropObject& action, const Change& change) -> void {
  for (const auto& name : action.names) {
    if (!name.known()) continue;
    switch (action.kind) {
      case ObjectKind::table:
      case ObjectKind::foreign_table:
      case ObjectKind::view:
      case ObjectKind::materialized_view: {
        const auto found = table(name, moment);
        if (!change.certain) {
          if (found != nullptr) edit(name, change, [](Table& dropped) { dropped.certain = false; });
          break;
        }
        const auto below = descendants(name, moment);
        if (action.cascade) {
          std::vector<ObjectName> readers;
          each_user(&State::relation_users, name.name.text, moment, [&](const std::shared_ptr<const Table>& user) {
            for (const auto& read : user->reads)
              if (same(read, name, moment)) readers.push_back(user->name);
          });
          for (const auto& reader : readers) drop_table(reader);
          drop_references(name, nullptr, change);
        }
        for (const auto& child : below) {
          const auto known = table(child, moment);
          // Partitions go with their table; heirs stay unless CASCADE takes them.
          if (known != nullptr && (action.cascade || !known->partition_of.empty())) drop_table(child);
        }
        drop_table(name);
        break;
      }
      case ObjectKind::index: drop_index(name, change); break;
      case ObjectKind::type:
      case ObjectKind::domain:
        if (change.certain) {
          if (find(&State::enums, name, moment).value || action.kind == ObjectKind::type)
            put(&State::enums, name, std::shared_ptr<const EnumType>());
          if (find(&State::domains, name, moment).value || action.kind == ObjectKind::domain)
            put(&State::domains, name, std::shared_ptr<const Domain>());
          if (find(&State::types, name, moment).value)
            put(&State::types, name, std::shared_ptr<const PlainObject>());
        } else {
          if (const auto known = find(&State::enums, name, moment).value) {
            auto changed = *known;
            changed.certain = false;
            put(&State::enums, name, std::shared_ptr<const EnumType>(std::make_shared<EnumType>(changed)));
          }
          if (const auto known = find(&State::domains, name, moment).value) {
            auto changed = *known;
            changed.certain = false;
            put(&State::domains, name, std::shared_ptr<const Domain>(std::make_shared<Domain>(changed)));
          }
        }
        break;
      case ObjectKind::sequence:
        put(&State::sequences, name, std::shared_ptr<const Sequence>());
        break;
      case ObjectKind::function:
        if (change.certain) put(&State::functions, name, std::shared_ptr<const FunctionVolatility>());
        break;
      case ObjectKind::trigger:
        if (table(action.on, moment) != nullptr && change.certain)
          edit(action.on, change, [&](Table& changed) {
            changed.triggers.erase_if([&](const CreateTrigger& trigger) { return trigger.name == name.name; });
          });
        break;
      case ObjectKind::policy:
        if (table(action.on, moment) != nullptr && change.certain)
          edit(action.on, change, [&](Table& changed) {
            changed.policies.erase_if([&](const CreatePolicy& policy) { return policy.name == name.name; });
          });
        break;
      case ObjectKind::rule:
        if (table(action.on, moment) != nullptr && change.certain)
          edit(action.on, change, [&](Table& changed) {
            changed.rules.erase_if([&](const CreateRule& rule) { return rule.name == name.name; });
          });
        break;
      case ObjectKind::schema: {
        if (!action.cascade) break;
        for (const auto& inside : tables_in(name.name.text)) {
          if (change.certain)
            drop_table(inside);
          else
            edit(inside, change, [](Table& doubtful) { doubtful.certain = false; });
        }
        break;
      }
      default: break;
    }
  }
}

auto History::State::tables_in(const std::string& schema) const -> std::vector<ObjectName> {
  std::vector<ObjectName> found;
  for (std::uint32_t slot = 0; slot < tables.slots().size(); ++slot) {
    const auto* version = tables.at(slot, moment);
    if (tables.slots()[slot].schema == schema && version != nullptr && version->value != nullptr)
      found.push_back(version->value->name);
  }
  if (base == nullptr) return found;
  for (std::uint32_t slot = 0; slot < base->tables.slots().size(); ++slot) {
    const auto& below = base->tables.slots()[slot];
    const auto* version = base->tables.at(slot, base_moment);
    if (below.schema == schema && version != nullptr && version->value != nullptr && !tables.holds(schema, below.name, moment))
      found.push_back(version->value->name);
  }
  return found;
}

auto History::State::rename_table(const ObjectName& from, const ObjectName& to, const Change& change) -> void {
  const auto found = table(from, moment);
  if (found == nullptr) {
    // Nobody created it, but it is there under the new name from here on.
    if (find(&State::tables, from, moment).seen()) return;
    if (change.certain) drop_table(from);
    edit(to, change, [](Table&) {});
    return;
  }
  std::vector<ObjectName> users;
  each_user(&State::relation_users, from.name.text, moment,
            [&](const std::shared_ptr<const Table>& user) { users.push_back(user->name); });
  auto renamed = *found;
  renamed.former.push_back(found->name);
  renamed.name = to;
  renamed.certain = renamed.certain && change.certain;
  for (std::size_t i = 0; i < renamed.indexes.size(); ++i) renamed.indexes.edit(i).index.table = to;
  const auto old_name = found->name;
  const auto points_here = [&](const ObjectName& name) { return same(name, old_name, moment); };
  const auto redirect = [&](Table& user) {
    if (!user.partition_of.empty() && points_here(user.partition_of)) user.partition_of = to;
    for (auto& parent : user.inherits)
      if (points_here(parent)) parent = to;
    for (auto& read : user.reads)
      if (points_here(read)) read = to;
    for (auto& [relation, column] : user.columns_read)
      if (relation == old_name.name.text) relation = to.name.text;
    for (std::size_t i = 0; i < user.constraints.size(); ++i) {
      const auto& constraint = user.constraints[i].constraint;
      if (constraint.kind == ConstraintKind::foreign_key && points_here(constraint.references.table))
        user.constraints.edit(i).constraint.references.table = to;
    }
  };
  redirect(renamed);
  if (change.certain) {
    std::vector<std::pair<ObjectName, Table>> redirected;
    for (const auto& user : users) {
      if (same(user, old_name, moment)) continue;
      auto changed = *table(user, moment);
      redirect(changed);
      redirected.emplace_back(user, std::move(changed));
    }
    drop_table(from);
    put_table(to, std::move(renamed));
    for (auto& [user, changed] : redirected) {
      const auto value = std::make_shared<const Table>(std::move(changed));
      list_uses(put(&State::tables, user, value), *value, nullptr);
    }
  } else {
    edit(from, change, [](Table& doubtful) { doubtful.certain = false; });
    put_table(to, std::move(renamed));
  }
}

}  // namespace foreshot
