#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule table_dropped;
const Rule table_dropped = {
    .code = "MIG306",
    .name = "table-dropped",
    .level = Level::warning,
    .doc =
        {
            .summary = "A table is dropped: its rows are gone, and code that is still running and uses it fails",
            .what = "`op.drop_table(…)` or `DROP TABLE` in an upgrade, for a table that existed before the revision.",
            .database =
                "The drop takes ACCESS EXCLUSIVE on the table and on every table that it references, for a moment. The rows "
                "are gone when the transaction commits; a downgrade brings back an empty table. Running code that uses the "
                "table fails. The same on PostgreSQL 12 to 18.",
            .bad = "op.drop_table(\"orders\")\n",
            .good = "op.execute(\"COMMENT ON TABLE orders IS 'unused since release 41, drop after release 42'\")\n",
            .allow = "No released code uses the table any more, and the rows are not needed or kept elsewhere.",
            .references = "https://www.postgresql.org/docs/current/sql-droptable.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          for (const auto* name : at.lost_tables()) {
            // Where the application still uses it, that is worse, and told by another rule.
            if (!at.uses_of(*name).empty()) continue;
            const auto* table = at.before().table(*name);
            report.add(at.finding()
                           .says("dropping " + quoted(*name) + " loses its rows and breaks code that still uses it")
                           .about(name->display())
                           .label(table != nullptr && table->origin.known() ? table->origin.span : Span{},
                                  "the table is created here")
                           .help("release code that no longer uses the table first; rename the table, wait a release, then "
                                 "drop it"));
          }
        },
};

}  // namespace foreshot::rules
