// Columns, constraints and indexes of one table.
#include <algorithm>

#include "analyzer/schema/history_state.h"

namespace foreshot {
namespace {

auto place_of(const SharedList<TableColumn>& columns, std::string_view name) -> std::size_t {
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].column.name.text == name) return i;
  return columns.size();
}

auto uses(const Constraint& constraint, std::string_view column) -> bool {
  const auto is = [&](const Identifier& name) { return name.text == column; };
  if (std::any_of(constraint.columns.begin(), constraint.columns.end(), is)) return true;
  if (std::any_of(constraint.include.begin(), constraint.include.end(), is)) return true;
  if (constraint.kind != ConstraintKind::check) return false;
  const auto used = constraint.expression.columns();
  return std::find(used.begin(), used.end(), column) != used.end();
}

auto uses(const Expression& expression, std::string_view column) -> bool {
  const auto used = expression.columns();
  return std::find(used.begin(), used.end(), column) != used.end();
}

auto uses(const CreateIndex& index, std::string_view column) -> bool {
  for (const auto& key : index.keys) {
    if (key.column.text == column) return true;
    if (key.column.empty() && uses(key.expression, column)) return true;
  }
  for (const auto& included : index.include)
    if (included.text == column) return true;
  return index.predicate.exists() && uses(index.predicate, column);
}

auto texts(const std::vector<Identifier>& names) -> std::vector<std::string> {
  std::vector<std::string> result;
  for (const auto& name : names) result.push_back(name.text);
  return result;
}

}  // namespace

auto History::State::add_column(Table& table, const Column& column, const Change& change) -> void {
  TableColumn added;
  added.column = column;
  added.column.constraints.clear();
  added.not_null = column.not_null ? Known::yes : Known::no;
  added.type_known = column.type.known();
  added.certain = change.certain;
  added.origin = change.origin;
  added.default_origin = change.origin;
  if (column.not_null) added.not_null_origin = change.origin;
  // A serial column is an integer with a default; a later type change starts from there.
  if (column.type.is_serial()) {
    const auto& name = column.type.name.text;
    added.column.type.name = name == "bigserial" ? "int8" : name == "smallserial" ? "int2" : "int4";
    added.not_null = Known::yes;
    if (!added.column.default_value.exists()) {
      Expression sequence;
      sequence.kind = Expression::Kind::constant;
      sequence.constant = Expression::Constant::string;
      sequence.text = make_object_name(table.name.name.text, column.name.text, "seq");
      added.column.default_value.kind = Expression::Kind::function;
      added.column.default_value.name = {"", "nextval"};
      added.column.default_value.arguments.push_back(std::move(sequence));
    }
  }
  if (column.identity != Column::Identity::no) added.not_null = Known::yes;
  const auto place = place_of(table.columns, column.name.text);
  if (place < table.columns.size()) {
    // It merges with an inherited column, or one of two branches has added it.
    const auto certain = table.columns[place].certain;
    if (certain && !change.certain) return;
    table.columns.edit(place) = std::move(added);
  } else {
    table.columns.push_back(std::move(added));
  }
  for (auto constraint : column.constraints) {
    if (constraint.columns.empty() && constraint.kind != ConstraintKind::check)
      constraint.columns.push_back(column.name);
    add_constraint(table, std::move(constraint), change);
  }
}

auto History::State::add_constraint(Table& table, Constraint constraint, const Change& change) -> void {
  TableConstraint added;
  added.name_generated = name_constraint(table, constraint);
  added.certain = change.certain;
  added.origin = change.origin;
  added.validated = !constraint.not_valid && !constraint.not_enforced;
  if (added.validated) added.validated_origin = change.origin;
  const auto is_key = constraint.kind == ConstraintKind::primary_key || constraint.kind == ConstraintKind::unique ||
                      constraint.kind == ConstraintKind::exclusion;
  if (!constraint.using_index.empty()) {
    // The index takes the name of the constraint.
    for (std::size_t i = 0; i < table.indexes.size(); ++i) {
      if (table.indexes[i].index.name.text != constraint.using_index.text) continue;
      auto& index = table.indexes.edit(i);
      index.index.name = constraint.name;
      index.constraint = constraint.name.text;
      if (constraint.columns.empty())
        for (const auto& key : index.index.keys) constraint.columns.push_back(key.column);
    }
    added.index = constraint.name.text;
  } else if (is_key) {
    TableIndex index;
    index.index.name = constraint.name;
    index.index.table = table.name;
    index.index.unique = constraint.kind != ConstraintKind::exclusion;
    index.index.include = constraint.include;
    index.index.nulls_not_distinct = constraint.nulls_not_distinct;
    if (!constraint.method.empty()) index.index.method = constraint.method;
    for (const auto& column : constraint.columns) {
      IndexKey key;
      key.column = column;
      index.index.keys.push_back(std::move(key));
    }
    index.name_generated = added.name_generated;
    index.certain = change.certain;
    index.constraint = constraint.name.text;
    index.origin = change.origin;
    table.indexes.push_back(std::move(index));
    added.index = constraint.name.text;
  }
  const auto sets_not_null = constraint.kind == ConstraintKind::primary_key ||
                             (constraint.kind == ConstraintKind::not_null && added.validated);
  if (sets_not_null) {
    for (const auto& column : constraint.columns) {
      const auto place = place_of(table.columns, column.text);
      if (place == table.columns.size() || table.columns[place].not_null == Known::yes) continue;
      auto& changed = table.columns.edit(place);
      changed.not_null = change.certain ? Known::yes : Known::unknown;
      changed.not_null_origin = change.origin;
    }
  }
  if (constraint.kind == ConstraintKind::foreign_key && constraint.references.columns.empty()) {
    // Without columns it refers to the primary key of the moment.
    const auto parent = same(constraint.references.table, table.name, moment)
                            ? std::shared_ptr<const Table>()
                            : this->table(constraint.references.table, moment);
    const auto* key = parent ? parent->primary_key() : table.primary_key();
    if (key != nullptr) constraint.references.columns = key->constraint.columns;
  }
  if (constraint.not_enforced) added.validated = false;
  added.constraint = std::move(constraint);
  table.constraints.push_back(std::move(added));
}

auto History::State::drop_constraint(Table& table, std::string_view name, const Change& change) -> void {
  for (std::size_t i = 0; i < table.constraints.size(); ++i) {
    if (table.constraints[i].constraint.name.text != name) continue;
    if (!change.certain) {
      table.constraints.edit(i).certain = false;
      return;
    }
    const auto dropped = table.constraints[i];
    table.constraints.erase(i);
    table.indexes.erase_if([&](const TableIndex& index) { return index.constraint == name; });
    // Dropping the key leaves the columns NOT NULL up to version 17 and, since they were declared so, after it.
    if (dropped.constraint.kind == ConstraintKind::not_null)
      for (const auto& column : dropped.constraint.columns)
        if (const auto place = place_of(table.columns, column.text); place < table.columns.size())
          table.columns.edit(place).not_null = Known::unknown;
    return;
  }
}

auto History::State::drop_column(Table& table, std::string_view name, const Change& change) -> void {
  const auto place = place_of(table.columns, name);
  if (!change.certain) {
    if (place < table.columns.size()) table.columns.edit(place).certain = false;
    return;
  }
  if (place < table.columns.size()) table.columns.erase(place);
  table.constraints.erase_if([&](const TableConstraint& item) { return uses(item.constraint, name); });
  table.indexes.erase_if([&](const TableIndex& item) { return uses(item.index, name); });
}

auto History::State::add_index(Table& table, CreateIndex index, const Change& change) -> void {
  TableIndex added;
  added.name_generated = name_index(table, index);
  if (const auto* there = table.index(index.name.text)) {
    if (there->certain || !change.certain) return;
    table.indexes.erase_if([&](const TableIndex& item) { return item.index.name == index.name; });
  }
  added.certain = change.certain;
  added.origin = change.origin;
  added.valid = !(index.only && !table.partition_by.empty());
  index.table = table.name;
  added.index = std::move(index);
  table.indexes.push_back(std::move(added));
}

auto History::State::apply(const CreateIndex& action, const Change& change) -> void {
  if (!action.table.known()) return;
  auto below = action.only ? std::vector<ObjectName>() : descendants(action.table, moment);
  edit(action.table, change, [&](Table& table) { add_index(table, action, change); });
  const auto parent = table(action.table, moment);
  if (parent == nullptr || parent->partition_by.empty()) return;
  for (const auto& child : below) {
    auto copy = action;
    copy.name = Identifier();
    edit(child, change, [&](Table& table) {
      copy.table = table.name;
      add_index(table, copy, change);
    });
  }
}

auto History::State::apply_subcommand(const AlterTable& alter, const Subcommand& subcommand, const Change& change)
    -> void {
  const auto edit_column = [&](const ObjectName& owner, const Identifier& name, auto how) {
    edit(owner, change, [&](Table& table) {
      const auto place = place_of(table.columns, name.text);
      if (place < table.columns.size()) return how(table.columns.edit(place));
      if (table.columns_complete || !name.known) return;
      // A column of a table that the history did not create.
      TableColumn column;
      column.column.name = name;
      column.type_known = false;
      column.certain = table.certain && change.certain;
      how(column);
      table.columns.push_back(std::move(column));
    });
  };
  // ALTER TABLE of a parent reaches what inherits from it.
  const auto each = [&](auto how) {
    std::vector<ObjectName> targets{alter.table};
    if (!alter.only)
      for (auto& child : descendants(alter.table, moment)) targets.push_back(std::move(child));
    for (const auto& target : targets) how(target);
  };
  const auto each_column = [&](const Identifier& name, auto how) {
    each([&](const ObjectName& target) { edit_column(target, name, how); });
  };

  if (const auto* add = std::get_if<AddColumn>(&subcommand)) {
    each([&](const ObjectName& target) {
      edit(target, change, [&](Table& table) {
        const auto* there = table.column(add->column.name.text);
        if (there != nullptr && (add->if_not_exists || there->certain)) return;
        add_column(table, add->column, change);
      });
    });
  } else if (const auto* drop = std::get_if<DropColumn>(&subcommand)) {
    const auto known = table(alter.table, moment);
    const std::vector<std::string> referenced{drop->column.text};
    if (drop->cascade && change.certain && known != nullptr) drop_references(known->name, &referenced, change);
    each([&](const ObjectName& target) {
      edit(target, change, [&](Table& table) { drop_column(table, drop->column.text, change); });
    });
  } else if (const auto* type = std::get_if<AlterColumnType>(&subcommand)) {
    each_column(type->column, [&](TableColumn& column) {
      column.type_known = type->type.known() && (change.certain || column.column.type == type->type);
      column.column.type = type->type;
      column.column.collation = type->collation;
    });
  } else if (const auto* set = std::get_if<SetNotNull>(&subcommand)) {
    each_column(set->column, [&](TableColumn& column) {
      if (column.not_null == Known::yes) return;
      column.not_null = change.certain ? Known::yes : Known::unknown;
      column.column.not_null = change.certain;
      column.not_null_origin = change.origin;
    });
  } else if (const auto* unset = std::get_if<DropNotNull>(&subcommand)) {
    each_column(unset->column, [&](TableColumn& column) {
      if (column.not_null == Known::no) return;
      column.not_null = change.certain ? Known::no : Known::unknown;
      column.column.not_null = false;
      column.not_null_origin = change.origin;
    });
  } else if (const auto* value = std::get_if<SetDefault>(&subcommand)) {
    each_column(value->column, [&](TableColumn& column) {
      column.column.default_value = value->value;
      column.default_origin = change.origin;
      if (!change.certain) column.column.default_value.kind = Expression::Kind::hole;
    });
  } else if (const auto* no_value = std::get_if<DropDefault>(&subcommand)) {
    each_column(no_value->column, [&](TableColumn& column) {
      column.column.default_value = Expression();
      column.default_origin = change.origin;
      if (!change.certain) column.column.default_value.kind = Expression::Kind::hole;
    });
  } else if (const auto* constrain = std::get_if<AddConstraint>(&subcommand)) {
    const auto& constraint = constrain->constraint;
    const auto owner = table(alter.table, moment);
    const auto partitioned = owner != nullptr && !owner->partition_by.empty();
    const auto inherits = constraint.kind == ConstraintKind::check || constraint.kind == ConstraintKind::not_null;
    each([&](const ObjectName& target) {
      const auto is_owner = target == alter.table;
      if (!is_owner && ((!inherits && !partitioned) || constraint.no_inherit)) return;
      edit(target, change, [&](Table& table) {
        auto copy = constraint;
        if (!is_owner && !inherits) copy.name = Identifier();
        add_constraint(table, std::move(copy), change);
      });
    });
  } else if (const auto* release = std::get_if<DropConstraint>(&subcommand)) {
    const auto owner = table(alter.table, moment);
    const auto* known = owner != nullptr ? owner->constraint(release->constraint.text) : nullptr;
    if (release->cascade && known != nullptr && change.certain &&
        (known->constraint.kind == ConstraintKind::primary_key || known->constraint.kind == ConstraintKind::unique)) {
      const auto columns = texts(known->constraint.columns);
      drop_references(owner->name, &columns, change);
    }
    each([&](const ObjectName& target) {
      if (table(target, moment) == nullptr) return;
      edit(target, change, [&](Table& table) { drop_constraint(table, release->constraint.text, change); });
    });
  } else if (const auto* validate = std::get_if<ValidateConstraint>(&subcommand)) {
    edit(alter.table, change, [&](Table& table) {
      for (std::size_t i = 0; i < table.constraints.size(); ++i) {
        if (table.constraints[i].constraint.name != validate->constraint || table.constraints[i].validated) continue;
        if (!change.certain) continue;
        auto& valid = table.constraints.edit(i);
        valid.validated = true;
        valid.validated_origin = change.origin;
        if (valid.constraint.kind != ConstraintKind::not_null) continue;
        for (const auto& column : valid.constraint.columns)
          if (const auto place = place_of(table.columns, column.text); place < table.columns.size()) {
            table.columns.edit(place).not_null = Known::yes;
            table.columns.edit(place).not_null_origin = change.origin;
          }
      }
    });
  } else if (const auto* constraint = std::get_if<AlterConstraint>(&subcommand)) {
    edit(alter.table, change, [&](Table& table) {
      for (std::size_t i = 0; i < table.constraints.size(); ++i) {
        if (table.constraints[i].constraint.name != constraint->constraint) continue;
        auto& changed = table.constraints.edit(i);
        if (constraint->enforced) {
          changed.constraint.not_enforced = !*constraint->enforced;
          changed.validated = *constraint->enforced;
          changed.validated_origin = change.origin;
        }
        if (constraint->deferrable) changed.constraint.deferrable = *constraint->deferrable;
        if (!change.certain) changed.certain = false;
      }
    });
  } else if (const auto* identity = std::get_if<AddIdentity>(&subcommand)) {
    each_column(identity->column, [&](TableColumn& column) {
      column.column.identity = identity->always ? Column::Identity::always : Column::Identity::by_default;
    });
  } else if (const auto* plain = std::get_if<DropIdentity>(&subcommand)) {
    each_column(plain->column, [](TableColumn& column) { column.column.identity = Column::Identity::no; });
  } else if (const auto* expression = std::get_if<SetExpression>(&subcommand)) {
    each_column(expression->column, [&](TableColumn& column) { column.column.generation = expression->expression; });
  } else if (const auto* no_expression = std::get_if<DropExpression>(&subcommand)) {
    each_column(no_expression->column, [](TableColumn& column) {
      column.column.generated = Column::Generated::no;
      column.column.generation = Expression();
    });
  } else if (const auto* attach = std::get_if<AttachPartition>(&subcommand)) {
    if (alter.kind == ObjectKind::index) return;
    edit(attach->partition, change, [&](Table& table) {
      table.partition_of = alter.table;
      table.partition_bound = attach->bound;
      table.default_partition = attach->default_partition;
      if (!change.certain) table.certain = false;
    });
  } else if (const auto* detach = std::get_if<DetachPartition>(&subcommand)) {
    edit(detach->partition, change, [&](Table& table) {
      if (!change.certain) {
        table.certain = false;
        return;
      }
      table.partition_of = {};
      table.default_partition = false;
    });
  } else if (const auto* persistence = std::get_if<SetPersistence>(&subcommand)) {
    if (alter.kind == ObjectKind::table)
      edit(alter.table, change, [&](Table& table) { table.unlogged = !persistence->logged; });
  } else if (const auto* heir = std::get_if<SetInherit>(&subcommand)) {
    edit(alter.table, change, [&](Table& table) {
      if (heir->inherit)
        table.inherits.push_back(heir->parent);
      else
        std::erase_if(table.inherits, [&](const ObjectName& name) { return same(name, heir->parent, moment); });
    });
  }
}

auto History::State::apply(const AlterTable& action, const Change& change) -> void {
  if (!action.table.known()) return;
  if (action.kind != ObjectKind::table && action.kind != ObjectKind::foreign_table) return;
  for (const auto& subcommand : action.subcommands) apply_subcommand(action, subcommand, change);
  // Whatever the subcommands were, the table is there from here on.
  if (!action.if_exists && table(action.table, moment) == nullptr) edit(action.table, change, [](Table&) {});
}

}  // namespace foreshot
