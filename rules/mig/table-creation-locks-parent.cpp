#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// Table-sized work of the same transaction after the step: its place.
auto long_work_after(const StepView& at) -> Span {
  const auto& range = at.tree.timeline->revision(at.step.revision);
  const auto& steps = at.tree.timeline->steps();
  for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i) {
    const auto& later = steps[i];
    if (&later <= &at.step || later.transaction != at.step.transaction || later.conditional) continue;
    const StepView then{at.project, at.tree, later};
    if (!later.cost.known) continue;
    for (const auto& effect : later.cost.effects)
      if (effect.work != Work::none && !effect.created_here && then.may_hold_rows(effect.relation)) return later.sql->span;
  }
  return {};
}

}  // namespace

extern const Rule table_creation_locks_parent;
const Rule table_creation_locks_parent = {
    .code = "MIG128",
    .name = "table-creation-locks-parent",
    .level = Level::info,
    .doc =
        {
            .summary = "CREATE TABLE with a foreign key keeps writers of the table it refers to waiting until the transaction ends",
            .what =
                "`op.create_table(…)` or `CREATE TABLE` with a foreign key to a table that existed before, which no "
                "earlier statement of the transaction has locked already. A warning where work that reads a whole "
                "table follows in the transaction.",
            .database =
                "The foreign key puts triggers on the table that it refers to and locks it against writes (SHARE ROW "
                "EXCLUSIVE): INSERT, UPDATE and DELETE there wait until the transaction ends; SELECT goes on. One "
                "`alembic upgrade` is one transaction; with `transaction_per_migration=True` in env.py each revision "
                "is one. The revisions below need that setting. Nothing is read, so this is short, unless the "
                "statement has to wait or the transaction goes on, as in the example. Then create and fill the table "
                "without the key, and add the key by itself: the lock is the same, but nothing follows that keeps it. "
                "NOT VALID checks rows that are written from now on and reads none; `VALIDATE CONSTRAINT` checks the "
                "old ones while reads and writes go on. Measured on PostgreSQL 12 to 18.",
            .bad = "op.create_table(\n"
                   "    \"carts\",\n"
                   "    sa.Column(\"id\", sa.Integer(), primary_key=True),\n"
                   "    sa.Column(\"user_id\", sa.ForeignKey(\"users.id\"), index=True),\n"
                   ")\n"
                   "op.execute(\"INSERT INTO carts (user_id) SELECT id FROM users\")\n",
            .good = "op.create_table(\n"
                    "    \"carts\",\n"
                    "    sa.Column(\"id\", sa.Integer(), primary_key=True),\n"
                    "    sa.Column(\"user_id\", sa.Integer(), index=True),\n"
                    ")\n"
                    "op.execute(\"INSERT INTO carts (user_id) SELECT id FROM users\")\n",
            .allow =
                "The table is created alone in its revision, and gives up early: after `SET LOCAL lock_timeout = "
                "'2s'` a statement that has waited two seconds for its lock fails, and the migration is run again.",
            .references = "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
            .good_files = "=== next revision\n"
                          "op.create_foreign_key(\n"
                          "    \"fk_carts_user\", \"carts\", \"users\", [\"user_id\"], [\"id\"], postgresql_not_valid=True\n"
                          ")\n"
                          "=== next revision after that\n"
                          "op.execute(\"ALTER TABLE carts VALIDATE CONSTRAINT fk_carts_user\")\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* create = at.action<CreateTable>();
          if (create == nullptr || !at.step.cost.known || create->partition_of) return;
          const auto before = at.before();
          if (create->if_not_exists && before.exists(create->table) != Existence::no) return;
          std::vector<Reference> references;
          for (const auto& constraint : create->constraints)
            if (constraint.kind == ConstraintKind::foreign_key) references.push_back(constraint.references);
          for (const auto& column : create->columns)
            for (const auto& constraint : column.constraints)
              if (constraint.kind == ConstraintKind::foreign_key) references.push_back(constraint.references);
          std::vector<ObjectName> told;
          std::string parents;
          const auto held = at.held();
          for (const auto& reference : references) {
            const auto& parent = reference.table;
            if (!at.live(parent) || std::find(told.begin(), told.end(), parent) != told.end()) continue;
            if (before.same_table(parent, create->table)) continue;
            // An earlier statement of the transaction keeps writers out already.
            if (at.step.in_transaction && std::any_of(held.begin(), held.end(), [&](const HeldLock& lock) {
                  return lock.mode >= LockMode::share_row_exclusive && before.same_table(lock.relation, parent);
                }))
              continue;
            told.push_back(parent);
            if (told.size() <= 3) parents += (told.size() == 1 ? "" : ", ") + quoted(parent);
          }
          if (told.empty()) return;
          if (told.size() > 3) parents += " and " + std::to_string(told.size() - 3) + " more tables";
          const auto work = at.step.in_transaction && at.transaction().known ? long_work_after(at) : Span{};
          report.add(at.finding()
                         .says("every write to " + parents + " waits until the transaction ends: the new table " +
                               quoted(create->table) + " refers to " + (told.size() == 1 ? "it" : "them") +
                               (work.known() ? ", and long work follows" : ""))
                         .about(create->table.display())
                         .label(work, "this takes long")
                         .help("create the table in a revision of its own, under a short lock_timeout")
                         .level(work.known() ? Level::warning : Level::info));
        },
};

}  // namespace foreshot::rules
