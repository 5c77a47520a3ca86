#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// Does the transaction end after the step before anything ran in it that the setting could be meant for?
auto lost_at_commit(const StepView& at) -> const Step* {
  const auto& steps = at.tree.timeline->steps();
  const auto& range = at.tree.timeline->revision(at.step.revision);
  for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i) {
    if (&steps[i] <= &at.step) continue;
    const auto& action = steps[i].action();
    if (std::holds_alternative<SetVariable>(action)) continue;
    const auto* control = std::get_if<TransactionControl>(&action);
    using What = TransactionControl::What;
    if (control == nullptr || steps[i].conditional) return nullptr;
    if (control->what != What::autocommit_begin && control->what != What::commit && control->what != What::connection_commit) return nullptr;
    // Something has to follow that it was meant for.
    return i + 2 < range.upgrade_end ? &steps[i] : nullptr;
  }
  return nullptr;
}

}  // namespace

extern const Rule set_local_without_effect;
const Rule set_local_without_effect = {
    .code = "MIG405",
    .name = "set-local-without-effect",
    .level = Level::warning,
    .doc =
        {
            .summary = "SET LOCAL outside a transaction, or just before one ends, sets nothing: the statements after it run without it",
            .what = "`SET LOCAL …` in an `autocommit_block()`, on an AUTOCOMMIT connection, after a raw COMMIT where the driver does not begin "
                    "again, or as the last thing before such a block or COMMIT.",
            .database =
                "SET LOCAL holds until the transaction ends. Outside of one PostgreSQL only warns `SET LOCAL can only be used in transaction "
                "blocks`, and a lock_timeout that was meant to bound the next statement is not there. Measured on PostgreSQL 12 to 18.",
            .bad = "with op.get_context().autocommit_block():\n"
                   "    op.execute(\"SET LOCAL maintenance_work_mem = '1GB'\")\n"
                   "    op.create_index(\"ix_users_age\", \"users\", [\"age\"], postgresql_concurrently=True)\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    op.execute(\"SET maintenance_work_mem = '1GB'\")\n"
                    "    op.create_index(\"ix_users_age\", \"users\", [\"age\"], postgresql_concurrently=True, if_not_exists=True)  # foreshot: ignore[MIG413]\n"
                    "    op.execute(\"RESET maintenance_work_mem\")\n",
            .allow = "Never: it does nothing.",
            .references = "https://www.postgresql.org/docs/current/sql-set.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* set = at.action<SetVariable>();
          // A DO block is a transaction of its own.
          if (set == nullptr || !set->local || at.step.nested) return;
          if (!at.transaction().known || at.environment().connection_given) return;
          // Statements of one text are sent together and share a transaction.
          if (&at.op().statements.back() != at.step.sql) return;
          const auto* end = at.step.in_transaction ? lost_at_commit(at) : nullptr;
          if (at.step.in_transaction && end == nullptr) return;
          report.add(at.finding()
                         .without_locks()
                         .says(end == nullptr ? "the statements after it run without " + quoted(set->name) +
                                                    ": no transaction is open, and SET LOCAL sets nothing"
                                              : "the statements after it run without " + quoted(set->name) +
                                                    ": the transaction that SET LOCAL speaks of ends first")
                         .about(set->name)
                         .label(end == nullptr ? Span{} : end->sql->span, "the transaction ends here")
                         .help("use SET " + set->name + " = … inside the block, and RESET " + set->name + " at its end"));
        },
};

}  // namespace foreshot::rules
