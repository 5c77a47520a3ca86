#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule suppression_without_reason;
// Without hooks: the run reports what its suppressions lack.
const Rule suppression_without_reason = {
    .code = "SUP102",
    .name = "suppression-without-reason",
    .level = Level::off,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A suppression comment does not say why the finding is allowed",
            .what = "A `foreshot: ignore[…]`, `file-ignore[…]` or `disable[…]` without ` -- reason` behind the brackets. Off by "
                    "default; `extend-select = [\"SUP102\"]` turns it on. A `noqa: …` has no place for a reason and is not judged.",
            .database = "Nothing.",
            .bad = "",
            .good = "",
            .allow = "The project writes reasons elsewhere.",
        },
};

}  // namespace foreshot::rules
