#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {

extern const Rule multiple_heads;
const Rule multiple_heads = {
    .code = "REV101",
    .name = "multiple-heads",
    .level = Level::error,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "The tree has more than one head: `alembic upgrade head` refuses to run",
            .what = "Two or more revisions that no other revision follows, in one version tree, without branch labels that keep "
                    "them apart. Usually two branches of the code each added a revision.",
            .database = "`alembic upgrade head` stops with \"Multiple head revisions are present\" and changes nothing.",
            .bad = "",
            .good = "",
            .allow = "The branches are meant to live on: give each a branch label.",
            .references = "https://alembic.sqlalchemy.org/en/latest/branches.html",
        },
    .on_tree =
        [](const TreeView& view, Report& report) {
          const auto& heads = view.tree.graph->unlabelled_heads();
          if (heads.size() < 2) return;
          const auto& revisions = view.revisions();
          std::string ids;
          for (const auto head : heads) ids += (ids.empty() ? "" : ", ") + quoted(revisions[head].id);
          const auto& last = revisions[heads.back()];
          auto draft = Draft(last.down_span.known() ? last.down_span : last.id_span)
                           .says("there are " + std::to_string(heads.size()) + " heads, so `alembic upgrade head` refuses to run: " + ids)
                           .about("heads");
          for (const auto head : heads)
            if (head != heads.back()) std::move(draft).label(revisions[head].id_span, "another head");
          report.add(std::move(draft).help("merge them with `alembic merge -m \"merge heads\" heads`, or set down_revision of the "
                                           "unreleased one to the other").fix(fix::merged_heads(view)));
        },
};

}  // namespace foreshot::rules
