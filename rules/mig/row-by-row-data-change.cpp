#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// Does the condition pick rows by comparing a column with one value, which differs from round to round?
auto picks_by_value(const Expression& where, int depth = 0) -> bool {
  if (where.kind != Expression::Kind::operation || depth > 50) return false;
  if (where.text == "AND")
    return std::any_of(where.arguments.begin(), where.arguments.end(),
                       [&](const Expression& part) { return picks_by_value(part, depth + 1); });
  if (where.text != "=") return false;
  bool column = false;
  bool value = false;
  for (const auto& argument : where.arguments) {
    column = column || argument.kind == Expression::Kind::column;
    value = value || argument.kind == Expression::Kind::parameter || argument.has_hole();
  }
  return column && value;
}

auto fetches(const Operation& operation) -> bool {
  if (operation.has(Oddity::fetches_rows) == nullptr) return false;
  return std::any_of(operation.statements.begin(), operation.statements.end(), [](const Statement& statement) {
    const auto* query = std::get_if<Dml>(&statement.action);
    return query != nullptr && query->verb == Dml::Verb::select && !query->limited && !query->reads.empty();
  });
}

}  // namespace

extern const Rule row_by_row_data_change;
const Rule row_by_row_data_change = {
    .code = "MIG604",
    .name = "row-by-row-data-change",
    .level = Level::info,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "Rows are fetched and then changed by one statement for each: the migration makes as many round trips as there are rows",
            .what =
                "A SELECT without LIMIT whose rows are fetched, followed by a loop that sends one INSERT, UPDATE or "
                "DELETE in each round, picked by a value of the row.",
            .database =
                "Each statement is a round trip to the server: a million rows at one millisecond each take a quarter "
                "of an hour. Every changed row, and every table that the migration has altered, stays locked until "
                "the transaction ends. One `alembic upgrade` is one transaction; with "
                "`transaction_per_migration=True` in env.py each revision is one. Let the database compute the value "
                "instead: one UPDATE for each range of the key takes a fraction of a second, and in "
                "`autocommit_block()` each commits by itself. A value from another table comes with FROM: `UPDATE "
                "users SET name = a.name FROM accounts a WHERE a.user_id = users.id AND users.id BETWEEN …`.",
            .bad = "bind = op.get_bind()\n"
                   "rows = bind.execute(sa.text(\"SELECT id, email FROM users\")).fetchall()  # foreshot: ignore[MIG606]\n"
                   "for row in rows:\n"
                   "    bind.execute(sa.text(\"UPDATE users SET name = :name WHERE id = :id\"), {\"name\": row.email, \"id\": row.id})\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    for first in range(0, 1_000_000, 10_000):  # up to the highest id\n"
                    "        op.execute(\n"
                    "            f\"UPDATE users SET name = email WHERE id BETWEEN {first} AND {first + 9_999}\"\n"
                    "        )\n",
            .allow =
                "There are few rows. Where only Python can compute the value, loop over ranges of the key in an "
                "`autocommit_block()`, and for each range fetch the rows and send one `UPDATE … FROM (VALUES …)`.",
            .references = "https://www.postgresql.org/docs/current/sql-update.html",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          const auto& operations = view.revision().upgrade.operations;
          const auto& range = view.steps();
          std::vector<Span> told;
          for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i) {
            const auto at = view.step(i);
            const auto* dml = at.action<Dml>();
            if (dml == nullptr || at.step.nested || at.op().repeats.empty()) continue;
            const auto& around = at.op().repeats.back();
            // A list that is written in the file has as many entries as somebody typed.
            if (around.known) continue;
            using Verb = Dml::Verb;
            const bool one_row = (dml->verb == Verb::insert && !dml->from_query && dml->rows <= 1) ||
                                 ((dml->verb == Verb::update || dml->verb == Verb::delete_) && picks_by_value(dml->where));
            if (!one_row) continue;
            // The rows come from a query before the loop, or from the loop's own head.
            const auto* query = [&]() -> const Operation* {
              for (const auto& operation : operations) {
                if (&operation == &at.op()) return nullptr;
                const bool in_body = operation.span.file == around.loop.file && operation.span.begin > around.loop.end;
                if (!in_body && fetches(operation)) return &operation;
              }
              return nullptr;
            }();
            if (query == nullptr) continue;
            if (std::find(told.begin(), told.end(), around.loop) != told.end()) continue;
            told.push_back(around.loop);
            report.add(at.finding()
                           .without_locks()
                           .says("one statement is sent for each row that was fetched: the migration, with all its locks, lasts as "
                                 "many round trips as there are rows")
                           .about(dml->table.display())
                           .label(query->span, "the rows are fetched here")
                           .help("let one UPDATE … FROM or INSERT … SELECT do it, in batches by ranges of the key"));
          }
        },
};

}  // namespace foreshot::rules
