#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule type_change_needs_using;
const Rule type_change_needs_using = {
    .code = "MIG720",
    .name = "type-change-needs-using",
    .level = Level::error,
    .precision = Precision::very_high,
    .doc =
        {
            .summary = "PostgreSQL does not convert between the two types by itself and refuses the change without USING: the migration fails",
            .what = "`op.alter_column(…, type_=…)` without `postgresql_using`, or `ALTER COLUMN … TYPE` without USING, from a type "
                    "that has no assignment cast to the new one: text to integer, text to uuid, integer to boolean, text to an enum.",
            .database =
                "The statement fails with `column \"…\" cannot be cast automatically to type …`, on an empty table too. With USING it "
                "runs, and writes every row anew while nobody can read or write the table. Measured on PostgreSQL 12 to 18.",
            .bad = "op.alter_column(\"visits\", \"url\", type_=sa.Integer())\n",
            .good = "op.add_column(\"visits\", sa.Column(\"page_id\", sa.Integer()))\n",
            .allow = "Never: it fails.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          // What does not run for certain does not fail for certain.
          if (!at.step.cost.fails || at.step.conditional) return;
          each_subcommand<AlterColumnType>(at, [&](const AlterTable& alter, const AlterColumnType& change, std::size_t i) {
            if (change.using_.exists()) return;
            if (!at.step.cost.failure.starts_with("column \"" + change.column.text + "\" cannot be cast automatically")) return;
            report.add(at.finding()
                           .without_locks()
                           .at(at.subcommand_span(i))
                           .says("the migration fails here: PostgreSQL does not turn the values of " + quoted(change.column) + " into " +
                                 quoted(change.type.display()) + " without being told how")
                           .about(alter.table.display() + "." + change.column.text)
                           .help("say how with postgresql_using=\"" + change.column.text + "::" + change.type.display() +
                                 "\" if the table is small; else add a new column, fill it in batches and swap"));
          });
        },
};

}  // namespace foreshot::rules
