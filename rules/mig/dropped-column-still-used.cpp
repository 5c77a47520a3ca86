#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule dropped_column_still_used;
const Rule dropped_column_still_used = {
    .code = "MIG303",
    .name = "dropped-column-still-used",
    .level = Level::error,
    .precision = Precision::very_high,
    .doc =
        {
            .summary = "A column is dropped or renamed, and the application in the same project still uses it: its queries fail",
            .what = "`op.drop_column(…)`, `op.alter_column(…, new_column_name=…)` or their SQL in an upgrade, for a column that a "
                    "mapped class, a `Table`, a query or SQL text of the project still names, and that no later revision brings "
                    "back. The finding shows where. It takes the place of MIG302 and MIG304.",
            .database =
                "From the commit on every statement that names the column fails: `column … does not exist`. SQLAlchemy names "
                "every mapped column in each SELECT of its class and in each INSERT, whether the code reads the attribute or not. "
                "This is not only about the old release: the code as it stands beside the migration fails as well.",
            .bad = "op.drop_column(\"users\", \"name\")\n",
            .good = "op.alter_column(\"users\", \"name\", nullable=True)\n",
            .allow = "What uses the column is never run against this database.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html",
            .bad_files = "=== app/models.py\n"
                         "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n\n\n"
                         "class Base(DeclarativeBase):\n    pass\n\n\n"
                         "class User(Base):\n"
                         "    __tablename__ = \"users\"\n\n"
                         "    id: Mapped[int] = mapped_column(primary_key=True)\n"
                         "    name: Mapped[str]\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          for (const auto& lost : at.lost_columns()) {
            const auto uses = at.uses_of(*lost.table, *lost.column);
            if (uses.empty()) continue;
            const auto what = quoted(*lost.column) + " of " + quoted(*lost.table);
            const auto claim = "queries of the application fail once " + what +
                               (lost.renamed_to == nullptr ? " is gone" : " is called " + quoted(*lost.renamed_to));
            report.add(says_with_uses(
                at.finding()
                    .at(at.subcommand_span(lost.subcommand))
                    .about(lost.table->display() + "." + lost.column->text)
                    .help(lost.renamed_to == nullptr
                              ? "take the column out of the code and release that first, then drop it in a later release"
                              : "add a column of the new name, write both, switch readers over, and drop the old one in a later "
                                "release"),
                claim, uses));
          }
        },
};

}  // namespace foreshot::rules
