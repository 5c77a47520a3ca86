#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule index_on_partitioned_table;
const Rule index_on_partitioned_table = {
    .code = "MIG117",
    .name = "index-on-partitioned-table",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "CREATE INDEX on a partitioned table builds one index after the other while writers of all partitions wait",
            .what = "`op.create_index(…)` or `CREATE INDEX` on a partitioned table with partitions that may hold rows, without ONLY.",
            .database =
                "The table and every partition are locked with SHARE from the start: INSERT, UPDATE and DELETE on all of them "
                "wait until the last index is built and the transaction ends. CONCURRENTLY is refused on a partitioned table; but "
                "an index ON ONLY the parent is quick, and the ones of the partitions can be built CONCURRENTLY and "
                "attached to it. A partition that has an equal index keeps it. Measured on PostgreSQL 12 to 18.",
            .bad = "op.create_index(\"ix_events_what\", \"events\", [\"what\"])\n",
            .good = "op.execute(\"CREATE INDEX ix_events_what ON ONLY events (what)\")\n"
                    "with op.get_context().autocommit_block():  # foreshot: ignore[MIG402] -- the index on the parent may stay\n"
                    "    op.execute(\"DROP INDEX CONCURRENTLY IF EXISTS ix_events_2024_what\")\n"
                    "    op.execute(\"CREATE INDEX CONCURRENTLY ix_events_2024_what ON events_2024 (what)\")\n"
                    "op.execute(\"ALTER INDEX ix_events_what ATTACH PARTITION ix_events_2024_what\")\n",
            .allow = "The partitions are small.",
            .references = "https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* create = at.action<CreateIndex>();
          if (create == nullptr || create->concurrently || create->only || !at.step.cost.known) return;
          const auto* table = at.before().table(create->table);
          if (table == nullptr || table->partition_by.empty()) return;
          std::string parts;
          std::size_t count = 0;
          for (const auto& effect : at.step.cost.effects) {
            // A partition of this upgrade, or one with an equal index, has nothing to build.
            if (effect.work != Work::index_build || !at.live(effect.relation)) continue;
            if (++count <= 3) parts += (count == 1 ? "" : ", ") + quoted(effect.relation);
          }
          if (count == 0) return;
          if (count > 3) parts += " and " + std::to_string(count - 3) + " more partitions";
          report.add(at.finding()
                         .says("every write to any partition of " + quoted(create->table) + " waits until the " + (count == 1 ? "index" : "indexes") + " of " + parts +
                               (count == 1 ? " is" : " are") + " built")
                         .about(create->table.display() + "." + create->name.text)
                         .help("CREATE INDEX ON ONLY " + create->table.display() +
                               ", then build the index of each partition CONCURRENTLY and ALTER INDEX … ATTACH PARTITION it"));
        },
};

}  // namespace foreshot::rules
