#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule type_change_rechecks_constraint;
const Rule type_change_rechecks_constraint = {
    .code = "MIG207",
    .name = "type-change-rechecks-constraint",
    .level = Level::warning,
    .by_size = true,
    .doc =
        {
            .summary = "The type change leaves the rows alone but verifies a CHECK on all of them under an exclusive lock",
            .what = "`ALTER COLUMN … TYPE` that does not rewrite the table, on a column that a CHECK constraint uses.",
            .database =
                "The constraint is made anew for the new type, and every row is read to verify it while ACCESS EXCLUSIVE is held: "
                "SELECT, INSERT, UPDATE and DELETE wait until the transaction ends. Measured on PostgreSQL 12 to 18.",
            .bad = "op.execute(\"ALTER TABLE orders ALTER COLUMN code TYPE varchar(20)\")  # CHECK (code <> '')\n",
            .good = "op.execute(\"ALTER TABLE users ALTER COLUMN email TYPE varchar(200)\")\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          if (!at.step.cost.known) return;
          each_subcommand<AlterColumnType>(at, [&](const AlterTable& alter, const AlterColumnType& change, std::size_t i) {
            if (!at.live(alter.table)) return;
            bool scans = false;
            for (const auto& effect : at.step.cost.effects) {
              if (effect.subcommand != i) continue;
              // A rewrite or an index build is told by its own rule.
              if (effect.work == Work::rewrite || effect.work == Work::index_build) return;
              scans = scans || (effect.work == Work::scan && effect.relation == alter.table);
            }
            if (!scans) return;
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says("every row of " + quoted(alter.table) + " is read to verify a check on " + quoted(change.column) +
                                 " again, while nobody can read or write the table")
                           .about(alter.table.display() + "." + change.column.text)
                           .help("drop the check, change the type, add the check with NOT VALID, and validate it in a later "
                                 "revision"));
          });
        },
};

}  // namespace foreshot::rules
