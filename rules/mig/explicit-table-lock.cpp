#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

auto keeps_out(const std::string& mode) -> const char* {
  if (mode == "ACCESS EXCLUSIVE") return "every read and write of";
  if (mode == "SHARE" || mode == "SHARE ROW EXCLUSIVE" || mode == "EXCLUSIVE") return "every write to";
  return nullptr;
}

}  // namespace

extern const Rule explicit_table_lock;
const Rule explicit_table_lock = {
    .code = "MIG124",
    .name = "explicit-table-lock",
    .level = Level::warning,
    .doc =
        {
            .summary = "LOCK TABLE on a table in use, with nothing that makes it give up: everybody queues behind it while it waits",
            .what = "`LOCK TABLE` in SHARE mode or a stronger one (the default is the strongest) without NOWAIT, with no "
                    "lock_timeout in force, on a table that existed before the revision.",
            .database =
                "LOCK TABLE waits for every transaction that uses the table, and all later queries that conflict with it line "
                "up behind; then it keeps them out until the transaction ends. Without a mode it is ACCESS EXCLUSIVE, and "
                "SELECT waits too. NOWAIT or lock_timeout make it fail instead, and it can be tried again. The same on "
                "PostgreSQL 12 to 18.",
            .bad = "op.execute(\"LOCK TABLE users\")\n",
            .good = "op.execute(\"SET LOCAL lock_timeout = '2s'\")\nop.execute(\"LOCK TABLE users\")\n",
            .allow = "The application is stopped while the migration runs.",
            .references = "https://www.postgresql.org/docs/current/sql-lock.html",
            .bad_files = "=== migrations/env.py\n"
                         "from alembic import context\n"
                         "from sqlalchemy import create_engine\n\n"
                         "with create_engine(context.config.get_main_option(\"sqlalchemy.url\")).connect() as connection:\n"
                         "    context.configure(connection=connection, transaction_per_migration=True)\n"
                         "    with context.begin_transaction():\n"
                         "        context.run_migrations()\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* lock = at.action<LockTable>();
          if (lock == nullptr || lock->nowait) return;
          const auto* who = keeps_out(lock->mode);
          if (who == nullptr) return;
          // It gives up, or may do so.
          if (at.step.lock_timeout.in_force || !at.step.lock_timeout.certain || at.project.lock_timeout_set_by_runner) return;
          for (const auto& name : lock->tables) {
            if (!at.live(name)) continue;
            report.add(at.finding()
                           .says(std::string(who) + " " + quoted(name) +
                                 " waits until the transaction ends, and before that as long as one running query makes LOCK TABLE wait")
                           .about(name.display())
                           .help("set a lock_timeout first, or use NOWAIT, and run the migration again when it gives up"));
          }
        },
};

}  // namespace foreshot::rules
