#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {

extern const Rule drop_index_without_concurrently;
const Rule drop_index_without_concurrently = {
    .code = "MIG102",
    .name = "drop-index-without-concurrently",
    .level = Level::warning,
    .doc =
        {
            .summary = "An index of a table in use is dropped without CONCURRENTLY: reads and writes of the table queue behind it",
            .what = "A plain `DROP INDEX` (`op.drop_index(…)` or SQL text) on a table that existed before this revision.",
            .database =
                "`DROP INDEX` takes ACCESS EXCLUSIVE on the table and on the index. The drop itself is quick, but it first "
                "waits for every transaction that uses the table, and while it waits every later SELECT, INSERT, UPDATE "
                "and DELETE waits behind it; then the lock stays until the transaction ends. `DROP INDEX CONCURRENTLY` "
                "lets reads and writes go on. The same on PostgreSQL 12 to 18.",
            .bad = "op.drop_index(\"ix_users_name\", table_name=\"users\")\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    op.drop_index(\n"
                    "        \"ix_users_name\", table_name=\"users\", postgresql_concurrently=True\n"
                    "    )\n",
            .allow = "A short lock_timeout is set, the migration does nothing else to the table, and it can be run again.",
            .references = "https://www.postgresql.org/docs/current/sql-dropindex.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* drop = at.action<DropObject>();
          if (drop == nullptr || drop->kind != ObjectKind::index || drop->concurrently) return;
          for (const auto& name : drop->names) {
            if (!name.known()) continue;
            // Not there: IF EXISTS skips it, and without IF EXISTS the failure is what matters.
            if (at.before().index_exists(name) == Existence::no) continue;
            const auto place = at.before().index(name);
            // An index that nobody saw being made was there before this revision, and so was its table.
            if (place.table != nullptr && !at.live(place.table->name)) continue;
            // CONCURRENTLY is refused for the index of a partitioned table and of a constraint.
            if (place.table != nullptr && !place.table->partition_by.empty()) continue;
            if (place.index != nullptr && !place.index->constraint.empty()) continue;
            const auto table = place.table == nullptr ? std::string("its table") : quoted(place.table->name);
            report.add(at.finding()
                           .says("dropping " + quoted(name) + " makes reads and writes of " + table +
                                 " wait until the transaction ends")
                           .about(name.display())
                           .help("drop it with postgresql_concurrently=True inside "
                                 "`with op.get_context().autocommit_block():`")
                           .fix(fix::concurrently(at)));
          }
        },
};

}  // namespace foreshot::rules
