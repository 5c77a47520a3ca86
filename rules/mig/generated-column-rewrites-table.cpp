#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule generated_column_rewrites_table;
const Rule generated_column_rewrites_table = {
    .code = "MIG203",
    .name = "generated-column-rewrites-table",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "A stored generated column is added or changed: the whole table is rewritten under an exclusive lock",
            .what = "`ADD COLUMN … GENERATED ALWAYS AS (…) STORED` (`Computed(…, persisted=True)`), or `SET EXPRESSION` on a "
                    "stored generated column, on a table that may hold rows.",
            .database =
                "The value of each existing row is computed and stored, so PostgreSQL writes the table anew and builds all "
                "its indexes again while ACCESS EXCLUSIVE is held: SELECT, INSERT, UPDATE and DELETE wait until the "
                "transaction ends. Virtual generated columns (PostgreSQL 18) store nothing and are quick.",
            .bad = "op.add_column(\n"
                   "    \"users\", sa.Column(\"name_length\", sa.Integer(), sa.Computed(\"length(name)\", persisted=True))\n"
                   ")\n",
            .good = "op.add_column(\"users\", sa.Column(\"name_length\", sa.Integer()))\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/ddl-generated-columns.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto tell = [&](const AlterTable& alter, const Identifier& column, std::size_t i, const char* verb) {
            if (!at.live(alter.table)) return;
            if (!at.step.cost.known || at.work_on(alter.table) != Work::rewrite) return;
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says(std::string(verb) + " the stored generated column " + quoted(column) + " rewrites all of " +
                                 quoted(alter.table) + " and its indexes while nobody can read or write it")
                           .about(alter.table.display() + "." + column.text)
                           .help("use a plain column that a trigger fills, and fill old rows in batches; on PostgreSQL 18 a "
                                 "virtual generated column"));
          };
          each_subcommand<AddColumn>(at, [&](const AlterTable& alter, const AddColumn& add, std::size_t i) {
            if (add.column.generated == Column::Generated::stored) tell(alter, add.column.name, i, "adding");
          });
          each_subcommand<SetExpression>(at, [&](const AlterTable& alter, const SetExpression& set, std::size_t i) {
            tell(alter, set.column, i, "changing");
          });
        },
};

}  // namespace foreshot::rules
