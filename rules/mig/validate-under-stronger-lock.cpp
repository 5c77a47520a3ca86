#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule validate_under_stronger_lock;
const Rule validate_under_stronger_lock = {
    .code = "MIG112",
    .name = "validate-under-stronger-lock",
    .level = Level::error,
    .by_size = true,
    .doc =
        {
            .summary = "A constraint is validated while the transaction still holds a stronger lock on the table, so the scan blocks after all",
            .what =
                "`VALIDATE CONSTRAINT` in the transaction that added the constraint NOT VALID or altered the table "
                "otherwise, or in one ALTER TABLE with a stronger subcommand.",
            .database =
                "`VALIDATE CONSTRAINT` by itself lets reads and writes go on while it reads the rows. But locks are "
                "kept until the transaction ends: what an earlier statement has locked stays locked during the whole "
                "read. After ADD FOREIGN KEY writes wait, after ADD CHECK and most other ALTER TABLE everybody waits. "
                "One `alembic upgrade` is one transaction; with `transaction_per_migration=True` in env.py each "
                "revision is one. The revisions below need that setting. The same on PostgreSQL 12 to 18.",
            .bad = "op.execute(\n"
                   "    \"ALTER TABLE users ADD CONSTRAINT ck_users_age CHECK (age >= 0) NOT VALID\"\n"
                   ")\n"
                   "op.execute(\"ALTER TABLE users VALIDATE CONSTRAINT ck_users_age\")\n",
            .good = "op.execute(\n"
                    "    \"ALTER TABLE users ADD CONSTRAINT ck_users_age CHECK (age >= 0) NOT VALID\"\n"
                    ")\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES",
            .good_files = "=== next revision\n"
                          "op.execute(\"ALTER TABLE users VALIDATE CONSTRAINT ck_users_age\")\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          each_subcommand<ValidateConstraint>(at, [&](const AlterTable& alter, const ValidateConstraint& validate,
                                                      std::size_t i) {
            if (!at.live(alter.table)) return;
            // Nothing is read when the constraint is valid already.
            if (!at.step.cost.known || at.work_on(alter.table) == Work::none) return;
            const auto say = [&](const std::string& how, Span earlier, LockMode mode) {
              report.add(at.finding()
                             .at(at.subcommand_span(i))
                             .says("validating " + quoted(validate.constraint) + " reads all of " + quoted(alter.table) +
                                   " while " + (blocks_reads(mode) ? "reads and writes" : "writes") + " of it wait: " + how)
                             .about(alter.table.display() + "." + validate.constraint.text)
                             .label(earlier, "the " + std::string(lock_name(mode)) + " lock is taken here")
                             .help("run VALIDATE CONSTRAINT in a revision of its own (with transaction_per_migration), or "
                                   "inside `with op.get_context().autocommit_block():`"));
            };
            const auto own = at.step.cost.strongest(alter.table);
            if (alter.subcommands.size() > 1 && blocks_writes(own)) {
              say("the same ALTER TABLE takes " + std::string(lock_name(own)), {}, own);
              return;
            }
            // Outside a transaction no earlier lock is left.
            if (!at.step.in_transaction || !at.transaction().known) return;
            for (const auto& lock : at.held()) {
              if (!(lock.relation == alter.table) || !blocks_writes(lock.mode)) continue;
              const auto& earlier = at.tree.timeline->steps()[lock.step];
              // Released revisions ran on their own, whatever the transaction would be on a new database.
              if (earlier.revision != at.step.revision &&
                  (at.tree.released[earlier.revision] || !at.transaction().spans_revisions))
                continue;
              say("the transaction holds " + std::string(lock_name(lock.mode)), earlier.sql->span, lock.mode);
              return;
            }
          });
        },
};

}  // namespace foreshot::rules
