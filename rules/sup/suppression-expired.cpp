#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule suppression_expired;
// Without hooks: the run compares the last days of its suppressions with today.
const Rule suppression_expired = {
    .code = "SUP104",
    .name = "suppression-expired",
    .level = Level::warning,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A suppression comment was meant to end on a day that is over; what it hid is reported again",
            .what = "`until=2027-01-31` inside the brackets of a suppression gives its last day, in UTC. From the next day on it "
                    "hides nothing, and is reported itself. Also an `until=` that is no such date: it never ends. The variable "
                    "FORESHOT_TODAY puts another day in the place of today.",
            .database = "Nothing.",
            .bad = "op.drop_column(\"users\", \"name\")  # foreshot: ignore[MIG302, until=31.01.2027] -- unmapped since release 41\n",
            .good = "op.drop_column(\"users\", \"name\")  # foreshot: ignore[MIG302, until=9999-12-31] -- unmapped since release 41\n",
            .allow = "Never: mend what it hid, give it another day, or delete it.",
        },
};

}  // namespace foreshot::rules
