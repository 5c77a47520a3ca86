#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule sequence_column_rewrites_table;
const Rule sequence_column_rewrites_table = {
    .code = "MIG202",
    .name = "sequence-column-rewrites-table",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "A serial or identity column is added: every row gets a number, so the whole table is rewritten under an exclusive lock",
            .what = "`ADD COLUMN` of type serial or bigserial, or GENERATED … AS IDENTITY (`Identity()`), on a table that may "
                    "hold rows.",
            .database =
                "Each existing row draws a number from the new sequence, so PostgreSQL writes the table anew and builds all "
                "its indexes again while ACCESS EXCLUSIVE is held: SELECT, INSERT, UPDATE and DELETE wait until the "
                "transaction ends. The same on PostgreSQL 12 to 18.",
            .bad = "op.add_column(\"users\", sa.Column(\"number\", sa.BigInteger(), sa.Identity(), nullable=False))\n",
            .good = "op.add_column(\"users\", sa.Column(\"number\", sa.BigInteger()))\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          each_subcommand<AddColumn>(at, [&](const AlterTable& alter, const AddColumn& add, std::size_t i) {
            const auto& column = add.column;
            const bool serial = column.type.is_serial();
            if (!serial && column.identity == Column::Identity::no) return;
            // primary_key=True that gives no key is told with its cause.
            if (at.op().has(Oddity::primary_key_flag_ignored) != nullptr) return;
            if (!at.live(alter.table)) return;
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says("adding the " + std::string(serial ? "serial" : "identity") + " column " +
                                 quoted(column.name) + " rewrites all of " + quoted(alter.table) +
                                 " and its indexes while nobody can read or write it")
                           .about(alter.table.display() + "." + column.name.text)
                           .help("add a nullable bigint, give it a sequence default for new rows, and fill old rows in "
                                 "batches"));
          });
        },
};

}  // namespace foreshot::rules
