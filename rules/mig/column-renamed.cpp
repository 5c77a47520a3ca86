#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule column_renamed;
const Rule column_renamed = {
    .code = "MIG304",
    .name = "column-renamed",
    .level = Level::error,
    .doc =
        {
            .summary = "A column in use is renamed: code that is still running and knows the old name fails at once",
            .what = "`op.alter_column(…, new_column_name=…)` or `RENAME COLUMN` on a table that existed before the revision, "
                    "with no view in the same revision that keeps the old shape.",
            .database =
                "The rename itself takes ACCESS EXCLUSIVE for a moment. From then on the old name does not exist: queries of "
                "the running release fail until the new one is everywhere, and a rollback of the code needs a rollback of "
                "the schema. The same on PostgreSQL 12 to 18.",
            .bad = "op.alter_column(\"users\", \"name\", new_column_name=\"full_name\")\n",
            .good = "op.add_column(\"users\", sa.Column(\"full_name\", sa.Text()))\n",
            .allow = "The application is stopped while the migration runs.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          for (const auto& lost : at.lost_columns()) {
            // A column of the old name that takes its place serves the queries of running code.
            if (lost.renamed_to == nullptr || lost.successor != LostColumn::Successor::none) continue;
            // Where the application still uses the old name, that is told by another rule.
            if (!at.uses_of(*lost.table, *lost.column).empty()) continue;
            report.add(at.finding()
                           .says("renaming " + quoted(*lost.column) + " of " + quoted(*lost.table) + " to " +
                                 quoted(*lost.renamed_to) + " breaks all running code that uses the old name")
                           .about(lost.table->display() + "." + lost.column->text)
                           .help("add a column of the new name, write both, switch readers over, and drop the old one in a "
                                 "later release; or keep the name in the database and map it: "
                                 "mapped_column(\"" + lost.column->text + "\")"));
          }
        },
};

}  // namespace foreshot::rules
