// What ALTER TABLE costs, one subcommand after the other.
#include <algorithm>
#include <map>

#include "analyzer/schema/costing.h"
#include "analyzer/schema/type_change.h"

namespace foreshot {
namespace {

// Subcommands that take the table as seldom as VACUUM does; all others lock readers out.
auto is_light(const std::string& what) -> bool {
  for (const auto* start : {"SET STATISTICS", "ALTER COLUMN SET STATISTICS", "SET (", "RESET (", "CLUSTER ON",
                            "SET WITHOUT CLUSTER", "SET OPTIONS", "RESET OPTIONS", "SET PARAMETERS",
                            "RESET PARAMETERS", "ALTER COLUMN SET (", "ALTER COLUMN RESET ("})
    if (what.starts_with(start)) return true;
  return false;
}

}  // namespace

auto Costing::on_table(const AlterTable& action, LockMode lock, Work work, const std::string& cause) -> void {
  add(action.table, lock, work, cause).kind = action.kind;
}

auto Costing::on_all(const AlterTable& action, LockMode lock, Work work, const std::string& cause) -> void {
  const auto* owner = table(action.table);
  // A partitioned table has no rows of its own.
  const auto empty = owner != nullptr && !owner->partition_by.empty();
  on_table(action, lock, empty ? Work::none : work, empty ? "" : cause);
  for (const auto* child : below(action.table, action.only)) {
    const auto no_rows = !child->partition_by.empty();
    add(child->name, lock, no_rows ? Work::none : work, no_rows ? "" : cause);
  }
}

auto Costing::run(const AlterTable& action) -> void {
  if (!action.table.known()) return unknown("the table is not known");
  if (action.if_exists && before_.exists(action.table) == Existence::no) return;
  const auto first = cost_.effects.size();
  for (std::size_t i = 0; i < action.subcommands.size(); ++i) {
    subcommand_ = i;
    alter(action, action.subcommands[i]);
  }
  subcommand_ = 0;
  if (action.subcommands.empty()) on_table(action, LockMode::access_exclusive);
  // The strongest lock that a subcommand needs is taken first and held for all of them.
  std::map<std::string, LockMode> strongest;
  for (auto i = first; i < cost_.effects.size(); ++i) {
    auto& mode = strongest[cost_.effects[i].relation.display()];
    mode = std::max(mode, cost_.effects[i].lock);
  }
  for (auto i = first; i < cost_.effects.size(); ++i)
    cost_.effects[i].lock = strongest[cost_.effects[i].relation.display()];
}

auto Costing::alter(const AlterTable& action, const Subcommand& subcommand) -> void {
  constexpr auto exclusive = LockMode::access_exclusive;
  if (action.kind == ObjectKind::index) {
    const auto rewrites = std::holds_alternative<SetTablespace>(subcommand);
    const auto lock = rewrites ? exclusive : LockMode::share_update_exclusive;
    return on_table(action, lock, rewrites ? Work::rewrite : Work::none, rewrites ? "copies the index" : "");
  }
  if (const auto* add = std::get_if<AddColumn>(&subcommand)) return add_column(action, *add);
  if (const auto* drop = std::get_if<DropColumn>(&subcommand)) return drop_column(action, *drop);
  if (const auto* type = std::get_if<AlterColumnType>(&subcommand)) return change_type(action, *type);
  if (const auto* set = std::get_if<SetNotNull>(&subcommand)) return set_not_null(action, set->column, "verifies NOT NULL");
  if (const auto* constrain = std::get_if<AddConstraint>(&subcommand)) return add_constraint(action, constrain->constraint);
  if (const auto* release = std::get_if<DropConstraint>(&subcommand)) return drop_constraint(action, *release);
  if (const auto* check = std::get_if<ValidateConstraint>(&subcommand)) return validate(action, *check);
  if (const auto* change = std::get_if<AlterConstraint>(&subcommand)) return enforce(action, *change);
  if (const auto* partition = std::get_if<AttachPartition>(&subcommand)) return attach(action, *partition);
  if (const auto* partition = std::get_if<DetachPartition>(&subcommand)) return detach(action, *partition);

  const auto* owner = table(action.table);
  if (const auto* expression = std::get_if<SetExpression>(&subcommand)) {
    const auto* column = owner != nullptr ? owner->column(expression->column.text) : nullptr;
    if (column == nullptr || column->column.generated == Column::Generated::no) {
      on_all(action, exclusive);
      return unknown("whether the column is stored is not known");
    }
    if (column->column.generated == Column::Generated::stored)
      return on_all(action, exclusive, Work::rewrite, "computes the stored column for every row");
    return on_all(action, exclusive);
  }
  if (const auto* persistence = std::get_if<SetPersistence>(&subcommand)) {
    if (owner != nullptr && owner->origin.known() && owner->unlogged == !persistence->logged)
      return on_table(action, exclusive);
    return on_table(action, exclusive, Work::rewrite, "writes the table anew");
  }
  if (const auto* place = std::get_if<SetTablespace>(&subcommand)) {
    if (place->tablespace.text == "pg_default") return on_table(action, exclusive);
    return on_table(action, exclusive, Work::rewrite, "copies the table to the tablespace");
  }
  if (const auto* method = std::get_if<SetAccessMethod>(&subcommand)) {
    if (method->method.text == "heap" || method->method.empty()) return on_table(action, exclusive);
    return on_table(action, exclusive, Work::rewrite, "writes the table anew");
  }
  if (const auto* heir = std::get_if<SetInherit>(&subcommand)) {
    on_table(action, exclusive);
    if (heir->inherit && heir->parent.known()) add(heir->parent, LockMode::share_update_exclusive);
    return;
  }
  if (const auto* triggers = std::get_if<SetTriggers>(&subcommand))
    return on_table(action, triggers->rule ? exclusive : LockMode::share_row_exclusive);
  if (const auto* other = std::get_if<OtherSubcommand>(&subcommand))
    return on_table(action, is_light(other->what) ? LockMode::share_update_exclusive : exclusive);
  const auto column_wide = std::holds_alternative<SetDefault>(subcommand) ||
                           std::holds_alternative<DropDefault>(subcommand) ||
                           std::holds_alternative<DropNotNull>(subcommand) ||
                           std::holds_alternative<DropExpression>(subcommand);
  return column_wide ? on_all(action, exclusive) : on_table(action, exclusive);
}

auto Costing::add_column(const AlterTable& action, const AddColumn& added) -> void {
  constexpr auto exclusive = LockMode::access_exclusive;
  const auto& column = added.column;
  const auto* owner = table(action.table);
  if (added.if_not_exists && before_.column_exists(action.table, column.name) == Existence::yes)
    return on_table(action, exclusive);
  std::string rewrite;
  auto not_known = std::string();
  if (column.type.is_serial())
    rewrite = "fills the new column from its sequence";
  else if (column.identity != Column::Identity::no)
    rewrite = "fills the new identity column";
  else if (column.generated == Column::Generated::stored)
    rewrite = "computes the stored column for every row";
  else if (column.generated == Column::Generated::no) {
    if (const auto* domain = before_.domain({column.type.schema, column.type.name})) {
      if (!domain->certain)
        not_known = "whether the domain has constraints is not known";
      else if (domain->constrained && column.type.array_dimensions == 0)
        rewrite = "checks the domain of the new column for every row";
    }
    const auto volatility = is_volatile(column.default_value, before_);
    if (volatility == Known::yes)
      rewrite = "computes the volatile default for every row";
    else if (volatility == Known::unknown && rewrite.empty())
      not_known = "whether the default is volatile is not known";
  }
  const auto null_default = !column.default_value.exists() ||
                            (column.default_value.kind == Expression::Kind::constant &&
                             column.default_value.constant == Expression::Constant::null);
  auto primary = false;
  for (const auto& constraint : column.constraints) primary = primary || constraint.kind == ConstraintKind::primary_key;
  on_all(action, exclusive, rewrite.empty() ? Work::none : Work::rewrite, rewrite);
  if (rewrite.empty()) {
    const auto virtual_column = column.generated == Column::Generated::virtual_;
    if ((column.not_null || primary) && ((null_default && column.generated == Column::Generated::no) || virtual_column)) {
      on_all(action, exclusive, Work::scan, "verifies NOT NULL of the new column");
      if (owner != nullptr && owner->certain && owner->rows == Known::yes && !virtual_column)
        fails("column \"" + column.name.text + "\" of relation \"" + action.table.name.text + "\" contains null values");
    }
  }
  for (const auto& constraint : column.constraints) {
    switch (constraint.kind) {
      case ConstraintKind::check:
        if (!constraint.not_enforced) on_all(action, exclusive, Work::scan, "verifies the CHECK of the new column");
        break;
      case ConstraintKind::unique:
        on_all(action, exclusive, Work::index_build, "builds the index behind UNIQUE");
        break;
      case ConstraintKind::primary_key:
        on_all(action, exclusive, Work::index_build, "builds the index behind PRIMARY KEY");
        break;
      case ConstraintKind::foreign_key: {
        const auto& parent = constraint.references.table;
        const auto filled = column.default_value.exists() || column.type.is_serial() ||
                            column.generated != Column::Generated::no;
        const auto scans = filled && !constraint.not_enforced && !constraint.not_valid;
        if (scans) on_all(action, exclusive, Work::scan, "validates the foreign key of the new column");
        if (!parent.known() || parent == action.table) break;
        const auto looks_up = scans && !(null_default && column.generated == Column::Generated::no);
        add(parent, LockMode::share_row_exclusive, looks_up ? Work::scan : Work::none,
            "the foreign key of the new column refers to it");
        break;
      }
      default: break;
    }
  }
  if (!not_known.empty()) unknown(not_known);
}

auto Costing::drop_column(const AlterTable& action, const DropColumn& drop) -> void {
  constexpr auto exclusive = LockMode::access_exclusive;
  on_all(action, exclusive);
  const auto* owner = table(action.table);
  if (owner == nullptr) return;
  const auto is_it = [&](const Identifier& name) { return name.text == drop.column.text; };
  for (const auto& item : owner->constraints) {
    const auto& constraint = item.constraint;
    if (std::none_of(constraint.columns.begin(), constraint.columns.end(), is_it)) continue;
    if (constraint.kind == ConstraintKind::foreign_key && !(constraint.references.table == owner->name))
      add(constraint.references.table, exclusive, Work::none, "a foreign key to it is dropped");
  }
  if (!drop.cascade) return;
  for (const auto* child : before_.referencing(action.table)) {
    if (child == owner) continue;
    for (const auto& item : child->constraints) {
      const auto& reference = item.constraint.references;
      if (item.constraint.kind == ConstraintKind::foreign_key && reference.table == owner->name &&
          std::any_of(reference.columns.begin(), reference.columns.end(), is_it)) {
        add(child->name, exclusive, Work::none, "its foreign key is dropped");
        break;
      }
    }
  }
  for (const auto* reader : before_.readers(action.table))
    for (const auto& [relation, column] : reader->columns_read)
      if (relation == owner->name.name.text && column == drop.column.text) {
        add(reader->name, exclusive).kind = reader->kind;
        break;
      }
}

auto Costing::set_not_null(const AlterTable& action, const Identifier& column, const std::string& cause) -> void {
  constexpr auto exclusive = LockMode::access_exclusive;
  const auto settled = [&](const Table* owner) {
    if (owner == nullptr) return false;
    if (owner->proof_of_not_null(column.text) != nullptr) return true;
    const auto* known = owner->column(column.text);
    return known != nullptr && known->certain && known->not_null == Known::yes;
  };
  const auto* owner = table(action.table);
  const auto* known = owner != nullptr ? owner->column(column.text) : nullptr;
  const auto said_not_null = at_.existing_nullable != nullptr && !*at_.existing_nullable &&
                             (known == nullptr || known->not_null == Known::unknown);
  const auto scans = !settled(owner) && !said_not_null && (owner == nullptr || owner->partition_by.empty());
  on_table(action, exclusive, scans ? Work::scan : Work::none, scans ? cause : "");
  for (const auto* child : below(action.table, action.only)) {
    const auto child_scans = !settled(child) && child->partition_by.empty();
    add(child->name, exclusive, child_scans ? Work::scan : Work::none, child_scans ? cause : "");
  }
  // A change under a condition leaves open whether the column allows NULL.
  if (known != nullptr && !said_not_null && (!known->certain || !owner->certain)) unknown("whether the column allows NULL is not known");
}

}  // namespace foreshot
