#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

auto tell(const StepView& at, Report& report, Span span, const ObjectName& table, const std::string& what, bool readers) -> void {
  if (!at.live(table)) return;
  const auto* known = at.before().table(table);
  if (known != nullptr && known->kind != ObjectKind::table) return;
  // An earlier statement of the transaction keeps out as many already.
  const auto held = at.held();
  if (at.step.in_transaction && std::any_of(held.begin(), held.end(), [&](const HeldLock& lock) {
        return (readers ? blocks_reads(lock.mode) : blocks_writes(lock.mode)) && at.before().same_table(lock.relation, table);
      }))
    return;
  report.add(at.finding()
                 .at(span)
                 .says((readers ? "every read and write of " : "every write to ") + quoted(table) +
                       " waits until the transaction ends: " + what)
                 .about(table.display())
                 .help("do it in a revision of its own, under a short lock_timeout"));
}

}  // namespace

extern const Rule trigger_change_locks_table;
const Rule trigger_change_locks_table = {
    .code = "MIG123",
    .name = "trigger-change-locks-table",
    .level = Level::info,
    .doc =
        {
            .summary = "A trigger of a table in use is made, dropped or switched: writers (for a drop, readers too) wait until the transaction ends",
            .what = "`CREATE TRIGGER`, `DROP TRIGGER` or `ENABLE` / `DISABLE TRIGGER` on a table that existed before the revision, "
                    "as the first statement of its transaction that keeps them waiting there.",
            .database =
                "CREATE TRIGGER and ENABLE or DISABLE TRIGGER take SHARE ROW EXCLUSIVE: INSERT, UPDATE and DELETE wait. DROP "
                "TRIGGER takes ACCESS EXCLUSIVE: SELECT waits too. The statements are quick, but the locks stay until the "
                "transaction ends. DISABLE TRIGGER ALL also switches foreign keys off for everybody. Measured on PostgreSQL "
                "12 to 18.",
            .bad = "op.execute(\"ALTER TABLE users DISABLE TRIGGER USER\")\n",
            .good = "op.execute(\"SET LOCAL session_replication_role = 'replica'\")\n",
            .allow = "The migration does nothing else that takes long.",
            .references = "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          if (const auto* create = at.action<CreateTrigger>())
            tell(at, report, at.sql().span, create->table, "the trigger " + quoted(create->name) + " is created", false);
          if (const auto* drop = at.action<DropObject>(); drop != nullptr && drop->kind == ObjectKind::trigger && drop->on.known() && !drop->names.empty()) {
            // Nothing is there to be dropped.
            const auto* table = at.before().table(drop->on);
            const auto& name = drop->names.front().name;
            if (drop->if_exists && table != nullptr && table->columns_complete &&
                std::none_of(table->triggers.begin(), table->triggers.end(),
                             [&](const CreateTrigger& one) { return one.name == name; }))
              return;
            tell(at, report, at.sql().span, drop->on, "the trigger " + quoted(name) + " is dropped", true);
          }
          each_subcommand<SetTriggers>(at, [&](const AlterTable& alter, const SetTriggers& set, std::size_t i) {
            if (set.rule) return;
            tell(at, report, at.subcommand_span(i), alter.table,
                 std::string("triggers are switched ") + (set.enable ? "on" : "off") +
                     (!set.enable && set.which == "ALL" ? ", and foreign keys with them, for everybody" : ""),
                 false);
          });
        },
};

}  // namespace foreshot::rules
