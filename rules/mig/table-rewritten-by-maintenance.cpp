#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

auto tell(const StepView& at, Report& report, const char* what, const ObjectName& table) -> void {
  const auto shown = table.empty() ? std::string("every table") : quoted(table);
  report.add(at.finding()
                 .says(std::string(what) + " writes all of " + shown + " and its indexes anew while nobody can read or write it")
                 .about(std::string(what) + " " + table.display())
                 .help("leave it out of the migration: plain VACUUM gives dead rows back for reuse without a lock, and "
                       "pg_repack writes a table anew while it is in use"));
}

}  // namespace

extern const Rule table_rewritten_by_maintenance;
const Rule table_rewritten_by_maintenance = {
    .code = "MIG119",
    .name = "table-rewritten-by-maintenance",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "VACUUM FULL or CLUSTER writes the whole table and its indexes anew under an exclusive lock",
            .what = "`VACUUM FULL` or `CLUSTER` of a table that may hold rows, or of the whole database.",
            .database =
                "Both copy every row into a new file and build all indexes again while ACCESS EXCLUSIVE is held: SELECT, "
                "INSERT, UPDATE and DELETE wait to the end. They need as much free disk space as the table takes. The same on "
                "PostgreSQL 12 to 18.",
            .bad = "op.execute(\"CLUSTER users USING ix_users_name\")\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    op.execute(\"VACUUM (ANALYZE) users\")\n",
            .allow = "The migration runs while the application is stopped.",
            .references = "https://www.postgresql.org/docs/current/sql-cluster.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          if (const auto* cluster = at.action<Cluster>()) {
            if (cluster->table.empty() || at.live(cluster->table)) tell(at, report, "CLUSTER", cluster->table);
          }
          if (const auto* vacuum = at.action<Vacuum>(); vacuum != nullptr && vacuum->full) {
            if (vacuum->tables.empty()) tell(at, report, "VACUUM FULL", {});
            for (const auto& table : vacuum->tables)
              if (at.live(table)) tell(at, report, "VACUUM FULL", table);
          }
        },
};

}  // namespace foreshot::rules
