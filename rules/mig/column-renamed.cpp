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
            .what =
                "`op.alter_column(…, new_column_name=…)` or `RENAME COLUMN` on a table that existed before, unless "
                "the revision also creates a view that offers the old name.",
            .database =
                "From the rename on the old name does not exist. Queries of the old release fail until its last "
                "process is replaced, and going back to the old release means renaming back. The rename also closes "
                "the table to everybody (ACCESS EXCLUSIVE) until the transaction ends; it reads nothing, so that is "
                "short where the transaction does nothing else (one `alembic upgrade` is one transaction; with "
                "`transaction_per_migration=True` in env.py each revision is one). Often the new name is only wanted in Python: `full_name: Mapped[str] = "
                "mapped_column(\"name\")` needs no migration. Otherwise, in several releases: add the new column; let "
                "the application write both; copy the old values in batches, each committed (in `autocommit_block()` "
                "every statement commits by itself); give it the index (MIG101) and the NOT NULL (MIG111) of the old "
                "one, which becomes nullable; let the application read the new column, then forget the old one, and "
                "drop that a release later. The same on PostgreSQL 12 to 18.",
            .bad = "op.alter_column(\"users\", \"name\", new_column_name=\"full_name\")\n",
            .good = "op.add_column(\"users\", sa.Column(\"full_name\", sa.Text()))\n",
            .allow = "The application is stopped while the migration runs.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html",
            .good_files = "=== next revision, once the application writes both columns\n"
                          "with op.get_context().autocommit_block():\n"
                          "    for first in range(0, 1_000_000, 10_000):  # up to the highest id\n"
                          "        op.execute(\n"
                          "            \"UPDATE users SET full_name = name WHERE full_name IS NULL\"\n"
                          "            f\" AND id BETWEEN {first} AND {first + 9_999}\"\n"
                          "        )\n",
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
