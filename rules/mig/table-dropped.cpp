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
            .what = "`op.drop_table(…)` or `DROP TABLE` in an upgrade, for a table that existed before.",
            .database =
                "When the transaction commits the rows are gone for good; a downgrade brings back an empty table. "
                "Code that uses the table fails from then on. Until then nobody can read or write it, nor any table "
                "that its foreign keys refer to (ACCESS EXCLUSIVE on each). One `alembic upgrade` is one transaction; "
                "with `transaction_per_migration=True` in env.py each revision is one. Do it in two releases: the "
                "first one stops using the table (the comment below tells readers of the schema, nothing more), the "
                "next one drops it, when no process of an older one runs. Drop foreign keys before, each in a "
                "revision of its own (MIG122). The same on PostgreSQL 12 to 18.",
            .bad = "op.drop_table(\"orders\")\n",
            .good = "op.execute(\"COMMENT ON TABLE orders IS 'unused since release 41, to be dropped with 42'\")\n",
            .allow = "No process that still runs uses the table, and the rows are not needed or kept elsewhere.",
            .references = "https://www.postgresql.org/docs/current/sql-droptable.html",
            .good_files = "=== next revision, one release later\n"
                          "op.drop_table(\"orders\")  # foreshot: ignore[MIG306] -- unused since release 41, kept in the archive\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          for (const auto* name : at.lost_tables()) {
            // Where the application still uses it, that is worse, and told by another rule.
            if (!at.uses_of(*name).empty()) continue;
            const auto* table = at.before().table(*name);
            report.add(at.finding()
                           .says("dropping " + quoted(*name) + " loses its rows" +
                                 (at.made_again(*name) ? ": nothing in the migration takes them over into the table that has the name afterwards"
                                                       : " and breaks code that still uses it"))
                           .about(name->display())
                           .label(table != nullptr && table->origin.known() ? table->origin.span : Span{},
                                  "the table is created here")
                           .help("release code that no longer uses the table first; rename the table, wait a release, then "
                                 "drop it"));
          }
        },
};

}  // namespace foreshot::rules
