#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule unnamed_constraint;
const Rule unnamed_constraint = {
    .code = "MIG701",
    .name = "unnamed-constraint",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A constraint is created without a name: PostgreSQL invents one, and the migration that drops it has to guess",
            .what =
                "`op.create_foreign_key(None, …)`, `op.create_unique_constraint(None, …)` and the like, where the "
                "metadata of env.py has no naming_convention.",
            .database =
                "PostgreSQL makes up a name of the table and the columns (`users_email_key`), with a number where "
                "that is taken (`users_email_key1`). The migration that drops the constraint, perhaps years later, "
                "must know the name: it fails on each database that has another one, because the name was taken there "
                "or the table or column was called otherwise then. `op.drop_constraint(None, …)` fails: there is no "
                "name to drop. Write the name, or let SQLAlchemy make it by rule: "
                "`MetaData(naming_convention={\"uq\": \"uq_%(table_name)s_%(column_0_name)s\", …})` as the "
                "target_metadata of env.py.",
            .bad = "op.create_unique_constraint(  # foreshot: ignore[MIG107]\n"
                   "    None, \"users\", [\"email\"]\n"
                   ")\n",
            .good = "op.create_unique_constraint(  # foreshot: ignore[MIG107]\n"
                    "    \"uq_users_email\", \"users\", [\"email\"]\n"
                    ")\n",
            .allow = "Nobody will ever drop or alter the constraint.",
            .references = "https://alembic.sqlalchemy.org/en/latest/naming.html",
            .bad_files = "=== downgrade\n"
                         "op.execute(\"ALTER TABLE users DROP CONSTRAINT users_email_key\")\n",
            .good_files = "=== downgrade\n"
                          "op.drop_constraint(\"uq_users_email\", \"users\", type_=\"unique\")\n",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          const auto& environment = view.tree.source.environment;
          // A naming convention gives the name; one that may be there keeps the rule silent.
          if (environment.has_naming_convention || !environment.naming_convention_known) return;
          for (const auto& operation : view.revision().upgrade.operations) {
            const auto* unnamed = operation.has(Oddity::constraint_name_none);
            if (unnamed == nullptr) continue;
            report.add(Draft(operation.span)
                           .at(unnamed->span)
                           .says("the constraint has no name: PostgreSQL invents one, and whoever drops it later has to guess it")
                           .about(operation.call)
                           .help("give it a name, or give the MetaData that env.py names a naming_convention"));
          }
        },
};

}  // namespace foreshot::rules
