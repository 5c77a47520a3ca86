#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule type_change_rewrites_table;
const Rule type_change_rewrites_table = {
    .code = "MIG205",
    .name = "type-change-rewrites-table",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "A column's type changes to one that is stored differently: the whole table is rewritten under an exclusive lock",
            .what =
                "`op.alter_column(…, type_=…)` or `ALTER COLUMN … TYPE` on a table that may hold rows, to a type that "
                "stores the values differently. A longer varchar, varchar to text, more digits of a numeric with the "
                "same number of decimals and the like are not reported: there the rows stay as they are. The old type "
                "is the one that earlier revisions gave the column, or existing_type where they do not tell.",
            .database =
                "PostgreSQL writes all rows anew and builds all indexes again while the table is closed to everybody "
                "(ACCESS EXCLUSIVE): SELECT, INSERT, UPDATE and DELETE wait until the transaction ends. One `alembic "
                "upgrade` is one transaction; with `transaction_per_migration=True` in env.py each revision is one. "
                "When a foreign key begins or ends at the column, the table at its other end is closed too, and the "
                "key is checked again. Instead, in several releases: add a column of the new type; let the "
                "application write both; copy the old values in batches, each committed (in `autocommit_block()` "
                "every statement commits by itself); give the new column its index (MIG101) and NOT NULL (MIG111), "
                "let the application read it and forget the old one, which must be nullable for that, and drop that a "
                "release later. Measured on PostgreSQL 12 to 18.",
            .bad = "op.alter_column(\"visits\", \"visit_no\", existing_type=sa.Integer(), type_=sa.BigInteger())\n",
            .good = "op.add_column(\"visits\", sa.Column(\"visit_no_big\", sa.BigInteger()))\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES",
            .good_files = "=== next revision, once the application writes both columns\n"
                          "with op.get_context().autocommit_block():\n"
                          "    for first in range(0, 1_000_000, 10_000):  # up to the highest visit_no\n"
                          "        op.execute(\n"
                          "            \"UPDATE visits SET visit_no_big = visit_no WHERE visit_no_big IS NULL\"\n"
                          "            f\" AND visit_no BETWEEN {first} AND {first + 9_999}\"\n"
                          "        )\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          // Where the old type is not known, nobody can tell.
          if (!at.step.cost.known) return;
          each_subcommand<AlterColumnType>(at, [&](const AlterTable& alter, const AlterColumnType& change, std::size_t i) {
            if (!at.live(alter.table)) return;
            // What USING alone makes of it, and an enum that is replaced, are matters of their own rules.
            if (at.type_rewrite(i) != TypeRewrite::needed) return;
            std::string others;
            for (const auto& effect : at.step.cost.effects) {
              if (effect.subcommand != i || effect.relation == alter.table) continue;
              if (effect.kind == ObjectKind::table && blocks_reads(effect.lock))
                others += (others.empty() ? "" : ", ") + quoted(effect.relation);
            }
            auto draft = at.finding();
            if (at.step.settings.time_zone == servers_own_zone && change.type.name.text.starts_with("timestamp"))
              std::move(draft).note("unless  the server's own time zone is UTC: then nothing is rewritten");
            report.add(std::move(draft)
                           .at(at.subcommand_span(i))
                           .says("changing " + quoted(change.column) + " to `" + change.type.display() +
                                 "` rewrites all of " + quoted(alter.table) +
                                 " and its indexes while nobody can read or write it" +
                                 (others.empty() ? "" : "; " + others + (others.find(',') == std::string::npos ? " is" : " are") +
                                                            " locked as long"))
                           .about(alter.table.display() + "." + change.column.text)
                           .help("add a new column of the new type, write both, fill old rows in batches, then switch over"));
          });
        },
};

}  // namespace foreshot::rules
