#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule primary_key_over_nullable_column;
const Rule primary_key_over_nullable_column = {
    .code = "MIG109",
    .name = "primary-key-over-nullable-column",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "A primary key is attached to an index whose column allows NULL: the whole table is read under an exclusive lock",
            .what = "`ADD PRIMARY KEY USING INDEX` over a column that is not NOT NULL and that no validated CHECK proves. The "
                    "index was built beforehand to avoid the long lock, and the column brings it back.",
            .database =
                "A primary key makes its columns NOT NULL. PostgreSQL reads every row to look for NULLs while it holds ACCESS "
                "EXCLUSIVE: SELECT, INSERT, UPDATE and DELETE wait until the transaction ends. Over columns that are NOT NULL "
                "already, or that a validated `CHECK (column IS NOT NULL)` proves, nothing is read. Measured on PostgreSQL 12 "
                "to 18.",
            .bad = "op.execute(\"ALTER TABLE visits ADD CONSTRAINT visits_pkey PRIMARY KEY USING INDEX ux_visits_url\")\n",
            .good = "op.execute(\"ALTER TABLE visits ADD CONSTRAINT visits_pkey PRIMARY KEY USING INDEX ux_visits_visit_no\")\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          // Where the index or its columns are not known, nobody can tell.
          if (!at.step.cost.known) return;
          each_subcommand<AddConstraint>(at, [&](const AlterTable& alter, const AddConstraint& add, std::size_t i) {
            const auto& key = add.constraint;
            if (key.kind != ConstraintKind::primary_key || key.using_index.empty() || !at.live(alter.table)) return;
            for (const auto& effect : at.step.cost.effects) {
              if (effect.subcommand != i || effect.work != Work::scan || !(effect.relation == alter.table)) continue;
              report.add(at.finding()
                             .at(at.subcommand_span(i))
                             .says("every row of " + quoted(alter.table) +
                                   " is read while nobody can read or write the table, because a column of " +
                                   quoted(key.using_index) + " still allows NULL")
                             .about(alter.table.display() + "." + key.name.text)
                             .help("make the column NOT NULL first: add CHECK (… IS NOT NULL) NOT VALID, VALIDATE it in a later "
                                   "revision, then attach the key"));
              return;
            }
          });
        },
};

}  // namespace foreshot::rules
