#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule downgrade_leaves_enum;
const Rule downgrade_leaves_enum = {
    .code = "MIG504",
    .name = "downgrade-leaves-enum",
    .level = Level::warning,
    .precision = Precision::very_high,
    .doc =
        {
            .summary = "The downgrade leaves an enum type behind that the upgrade made: the next upgrade fails, the type already exists",
            .what = "upgrade() makes an enum type, by `create_table` with `sa.Enum`, `Enum(…).create()` or CREATE TYPE, and after "
                    "downgrade() the replayed schema still has it.",
            .database =
                "DROP TABLE does not drop the types of its columns, and Alembic sends no DROP TYPE with drop_table. When the "
                "revision is run again, CREATE TYPE answers `type \"…\" already exists` and the migration stops. The same on "
                "PostgreSQL 12 to 18.",
            .bad = "op.create_table(\"plans\", sa.Column(\"kind\", sa.Enum(\"free\", \"paid\", name=\"plan_kind\")))\n",
            .good = "op.create_table(\"plans\", sa.Column(\"kind\", sa.Enum(\"free\", \"paid\", name=\"plan_kind\")))\n",
            .allow = "The type is shared and meant to stay; then create it with checkfirst=True.",
            .references = "https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#sqlalchemy.dialects.postgresql.ENUM",
            .bad_files = "=== downgrade\nop.drop_table(\"plans\")\n",
            .good_files = "=== downgrade\nop.drop_table(\"plans\")\nop.execute(\"DROP TYPE plan_kind\")\n",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          const auto& downgrade = view.revision().downgrade;
          // A missing or refusing downgrade is another rule's; a half-read one proves nothing.
          if (downgrade.shape != Body::Shape::working || !downgrade.fully_read) return;
          for (const auto& difference : view.tree.timeline->differences(view.index)) {
            if (difference.kind != Difference::Kind::enum_type || difference.what != Difference::What::left) continue;
            report.add(Draft(downgrade.span)
                           .says("the downgrade leaves the type " + quoted(difference.name) +
                                 " behind: the next upgrade fails because it already exists")
                           .about(difference.name)
                           .label(difference.upgrade_span, "the type is made here")
                           .help("drop it last: op.execute(\"DROP TYPE " + difference.name + "\")"));
          }
        },
};

}  // namespace foreshot::rules
