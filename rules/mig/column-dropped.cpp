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
            .what = "`op.drop_column(…)` or `DROP COLUMN` in an upgrade, on a table that existed before the revision.",
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
          each_subcommand<DropColumn>(at, [&](const AlterTable& alter, const DropColumn& drop, std::size_t i) {
            if (!at.live(alter.table) || alter.kind != ObjectKind::table) return;
            const auto before = at.before();
            if (before.column_exists(alter.table, drop.column) == Existence::no) return;
            const auto* table = before.table(alter.table);
            const auto* column = table == nullptr ? nullptr : table->column(drop.column.text);
            // Added by this very revision: nobody can rely on it.
            if (column != nullptr && column->origin.known() && column->origin.revision == at.step.revision) return;
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says("dropping " + quoted(drop.column) + " of " + quoted(alter.table) +
                                 " loses its data and breaks code that still reads or writes it")
                           .about(alter.table.display() + "." + drop.column.text)
                           .label(column != nullptr && column->origin.known() ? column->origin.span : Span{},
                                  "the column is added here")
                           .help("release code that no longer maps the column first, then drop it in a later release"));
          });
        },
};

}  // namespace foreshot::rules
