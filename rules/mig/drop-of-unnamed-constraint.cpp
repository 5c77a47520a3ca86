#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule drop_of_unnamed_constraint;
const Rule drop_of_unnamed_constraint = {
    .code = "MIG702",
    .name = "drop-of-unnamed-constraint",
    .level = Level::error,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A constraint or index is dropped without its name: the migration fails",
            .what = "`op.drop_constraint(None, …)` or `op.drop_index(None, …)` in an upgrade, where the metadata of env.py has no "
                    "naming_convention. Autogenerate writes this when the constraint was created without a name.",
            .database = "There is no such statement: SQLAlchemy raises CompileError before anything is sent.",
            .bad = "op.drop_constraint(None, \"orders\", type_=\"check\")\n",
            .good = "op.drop_constraint(\"orders_code_check\", \"orders\", type_=\"check\")\n",
            .allow = "Never: it fails.",
            .references = "https://alembic.sqlalchemy.org/en/latest/naming.html",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          const auto& environment = view.tree.source.environment;
          if (environment.has_naming_convention || !environment.naming_convention_known) return;
          for (const auto& operation : view.revision().upgrade.operations) {
            const auto* unnamed = operation.has(Oddity::drop_name_none);
            if (unnamed == nullptr) continue;
            report.add(Draft(operation.span)
                           .at(unnamed->span)
                           .says("the migration fails: nothing can be dropped without its name")
                           .about(operation.call)
                           .help("use the name that PostgreSQL gave it, such as `users_email_key` or `orders_user_id_fkey`"));
          }
        },
};

}  // namespace foreshot::rules
