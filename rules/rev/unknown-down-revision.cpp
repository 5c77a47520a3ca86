#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule unknown_down_revision;
const Rule unknown_down_revision = {
    .code = "REV102",
    .name = "unknown-down-revision",
    .level = Level::error,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "down_revision names a revision that no file of the tree has: Alembic cannot load the tree",
            .what = "A `down_revision` (full id, abbreviation or label) that nothing in the version folders answers to.",
            .database = "Every alembic command stops with a KeyError or \"Can't locate revision\"; nothing can be migrated.",
            .bad = "",
            .good = "",
            .allow = "Never: no command works.",
            .references = "https://alembic.sqlalchemy.org/en/latest/tutorial.html",
        },
    .on_tree =
        [](const TreeView& view, Report& report) {
          for (const auto& problem : view.tree.graph->problems()) {
            if (problem.kind != GraphProblem::Kind::unknown_down_revision) continue;
            const auto& revision = view.revisions()[problem.revision];
            auto draft = Draft(revision.down_span.known() ? revision.down_span : revision.id_span)
                             .says("no revision " + quoted(problem.detail) + " exists in this tree: no alembic command works")
                             .about(revision.id + ":" + problem.detail)
                             .help("restore the missing file, or point down_revision to the revision that really comes before");
            report.add(std::move(draft));
          }
        },
};

}  // namespace foreshot::rules
