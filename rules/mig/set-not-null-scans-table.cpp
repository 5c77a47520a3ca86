#include <algorithm>

#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {
namespace {

constexpr const char* instead =
    "add CHECK (… IS NOT NULL) with NOT VALID, VALIDATE it in a later revision, then SET NOT NULL reads nothing; drop the "
    "check afterwards";

// alter_column(…, type_=…, nullable=False) of a column that the history never saw: what it says of NULL may be what is so
// already, and then nothing is read.
auto restated(const StepView& at, const AlterTable& alter, const SetNotNull& set) -> bool {
  const auto* table = at.before().table(alter.table);
  const auto* column = table == nullptr ? nullptr : table->column(set.column.text);
  if (column != nullptr && column->not_null != Known::unknown) return false;
  return std::any_of(at.op().statements.begin(), at.op().statements.end(), [&](const Statement& statement) {
    const auto* other = std::get_if<AlterTable>(&statement.action);
    return other != nullptr && std::any_of(other->subcommands.begin(), other->subcommands.end(), [&](const Subcommand& part) {
             const auto* type = std::get_if<AlterColumnType>(&part);
             return type != nullptr && type->column == set.column;
           });
  });
}

}  // namespace

extern const Rule set_not_null_scans_table;
const Rule set_not_null_scans_table = {
    .code = "MIG111",
    .name = "set-not-null-scans-table",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "SET NOT NULL reads the whole table under an exclusive lock, because nothing proves yet that there are no NULLs",
            .what =
                "`op.alter_column(…, nullable=False)` or `SET NOT NULL` on a table that may hold rows, where no "
                "validated CHECK or NOT NULL constraint proves the column. Also `ADD CONSTRAINT … NOT NULL` without "
                "NOT VALID and a NOT NULL virtual column on PostgreSQL 18 (make that one nullable first).",
            .database =
                "PostgreSQL closes the table to everybody (ACCESS EXCLUSIVE) and reads every row to look for NULLs; "
                "SELECT, INSERT, UPDATE and DELETE wait until the transaction ends. One `alembic upgrade` is one "
                "transaction; with `transaction_per_migration=True` in env.py each revision is one. The revisions "
                "below need that setting. From PostgreSQL 12 on nothing is read where a validated `CHECK (column IS "
                "NOT NULL)` exists. Added NOT VALID it reads nothing either, and new rows are checked from then on; "
                "then fill the NULLs of old rows, in batches (MIG601). `VALIDATE CONSTRAINT` reads the rows while "
                "reads and writes go on, and SET NOT NULL and the drop of the CHECK are over at once. PostgreSQL 18 "
                "does without the CHECK and without SET NOT NULL: `ALTER TABLE users ADD CONSTRAINT "
                "users_name_required NOT NULL name NOT VALID`, and VALIDATE it in the next revision.",
            .bad = "op.alter_column(\"users\", \"name\", nullable=False)\n",
            .good = "op.create_check_constraint(\n"
                    "    \"ck_users_name_not_null\", \"users\", \"name IS NOT NULL\", postgresql_not_valid=True\n"
                    ")\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html",
            .good_files = "=== next revision, once no old row is NULL\n"
                          "op.execute(\"ALTER TABLE users VALIDATE CONSTRAINT ck_users_name_not_null\")\n"
                          "op.alter_column(\"users\", \"name\", nullable=False)\n"
                          "op.drop_constraint(\"ck_users_name_not_null\", \"users\", type_=\"check\")\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          // The schema before this statement decides; where it is not known, the cost says so.
          if (!at.step.cost.known) return;
          const auto tell = [&](const AlterTable& alter, const Identifier& column, std::size_t i) {
            if (!at.live(alter.table) || at.work_on(alter.table) != Work::scan) return;
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says("every row of " + quoted(alter.table) + " is read to prove that " + quoted(column) +
                                 " has no NULL, while nobody can read or write the table")
                           .about(alter.table.display() + "." + column.text)
                           .help(instead)
                           .fix(fix::proved_not_null(at, column)));
          };
          const auto scanned = [&](std::size_t i) {
            for (const auto& effect : at.step.cost.effects)
              if (effect.subcommand == i && effect.work == Work::scan) return true;
            return false;
          };
          each_subcommand<SetNotNull>(at, [&](const AlterTable& alter, const SetNotNull& set, std::size_t i) {
            if (scanned(i) && !restated(at, alter, set)) tell(alter, set.column, i);
          });
          each_subcommand<AddConstraint>(at, [&](const AlterTable& alter, const AddConstraint& add, std::size_t i) {
            if (add.constraint.kind != ConstraintKind::not_null || add.constraint.columns.empty()) return;
            if (scanned(i)) tell(alter, add.constraint.columns.front(), i);
          });
          each_subcommand<AddColumn>(at, [&](const AlterTable& alter, const AddColumn& add, std::size_t i) {
            if (add.column.generated != Column::Generated::virtual_ || !add.column.not_null) return;
            if (scanned(i)) tell(alter, add.column.name, i);
          });
        },
};

}  // namespace foreshot::rules
