#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule empty_revision;
const Rule empty_revision = {
    .code = "REV108",
    .name = "empty-revision",
    .level = Level::info,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A revision does nothing in either direction and merges nothing",
            .what =
                "Both `upgrade()` and `downgrade()` are empty, and the revision is neither a merge nor the start of a "
                "branch.",
            .database =
                "Nothing: Alembic notes the revision as done, and nothing breaks. Mostly something was forgotten: "
                "`alembic revision` ran without --autogenerate, or env.py does not import the models that changed, so "
                "the change never reaches a database, and code that needs it fails as soon as it runs. While no "
                "database has run the revision, write the missing commands into it; if there are none, delete the "
                "file and let the next revision's down_revision name the one before it. Where a database has run it, "
                "Alembic does not run it again: write the commands into a new revision.",
            .bad = "pass\n",
            .good = "op.add_column(\"users\", sa.Column(\"plan\", sa.Text()))\n",
            .allow = "It was emptied on purpose after it had been released: say so in a comment.",
            .references = "https://alembic.sqlalchemy.org/en/latest/autogenerate.html",
            .bad_files = "=== downgrade\n"
                         "pass\n",
            .good_files = "=== downgrade\n"
                          "op.drop_column(\"users\", \"plan\")\n",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          const auto& revision = view.revision();
          using Shape = Body::Shape;
          if (revision.syntax_error) return;
          if (revision.upgrade.shape != Shape::empty && revision.upgrade.shape != Shape::missing) return;
          if (revision.downgrade.shape != Shape::empty && revision.downgrade.shape != Shape::missing) return;
          // A merge, a branch point of another package, or the root of a labelled branch has nothing else to do.
          if (view.tree.graph->is_merge(view.index) || revision.down_revisions.size() > 1) return;
          if (!revision.labels.empty() || !revision.depends_on.empty() || revision.down_revisions.empty()) return;
          report.add(Draft(revision.upgrade.span.known() ? revision.upgrade.span : revision.id_span)
                         .says("this revision does nothing in either direction")
                         .about("empty")
                         .help("delete it if it was never released, and point the next down_revision past it"));
        },
};

}  // namespace foreshot::rules
