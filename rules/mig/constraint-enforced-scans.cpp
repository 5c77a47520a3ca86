#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule constraint_enforced_scans;
const Rule constraint_enforced_scans = {
    .code = "MIG121",
    .name = "constraint-enforced-scans",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "ALTER CONSTRAINT … ENFORCED reads the whole table under an exclusive lock, and locks the referenced table too",
            .what = "A constraint that was NOT ENFORCED is turned on, on a table that may hold rows (PostgreSQL 18).",
            .database =
                "PostgreSQL 18 takes ACCESS EXCLUSIVE on the table and SHARE ROW EXCLUSIVE on the table that the foreign key "
                "refers to, and reads every row to check it: reads and writes of the one and writes of the other wait until "
                "the transaction ends. So NOT ENFORCED is no way to add a foreign key to a table in use; NOT VALID followed "
                "by VALIDATE is.",
            .bad = "op.execute(\n"
                   "    \"ALTER TABLE orders ADD CONSTRAINT fk_orders_users FOREIGN KEY (user_id) REFERENCES users (id) NOT ENFORCED\"\n"
                   ")\n"
                   "op.execute(\"ALTER TABLE orders ALTER CONSTRAINT fk_orders_users ENFORCED\")\n",
            .good = "op.create_foreign_key(\n"
                    "    \"fk_orders_users\", \"orders\", \"users\", [\"user_id\"], [\"id\"], postgresql_not_valid=True\n"
                    ")\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ALTER-CONSTRAINT",
            .bad_files = "=== foreshot.toml\nserver-version = 18\n",
            .good_files = "=== foreshot.toml\nserver-version = 18\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          // Older servers do not know the word.
          if (at.version() < 18 || !at.step.cost.known) return;
          each_subcommand<AlterConstraint>(at, [&](const AlterTable& alter, const AlterConstraint& change, std::size_t i) {
            if (!change.enforced.value_or(false) || !at.live(alter.table)) return;
            std::string other;
            bool scans = false;
            for (const auto& effect : at.step.cost.effects) {
              if (effect.subcommand != i || effect.work == Work::none) continue;
              if (effect.relation == alter.table)
                scans = true;
              else if (blocks_writes(effect.lock) && at.live(effect.relation))
                other = quoted(effect.relation);
            }
            if (!scans) return;
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says("every row of " + quoted(alter.table) + " is checked while nobody can read or write it" +
                                 (other.empty() ? "" : ", and nobody can write " + other))
                           .about(alter.table.display() + "." + change.constraint.text)
                           .help("drop the constraint, add it again with NOT VALID, and VALIDATE it in a later revision"));
          });
        },
};

}  // namespace foreshot::rules
