#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule domain_constraint_scans_tables;
const Rule domain_constraint_scans_tables = {
    .code = "MIG120",
    .name = "domain-constraint-scans-tables",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "A domain gets a constraint: every table with a column of the domain is read while its writers wait",
            .what = "`ALTER DOMAIN … ADD CONSTRAINT` without NOT VALID, `VALIDATE CONSTRAINT` or `SET NOT NULL`, of a domain that "
                    "columns of tables in use have.",
            .database =
                "PostgreSQL locks every table that uses the domain with SHARE and reads all its rows: INSERT, UPDATE and DELETE "
                "on all of them wait until the transaction ends. VALIDATE is no gentler than ADD here, unlike on tables. Only "
                "ADD … NOT VALID reads nothing. A CHECK on the table instead of the domain can be validated while writers go "
                "on. Measured on PostgreSQL 12 to 18.",
            .bad = "op.execute(\"ALTER DOMAIN percentage ADD CONSTRAINT percentage_range CHECK (VALUE BETWEEN 0 AND 100)\")\n",
            .good = "op.execute(\"ALTER TABLE rates ADD CONSTRAINT ck_rates_rate CHECK (rate BETWEEN 0 AND 100) NOT VALID\")\n",
            .allow = "The tables are small.",
            .references = "https://www.postgresql.org/docs/current/sql-alterdomain.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* alter = at.action<AlterDomain>();
          if (alter == nullptr || !at.step.cost.known) return;
          std::string tables;
          std::size_t count = 0;
          for (const auto& effect : at.step.cost.effects) {
            // A table of this revision has no writers yet.
            if (effect.work == Work::none || !blocks_writes(effect.lock) || !at.live(effect.relation)) continue;
            if (++count <= 3) tables += (count == 1 ? "" : ", ") + quoted(effect.relation);
          }
          if (count == 0) return;
          if (count > 3) tables += " and " + std::to_string(count - 3) + " more tables";
          report.add(at.finding()
                         .says("every row of " + tables + " is read to check the domain " + quoted(alter->domain) +
                               ", and writers wait until the transaction ends")
                         .about(alter->domain.display() + "." + alter->constraint.name.text)
                         .help("put the condition on the tables instead, as CHECK … NOT VALID, and VALIDATE it in a later "
                               "revision"));
        },
};

}  // namespace foreshot::rules
