#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule unknown_rule_in_suppression;
// Without hooks: the run reports the names that its suppressions use.
const Rule unknown_rule_in_suppression = {
    .code = "SUP103",
    .name = "unknown-rule-in-suppression",
    .level = Level::warning,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A suppression comment names a rule that does not exist, or no rule at all",
            .what = "A name in the brackets of `foreshot: ignore[…]` and its like that is neither a rule's code, nor the "
                    "start of one, nor a rule's name; or a suppression without brackets. It covers nothing.",
            .database = "Nothing.",
            .bad = "op.execute(\"SELECT 1\")  # foreshot: ignore[table-droped] -- misspelt\n",
            .good = "op.execute(\"SELECT 1\")\n",
            .allow = "Never: correct the name or remove the comment.",
        },
};

}  // namespace foreshot::rules
