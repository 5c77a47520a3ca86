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
            .what = "`op.alter_column(…, type_=…)` or `ALTER COLUMN … TYPE` on a table that may hold rows, from a type whose "
                    "values have to be converted. Changes that keep the stored form (a longer varchar, varchar to text, more "
                    "numeric precision at the same scale, …) are silent. The old type comes from the replayed history, or "
                    "from existing_type where the history does not know it.",
            .database =
                "PostgreSQL writes the table anew and builds all its indexes again while ACCESS EXCLUSIVE is held: SELECT, "
                "INSERT, UPDATE and DELETE wait until the transaction ends. When the column is a key, the foreign keys are "
                "checked again and the other table is locked just as strongly. Measured on PostgreSQL 12 to 18.",
            .bad = "op.alter_column(\"visits\", \"visit_no\", existing_type=sa.Integer(), type_=sa.BigInteger())\n",
            .good = "op.add_column(\"visits\", sa.Column(\"visit_no_big\", sa.BigInteger()))\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES",
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
