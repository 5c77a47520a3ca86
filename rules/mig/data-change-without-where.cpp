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
            .summary = "One UPDATE or DELETE touches every row of a table in use and keeps all of them locked until the transaction ends",
            .what =
                "An UPDATE or DELETE without WHERE, or with one that is always true (`WHERE 1 = 1`), on a table that "
                "existed before and may hold rows.",
            .database =
                "Every row is locked until the transaction ends. One `alembic upgrade` is one transaction; with "
                "`transaction_per_migration=True` in env.py each revision is one. The application's UPDATE and DELETE "
                "wait; SELECT goes on and sees the old values, and INSERT goes on, too, except after a DELETE where "
                "it refers to a deleted row. An UPDATE writes every row a second time: table and indexes grow to "
                "twice their size or more. Vacuum makes the space usable for new rows afterwards, but the files stay "
                "as large. Change the rows in batches instead, by ranges of the key: in `autocommit_block()` every "
                "statement commits by itself. Give the loop a revision of its own, since the block also commits what "
                "came before it; it can be run again when it breaks off.",
            .bad = "op.execute(\"UPDATE users SET name = lower(name)\")\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    for first in range(0, 1_000_000, 10_000):  # up to the highest id\n"
                    "        op.execute(\n"
                    "            \"UPDATE users SET name = lower(name) WHERE name <> lower(name)\"\n"
                    "            f\" AND id BETWEEN {first} AND {first + 9_999}\"\n"
                    "        )\n",
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
