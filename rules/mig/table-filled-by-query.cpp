#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule table_filled_by_query;
const Rule table_filled_by_query = {
    .code = "MIG610",
    .name = "table-filled-by-query",
    .level = Level::info,
    .doc =
        {
            .summary = "A new table or materialized view is filled from a table in use while the migration runs",
            .what = "`CREATE TABLE … AS`, `SELECT … INTO` or `CREATE MATERIALIZED VIEW` with data, over a table that may hold rows; "
                    "temporary tables are the migration's own. "
                    "Where an earlier statement of the transaction keeps another table closed meanwhile, MIG126 is reported.",
            .database = "The statement takes as long as its query, inside the transaction of the migration: the deployment waits, "
                        "locks of the transaction are kept, and VACUUM can remove no row that was deleted since. Readers and "
                        "writers of the tables it reads do not wait. A table made this way has no key, index, default or NOT NULL.",
            .bad = "op.execute(\"CREATE TABLE order_totals AS SELECT user_id, sum(total) FROM orders GROUP BY user_id\")\n",
            .good = "op.execute(\"CREATE MATERIALIZED VIEW paid AS SELECT id FROM orders WITH NO DATA\")\n",
            .allow = "The tables read are small.",
            .references = "https://www.postgresql.org/docs/current/sql-createtableas.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* source = at.fills_new_from();
          if (source == nullptr) return;
          const auto* made = target_table(at.step.action());
          if (made == nullptr) return;
          // What the migration needs for itself cannot be filled elsewhere.
          if (const auto* create = at.action<CreateTable>(); create != nullptr && create->temporary) return;
          // Worse, and told by another rule.
          if (!at.step.conditional && at.closed_table()) return;
          report.add(at.finding()
                         .without_locks()
                         .says("the migration and its transaction last as long as the query that fills " + quoted(*made) + " from " +
                               quoted(*source))
                         .about(made->display())
                         .help("create it empty (WITH NO DATA) and fill it outside of the migration"));
        },
};

}  // namespace foreshot::rules
