#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// Does the step need something committed that an earlier revision made in the same transaction?
auto relies_on_commit(const StepView& at) -> bool {
  if (!at.step.in_transaction || !at.transaction().known) return false;
  bool relies = false;
  each_subcommand<ValidateConstraint>(at, [&](const AlterTable& alter, const ValidateConstraint& validate, std::size_t) {
    const auto* table = at.before().table(alter.table);
    const auto* item = table == nullptr ? nullptr : table->constraint(validate.constraint.text);
    relies = relies || (item != nullptr && item->origin.known() && item->origin.revision != at.step.revision &&
                        item->origin.transaction == at.transaction().number);
  });
  return relies;
}

}  // namespace

extern const Rule transaction_shared_by_migrations;
const Rule transaction_shared_by_migrations = {
    .code = "MIG404",
    .name = "transaction-shared-by-migrations",
    .level = Level::info,
    .doc =
        {
            .summary = "All pending revisions run in one transaction, and some are split so that each commits: locks are held to the end",
            .what =
                "env.py does not set `transaction_per_migration=True`, and there are revisions that were parted for "
                "the sake of their commits: NOT VALID in one and VALIDATE in a later one. One finding for env.py.",
            .database =
                "By default `alembic upgrade head` is one transaction. When several revisions are pending, the lock "
                "that the first one takes is held until the last one is through, so the VALIDATE of the second reads "
                "the table while writes, perhaps reads too, still wait for the first. A database that gets one "
                "revision at a time does not show it.",
            .bad = "op.create_check_constraint(\"ck_users_age\", \"users\", \"age >= 0\", postgresql_not_valid=True)\n",
            .good = "op.create_check_constraint(\"ck_users_age\", \"users\", \"age >= 0\", postgresql_not_valid=True)\n",
            .allow = "Every deployment runs one revision: `alembic upgrade +1`.",
            .references = "https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.environment.EnvironmentContext.configure.params.transaction_per_migration",
            .bad_files = "=== migrations/env.py\n"
                         "from alembic import context\n"
                         "from sqlalchemy import create_engine\n\n"
                         "with create_engine(context.config.get_main_option(\"sqlalchemy.url\")).connect() as connection:\n"
                         "    context.configure(connection=connection)\n"
                         "    with context.begin_transaction():\n"
                         "        context.execute(\"SET lock_timeout = '5s'\")\n"
                         "        context.run_migrations()\n"
                         "=== next revision\n"
                         "op.execute(\"ALTER TABLE users VALIDATE CONSTRAINT ck_users_age\")\n",
            .good_files = "=== next revision\n"
                          "op.execute(\"ALTER TABLE users VALIDATE CONSTRAINT ck_users_age\")\n"
                          "=== migrations/env.py\n"
                          "from alembic import context\n"
                          "from sqlalchemy import create_engine\n\n"
                          "with create_engine(context.config.get_main_option(\"sqlalchemy.url\")).connect() as connection:\n"
                          "    context.configure(connection=connection, transaction_per_migration=True)\n"
                          "    with context.begin_transaction():\n"
                          "        context.execute(\"SET lock_timeout = '5s'\")\n"
                          "        context.run_migrations()\n",
        },
    .on_tree =
        [](const TreeView& view, Report& report) {
          const auto& environment = view.tree.source.environment;
          if (environment.transaction_per_migration.value_or(false) || environment.autocommit) return;
          // Without an env.py that was understood nobody knows how revisions are run.
          if (environment.env_file == no_file || !environment.configure.known()) return;
          const Step* newest = nullptr;
          for (const auto& step : view.tree.timeline->steps())
            if (!step.downgrade && relies_on_commit({view.project, view.tree, step})) newest = &step;
          if (newest == nullptr) return;
          report.add(Draft(environment.configure)
                         .says("locks of one revision are held while the next ones run: all pending revisions share a transaction, and "
                               "some are split so that each commits")
                         .about("env")
                         .label(newest->sql->span, "for instance, this runs while the lock of an earlier revision is held")
                         .help("pass transaction_per_migration=True to context.configure(…)"));
        },
};

}  // namespace foreshot::rules
