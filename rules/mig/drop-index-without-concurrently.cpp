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
                "`DROP INDEX` closes the table to everybody (ACCESS EXCLUSIVE). It is quick, but first it waits for "
                "every transaction that uses the table, and all the while every later SELECT, INSERT, UPDATE and "
                "DELETE waits behind it. Then the table stays closed until the transaction ends. One `alembic "
                "upgrade` is one transaction; with `transaction_per_migration=True` in env.py each revision is one. "
                "`DROP INDEX CONCURRENTLY` waits for the same transactions, but nobody waits for it. It must not run "
                "in a transaction: `autocommit_block()` commits what came before it and runs each of its statements "
                "outside of a transaction. The same on PostgreSQL 12 to 18.",
            .bad = "op.drop_index(\"ix_users_name\", table_name=\"users\")\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    op.drop_index(\n"
                    "        \"ix_users_name\", table_name=\"users\", postgresql_concurrently=True\n"
                    "    )\n",
            .allow =
                "The migration does nothing else to the table and gives up early: after `SET LOCAL lock_timeout = "
                "'2s'` a statement that has waited two seconds for its lock fails, everybody behind it goes on, and "
                "the migration is simply run again.",
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
