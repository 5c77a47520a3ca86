#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule enum_recreated_by_rewrite;
const Rule enum_recreated_by_rewrite = {
    .code = "MIG211",
    .name = "enum-recreated-by-rewrite",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "An enum is replaced by a new one: every table with a column of it is rewritten while nobody can read or write it",
            .what = "`ALTER COLUMN … TYPE` from one enum to another on a table that may hold rows, mostly to remove a value: the "
                    "old type is renamed, a new one created, and the column cast through text.",
            .database =
                "Each value is looked up again, so PostgreSQL writes the whole table and all its indexes anew under ACCESS "
                "EXCLUSIVE: SELECT, INSERT, UPDATE and DELETE wait until the transaction ends, and the migration fails at the "
                "first row with a value that the new type does not have. Adding a value (ALTER TYPE … ADD VALUE) touches no table. "
                "Measured on PostgreSQL 12 to 18.",
            .bad = "op.execute(\"ALTER TYPE order_state RENAME TO order_state_old\")\n"
                   "op.execute(\"CREATE TYPE order_state AS ENUM ('open')\")\n"
                   "op.execute(\"ALTER TABLE orders ALTER COLUMN state TYPE order_state USING state::text::order_state\")\n"
                   "op.execute(\"DROP TYPE order_state_old\")\n",
            .good = "op.create_check_constraint(\n"
                    "    \"ck_orders_state\", \"orders\", \"state <> 'paid'\", postgresql_not_valid=True\n"
                    ")\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/sql-altertype.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          each_subcommand<AlterColumnType>(at, [&](const AlterTable& alter, const AlterColumnType& change, std::size_t i) {
            if (!at.live(alter.table) || at.type_rewrite(i) != TypeRewrite::enum_swap) return;
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says("nobody can read or write " + quoted(alter.table) + " while all of it is rewritten to exchange the enum of " +
                                 quoted(change.column) + ", and a row with a value that `" + change.type.display() +
                                 "` does not have makes the migration fail")
                           .about(alter.table.display() + "." + change.column.text)
                           .help("leave the old value in the type and forbid it with a CHECK … NOT VALID; add values with ALTER TYPE … ADD VALUE"));
          });
        },
};

}  // namespace foreshot::rules
