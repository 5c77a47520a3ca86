#include <algorithm>
#include <cstdint>

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

// A statement of a downgrade that fails.
struct Failure {
  std::uint32_t operation;
  Draft draft;
  std::string why;
  std::string subject;
  const char* help;
  bool needs_rows = false;
};

auto find(const StepView& at, std::vector<Failure>& failures) -> void {
  // A drop without a name is told for the call.
  if (at.step.conditional || at.op().has(Oddity::drop_name_none) != nullptr) return;
  const auto place = at.step.operation;
  if (const auto missing = missing_object(at); !missing.empty()) {
    failures.push_back({place, at.finding().without_locks(), missing + " is not there at this point", missing,
                        "undo the steps of upgrade() in reverse order, by the names they created"});
    return;
  }
  if (const auto needed = dependent(at); !needed.empty()) {
    failures.push_back({place, at.finding().without_locks(), needed, needed,
                        "undo the steps of upgrade() in reverse order: drop first what needs it"});
    return;
  }
  each_subcommand<AddColumn>(at, [&](const AlterTable& alter, const AddColumn& add, std::size_t i) {
    const auto& column = add.column;
    if (!column.not_null || column.default_value.exists() || column.type.is_serial() || column.identity != Column::Identity::no ||
        column.generated != Column::Generated::no)
      return;
    if (at.before().domain({column.type.schema, column.type.name}) != nullptr) return;
    if (!at.may_hold_rows(alter.table)) return;
    failures.push_back({place, at.finding().without_locks().at(at.subcommand_span(i)),
                        "as soon as " + quoted(alter.table) + " has a row: it adds " + quoted(column.name) + " as NOT NULL without a default",
                        alter.table.display() + "." + column.name.text, "add it nullable, or with a server_default", true});
  });
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
    .on_revision =
        [](const RevisionView& view, Report& report) {
          std::vector<Failure> failures;
          // A naming convention may give the name.
          const auto& environment = view.tree.source.environment;
          if (!environment.has_naming_convention && environment.naming_convention_known) {
            const auto& operations = view.revision().downgrade.operations;
            for (std::uint32_t i = 0; i < operations.size(); ++i) {
              const auto* unnamed = operations[i].has(Oddity::drop_name_none);
              if (unnamed == nullptr || !operations[i].conditions.empty()) continue;
              failures.push_back({i, Draft(operations[i].span).at(unnamed->span), "it drops a constraint or index without a name", "unnamed",
                                  "give the constraint a name when it is created, and use it here"});
            }
          }
          const auto& range = view.steps();
          for (auto i = range.downgrade_begin; i < range.downgrade_end; ++i) find(view.step(i), failures);
          if (failures.empty()) return;
          std::stable_sort(failures.begin(), failures.end(), [](const Failure& a, const Failure& b) { return a.operation < b.operation; });
          // Where it stops, nothing behind is reached: one finding, with what fails next when that is repaired.
          constexpr std::size_t shown = 5;
          auto& first = failures.front();
          auto draft = std::move(first.draft)
                           .says("the downgrade fails" + std::string(first.needs_rows ? " " : ": ") + first.why)
                           .about(first.subject)
                           .help(first.help);
          std::size_t told = 1;
          for (std::size_t i = 1; i < failures.size() && told < shown; ++i) {
            // A loop fails in its first round.
            if (failures[i].operation == failures[i - 1].operation && failures[i].why == failures[i - 1].why) continue;
            const auto next = std::move(failures[i].draft).take();
            std::move(draft).label(next.called_at.known() ? next.called_at : next.span,
                                   "then it fails " + std::string(failures[i].needs_rows ? "" : "here: ") + failures[i].why);
            ++told;
          }
          report.add(std::move(draft));
        },
};

}  // namespace foreshot::rules
