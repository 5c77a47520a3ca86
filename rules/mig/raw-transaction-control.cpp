#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {

extern const Rule raw_transaction_control;
const Rule raw_transaction_control = {
    .code = "MIG403",
    .name = "raw-transaction-control",
    .level = Level::warning,
    .doc =
        {
            .summary = "BEGIN, COMMIT or ROLLBACK as SQL text ends or splits Alembic's transaction without Alembic knowing",
            .what = "`op.execute(\"COMMIT\")` and the like outside `autocommit_block()`.",
            .database =
                "A raw COMMIT makes everything before it final; when a later statement fails, Alembic's rollback undoes "
                "nothing and half of the revision stays. What follows runs outside a transaction with psycopg2 and asyncpg, "
                "and inside a new one with psycopg 3 and pg8000. A raw BEGIN inside Alembic's transaction only warns.",
            .bad = "op.execute(\"COMMIT\")\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    op.execute(\"VACUUM users\")\n",
            .allow = "The project runs on Alembic older than 1.2, which has no autocommit_block().",
            .references = "https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.migration."
                          "MigrationContext.autocommit_block",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* control = at.action<TransactionControl>();
          if (control == nullptr) return;
          using What = TransactionControl::What;
          const char* words = control->what == What::begin      ? "BEGIN"
                              : control->what == What::commit   ? "COMMIT"
                              : control->what == What::rollback ? "ROLLBACK"
                                                                : nullptr;
          if (words == nullptr || at.step.nested) return;
          // On an AUTOCOMMIT connection an explicit transaction is the author's own.
          if (at.step.autocommit_block || at.environment().autocommit) return;
          const auto consequence = control->what == What::begin
                                       ? std::string("Alembic has a transaction open already, so this one is never begun")
                                       : std::string(words) + " ends Alembic's transaction behind its back: if a later "
                                                              "statement fails, half of the revision stays";
          report.add(at.finding()
                         .without_locks()
                         .says(consequence)
                         .about(words)
                         .help("use `with op.get_context().autocommit_block():` for statements that must run outside a transaction")
                         .fix(fix::autocommit_block_for_commit(at)));
        },
};

}  // namespace foreshot::rules
