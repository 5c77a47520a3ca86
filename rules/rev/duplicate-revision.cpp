#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule duplicate_revision;
const Rule duplicate_revision = {
    .code = "REV103",
    .name = "duplicate-revision",
    .level = Level::error,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "Two files of one tree have the same revision id: Alembic runs only one of them",
            .what = "The same `revision = \"…\"` in two files of the version folders of one tree. Other trees may use the same id.",
            .database = "Alembic warns that the revision is present more than once and keeps the file it read last; the "
                        "changes of the other are never made.",
            .bad = "",
            .good = "",
            .allow = "Never: one of the two is lost.",
            .references = "https://alembic.sqlalchemy.org/en/latest/tutorial.html",
        },
    .on_tree =
        [](const TreeView& view, Report& report) {
          for (const auto& problem : view.tree.graph->problems()) {
            if (problem.kind != GraphProblem::Kind::duplicate_id) continue;
            const auto& revision = view.revisions()[problem.revision];
            auto draft = Draft(revision.id_span)
                             .says("revision " + quoted(revision.id) + " exists twice in this tree: only one of the two files is run")
                             .about(revision.id);
            for (const auto other : problem.others)
              std::move(draft).label(view.revisions()[other].id_span, "the same id");
            report.add(std::move(draft).help("give one of them a new id, and correct the down_revision that should follow it"));
          }
        },
};

}  // namespace foreshot::rules
