#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {

extern const Rule detach_without_concurrently;
const Rule detach_without_concurrently = {
    .code = "MIG115",
    .name = "detach-without-concurrently",
    .level = Level::warning,
    .doc =
        {
            .summary = "A partition is detached without CONCURRENTLY: nobody can read or write the partitioned table meanwhile",
            .what = "`ALTER TABLE … DETACH PARTITION` without CONCURRENTLY, of a partitioned table in use, for PostgreSQL 14 and "
                    "later. With a default partition there is no CONCURRENTLY, and nothing is reported.",
            .database =
                "A plain DETACH takes ACCESS EXCLUSIVE on the partitioned table and on the partition: SELECT, INSERT, UPDATE "
                "and DELETE wait until the transaction ends, also those that need another partition. DETACH … CONCURRENTLY "
                "(since 14) lets them go on. It cannot run inside a transaction. Measured on PostgreSQL 12 to 18.",
            .bad = "op.execute(\"ALTER TABLE events DETACH PARTITION events_2024\")\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    op.execute(\"ALTER TABLE events DETACH PARTITION events_2024 CONCURRENTLY\")\n",
            .allow = "A short lock_timeout is set, and the migration does nothing else.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          // CONCURRENTLY is not there yet.
          if (at.version() < 14) return;
          each_subcommand<DetachPartition>(at, [&](const AlterTable& alter, const DetachPartition& detach, std::size_t i) {
            if (detach.concurrently || detach.finalize || !at.live(alter.table)) return;
            // Nor is it where rows of no partition go to a default one.
            for (const auto* part : at.before().partitions(alter.table))
              if (part->default_partition) return;
            // Dropped by this upgrade as a whole.
            if (at.tree.timeline->after(at.step.revision).exists(alter.table) == Existence::no) return;
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says("every read and write of " + quoted(alter.table) + " waits until the transaction ends, while " +
                                 quoted(detach.partition) + " is detached")
                           .about(alter.table.display() + "." + detach.partition.display())
                           .help("use DETACH PARTITION … CONCURRENTLY inside `with op.get_context().autocommit_block():`")
                           .fix(fix::concurrently(at)));
          });
        },
};

}  // namespace foreshot::rules
