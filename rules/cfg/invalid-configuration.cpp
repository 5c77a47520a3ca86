#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule invalid_configuration;
// Without hooks: the configuration's reader reports it, on stderr, before anything is checked.
const Rule invalid_configuration = {
    .code = "CFG101",
    .name = "invalid-configuration",
    .level = Level::error,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "The configuration holds a mistake, and nothing was checked",
            .what = "A key that does not exist, a value of the wrong sort, a rule or revision that is not there, or a file "
                    "that is no TOML. It is printed on stderr with its place and the nearest name, and the exit code is 2.",
            .database = "Nothing.",
            .bad = "",
            .good = "",
            .allow = "Never: `foreshot config` lists the settings.",
        },
};

}  // namespace foreshot::rules
