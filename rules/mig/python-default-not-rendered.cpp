#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule python_default_not_rendered;
const Rule python_default_not_rendered = {
    .code = "MIG707",
    .name = "python-default-not-rendered",
    .level = Level::warning,
    .doc =
        {
            .summary = "`default=` of a column that is added is not part of the statement: the rows that are there get NULL",
            .what = "`op.add_column(…, Column(…, default=…))` without `server_default`, on a table that may hold rows, for a column "
                    "that allows NULL (required ones are reported as MIG301). An empty dict or list as the default is left alone: NULL says "
                    "as much.",
            .database =
                "`default=` is a value that SQLAlchemy fills in when the application inserts through a Table that has it. Alembic "
                "renders nothing of it: `ADD COLUMN … ` without DEFAULT. Existing rows have NULL, and so have rows that anything "
                "else inserts.",
            .bad = "op.add_column(\"users\", sa.Column(\"plan\", sa.Text(), default=\"free\"))\n",
            .good = "op.add_column(\"users\", sa.Column(\"plan\", sa.Text(), server_default=\"free\"))\n",
            .allow = "NULL is what old rows should have; then leave `default=` out of the migration.",
            .references = "https://docs.sqlalchemy.org/en/20/core/defaults.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* note = at.op().has(Oddity::python_default_not_rendered);
          if (note == nullptr) return;
          each_subcommand<AddColumn>(at, [&](const AlterTable& alter, const AddColumn& add, std::size_t) {
            const auto& column = add.column;
            if (column.not_null || column.default_value.exists()) return;
            if (column.generated != Column::Generated::no || column.identity != Column::Identity::no) return;
            if (!at.may_hold_rows(alter.table)) return;
            // The same revision fills the column.
            if (at.fills(alter.table, column.name)) return;
            report.add(at.finding()
                           .without_locks()
                           .at(note->span)
                           .says("rows that are in " + quoted(alter.table) + " get NULL in " + quoted(column.name) +
                                 ": `default=` is not part of the statement")
                           .about(alter.table.display() + "." + column.name.text)
                           .help("use server_default=…, or fill the rows in batches"));
          });
        },
};

}  // namespace foreshot::rules
