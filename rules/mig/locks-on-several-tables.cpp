#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// An ALTER TABLE that is done in a moment and takes nothing away. Of long work, and of what running code misses, other rules
// speak; who follows them has one statement less here.
auto is_quick(const StepView& at) -> bool {
  const auto* alter = at.action<AlterTable>();
  if (alter == nullptr || alter->kind != ObjectKind::table || !at.step.in_transaction || at.step.conditional || !at.step.cost.known) return false;
  for (const auto& effect : at.step.cost.effects)
    if (effect.work != Work::none || effect.cause == "a foreign key to it is dropped") return false;
  return std::none_of(alter->subcommands.begin(), alter->subcommands.end(), [](const Subcommand& part) {
    return std::holds_alternative<DropColumn>(part) || std::holds_alternative<AttachPartition>(part) || std::holds_alternative<DetachPartition>(part) ||
           std::holds_alternative<SetTriggers>(part) || std::holds_alternative<ValidateConstraint>(part);
  });
}

// The statements just before tell already: this table is locked by one of them, or two others are, and that was said there.
// Only the nearest are looked at; whatever is left is asked of all locks that are held.
auto is_settled(const StepView& at, const ObjectName& table) -> bool {
  constexpr std::size_t nearest = 64;
  const auto& steps = at.tree.timeline->steps();
  const auto begin = at.tree.timeline->revision(at.step.revision).upgrade_begin;
  auto i = static_cast<std::size_t>(&at.step - steps.data());
  const ObjectName* other = nullptr;
  for (std::size_t looked_at = 0; i > begin && looked_at < nearest; ++looked_at) {
    const StepView then{at.project, at.tree, steps[--i]};
    if (then.step.transaction != at.step.transaction || !is_quick(then)) continue;
    const auto* effect = then.strong_lock();
    if (effect == nullptr) continue;
    if (effect->relation == table || (other != nullptr && !(effect->relation == *other))) return true;
    other = &effect->relation;
  }
  return false;
}

// Locks on tables in use that earlier statements of the same upgrade took and still hold.
auto held_by_upgrade(const StepView& at) -> std::vector<HeldLock> {
  auto held = at.held();
  held.erase(std::remove_if(held.begin(), held.end(),
                            [&](const HeldLock& lock) {
                              const StepView then{at.project, at.tree, at.tree.timeline->steps()[lock.step]};
                              return !blocks_writes(lock.mode) || then.step.revision != at.step.revision || !is_quick(then) ||
                                     !then.live(lock.relation) || !at.live(lock.relation) ||
                                     at.before().table(lock.relation) == nullptr;
                            }),
             held.end());
  return held;
}

}  // namespace

extern const Rule locks_on_several_tables;
const Rule locks_on_several_tables = {
    .code = "MIG125",
    .name = "locks-on-several-tables",
    .level = Level::warning,
    .precision = Precision::medium,
    .doc =
        {
            .summary = "One migration locks several tables in use, one after the other: each stays locked until the transaction ends",
            .what =
                "An ALTER TABLE that is quick by itself, while an earlier one of the same revision and transaction "
                "holds a lock that blocks writes on another table. Reported once for each transaction, at the second "
                "table. Statements that do long work, or drop something, have rules of their own.",
            .database =
                "Locks are kept until the transaction ends. One `alembic upgrade` is one transaction; with "
                "`transaction_per_migration=True` in env.py each revision is one. The revisions below need that "
                "setting. Here nobody can read or write users while the migration waits for orders, which lasts as "
                "long as the longest query that runs on orders. And it may end in a deadlock: a request of the "
                "application has changed orders and wants users, so it waits for the migration, which waits for it. "
                "PostgreSQL then fails one of the two with \"deadlock detected\". With one table in each transaction "
                "neither happens. The same on PostgreSQL 12 to 18.",
            .bad = "op.add_column(\"users\", sa.Column(\"plan\", sa.Text()))\n"
                   "op.add_column(\"orders\", sa.Column(\"plan\", sa.Text()))\n",
            .good = "op.add_column(\"users\", sa.Column(\"plan\", sa.Text()))\n",
            .allow =
                "Few queries run on the tables, nothing else uses them together, and the migration gives up early: "
                "after `SET LOCAL lock_timeout = '2s'` a statement that has waited two seconds for its lock fails.",
            .references = "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS",
            .good_files = "=== next revision\n"
                          "op.add_column(\"orders\", sa.Column(\"plan\", sa.Text()))\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          if (!is_quick(at) || !at.transaction().known) return;
          const auto* effect = at.strong_lock();
          if (effect == nullptr || at.before().table(effect->relation) == nullptr) return;
          if (is_settled(at, effect->relation)) return;
          const auto held = held_by_upgrade(at);
          if (held.empty()) return;
          const auto same = [&](const HeldLock& lock) { return at.before().same_table(lock.relation, effect->relation); };
          if (std::any_of(held.begin(), held.end(), same)) return;
          // Two tables by two statements: told at the earlier one. Two by one statement are what that statement needs.
          const auto& first = held.front();
          if (std::any_of(held.begin(), held.end(), [&](const HeldLock& lock) { return lock.step != first.step; })) return;
          report.add(at.finding()
                         .says(quoted(first.relation) + " stays locked while this waits for " + quoted(effect->relation) +
                               ", and an application that locks the two in the other order deadlocks with the migration")
                         .about(effect->relation.display())
                         .label(at.tree.timeline->steps()[first.step].sql->span, quoted(first.relation) + " is locked from here on")
                         .help("change one table in each revision, with transaction_per_migration=True in env.py"));
        },
};

}  // namespace foreshot::rules
