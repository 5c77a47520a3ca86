#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// Is there a revision after it that could have validated the constraint?
auto is_followed(const StepView& at) -> bool { return !at.tree.graph->children(at.step.revision).empty(); }

}  // namespace

extern const Rule constraint_left_not_valid;
const Rule constraint_left_not_valid = {
    .code = "MIG715",
    .name = "constraint-left-not-valid",
    .level = Level::info,
    .doc =
        {
            .summary = "A constraint was added NOT VALID and no later revision validates it: old rows may break it, and the planner does not trust it",
            .what =
                "`NOT VALID` (`postgresql_not_valid=True`) without a `VALIDATE CONSTRAINT` anywhere later in the "
                "history, although revisions follow and the constraint is still there at the end.",
            .database =
                "New and changed rows are checked, the rows from before are not. Until the constraint is validated "
                "the planner does not use it, a CHECK (… IS NOT NULL) spares no scan, and a dump may not be restored. "
                "VALIDATE CONSTRAINT reads the table while reads and writes go on.",
            .bad = "op.create_check_constraint(\"ck_users_age\", \"users\", \"age >= 0\", postgresql_not_valid=True)\n",
            .good = "op.create_check_constraint(\"ck_users_age\", \"users\", \"age >= 0\", postgresql_not_valid=True)\n",
            .allow = "Old rows are known to break the rule and may do so.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-VALIDATE-CONSTRAINT",
            .bad_files = "=== migrations/versions/0003_later.py\n"
                         "\"\"\"later\"\"\"\n\n"
                         "from alembic import op\n\n"
                         "revision = \"0003\"\n"
                         "down_revision = \"0002\"\n\n\n"
                         "def upgrade():\n"
                         "    op.execute(\"COMMENT ON TABLE users IS 'people'\")\n\n\n"
                         "def downgrade():\n"
                         "    op.execute(\"COMMENT ON TABLE users IS NULL\")\n",
            .good_files = "=== next revision\n"
                          "op.execute(\"ALTER TABLE users VALIDATE CONSTRAINT ck_users_age\")\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          if (at.step.conditional || !is_followed(at)) return;
          each_subcommand<AddConstraint>(at, [&](const AlterTable& alter, const AddConstraint& add, std::size_t i) {
            if (!add.constraint.not_valid || add.constraint.not_enforced) return;
            // What the end of the history has decides; what is not certain there keeps the rule silent.
            const auto heads = at.tree.timeline->heads();
            const auto* table = heads.table(alter.table);
            if (table == nullptr || !table->certain) return;
            for (const auto& item : table->constraints) {
              if (item.origin.moment != at.step.after || item.validated || !item.certain) continue;
              if (!add.constraint.name.empty() && item.constraint.name != add.constraint.name) continue;
              if (heads.constraint_exists(alter.table, item.constraint.name) != Existence::yes) continue;
              report.add(at.finding()
                             .without_locks()
                             .at(at.subcommand_span(i))
                             .says("rows that were in " + quoted(alter.table) + " before are never checked: nothing validates " +
                                   quoted(item.constraint.name) + " later")
                             .about(alter.table.display() + "." + item.constraint.name.text)
                             .help("add a revision with op.execute(\"ALTER TABLE " + alter.table.display() + " VALIDATE CONSTRAINT " +
                                   item.constraint.name.text + "\")"));
              return;
            }
          });
        },
};

}  // namespace foreshot::rules
