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
            .what = "`op.drop_column(…)` or `DROP COLUMN` in an upgrade, on a table that existed before the revision. Where "
                    "the code of the project still uses the column, MIG303 speaks.",
            .database =
                "The drop takes ACCESS EXCLUSIVE for a moment. From then on every query that names the column fails, and "
                "SQLAlchemy names every mapped column in every SELECT and INSERT: instances of the old release that are "
                "still running break at once. A downgrade brings the column back, not its values.",
            .bad = "op.drop_column(\"users\", \"name\")\n",
            .good = "op.alter_column(\"users\", \"name\", nullable=True)\n",
            .allow = "The release before this one no longer maps or names the column, and the data is not needed.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html",
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
