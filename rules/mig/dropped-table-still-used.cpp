#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule dropped_table_still_used;
const Rule dropped_table_still_used = {
    .code = "MIG307",
    .name = "dropped-table-still-used",
    .level = Level::error,
    .precision = Precision::very_high,
    .doc =
        {
            .summary = "A table is dropped, and the application in the same project still uses it: its queries fail",
            .what = "`op.drop_table(…)` or `DROP TABLE` in an upgrade, for a table that a mapped class, a `Table` or SQL text of the "
                    "project still names, and that no later revision brings back. The finding shows where. It takes the place of "
                    "MIG306.",
            .database = "From the commit on every statement that names the table fails: `relation … does not exist`. The rows are "
                        "gone; a downgrade brings back an empty table.",
            .bad = "op.drop_table(\"orders\")\n",
            .good = "op.execute(\"COMMENT ON TABLE orders IS 'unused since release 41, drop after release 42'\")\n",
            .allow = "What uses the table is never run against this database.",
            .references = "https://www.postgresql.org/docs/current/sql-droptable.html",
            .bad_files = "=== app/models.py\n"
                         "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n\n\n"
                         "class Base(DeclarativeBase):\n    pass\n\n\n"
                         "class Order(Base):\n"
                         "    __tablename__ = \"orders\"\n\n"
                         "    id: Mapped[int] = mapped_column(primary_key=True)\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          for (const auto* table : at.lost_tables()) {
            const auto uses = at.uses_of(*table);
            if (uses.empty()) continue;
            report.add(says_with_uses(at.finding().about(table->display()).help(
                                          "take the table out of the code and release that first; rename the table, wait a "
                                          "release, then drop it"),
                                      "queries of the application fail once " + quoted(*table) + " is gone, and so are its rows",
                                      uses));
          }
        },
};

}  // namespace foreshot::rules
