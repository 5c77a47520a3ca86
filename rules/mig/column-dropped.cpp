#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule column_dropped;
const Rule column_dropped = {
    .code = "MIG302",
    .name = "column-dropped",
    .level = Level::warning,
    .doc =
        {
            .summary = "A column is dropped: its data is gone, and code that is still running and knows the column fails",
            .what =
                "`op.drop_column(…)` or `DROP COLUMN` in an upgrade, on a table that existed before. Where the code "
                "of the project still uses the column, MIG303 is reported instead.",
            .database =
                "From the drop on every query that names the column fails, and SQLAlchemy names every mapped column "
                "in every SELECT and INSERT: processes of the old release that still run fail at once. The values are "
                "lost for good; a downgrade brings back an empty column. The drop also closes the table to everybody "
                "(ACCESS EXCLUSIVE) until the transaction ends; it reads nothing, so that is short where the "
                "transaction does nothing else (one `alembic upgrade` is one transaction; with "
                "`transaction_per_migration=True` in env.py each revision is one). Do it in two releases. The first one takes the column out of the models; its INSERTs leave "
                "the column out, so it must be nullable or have a server default. Drop it with the next release, when "
                "no process of an older one runs.",
            .bad = "op.drop_column(\"users\", \"name\")\n",
            .good = "op.alter_column(\"users\", \"name\", nullable=True)\n",
            .allow = "The release before this one no longer maps or names the column, and the data is not needed.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html",
            .good_files = "=== next revision, one release later\n"
                          "op.drop_column(\"users\", \"name\")  # foreshot: ignore[MIG302] -- not mapped since release 41\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          for (const auto& lost : at.lost_columns()) {
            if (lost.renamed_to != nullptr) continue;
            // Where the application still uses it, that is worse, and told by another rule.
            if (!at.uses_of(*lost.table, *lost.column).empty()) continue;
            using Successor = LostColumn::Successor;
            // Another column has the name and the values before anybody can look.
            if (lost.successor == Successor::filled) continue;
            const bool empty = lost.successor == Successor::empty;
            // Where the rows went before, no value is lost.
            if (empty && !at.may_hold_rows(*lost.table)) continue;
            report.add(at.finding()
                           .at(at.subcommand_span(lost.subcommand))
                           .says("dropping " + quoted(*lost.column) + " of " + quoted(*lost.table) +
                                 (empty ? " loses its data: nothing in the migration gives it to the column that has the name afterwards"
                                        : " loses its data and breaks code that still reads or writes it"))
                           .about(lost.table->display() + "." + lost.column->text)
                           .label(lost.before != nullptr && lost.before->origin.known() ? lost.before->origin.span : Span{},
                                  "the column is added here")
                           .help(empty ? "copy the values into the new column before the old one is dropped"
                                       : "release code that no longer maps the column first, then drop it in a later release"));
          }
        },
};

}  // namespace foreshot::rules
