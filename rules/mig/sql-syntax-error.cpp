#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule sql_syntax_error;
const Rule sql_syntax_error = {
    .code = "MIG712",
    .name = "sql-syntax-error",
    .level = Level::error,
    .precision = Precision::very_high,
    .doc =
        {
            .summary = "PostgreSQL's own parser refuses this SQL text: the migration fails",
            .what = "SQL text that is fully known and that the parser of PostgreSQL 18 does not accept.",
            .database = "PostgreSQL answers with a syntax error and the migration stops.",
            .bad = "op.execute(\"ALTER TABEL users ADD COLUMN plan text\")\n",
            .good = "op.execute(\"ALTER TABLE users ADD COLUMN plan text\")\n",
            .allow = "The text is meant for another server: put it behind a test of the dialect.",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* error = at.action<SyntaxError>();
          if (error == nullptr || !at.sql().complete) return;
          // Text behind an undecided test may be meant for another server.
          if (at.step.conditional && at.environment().dialect != Dialect::postgresql) return;
          report.add(at.finding()
                         .without_locks()
                         .says("PostgreSQL refuses this statement: " + error->message)
                         .about("syntax"));
        },
};

}  // namespace foreshot::rules
