#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// Counting all rows of a table; null: it is not that.
auto counted(const StepView& at) -> const ObjectName* {
  const auto* dml = at.action<Dml>();
  if (dml == nullptr || dml->verb != Dml::Verb::select || dml->where.exists() || dml->limited || dml->reads.size() != 1) return nullptr;
  const auto counts = std::any_of(dml->functions.begin(), dml->functions.end(), [](const ObjectName& name) { return name.name.text == "count"; });
  return counts && at.live(dml->reads.front()) ? &dml->reads.front() : nullptr;
}

// Table-sized work that no other rule speaks of: what it does, for people; empty when there is none.
auto long_work(const StepView& at) -> std::string {
  const auto live_source = [&](const std::vector<ObjectName>& reads) -> const ObjectName* {
    for (const auto& name : reads)
      if (at.live(name)) return &name;
    return nullptr;
  };
  if (const auto* dml = at.action<Dml>()) {
    // Changes of a live table are told by the data rules; here, only a new table that is filled from a live one.
    if (dml->verb != Dml::Verb::insert || !dml->from_query || dml->limited || at.live(dml->table)) return {};
    const auto* source = live_source(dml->reads);
    return source == nullptr ? "" : "copying rows of " + quoted(*source) + " into " + quoted(dml->table);
  }
  if (const auto* source = at.fills_new_from()) return "filling " + quoted(*target_table(at.step.action())) + " from " + quoted(*source);
  if (const auto* alter = at.action<AlterTable>()) {
    for (const auto& subcommand : alter->subcommands) {
      const auto* validate = std::get_if<ValidateConstraint>(&subcommand);
      if (validate == nullptr || alter->subcommands.size() != 1) continue;
      // Under a lock on its own table VALIDATE is told by its own rule.
      const auto held = at.held();
      if (std::any_of(held.begin(), held.end(), [&](const HeldLock& lock) { return lock.relation == alter->table && blocks_writes(lock.mode); }))
        continue;
      if (!at.live(alter->table) || !at.step.cost.known || at.work_on(alter->table) == Work::none) continue;
      return "validating " + quoted(validate->constraint);
    }
  }
  return {};
}

}  // namespace

extern const Rule work_while_table_locked;
const Rule work_while_table_locked = {
    .code = "MIG126",
    .name = "work-while-table-locked",
    .level = Level::error,
    .by_size = true,
    .doc =
        {
            .summary = "Long work runs while an earlier statement of the transaction keeps another table closed to readers and writers",
            .what =
                "A statement that reads or writes a whole table (filling a new table or a materialized view from one "
                "in use, validating a constraint) after a statement of the same transaction that locked a live table "
                "with ACCESS EXCLUSIVE. Work that another rule reports is not repeated here.",
            .database =
                "PostgreSQL keeps every lock until the transaction ends. A quick ALTER TABLE closes its table (ACCESS "
                "EXCLUSIVE) for as long as everything after it in the same transaction takes: SELECT, INSERT, UPDATE "
                "and DELETE on that table wait. One `alembic upgrade` is one transaction; with "
                "`transaction_per_migration=True` in env.py each revision is one. Do the long work first, as below, "
                "or in a revision of its own. The same on PostgreSQL 12 to 18.",
            .bad = "op.add_column(\"users\", sa.Column(\"plan\", sa.Text()))\n"
                   "op.execute(\"CREATE TABLE order_totals AS SELECT user_id, sum(total) FROM orders GROUP BY user_id\")\n",
            .good = "op.execute(\"CREATE TABLE order_totals (user_id integer PRIMARY KEY, total numeric)\")\n"
                    "op.execute(\"INSERT INTO order_totals SELECT user_id, sum(total) FROM orders GROUP BY user_id\")\n"
                    "op.add_column(\"users\", sa.Column(\"plan\", sa.Text()))\n",
            .allow = "The tables read are small.",
            .references = "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          // Outside a transaction nothing earlier is still locked.
          if (!at.step.in_transaction || !at.transaction().known) return;
          const auto* count = counted(at);
          if (count == nullptr && at.step.conditional) return;
          const auto work = count != nullptr ? "counting the rows of " + quoted(*count) : long_work(at);
          if (work.empty()) return;
          const auto* own = target_table(at.step.action());
          for (const auto& lock : at.held()) {
            if (!blocks_reads(lock.mode)) continue;
            // The table that the work is about is a matter of the rule for that statement.
            if (own != nullptr && *own == lock.relation) continue;
            const auto& earlier = at.tree.timeline->steps()[lock.step];
            // A count is told where LOCK TABLE was there for it, and runs when that does.
            if (count != nullptr && (!std::holds_alternative<LockTable>(earlier.action()) || earlier.op->conditions != at.op().conditions)) continue;
            if (count == nullptr && earlier.conditional) continue;
            if (earlier.revision != at.step.revision &&
                (at.tree.released[earlier.revision] || !at.transaction().spans_revisions))
              continue;
            const StepView then{at.project, at.tree, earlier};
            // A table that is dropped, or dropped and made anew, is nobody's any more.
            if (!then.live(lock.relation) || !at.live(lock.relation)) continue;
            if (const auto* drop = then.action<DropObject>(); drop != nullptr && drop->kind == ObjectKind::table) continue;
            report.add(at.finding()
                           .without_locks()
                           .says(work + " takes long, and all the while nobody can read or write " + quoted(lock.relation))
                           .about(lock.relation.display())
                           .label(earlier.sql->span, "ACCESS EXCLUSIVE on " + quoted(lock.relation) + " is taken here")
                           .help("do the long work first, or in a revision (and transaction) of its own"));
            return;
          }
        },
};

}  // namespace foreshot::rules
