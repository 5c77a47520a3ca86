#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule label_named_none;
const Rule label_named_none = {
    .code = "REV111",
    .name = "label-named-none",
    .level = Level::info,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "The revision's branch is labelled \"None\": a string was written where no label was meant",
            .what = "`branch_labels = \"None\"`, or a tuple that holds it, instead of `branch_labels = None`; mostly from a template "
                    "that puts the value between quotes.",
            .database = "Nothing. Alembic takes the word for a label: `alembic upgrade None@head` works, and as soon as a second "
                        "branch carries it, every command fails because two branches have one label.",
            .bad = "",
            .good = "",
            .allow = "Never.",
            .references = "https://alembic.sqlalchemy.org/en/latest/branches.html#working-with-branch-labels",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          const auto& revision = view.revision();
          if (std::find(revision.labels.begin(), revision.labels.end(), "None") == revision.labels.end()) return;
          report.add(Draft(revision.labels_span)
                         .says("the branch is labelled with the word `None`; a second one like it and every alembic command fails")
                         .about("label")
                         .help("write branch_labels = None, without quotes"));
        },
};

}  // namespace foreshot::rules
