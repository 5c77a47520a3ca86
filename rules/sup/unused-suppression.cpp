#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule unused_suppression;
// Without hooks: the run reports what its suppressions did.
const Rule unused_suppression = {
    .code = "SUP101",
    .name = "unused-suppression",
    .level = Level::warning,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A suppression comment covers no finding",
            .what = "A `foreshot: ignore[…]`, `file-ignore[…]`, `disable[…]` or `noqa: …` whose rule ran and found nothing "
                    "in the place that the comment covers. Rules that did not run, and revisions before `start-after`, "
                    "are not judged.",
            .database = "Nothing: the comment only hides what a later change brings in.",
            .bad = "op.execute(\"SELECT 1\")  # foreshot: ignore[MIG306] -- nothing is dropped here\n",
            .good = "op.execute(\"SELECT 1\")\n",
            .allow = "The code is generated, and the comment is right for other outputs of the generator.",
        },
};

}  // namespace foreshot::rules
