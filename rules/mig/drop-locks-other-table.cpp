#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// The subcommand whose foreign key goes; the statement's place where there is none.
auto place(const StepView& at, const Effect& effect) -> Span {
  return at.action<AlterTable>() == nullptr ? at.sql().span : at.subcommand_span(effect.subcommand);
}

auto drops(const StepView& at) -> bool {
  if (const auto* drop = at.action<DropObject>()) return drop->kind == ObjectKind::table;
  const auto* alter = at.action<AlterTable>();
  return alter != nullptr && std::any_of(alter->subcommands.begin(), alter->subcommands.end(), [](const Subcommand& one) {
           return std::holds_alternative<DropConstraint>(one) || std::holds_alternative<DropColumn>(one);
         });
}

}  // namespace

extern const Rule drop_locks_other_table;
const Rule drop_locks_other_table = {
    .code = "MIG122",
    .name = "drop-locks-other-table",
    .level = Level::warning,
    .doc =
        {
            .summary = "Dropping a foreign key, or a column or table with one, also stops all reads and writes of the table it refers to",
            .what =
                "`op.drop_constraint(…)`, `op.drop_column(…)`, `op.drop_table(…)` or their SQL, where a foreign key "
                "to another table goes with it, and no earlier statement of the transaction has closed that table "
                "already.",
            .database =
                "A foreign key has triggers on both tables. To remove them PostgreSQL also closes the table that is "
                "referred to (ACCESS EXCLUSIVE), though the statement does not name it. SELECT, INSERT, UPDATE and "
                "DELETE there wait until the transaction ends, and before that for as long as the statement itself "
                "waits for a running query. One `alembic upgrade` is one transaction; with "
                "`transaction_per_migration=True` in env.py each revision is one. There is no form without this lock; "
                "it can only be short. Drop the key in a revision that does nothing else, and the column or table in "
                "the next one. lock_timeout makes the statement fail when it has waited two seconds: everybody else "
                "goes on, and you run the migration again. Measured on PostgreSQL 12 to 18.",
            .bad = "op.drop_constraint(\"tickets_user_id_fkey\", \"tickets\")\n",
            .good = "op.execute(\"SET LOCAL lock_timeout = '2s'\")\n"
                    "op.drop_constraint(\"tickets_user_id_fkey\", \"tickets\")  # foreshot: ignore[MIG122] -- alone, gives up early\n",
            .allow = "It is done as above: alone in its revision, with a short lock_timeout.",
            .references = "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          if (!at.step.cost.known || !drops(at)) return;
          std::string parents;
          std::size_t count = 0;
          Span where;
          const auto held = at.held();
          const auto end = at.tree.timeline->after(at.step.revision);
          std::vector<ObjectName> told;
          for (const auto& effect : at.step.cost.effects) {
            if (effect.cause != "a foreign key to it is dropped" || !blocks_reads(effect.lock)) continue;
            if (!at.live(effect.relation) || std::find(told.begin(), told.end(), effect.relation) != told.end()) continue;
            // Whether it is still called so is not known.
            const auto* parent = at.before().table(effect.relation);
            if (parent != nullptr && !parent->certain) continue;
            // An earlier statement has locked it, and speaks for it.
            if (at.step.in_transaction && std::any_of(held.begin(), held.end(), [&](const HeldLock& lock) {
                  return blocks_reads(lock.mode) && at.before().same_table(lock.relation, effect.relation);
                }))
              continue;
            // It goes too, by this statement or a later one of the upgrade.
            if (end.exists(effect.relation) == Existence::no) continue;
            told.push_back(effect.relation);
            if (count == 0) where = place(at, effect);
            if (++count <= 3) parents += (count == 1 ? "" : ", ") + quoted(effect.relation);
          }
          if (count == 0) return;
          if (count > 3) parents += " and " + std::to_string(count - 3) + " more tables";
          report.add(at.finding()
                         .at(where)
                         .says("every read and write of " + parents + " waits too until the transaction ends: a foreign key to " +
                               (count == 1 ? "it" : "them") + " is dropped")
                         .about(told.front().display())
                         .help("drop foreign keys in a revision of their own, one at a time, under a short lock_timeout"));
        },
};

}  // namespace foreshot::rules
