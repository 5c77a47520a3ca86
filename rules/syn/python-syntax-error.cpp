#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule python_syntax_error;
// Without hooks: the run reports what reading the files found.
const Rule python_syntax_error = {
    .code = "SYN101",
    .name = "python-syntax-error",
    .level = Level::error,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A Python file cannot be parsed, so what it does is known only in part",
            .what = "A file of migrations, models or queries that Python cannot parse: one finding for each file, at the "
                    "first place that is wrong. The rest of the file is read as far as that is possible, and a revision "
                    "keeps its place in the graph. Syntax that is newer than foreshot's grammar is not reported.",
            .database = "Alembic imports every revision file before it runs the first one: one file that cannot be parsed "
                        "stops all of `alembic upgrade`.",
            .bad = "op.execute(\"SELECT 1\"\n",
            .good = "op.execute(\"SELECT 1\")\n",
            .allow = "The file is a template that is filled in before it is used; exclude it then.",
        },
};

}  // namespace foreshot::rules
