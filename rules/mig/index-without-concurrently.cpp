#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {

extern const Rule index_without_concurrently;
const Rule index_without_concurrently = {
    .code = "MIG101",
    .name = "index-without-concurrently",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "An index is built on a table in use without CONCURRENTLY: every write waits for the whole build",
            .what =
                "A plain `CREATE INDEX` on a table that existed before and may hold rows: `op.create_index(…)`, "
                "`index=True` on a column that `op.add_column` adds, or SQL text. Unique, partial and expression "
                "indexes count too.",
            .database =
                "`CREATE INDEX` locks the table against writes (SHARE) and reads every row. INSERT, UPDATE and DELETE "
                "wait until the transaction ends; SELECT goes on. One `alembic upgrade` is one transaction; with "
                "`transaction_per_migration=True` in env.py each revision is one. `CREATE INDEX CONCURRENTLY` takes "
                "longer, but no reader and no writer waits for it. It must not run in a transaction: "
                "`autocommit_block()` commits what came before it and runs each of its statements outside of a "
                "transaction. When such a build fails, an invalid index stays behind: the `drop_index` below clears "
                "it away when the revision runs again. Instead of `index=True` on a new column, create the index in "
                "the next revision. The same on PostgreSQL 12 to 18.",
            .bad = "op.create_index(\"ix_users_email\", \"users\", [\"email\"])\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    op.drop_index(\"ix_users_email\", if_exists=True, postgresql_concurrently=True)\n"
                    "    op.create_index(\n"
                    "        \"ix_users_email\", \"users\", [\"email\"], postgresql_concurrently=True\n"
                    "    )\n",
            .allow = "The table is small and stays small, or nobody writes to it while the migration runs.",
            .references = "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* create = at.action<CreateIndex>();
          if (create == nullptr || create->concurrently) return;
          // A new table, or one that is known to be empty: there is nothing to build from and nobody to wait.
          if (!at.live(create->table)) return;
          // ON ONLY a partitioned parent builds nothing; what partitions do is another rule's matter.
          if (!at.step.cost.known || at.step.cost.work_on(create->table) != Work::index_build) return;
          const auto* table = at.before().table(create->table);
          if (table != nullptr && !table->partition_by.empty()) return;
          const auto name = create->name.empty() ? std::string("this index") : quoted(create->name);
          report.add(at.finding()
                         .says("building " + name + " blocks every write to " + quoted(create->table) +
                               " until the index is complete")
                         .about(create->table.display() + "." + create->name.text)
                         .help("build it with postgresql_concurrently=True inside "
                               "`with op.get_context().autocommit_block():`, in a revision of its own")
                         .fix(fix::concurrently(at)));
        },
};

}  // namespace foreshot::rules
