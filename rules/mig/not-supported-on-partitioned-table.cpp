#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule not_supported_on_partitioned_table;
const Rule not_supported_on_partitioned_table = {
    .code = "MIG713",
    .name = "not-supported-on-partitioned-table",
    .level = Level::error,
    .precision = Precision::very_high,
    .doc =
        {
            .summary = "PostgreSQL refuses the statement because the table is partitioned: the migration fails",
            .what = "On a partitioned table: a primary key, unique constraint or unique index that lacks a column of the partition "
                    "key, ADD … USING INDEX, CREATE INDEX CONCURRENTLY, a foreign key with NOT VALID (before version 18), DETACH "
                    "CONCURRENTLY beside a default partition, CLUSTER (before version 15).",
            .database =
                "The statement fails, whatever the tables hold. Uniqueness is kept by one index for each partition, so the "
                "partition key has to be part of it; what has to be done without locking the whole table is done partition by "
                "partition and attached to the parent.",
            .bad = "op.execute(\"CREATE TABLE logs (id bigint PRIMARY KEY, day date NOT NULL) PARTITION BY RANGE (day)\")\n",
            .good = "op.execute(\"CREATE TABLE logs (id bigint, day date NOT NULL, PRIMARY KEY (id, day)) PARTITION BY RANGE (day)\")\n",
            .allow = "Never: it fails.",
            .references = "https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-LIMITATIONS",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          // What does not run for certain does not fail for certain.
          if (!at.step.cost.fails || at.step.conditional) return;
          const auto& failure = at.step.cost.failure;
          const auto says = [&](const char* words) { return failure.find(words) != std::string::npos; };
          if (!says("partition")) return;
          // A pair of tables of which one turns out to be partitioned is told by the statement's table.
          const auto* table = target_table(at.step.action());
          auto draft = at.finding().without_locks();
          report.add(std::move(draft)
                         .says("the migration fails here: " + failure)
                         .about(table == nullptr ? std::string("partitions") : table->display())
                         .help(says("must include all") ? "make the partition key part of the constraint"
                                                        : "do it for each partition, and attach the result to the parent"));
        },
};

}  // namespace foreshot::rules
