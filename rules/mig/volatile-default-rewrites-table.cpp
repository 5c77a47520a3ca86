#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {

extern const Rule volatile_default_rewrites_table;
const Rule volatile_default_rewrites_table = {
    .code = "MIG201",
    .name = "volatile-default-rewrites-table",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "A column is added with a default that differs from row to row: the whole table and all its indexes are rewritten under an exclusive lock",
            .what = "`ADD COLUMN … DEFAULT` with a volatile function (`gen_random_uuid()`, `random()`, `clock_timestamp()`, "
                    "`nextval(…)`, …) on a table that may hold rows. `now()`, CURRENT_TIMESTAMP, constants and casts of "
                    "constants are no such defaults and are not reported.",
            .database =
                "Since PostgreSQL 11 a default that is the same for all rows is stored once. A volatile one has to be "
                "computed for each row, so the table is written anew and every index built again while ACCESS EXCLUSIVE is "
                "held: SELECT, INSERT, UPDATE and DELETE wait until the transaction ends. Measured on PostgreSQL 12 to 18.",
            .bad = "op.add_column(\n"
                   "    \"users\", sa.Column(\"token\", sa.Uuid(), server_default=sa.text(\"gen_random_uuid()\"))\n"
                   ")\n",
            .good = "op.add_column(\"users\", sa.Column(\"token\", sa.Uuid()))\n"
                    "op.alter_column(\"users\", \"token\", server_default=sa.text(\"gen_random_uuid()\"))\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          each_subcommand<AddColumn>(at, [&](const AlterTable& alter, const AddColumn& add, std::size_t i) {
            const auto& column = add.column;
            if (!column.default_value.exists() || column.generated != Column::Generated::no) return;
            // Serial and identity are told by their own rule.
            if (column.type.is_serial() || column.identity != Column::Identity::no) return;
            if (!at.live(alter.table)) return;
            // Functions that nobody knows keep the rule silent.
            if (!at.step.cost.known || is_volatile(column.default_value, at.before()) != Known::yes) return;
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says("adding " + quoted(column.name) + " rewrites all of " + quoted(alter.table) +
                                 " and its indexes while nobody can read or write it: `" + column.default_value.display() +
                                 "` gives each row its own value")
                           .about(alter.table.display() + "." + column.name.text)
                           .help("add the column without the default, set the default in a second step for new rows, and "
                                 "fill old rows in batches")
                           .fix(fix::filled_later(at, add)));
          });
        },
};

}  // namespace foreshot::rules
