#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule partition_created_in_place;
const Rule partition_created_in_place = {
    .code = "MIG114",
    .name = "partition-created-in-place",
    .level = Level::warning,
    .doc =
        {
            .summary = "CREATE TABLE … PARTITION OF locks the partitioned table exclusively, and reads its default partition meanwhile",
            .what = "A partition is created directly under a partitioned table that was there before this revision.",
            .database =
                "`CREATE TABLE … PARTITION OF` takes ACCESS EXCLUSIVE on the parent: SELECT, INSERT, UPDATE and DELETE on the "
                "whole partitioned table wait until the transaction ends. With a default partition, every row of that is "
                "read too, under the same lock. A table that is created by itself and then attached takes only SHARE UPDATE "
                "EXCLUSIVE on the parent. Measured on PostgreSQL 12 to 18.",
            .bad = "op.execute(\n"
                   "    \"CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')\"\n"
                   ")\n",
            .good = "op.execute(\"CREATE TABLE events_2026 (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)\")\n"
                    "op.execute(\n"
                    "    \"ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')\"\n"
                    ")\n",
            .allow = "A short lock_timeout is set, there is no default partition, and the migration does nothing else.",
            .references = "https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* create = at.action<CreateTable>();
          if (create == nullptr || !create->partition_of || create->temporary) return;
          const auto& parent = *create->partition_of;
          // A parent that this revision makes has no readers yet.
          if (!at.live(parent)) return;
          if (create->if_not_exists && at.before().exists(create->table) == Existence::yes) return;
          std::string searched;
          for (const auto& effect : at.step.cost.effects)
            if (effect.work == Work::scan && blocks_reads(effect.lock) && at.live(effect.relation)) searched = quoted(effect.relation);
          report.add(at.finding()
                         .says("creating " + quoted(create->table) + " in place makes every read and write of " + quoted(parent) +
                               " wait until the transaction ends" +
                               (searched.empty() ? "" : ", while every row of " + searched + " is read"))
                         .about(create->table.display())
                         .help("create the table by itself (LIKE " + parent.display() +
                               " INCLUDING ALL), then ALTER TABLE " + parent.display() + " ATTACH PARTITION …"));
        },
};

}  // namespace foreshot::rules
