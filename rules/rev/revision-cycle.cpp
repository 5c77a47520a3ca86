#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule revision_cycle;
const Rule revision_cycle = {
    .code = "REV104",
    .name = "revision-cycle",
    .level = Level::error,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "Revisions follow each other in a circle: Alembic cannot load the tree",
            .what = "`down_revision` and `depends_on` lead from a revision back to itself.",
            .database = "Every alembic command stops with \"Cycle is detected in revisions\"; nothing can be migrated.",
            .bad = "",
            .good = "",
            .allow = "Never: no command works.",
            .references = "https://alembic.sqlalchemy.org/en/latest/branches.html",
        },
    .on_tree =
        [](const TreeView& view, Report& report) {
          for (const auto& problem : view.tree.graph->problems()) {
            if (problem.kind != GraphProblem::Kind::cycle) continue;
            const auto& revision = view.revisions()[problem.revision];
            auto draft = Draft(revision.down_span.known() ? revision.down_span : revision.id_span)
                             .says("these revisions follow each other in a circle, so no alembic command works: " + problem.detail)
                             .about("cycle:" + revision.id);
            for (const auto other : problem.others)
              if (other != problem.revision) {
                const auto& member = view.revisions()[other];
                std::move(draft).label(member.down_span.known() ? member.down_span : member.id_span, "part of the circle");
              }
            report.add(std::move(draft).help("correct the down_revision or depends_on that points forward"));
          }
        },
};

}  // namespace foreshot::rules
