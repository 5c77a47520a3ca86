#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// Does the step change anything that a commit makes final?
auto changes(const Step& step) -> bool {
  const auto& action = step.action();
  if (std::holds_alternative<SetVariable>(action) || std::holds_alternative<TransactionControl>(action)) return false;
  if (const auto* dml = std::get_if<Dml>(&action)) return dml->verb != Dml::Verb::select;
  if (const auto* other = std::get_if<Other>(&action)) return other->tag != "SHOW" && other->tag != "EXPLAIN";
  return !std::holds_alternative<Unreadable>(action) && !std::holds_alternative<SyntaxError>(action) &&
         !std::holds_alternative<LockTable>(action);
}

}  // namespace

extern const Rule autocommit_block_commits_earlier_work;
const Rule autocommit_block_commits_earlier_work = {
    .code = "MIG402",
    .name = "autocommit-block-commits-earlier-work",
    .level = Level::info,
    .doc =
        {
            .summary = "autocommit_block() commits what the revision did before it: if a later statement fails, half of the revision stays",
            .what = "`with op.get_context().autocommit_block():` after statements of the same revision that changed the schema "
                    "or data.",
            .database =
                "Entering the block commits the open transaction. If something in or after the block fails, the earlier "
                "changes are there but the revision is not marked as done, so the next run starts with them again and fails "
                "unless they can be repeated.",
            .bad = "op.add_column(\"users\", sa.Column(\"plan\", sa.Text()))\n"
                   "with op.get_context().autocommit_block():\n"
                   "    op.create_index(\"ix_users_plan\", \"users\", [\"plan\"], postgresql_concurrently=True)\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    op.create_index(\"ix_users_email\", \"users\", [\"email\"], postgresql_concurrently=True)\n",
            .allow = "Everything before the block can be repeated (IF NOT EXISTS).",
            .references = "https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.migration."
                          "MigrationContext.autocommit_block",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* control = at.action<TransactionControl>();
          if (control == nullptr || control->what != TransactionControl::What::autocommit_begin) return;
          const auto& steps = at.tree.timeline->steps();
          const auto& range = at.tree.timeline->revision(at.step.revision);
          const Step* earlier = nullptr;
          for (auto i = range.upgrade_begin; i < range.upgrade_end && &steps[i] != &at.step; ++i) {
            // What ran outside a transaction, or was committed by an earlier block, is told there.
            const auto* other = std::get_if<TransactionControl>(&steps[i].action());
            if (other != nullptr && other->what == TransactionControl::What::autocommit_end) earlier = nullptr;
            if (steps[i].in_transaction && !steps[i].conditional && changes(steps[i])) earlier = &steps[i];
          }
          if (earlier == nullptr) return;
          report.add(at.finding()
                         .without_locks()
                         .says("entering the block commits what this revision did before: if a later statement fails, half of "
                               "the revision stays and the next run meets it again")
                         .about("autocommit_block")
                         .label(earlier->sql->span, "committed by the block")
                         .help("give the block a revision of its own, or make the earlier statements repeatable with IF NOT "
                               "EXISTS"));
        },
};

}  // namespace foreshot::rules
