#include <set>
#include <string>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// WHERE id = 7: one row.
auto picks_one_row(const Expression& where, const Table* table) -> bool {
  if (where.kind != Expression::Kind::operation || where.arguments.size() != 2 || where.text != "=") return false;
  const auto& left = where.arguments[0];
  const auto& right = where.arguments[1];
  const auto& column = left.kind == Expression::Kind::column ? left : right;
  const auto& value = left.kind == Expression::Kind::column ? right : left;
  if (column.kind != Expression::Kind::column) return false;
  if (!value.is_constant() && value.kind != Expression::Kind::parameter) return false;
  const auto* key = table == nullptr ? nullptr : table->primary_key();
  const auto name = key != nullptr && key->constraint.columns.size() == 1 ? key->constraint.columns.front().text : "id";
  return column.name.name.text == name;
}

// A change of more than one row of an existing table.
auto changed_table(const StepView& at) -> const ObjectName* {
  const auto* dml = at.action<Dml>();
  if (dml == nullptr || picks_one_row(dml->where, at.before().table(dml->table))) return nullptr;
  const bool many = dml->verb == Dml::Verb::update || dml->verb == Dml::Verb::delete_ ||
                    (dml->verb == Dml::Verb::insert && dml->from_query);
  return many && at.live(dml->table) ? &dml->table : nullptr;
}

// Keeps the table locked against writers, or everybody, until the transaction ends.
auto altered_table(const StepView& at) -> const ObjectName* {
  const auto* table = target_table(at.step.action());
  if (table == nullptr || at.action<Dml>() != nullptr || !at.live(*table)) return nullptr;
  return blocks_writes(at.step.cost.strongest(*table)) ? table : nullptr;
}

}  // namespace

extern const Rule data_change_in_schema_transaction;
const Rule data_change_in_schema_transaction = {
    .code = "MIG603",
    .name = "data-change-in-schema-transaction",
    .level = Level::warning,
    .by_size = true,
    .doc =
        {
            .summary = "Rows are changed in the transaction that also alters their table: the table stays locked for as long as the data change takes",
            .what =
                "An UPDATE, DELETE or INSERT … SELECT of a table that an earlier statement of the same transaction "
                "altered, or an ALTER TABLE after such a change. Reported once for a table and revision.",
            .database =
                "ALTER TABLE closes the table to everybody (ACCESS EXCLUSIVE) until the transaction ends, so nobody "
                "can read or write it while the data change runs over its rows. One `alembic upgrade` is one "
                "transaction; with `transaction_per_migration=True` in env.py each revision is one. In the other "
                "order the ALTER TABLE can fail with \"pending trigger events\" (a deferred foreign key is still to "
                "be checked); then the ALTER TABLE goes into the next revision, which must be a transaction of its "
                "own. A constant needs no UPDATE: ADD COLUMN with server_default gives it to all rows, the old ones "
                "too, and writes none of them; it also stays the default of new rows. Other values are set in the "
                "next revision, in batches: in `autocommit_block()` every statement commits by itself.",
            .bad = "op.add_column(\"users\", sa.Column(\"plan\", sa.Text(), server_default=\"free\"))\n"
                   "op.execute(\"UPDATE users SET plan = 'paid' WHERE age > 17 AND id BETWEEN 1 AND 10000\")\n",
            .good = "op.add_column(\"users\", sa.Column(\"plan\", sa.Text(), server_default=\"free\"))\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/explicit-locking.html",
            .good_files = "=== next revision, for values that differ from row to row\n"
                          "with op.get_context().autocommit_block():\n"
                          "    for first in range(0, 1_000_000, 10_000):  # up to the highest id\n"
                          "        op.execute(\n"
                          "            \"UPDATE users SET plan = 'paid' WHERE age > 17\"\n"
                          "            f\" AND id BETWEEN {first} AND {first + 9_999}\"\n"
                          "        )\n",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          std::set<std::string> told;
          const auto& range = view.steps();
          struct Earlier { std::size_t step; std::string table; bool data; };
          std::vector<Earlier> earlier;
          for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i) {
            const auto at = view.step(i);
            if (!at.step.in_transaction || !at.transaction().known) continue;
            const auto* changed = changed_table(at);
            const auto* altered = changed == nullptr ? altered_table(at) : nullptr;
            const auto* table = changed != nullptr ? changed : altered;
            if (table == nullptr) continue;
            const auto name = table->display();
            for (const auto& other : earlier) {
              if (other.table != name || other.data == (changed != nullptr) || told.count(name) != 0) continue;
              const auto& step = view.tree.timeline->steps()[other.step];
              if (step.transaction != at.step.transaction) continue;
              told.insert(name);
              const auto says = changed != nullptr
                                    ? quoted(*table) + " was altered in this transaction, so nobody can use it while its rows "
                                                       "are changed here"
                                    : quoted(*table) + " is altered in the transaction that changed its rows: locked rows and "
                                                       "a locked table last until both are done";
              report.add(at.finding()
                             .says(says)
                             .about(name)
                             .label(step.sql->span, changed != nullptr ? "the table is altered here" : "the rows are changed here")
                             .help("move the data change into a revision of its own and run it in batches; for a constant "
                                   "value, a server_default on the new column needs no data change at all"));
            }
            if (earlier.size() < 1000) earlier.push_back({i, name, changed != nullptr});
          }
        },
};

}  // namespace foreshot::rules
