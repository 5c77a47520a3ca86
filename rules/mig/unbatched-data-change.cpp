#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

auto is_key(const Table* table, const std::string& column) -> bool {
  if (table == nullptr) return column == "id";
  if (const auto* key = table->primary_key()) {
    if (key->constraint.columns.size() == 1) return key->constraint.columns.front().text == column;
    return std::any_of(key->constraint.columns.begin(), key->constraint.columns.end(),
                       [&](const Identifier& part) { return part.text == column; });
  }
  return column == "id";
}

auto is_unique(const Table* table, const std::string& column) -> bool {
  if (table == nullptr) return false;
  return std::any_of(table->indexes.begin(), table->indexes.end(), [&](const TableIndex& index) {
    return index.index.unique && index.index.keys.size() == 1 && index.index.keys.front().column.text == column;
  });
}

// A variable or parameter of the block or function around looks like a column.
auto is_variable(const Expression& column, const Dml& dml, const Table* table) -> bool {
  // The columns of other relations are not known here.
  if (!dml.reads.empty() && !(dml.reads.size() == 1 && dml.reads.front() == dml.table)) return false;
  const auto& qualifier = column.name.schema.text;
  if (qualifier.empty()) return table != nullptr && table->columns_complete && table->column(column.name.name.text) == nullptr;
  return qualifier != dml.table.name.text;
}

// Does the condition keep the statement to few rows: a key compared with a value, a range of a key, a list of values?
auto bounded(const Expression& where, const Table* table, const Dml* in_block = nullptr, int depth = 0) -> bool {
  if (where.kind != Expression::Kind::operation || depth > 50) return false;
  if (where.text == "AND")
    return std::any_of(where.arguments.begin(), where.arguments.end(),
                       [&](const Expression& part) { return bounded(part, table, in_block, depth + 1); });
  if (where.text == "OR")
    return std::all_of(where.arguments.begin(), where.arguments.end(),
                       [&](const Expression& part) { return bounded(part, table, in_block, depth + 1); });
  const bool compares = where.text == "=" || where.text == "IN" || where.text == "<" || where.text == "<=" ||
                        where.text == ">" || where.text == ">=" || where.text == "BETWEEN" || where.text == "= ANY";
  if (!compares || where.arguments.empty()) return false;
  bool key = false;
  bool value = false;
  // Of two columns in a block the second may be a variable.
  const auto first_qualifier = where.arguments.front().kind == Expression::Kind::column ? where.arguments.front().name.schema.text : "";
  for (const auto& argument : where.arguments) {
    if (in_block != nullptr && &argument != &where.arguments.front() && argument.kind == Expression::Kind::column &&
        (argument.name.schema.empty() || argument.name.schema.text != first_qualifier) && is_variable(argument, *in_block, table))
      value = true;
    else if (argument.kind == Expression::Kind::column)
      key = key || is_key(table, argument.name.name.text) ||
            (where.text != "<" && where.text != ">" && is_unique(table, argument.name.name.text));
    else if (argument.kind != Expression::Kind::subquery)
      value = true;
  }
  return key && value;
}

}  // namespace

extern const Rule unbatched_data_change;
const Rule unbatched_data_change = {
    .code = "MIG601",
    .name = "unbatched-data-change",
    .level = Level::warning,
    .by_size = true,
    .doc =
        {
            .summary = "One statement changes an unknown number of rows of a table in use: they all stay locked until the transaction ends",
            .what =
                "An UPDATE or DELETE whose WHERE is neither a key, a range of the key nor a LIMIT, or an INSERT … "
                "SELECT into a table that existed before. In `op.execute`, in Core statements and in sessions alike.",
            .database =
                "Each changed row is locked until the transaction ends. One `alembic upgrade` is one transaction; "
                "with `transaction_per_migration=True` in env.py each revision is one. The application's UPDATE and "
                "DELETE of such a row wait, and after a DELETE also an INSERT that refers to it; SELECT goes on and "
                "sees the old values. Meanwhile vacuum cannot clear away rows that were replaced or deleted since, in "
                "the whole database, and replicas may fall behind. Change the rows in batches instead, by ranges of "
                "the key: in `autocommit_block()` every statement commits by itself. Give the loop a revision of its "
                "own, since the block also commits what came before it; it can be run again when it breaks off.",
            .bad = "op.execute(\"UPDATE users SET name = 'unknown' WHERE name IS NULL\")\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    for first in range(0, 1_000_000, 10_000):  # up to the highest id\n"
                    "        op.execute(\n"
                    "            \"UPDATE users SET name = 'unknown' WHERE name IS NULL\"\n"
                    "            f\" AND id BETWEEN {first} AND {first + 9_999}\"\n"
                    "        )\n",
            .allow = "The condition matches few rows.",
            .references = "https://www.postgresql.org/docs/current/routine-vacuuming.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* dml = at.action<Dml>();
          if (dml == nullptr || dml->limited) return;
          using Verb = Dml::Verb;
          if (dml->verb != Verb::update && dml->verb != Verb::delete_ && !(dml->verb == Verb::insert && dml->from_query))
            return;
          // Without WHERE it is another rule's.
          if (dml->verb != Verb::insert && !dml->where.exists()) return;
          if (dml->verb != Verb::insert && dml->where.is_constant() && dml->where.exists()) return;
          if (!at.live(dml->table)) return;
          const auto* table = at.before().table(dml->table);
          if (dml->verb == Verb::insert) {
            // Copying from what this migration made, or from nothing, is as large as the migration itself.
            const bool from_live = std::any_of(dml->reads.begin(), dml->reads.end(),
                                               [&](const ObjectName& name) { return at.live(name); });
            if (!from_live) return;
            // A range of the keys that are copied.
            if (dml->where.exists() && dml->reads.size() == 1 &&
                bounded(dml->where, at.before().table(dml->reads.front()), at.step.nested ? dml : nullptr))
              return;
          } else if (bounded(dml->where, table, at.step.nested ? dml : nullptr) || dml->where.kind == Expression::Kind::hole) {
            return;
          }
          // One row of a loop over keys.
          if (dml->where.has_hole() && !at.op().repeats.empty()) return;
          const auto rows = " an unknown number of rows " + std::string(dml->verb == Verb::insert ? "into " : "of ") +
                            quoted(dml->table) + " in one statement: ";
          report.add(at.finding()
                         .says(dml->verb == Verb::insert
                                   ? "copying" + rows + "the transaction, with every lock it holds, lasts as long as all of them take"
                                   : (dml->verb == Verb::update ? "updating" : "deleting") + rows +
                                         "whoever else changes one of them waits until the transaction ends")
                         .about(dml->table.display())
                         .help("change a few thousand rows at a time by ranges of the key, and commit after each batch "
                               "(autocommit_block)"));
        },
};

}  // namespace foreshot::rules
