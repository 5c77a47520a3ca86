#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// The object that a downgrade step needs and that the replayed history says is not there; empty when all is well.
auto missing_object(const StepView& at) -> std::string {
  const auto before = at.before();
  if (const auto* alter = at.action<AlterTable>()) {
    if (alter->if_exists || alter->kind != ObjectKind::table) return {};
    if (before.exists(alter->table) == Existence::no) return "table " + quoted(alter->table);
    for (const auto& subcommand : alter->subcommands) {
      if (const auto* drop = std::get_if<DropColumn>(&subcommand);
          drop != nullptr && !drop->if_exists && before.column_exists(alter->table, drop->column) == Existence::no)
        return "column " + quoted(drop->column) + " of " + quoted(alter->table);
      if (const auto* drop = std::get_if<DropConstraint>(&subcommand);
          drop != nullptr && !drop->if_exists &&
          before.constraint_exists(alter->table, drop->constraint) == Existence::no)
        return "constraint " + quoted(drop->constraint) + " of " + quoted(alter->table);
    }
    return {};
  }
  if (const auto* drop = at.action<DropObject>(); drop != nullptr && !drop->if_exists) {
    for (const auto& name : drop->names) {
      if (drop->kind == ObjectKind::table && before.exists(name) == Existence::no) return "table " + quoted(name);
      if (drop->kind == ObjectKind::index && before.index_exists(name) == Existence::no) return "index " + quoted(name);
      if (drop->kind == ObjectKind::type && before.type_exists(name) == Existence::no) return "type " + quoted(name);
    }
  }
  return {};
}

// What still needs the object that the step drops, so that PostgreSQL refuses; empty: nothing that is known.
auto dependent(const StepView& at) -> std::string {
  const auto before = at.before();
  if (const auto* drop = at.action<DropObject>(); drop != nullptr && !drop->cascade) {
    const auto goes = [&](const Table& table) {
      return std::any_of(drop->names.begin(), drop->names.end(), [&](const ObjectName& name) { return before.same_table(name, table.name); });
    };
    for (const auto& name : drop->names) {
      if (!name.known()) continue;
      if (drop->kind == ObjectKind::type) {
        for (const auto& [table, column] : before.columns_of_type(name))
          if (table->certain && column->certain && column->type_known)
            return "type " + quoted(name) + " is still the type of " + quoted(column->column.name) + " of " + quoted(table->name);
      }
      if (drop->kind != ObjectKind::table) continue;
      for (const auto* other : before.referencing(name)) {
        if (!other->certain || goes(*other)) continue;
        for (const auto& constraint : other->constraints)
          if (constraint.certain && constraint.constraint.kind == ConstraintKind::foreign_key &&
              before.same_table(constraint.constraint.references.table, name))
            return "table " + quoted(name) + " is still referred to by a foreign key of " + quoted(other->name);
      }
      for (const auto* view : before.readers(name))
        if (view->certain && !goes(*view)) return "table " + quoted(name) + " is still read by the view " + quoted(view->name);
    }
  }
  return {};
}

}  // namespace

extern const Rule downgrade_fails;
const Rule downgrade_fails = {
    .code = "MIG505",
    .name = "downgrade-fails",
    .level = Level::error,
    .doc =
        {
            .summary = "The downgrade cannot run: it drops something without a name or that is not there, or adds a required column without default",
            .what = "In `downgrade()`: `drop_constraint(None, …)`, a drop of something that is not there after the upgrade, or "
                    "`ADD COLUMN … NOT NULL` without a default on a table that has rows.",
            .database =
                "The downgrade stops with an error, in the middle of an emergency, and everything it did is rolled back. An "
                "unnamed constraint got a name from PostgreSQL (`users_email_key`), and only that name drops it.",
            .bad = "op.add_column(\"users\", sa.Column(\"plan\", sa.Text()))\n",
            .good = "op.add_column(\"users\", sa.Column(\"plan\", sa.Text()))\n",
            .allow = "The project never downgrades.",
            .references = "https://alembic.sqlalchemy.org/en/latest/naming.html",
            .bad_files = "=== downgrade\nop.drop_index(\"ix_users_plan\", table_name=\"users\")\nop.drop_column(\"users\", \"plan\")\n",
            .good_files = "=== downgrade\nop.drop_column(\"users\", \"plan\")\n",
        },
    .on_downgrade_step =
        [](const StepView& at, Report& report) {
          // A drop without a name is told for the call, see on_revision.
          if (at.op().has(Oddity::drop_name_none) != nullptr) return;
          if (at.step.conditional) return;
          if (const auto missing = missing_object(at); !missing.empty()) {
            report.add(at.finding()
                           .without_locks()
                           .says("the downgrade fails: " + missing + " is not there at this point")
                           .about(missing)
                           .help("undo the steps of upgrade() in reverse order, by the names they created"));
            return;
          }
          if (const auto needed = dependent(at); !needed.empty()) {
            report.add(at.finding()
                           .without_locks()
                           .says("the downgrade fails: " + needed)
                           .about(needed)
                           .help("undo the steps of upgrade() in reverse order: drop first what needs it"));
            return;
          }
          each_subcommand<AddColumn>(at, [&](const AlterTable& alter, const AddColumn& add, std::size_t i) {
            const auto& column = add.column;
            if (!column.not_null || column.default_value.exists() || column.type.is_serial() ||
                column.identity != Column::Identity::no || column.generated != Column::Generated::no)
              return;
            if (at.before().domain({column.type.schema, column.type.name}) != nullptr) return;
            if (!at.may_hold_rows(alter.table)) return;
            report.add(at.finding()
                           .without_locks()
                           .at(at.subcommand_span(i))
                           .says("the downgrade fails as soon as " + quoted(alter.table) + " has a row: it adds " +
                                 quoted(column.name) + " as NOT NULL without a default")
                           .about(alter.table.display() + "." + column.name.text)
                           .help("add it nullable, or with a server_default"));
          });
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          const auto& environment = view.tree.source.environment;
          // A naming convention may give the name.
          if (environment.has_naming_convention || !environment.naming_convention_known) return;
          for (const auto& operation : view.revision().downgrade.operations) {
            const auto* unnamed = operation.has(Oddity::drop_name_none);
            if (unnamed == nullptr || !operation.conditions.empty()) continue;
            report.add(Draft(operation.span)
                           .at(unnamed->span)
                           .says("the downgrade fails: it drops a constraint or index without a name")
                           .about("unnamed")
                           .help("give the constraint a name when it is created, and use it here"));
          }
        },
};

}  // namespace foreshot::rules
