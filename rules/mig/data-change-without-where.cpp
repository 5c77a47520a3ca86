#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule data_change_without_where;
const Rule data_change_without_where = {
    .code = "MIG602",
    .name = "data-change-without-where",
    .level = Level::warning,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "One UPDATE or DELETE touches every row of a table in use and keeps all of them locked until the migration ends",
            .what = "An UPDATE or DELETE without WHERE, or with one that is always true (`WHERE 1 = 1`), on a table that may "
                    "hold rows.",
            .database =
                "Every row is locked until the transaction ends: any application transaction that changes the table waits. "
                "The table and its indexes are written anew in full, to twice their size until vacuum has been there.",
            .bad = "op.execute(\"UPDATE users SET name = lower(name)\")\n",
            .good = "op.execute(\"UPDATE users SET name = lower(name) WHERE id BETWEEN 1 AND 10000\")\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/routine-vacuuming.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* dml = at.action<Dml>();
          if (dml == nullptr || dml->limited) return;
          if (dml->verb != Dml::Verb::update && dml->verb != Dml::Verb::delete_) return;
          if (dml->where.exists() && !dml->where.is_constant()) {
            // 1 = 1
            const bool tautology = dml->where.kind == Expression::Kind::operation && dml->where.text == "=" &&
                                   dml->where.arguments.size() == 2 && dml->where.arguments[0].is_constant() &&
                                   dml->where.arguments[0] == dml->where.arguments[1];
            if (!tautology) return;
          }
          if (!at.live(dml->table)) return;
          // A join limits the rows as a WHERE would; DELETE … USING and UPDATE … FROM without WHERE stay suspicious.
          if (dml->where.exists() && dml->where.constant == Expression::Constant::boolean && dml->where.text == "false") return;
          const char* verb = dml->verb == Dml::Verb::update ? "updating" : "deleting";
          report.add(at.finding()
                         .says(std::string(verb) + " every row of " + quoted(dml->table) +
                               " in one statement: whoever else changes one of them waits until the transaction ends")
                         .about(dml->table.display())
                         .help(dml->verb == Dml::Verb::update
                                   ? "update a few thousand rows at a time by ranges of the key, and commit after each batch "
                                     "(autocommit_block)"
                                   : "delete in batches by ranges of the key, or use TRUNCATE when the table is not in use"));
        },
};

}  // namespace foreshot::rules
