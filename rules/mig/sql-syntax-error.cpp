#include "analyzer/check/rule.h"

#include <string_view>

namespace foreshot::rules {
namespace {

auto of_mysql(std::string_view text) -> bool {
  for (const std::string_view mark : {"`", " MODIFY ", "DROP PRIMARY KEY", "PRAGMA"})
    if (text.find(mark) != std::string_view::npos) return true;
  return text.starts_with("UPDATE ") && text.find(" JOIN ") < text.find(" SET ");
}

}  // namespace

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
          // A history that is not known to run on PostgreSQL may well be MySQL's: its quotes and verbs say so.
          if (at.environment().dialect != Dialect::postgresql && of_mysql(at.sql().sql)) return;
          report.add(at.finding()
                         .without_locks()
                         .says("PostgreSQL refuses this statement: " + error->message)
                         .about("syntax"));
        },
};

}  // namespace foreshot::rules
