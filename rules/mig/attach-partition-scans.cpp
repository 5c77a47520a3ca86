#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule attach_partition_scans;
const Rule attach_partition_scans = {
    .code = "MIG113",
    .name = "attach-partition-scans",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "ATTACH PARTITION reads every row of the table that becomes a partition, or of the default partition, under an exclusive lock",
            .what = "`ALTER TABLE … ATTACH PARTITION` of a table that may hold rows and has no validated CHECK over the "
                    "partition key, or while a default partition exists that has none.",
            .database =
                "The parent is locked with SHARE UPDATE EXCLUSIVE only, but the table that is attached is closed with ACCESS "
                "EXCLUSIVE while every row is compared with the bound; so is the default partition, which could hold rows of "
                "the new one. Queries that reach either wait until the transaction ends. A validated CHECK that implies the "
                "bound (for the default partition: that excludes it) lets PostgreSQL skip the read. Indexes of the parent "
                "that the table does not have are built in the same way. Measured on PostgreSQL 12 to 18.",
            .bad = "op.execute(\n"
                   "    \"ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')\"\n"
                   ")\n",
            .good = "op.execute(\n"
                    "    \"ALTER TABLE events_2025 ADD CONSTRAINT events_2025_bound\"\n"
                    "    \" CHECK (day >= '2025-01-01' AND day < '2026-01-01') NOT VALID\"\n"
                    ")\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-ATTACH-PARTITION",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          // Whether a CHECK implies the bound is not always known.
          if (!at.step.cost.known) return;
          each_subcommand<AttachPartition>(at, [&](const AlterTable& alter, const AttachPartition& attach, std::size_t i) {
            if (alter.kind != ObjectKind::table) return;
            std::string tables;
            bool checked = false;
            for (const auto& effect : at.step.cost.effects) {
              // The other side of a foreign key that is validated on the way is locked for it, but not named here.
              if (effect.subcommand != i || effect.work == Work::none || !blocks_reads(effect.lock)) continue;
              if (!at.live(effect.relation)) continue;
              checked = checked || effect.work == Work::scan;
              const auto name = quoted(effect.relation);
              if (tables.find(name) == std::string::npos) tables += (tables.empty() ? "" : " and ") + name;
            }
            if (tables.empty()) return;
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says("attaching " + quoted(attach.partition) + " reads every row of " + tables +
                                 " while nobody can read or write " + (tables.find(" and ") == std::string::npos ? "it" : "them"))
                           .about(alter.table.display() + "." + attach.partition.display())
                           .help(checked ? "add a CHECK that says the same as the bound (on the default partition: the opposite) "
                                           "with NOT VALID, VALIDATE it in a later revision, then attach, then drop the check"
                                         : "build the indexes of the parent on the table first, with CONCURRENTLY"));
          });
        },
};

}  // namespace foreshot::rules
