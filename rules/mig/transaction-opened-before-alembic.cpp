#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// The first autocommit_block() of a revision that no connection.commit() precedes; null if there is none.
auto first_block(const RevisionTree& tree) -> const Operation* {
  for (const auto index : tree.graph->order()) {
    bool committed = false;
    for (const auto& operation : tree.source.revisions[index].upgrade.operations)
      for (const auto& statement : operation.statements) {
        const auto* control = std::get_if<TransactionControl>(&statement.action);
        if (control == nullptr) continue;
        if (control->what == TransactionControl::What::connection_commit) committed = true;
        if (control->what == TransactionControl::What::autocommit_begin && !committed) return &operation;
      }
  }
  return nullptr;
}

}  // namespace

extern const Rule transaction_opened_before_alembic;
const Rule transaction_opened_before_alembic = {
    .code = "MIG410",
    .name = "transaction-opened-before-alembic",
    .level = Level::warning,
    .doc =
        {
            .summary = "env.py uses the connection before context.configure(): transaction_per_migration is ignored, and autocommit_block() fails",
            .what = "SQL on the connection, or begin(), before `context.configure(connection=…)`, with no commit() in between. An error where "
                    "a revision uses `autocommit_block()` without `connection.commit()` before it.",
            .database =
                "SQLAlchemy begins a transaction with the first statement. Alembic finds it in progress and takes it as somebody else's: "
                "all revisions run inside, no matter what transaction_per_migration says, nothing is committed unless env.py does, "
                "and autocommit_block() raises AssertionError. SQL after configure() is harmless.",
            .bad = "op.execute(\"COMMENT ON TABLE users IS 'people'\")\n",
            .good = "op.execute(\"COMMENT ON TABLE users IS 'people'\")\n",
            .allow = "One transaction for everything is what you want, and env.py commits it.",
            .references = "https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.migration.MigrationContext."
                          "begin_transaction",
            .bad_files = "=== downgrade\nop.execute(\"COMMENT ON TABLE users IS NULL\")\n"
                         "=== migrations/env.py\n"
                         "from alembic import context\n"
                         "from sqlalchemy import create_engine, text\n\n"
                         "with create_engine(context.config.get_main_option(\"sqlalchemy.url\")).connect() as connection:\n"
                         "    connection.execute(text(\"SET lock_timeout = '5s'\"))\n"
                         "    context.configure(connection=connection, transaction_per_migration=True)\n"
                         "    with context.begin_transaction():\n"
                         "        context.run_migrations()\n",
            .good_files = "=== downgrade\nop.execute(\"COMMENT ON TABLE users IS NULL\")\n"
                          "=== migrations/env.py\n"
                          "from alembic import context\n"
                          "from sqlalchemy import create_engine, text\n\n"
                          "with create_engine(context.config.get_main_option(\"sqlalchemy.url\")).connect() as connection:\n"
                          "    connection.execute(text(\"SET lock_timeout = '5s'\"))\n"
                          "    connection.commit()\n"
                          "    context.configure(connection=connection, transaction_per_migration=True)\n"
                          "    with context.begin_transaction():\n"
                          "        context.run_migrations()\n",
        },
    .on_tree =
        [](const TreeView& view, Report& report) {
          const auto& environment = view.tree.source.environment;
          // On an AUTOCOMMIT connection nothing begins.
          if (!environment.sql_before_configure || environment.autocommit) return;
          // SQLAlchemy 1.x commits each statement by itself.
          if (view.project.versions.sqlalchemy_major < 2) return;
          if (!environment.sql_before_configure_span.known()) return;
          const auto* block = first_block(view.tree);
          auto draft = Draft(environment.sql_before_configure_span)
                           .says(block != nullptr ? std::string("autocommit_block() raises AssertionError in the revisions: the connection is in a "
                                                                "transaction before Alembic gets it")
                                                  : std::string("Alembic neither begins nor commits: the connection is in a transaction before it "
                                                                "gets it, and transaction_per_migration is ignored"))
                           .about("env")
                           .help("call connection.commit() before context.configure(…), or move this after it");
          if (block != nullptr)
            report.add(std::move(draft).level(Level::error).label(block->span, "this block fails"));
          else
            report.add(std::move(draft));
        },
};

}  // namespace foreshot::rules
