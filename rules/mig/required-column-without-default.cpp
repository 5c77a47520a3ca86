#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {

extern const Rule required_column_without_default;
const Rule required_column_without_default = {
    .code = "MIG301",
    .name = "required-column-without-default",
    .level = Level::error,
    .precision = Precision::very_high,
    .doc =
        {
            .summary = "A NOT NULL column without a server default is added to a table in use: the migration fails as soon as there is one row",
            .what = "`op.add_column(…, Column(…, nullable=False))` without `server_default`, Identity or Computed, or `ADD COLUMN "
                    "… NOT NULL` without DEFAULT, on a table that may hold rows. `default=` is no server default: it is not "
                    "part of the statement.",
            .database =
                "PostgreSQL takes ACCESS EXCLUSIVE, reads the table and refuses at the first row, because the new column "
                "would be NULL there. On an empty table it succeeds, and from then on every INSERT of code that does not know "
                "the column fails. The same on PostgreSQL 12 to 18.",
            .bad = "op.add_column(\"users\", sa.Column(\"plan\", sa.Text(), nullable=False))\n",
            .good = "op.add_column(\"users\", sa.Column(\"plan\", sa.Text(), nullable=False, server_default=\"free\"))\n",
            .allow = "The table is empty wherever the migration runs, and no released code inserts into it.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          each_subcommand<AddColumn>(at, [&](const AlterTable& alter, const AddColumn& add, std::size_t i) {
            const auto& column = add.column;
            if (!column.not_null || column.default_value.exists()) return;
            // These get a value by themselves.
            if (column.type.is_serial() || column.identity != Column::Identity::no ||
                column.generated != Column::Generated::no)
              return;
            // A domain may bring its own default.
            if (at.before().domain({column.type.schema, column.type.name}) != nullptr) return;
            if (!at.may_hold_rows(alter.table)) return;
            if (add.if_not_exists && at.before().column_exists(alter.table, column.name) == Existence::yes) return;
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says("adding " + quoted(column.name) + " as NOT NULL without a default fails as soon as " +
                                 quoted(alter.table) + " has a row")
                           .about(alter.table.display() + "." + column.name.text)
                           .help("give it a constant server_default, or add it nullable, fill it in batches, and make it "
                                 "NOT NULL in a later revision")
                           .fix(fix::filled_later(at, add)));
          });
        },
};

}  // namespace foreshot::rules
