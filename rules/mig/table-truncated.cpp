#include "analyzer/check/rule.h"

namespace foreshot::rules {
extern const Rule table_truncated;
const Rule table_truncated = {
    .code = "MIG309",
    .name = "table-truncated",
    .level = Level::warning,
    .doc =
        {
            .summary = "TRUNCATE deletes every row of a table in use and makes its readers and writers wait",
            .what = "`TRUNCATE` of a table that existed before the revision. Where CASCADE takes other tables along, MIG308 "
                    "is reported instead.",
            .database =
                "All rows are gone when the transaction commits, and a downgrade cannot bring them back. TRUNCATE takes ACCESS "
                "EXCLUSIVE: SELECT, INSERT, UPDATE and DELETE wait until the transaction ends. It fires no ON DELETE triggers "
                "for the rows, and transactions with an older snapshot find the table empty. The same on PostgreSQL 12 to 18.",
            .bad = "op.execute(\"TRUNCATE visits\")\n",
            .good = "op.execute(\"DELETE FROM visits WHERE visit_no BETWEEN 1 AND 1000\")\n",
            .allow = "The rows are a cache that is filled again, and nobody needs them meanwhile.",
            .references = "https://www.postgresql.org/docs/current/sql-truncate.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* truncate = at.action<Truncate>();
          if (truncate == nullptr) return;
          const auto before = at.before();
          const bool all_known = before.history() != nullptr && before.history()->complete();
          for (const auto& name : truncate->tables) {
            // Made, or emptied, by this upgrade.
            if (!at.may_hold_rows(name) || before.exists(name) == Existence::no) continue;
            // CASCADE over what may be referenced is a matter of its own rule.
            if (truncate->cascade && !(all_known && before.table(name) != nullptr && before.referencing(name).empty())) continue;
            report.add(at.finding()
                           .says("every row of " + quoted(name) + " is deleted for good; whoever uses the table waits, and then finds it empty")
                           .about(name.display())
                           .help("delete only the rows that have to go, in batches, or keep a copy of the table first"));
          }
        },
};

}  // namespace foreshot::rules
