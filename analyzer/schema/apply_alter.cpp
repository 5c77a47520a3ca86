// ALTER TABLE, one subcommand after the other.
#include <algorithm>

#include "analyzer/schema/history_state.h"

namespace foreshot {
namespace {

auto place_of(const SharedList<TableColumn>& columns, std::string_view name) -> std::size_t {
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].column.name.text == name) return i;
  return columns.size();
}

auto texts(const std::vector<Identifier>& names) -> std::vector<std::string> {
  std::vector<std::string> result;
  for (const auto& name : names) result.push_back(name.text);
  return result;
}

}  // namespace

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
      if (table.columns.size() < most_parts) table.columns.push_back(std::move(column));
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
        if (!is_owner && !inherits && copy.kind != ConstraintKind::foreign_key) copy.name = Identifier();
        const auto indexes = table.indexes.size();
        add_constraint(table, std::move(copy), change).inherited = !is_owner;
        // The index of the partition is part of the one above it.
        if (is_owner || table.indexes.size() == indexes) return;
        if (const auto above = this->table(table.partition_of, moment))
          for (const auto& item : above->constraints)
            if (item.constraint.kind == constraint.kind && item.constraint.columns == constraint.columns)
              table.indexes.edit(indexes).parent = item.index;
      });
    });
  } else if (const auto* release = std::get_if<DropConstraint>(&subcommand)) {
    const auto owner = table(alter.table, moment);
    const auto* known = owner != nullptr ? owner->constraint(release->constraint.text) : nullptr;
    if (release->cascade && known != nullptr &&
        (known->constraint.kind == ConstraintKind::primary_key || known->constraint.kind == ConstraintKind::unique)) {
      const auto columns = texts(known->constraint.columns);
      drop_references(owner->name, &columns, change);
    }
    // Keys of partitions have names of their own.
    const auto kind = known != nullptr ? known->constraint.kind : ConstraintKind::check;
    const auto columns = known != nullptr ? known->constraint.columns : std::vector<Identifier>();
    each([&](const ObjectName& target) {
      const auto there = table(target, moment);
      if (there == nullptr) return;
      auto name = release->constraint.text;
      if (!(target == alter.table) && kind != ConstraintKind::check)
        for (const auto& item : there->constraints)
          if (item.inherited && item.constraint.kind == kind && item.constraint.columns == columns) name = item.constraint.name.text;
      edit(target, change, [&](Table& table) { drop_constraint(table, name, change); });
    });
  } else if (const auto* validate = std::get_if<ValidateConstraint>(&subcommand)) {
    this->validate(alter, validate->constraint, change);
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
    this->attach(alter.table, *attach, change);
  } else if (const auto* detach = std::get_if<DetachPartition>(&subcommand)) {
    this->detach(detach->partition, change);
  } else if (const auto* place = std::get_if<SetTablespace>(&subcommand)) {
    if (alter.kind == ObjectKind::table)
      edit(alter.table, change, [&](Table& table) { table.tablespace = change.certain ? place->tablespace : Identifier::unknown("?"); });
  } else if (const auto* method = std::get_if<SetAccessMethod>(&subcommand)) {
    edit(alter.table, change, [&](Table& table) { table.access_method = change.certain ? method->method : Identifier::unknown("?"); });
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
  if (action.kind == ObjectKind::index)
    for (const auto& subcommand : action.subcommands)
      if (const auto* part = std::get_if<AttachPartition>(&subcommand)) attach_index(action.table, part->partition, change);
  if (action.kind != ObjectKind::table && action.kind != ObjectKind::foreign_table) return;
  for (const auto& subcommand : action.subcommands) apply_subcommand(action, subcommand, change);
  // Whatever the subcommands were, the table is there from here on.
  if (!action.if_exists && table(action.table, moment) == nullptr) edit(action.table, change, [](Table&) {});
}

}  // namespace foreshot
