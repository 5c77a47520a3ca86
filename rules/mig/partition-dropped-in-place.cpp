#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule partition_dropped_in_place;
const Rule partition_dropped_in_place = {
    .code = "MIG116",
    .name = "partition-dropped-in-place",
    .level = Level::warning,
    .doc =
        {
            .summary = "A partition is dropped while it is attached: nobody can read or write the partitioned table meanwhile",
            .what = "`op.drop_table(…)` or `DROP TABLE` of a table that is a partition of one in use.",
            .database =
                "DROP TABLE of an attached partition takes ACCESS EXCLUSIVE on the partitioned table and its default partition "
                "too: SELECT, INSERT, UPDATE and DELETE wait until the transaction ends, also those that need another "
                "partition. A partition that was detached (CONCURRENTLY) is a table of its own. Measured on PostgreSQL 12 to 18.",
            .bad = "op.drop_table(\"events_2024\")  # foreshot: ignore[MIG306] -- old rows\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    op.execute(\"ALTER TABLE events DETACH PARTITION events_2024 CONCURRENTLY\")\n",
            .allow = "A short lock_timeout is set, and the migration does nothing else.",
            .references = "https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* drop = at.action<DropObject>();
          if (drop == nullptr || drop->kind != ObjectKind::table) return;
          for (const auto& name : drop->names) {
            const auto* table = at.before().table(name);
            if (table == nullptr || table->partition_of.empty() || !table->certain) continue;
            const auto& parent = table->partition_of;
            if (!at.live(parent)) continue;
            // The partitioned table goes too.
            if (at.tree.timeline->after(at.step.revision).exists(parent) == Existence::no) continue;
            report.add(at.finding()
                           .says("every read and write of " + quoted(parent) + " waits until the transaction ends, while its partition " +
                                 quoted(name) + " is dropped")
                           .about(name.display())
                           .help("ALTER TABLE " + parent.display() + " DETACH PARTITION " + name.display() +
                                 " CONCURRENTLY first (PostgreSQL 14 and later), then drop the table"));
          }
        },
};

}  // namespace foreshot::rules
