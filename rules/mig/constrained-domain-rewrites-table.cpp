#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule constrained_domain_rewrites_table;
const Rule constrained_domain_rewrites_table = {
    .code = "MIG204",
    .name = "constrained-domain-rewrites-table",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "A column of a domain with constraints is added: the whole table is rewritten under an exclusive lock, even without a default",
            .what = "`ADD COLUMN` whose type is a domain with CHECK or NOT NULL, on a table that may hold rows. Domains without "
                    "constraints are not reported.",
            .database =
                "PostgreSQL checks the new value of every row against the domain, and to do so writes the table anew and builds "
                "all its indexes again while ACCESS EXCLUSIVE is held: SELECT, INSERT, UPDATE and DELETE wait until the "
                "transaction ends. Measured on PostgreSQL 12 to 18.",
            .bad = "op.execute(\"CREATE DOMAIN positive_number AS integer CHECK (value > 0)\")\n"
                   "op.execute(\"ALTER TABLE users ADD COLUMN points positive_number\")\n",
            .good = "op.execute(\"ALTER TABLE users ADD COLUMN points integer\")\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/sql-createdomain.html",
            .bad_files = "=== downgrade\nop.drop_column(\"users\", \"points\")\nop.execute(\"DROP DOMAIN positive_number\")\n",
            .good_files = "=== downgrade\nop.drop_column(\"users\", \"points\")\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          if (!at.step.cost.known) return;
          each_subcommand<AddColumn>(at, [&](const AlterTable& alter, const AddColumn& add, std::size_t i) {
            const auto* domain = at.before().domain({add.column.type.schema, add.column.type.name});
            if (domain == nullptr || !domain->constrained || !at.live(alter.table)) return;
            // A volatile default or a generated value rewrites anyway, and is told as such.
            if (add.column.generated != Column::Generated::no) return;
            if (add.column.default_value.exists() && is_volatile(add.column.default_value, at.before()) != Known::no) return;
            bool rewrites = false;
            for (const auto& effect : at.step.cost.effects)
              rewrites = rewrites || (effect.subcommand == i && effect.work == Work::rewrite);
            if (!rewrites) return;
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says("adding " + quoted(add.column.name) + " rewrites all of " + quoted(alter.table) +
                                 " and its indexes while nobody can read or write it: the domain " + quoted(domain->name) +
                                 " has constraints")
                           .about(alter.table.display() + "." + add.column.name.text)
                           .help("add the column with the domain's base type, and its condition as a CHECK with NOT VALID that a "
                                 "later revision validates"));
          });
        },
};

}  // namespace foreshot::rules
