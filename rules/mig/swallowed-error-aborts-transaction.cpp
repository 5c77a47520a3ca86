#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// IF [NOT] EXISTS: what somebody may expect to fail does not.
auto tolerates(const Action& action) -> bool {
  if (const auto* create = std::get_if<CreateTable>(&action)) return create->if_not_exists;
  if (const auto* create = std::get_if<CreateIndex>(&action)) return create->if_not_exists;
  if (const auto* drop = std::get_if<DropObject>(&action)) return drop->if_exists;
  if (const auto* change = std::get_if<AlterEnum>(&action)) return change->if_not_exists;
  const auto* alter = std::get_if<AlterTable>(&action);
  if (alter == nullptr) return false;
  return std::all_of(alter->subcommands.begin(), alter->subcommands.end(), [](const Subcommand& subcommand) {
    if (const auto* add = std::get_if<AddColumn>(&subcommand)) return add->if_not_exists;
    if (const auto* drop = std::get_if<DropColumn>(&subcommand)) return drop->if_exists;
    if (const auto* drop = std::get_if<DropConstraint>(&subcommand)) return drop->if_exists;
    return false;
  });
}

auto attempt_of(const Body& body, const Operation& operation) -> const Condition* {
  for (const auto& condition : operation.conditions) {
    if (condition.kind != Condition::Kind::attempt || condition.branch != 0) continue;
    if (std::find(body.swallowing.begin(), body.swallowing.end(), condition.test) != body.swallowing.end()) return &condition;
  }
  return nullptr;
}

// Is there a savepoint inside the try, a rollback or commit around, or anything else that keeps the transaction usable?
auto is_protected(const Body& body, const Condition& attempt) -> bool {
  using What = TransactionControl::What;
  for (const auto& operation : body.operations) {
    const auto inside = std::find(operation.conditions.begin(), operation.conditions.end(), attempt) != operation.conditions.end();
    const auto handled = std::any_of(operation.conditions.begin(), operation.conditions.end(),
                                     [](const Condition& condition) { return condition.kind == Condition::Kind::handler; });
    for (const auto& statement : operation.statements) {
      const auto* control = std::get_if<TransactionControl>(&statement.action);
      if (control == nullptr) continue;
      if (inside && (control->what == What::nested_begin || control->what == What::savepoint)) return true;
      if (inside && (control->what == What::autocommit_begin || control->what == What::isolation_autocommit)) return true;
      if (handled && (control->what == What::rollback || control->what == What::rollback_to || control->what == What::connection_rollback))
        return true;
    }
  }
  return false;
}

}  // namespace

extern const Rule swallowed_error_aborts_transaction;
const Rule swallowed_error_aborts_transaction = {
    .code = "MIG411",
    .name = "swallowed-error-aborts-transaction",
    .level = Level::error,
    .doc =
        {
            .summary = "An error of the database is caught and the migration goes on: PostgreSQL refuses everything after it",
            .what = "An operation inside `try:` whose handler catches errors of the database and does not raise again, or inside "
                    "`contextlib.suppress(Exception)`, in a transaction and without a savepoint. One finding a revision.",
            .database =
                "After the first error PostgreSQL answers every statement of the transaction with `current transaction is aborted, "
                "commands ignored until end of transaction block`. The next statement fails, at the latest Alembic's own UPDATE of "
                "alembic_version, and all that ran before is rolled back. MySQL and SQLite go on, which is where such code works.",
            .bad = "try:\n"
                   "    op.execute(\"ALTER TABLE users ADD COLUMN plan text\")\n"
                   "except Exception:\n"
                   "    pass\n",
            .good = "op.execute(\"ALTER TABLE users ADD COLUMN IF NOT EXISTS plan text\")\n",
            .allow = "The migration never runs on PostgreSQL.",
            .references = "https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.Connection.begin_nested",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          const auto& body = view.revision().upgrade;
          if (body.swallowing.empty()) return;
          const auto& range = view.steps();
          for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i) {
            const auto at = view.step(i);
            if (!at.step.in_transaction || !at.transaction().known || at.step.nested) continue;
            // What never fails, or only sets the stage.
            if (at.action<TransactionControl>() != nullptr || at.action<SetVariable>() != nullptr) continue;
            if (tolerates(at.step.action())) continue;
            const auto* attempt = attempt_of(body, at.op());
            if (attempt == nullptr || is_protected(body, *attempt)) continue;
            report.add(at.finding()
                           .without_locks()
                           .says("if this fails, so does everything after it: the error is caught, but PostgreSQL refuses the rest of the "
                                 "transaction")
                           .about("swallowed")
                           .label(attempt->test, "the error is caught and the code goes on")
                           .help("say IF [NOT] EXISTS, ask the inspector first, or use `with op.get_bind().begin_nested():` inside the try"));
            return;
          }
        },
};

}  // namespace foreshot::rules
