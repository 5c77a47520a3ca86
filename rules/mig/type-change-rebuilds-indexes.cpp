#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule type_change_rebuilds_indexes;
const Rule type_change_rebuilds_indexes = {
    .code = "MIG206",
    .name = "type-change-rebuilds-indexes",
    .level = Level::warning,
    .by_size = true,
    .doc =
        {
            .summary = "The type change leaves the rows alone but builds an index again under an exclusive lock",
            .what = "`ALTER COLUMN … TYPE` that does not rewrite the table, on a column with an index that has to be built again: "
                    "another collation, timestamp to timestamptz, an expression or a WHERE of an index that uses the column.",
            .database =
                "The index is built while ACCESS EXCLUSIVE is held on the table: SELECT, INSERT, UPDATE and DELETE wait until the "
                "transaction ends. A plain btree index survives a longer varchar. Measured on PostgreSQL 12 to 18.",
            .bad = "op.execute(\"ALTER TABLE users ALTER COLUMN name TYPE text COLLATE \\\"C\\\"\")\n",
            .good = "op.execute(\"ALTER TABLE users ALTER COLUMN email TYPE text\")\n",
            .allow = "The index is small.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES",
            .bad_files = "=== downgrade\nop.execute(\"ALTER TABLE users ALTER COLUMN name TYPE text\")\n",
            .good_files = "=== downgrade\nop.execute(\"ALTER TABLE users ALTER COLUMN email TYPE varchar(120)\")\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          if (!at.step.cost.known) return;
          each_subcommand<AlterColumnType>(at, [&](const AlterTable& alter, const AlterColumnType& change, std::size_t i) {
            if (!at.live(alter.table)) return;
            bool rewrites = false;
            bool builds = false;
            std::string index;
            for (const auto& effect : at.step.cost.effects) {
              if (effect.subcommand != i) continue;
              rewrites = rewrites || effect.work == Work::rewrite;
              if (effect.work != Work::index_build) continue;
              builds = true;
              if (effect.kind == ObjectKind::index && index.empty()) index = effect.relation.display();
            }
            // The rewrite is the larger trouble and has a rule of its own.
            if (rewrites || !builds) return;
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says((index.empty() ? "an index on " + quoted(change.column) : quoted(index)) +
                                 " is built again while nobody can read or write " + quoted(alter.table))
                           .about(alter.table.display() + "." + change.column.text)
                           .help("drop the index CONCURRENTLY before and build it CONCURRENTLY after the type change, each in a "
                                 "revision of its own"));
          });
        },
};

}  // namespace foreshot::rules
