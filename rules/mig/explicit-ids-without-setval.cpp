#include <algorithm>
#include <charconv>
#include <string_view>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

auto is_named(const std::vector<ObjectName>& functions, std::string_view name) -> bool {
  return std::any_of(functions.begin(), functions.end(), [&](const ObjectName& function) { return function.name.text == name; });
}

// Does a sequence give the column its numbers where an INSERT names none?
auto counts_by_itself(const Schema& schema, const ObjectName& table, const TableColumn& column) -> bool {
  if (!column.certain) return false;
  if (column.column.identity != Column::Identity::no || column.column.type.is_serial()) return true;
  if (is_named(column.column.default_value.functions(), "nextval")) return true;
  const auto owned = schema.sequences_of(table);
  return column.column.default_value.exists() &&
         std::any_of(owned.begin(), owned.end(), [&](const Sequence* sequence) { return sequence->column == column.column.name; });
}

// A number below all that a sequence gives, or no number of the statement's own.
auto cannot_collide(const Expression& value) -> bool {
  if (value.kind == Expression::Kind::constant) {
    if (value.constant == Expression::Constant::default_keyword || value.constant == Expression::Constant::null) return true;
    long long number = 0;
    const auto* end = value.text.data() + value.text.size();
    const auto read = std::from_chars(value.text.data(), end, number);
    return read.ec != std::errc() || read.ptr != end || number <= 0;
  }
  return is_named(value.functions(), "nextval");
}

// The column of the INSERT that gets numbers which its sequence does not know of; null: none.
auto numbered(const StepView& at, const Dml& dml) -> const Identifier* {
  const auto before = at.before();
  const auto* table = before.table(dml.table);
  if (table == nullptr || table->kind != ObjectKind::table || table->temporary) return nullptr;
  if (is_named(dml.functions, "nextval") || is_named(dml.functions, "setval")) return nullptr;
  for (std::size_t i = 0; i < dml.columns.size(); ++i) {
    const auto* column = table->column(dml.columns[i].text);
    if (column == nullptr || !counts_by_itself(before, dml.table, *column)) continue;
    if (!dml.from_query && (dml.values.size() != dml.columns.size() || cannot_collide(dml.values[i]))) continue;
    return &dml.columns[i];
  }
  return nullptr;
}

// The statement before does the same: once for a run of them.
auto continues_run(const StepView& at, const Dml& dml, const Identifier& column) -> bool {
  const auto& steps = at.tree.timeline->steps();
  const auto i = static_cast<std::size_t>(&at.step - steps.data());
  if (i == at.tree.timeline->revision(at.step.revision).upgrade_begin) return false;
  const StepView before{at.project, at.tree, steps[i - 1]};
  const auto* other = before.action<Dml>();
  if (other == nullptr || other->verb != Dml::Verb::insert || !(other->table == dml.table)) return false;
  const auto* same = numbered(before, *other);
  return same != nullptr && *same == column;
}

// In this upgrade or later, the sequence is moved on, or nobody can tell, or the table goes.
auto is_settled(const StepView& at, const ObjectName& table, const Identifier& column) -> bool {
  const auto& steps = at.tree.timeline->steps();
  const auto lacks = [&](std::string_view text) { return text.find(table.name.text) == std::string_view::npos; };
  for (auto i = at.tree.timeline->revision(at.step.revision).upgrade_begin; i < steps.size(); ++i) {
    const auto& step = steps[i];
    if (step.downgrade || &step == &at.step) continue;
    const bool same = step.revision == at.step.revision;
    const auto& action = step.action();
    if (std::holds_alternative<Unreadable>(action) && (same || !lacks(step.sql->sql))) return true;
    if (const auto* block = std::get_if<Block>(&action); block != nullptr && !block->understood && same) return true;
    if (const auto* dml = std::get_if<Dml>(&action); dml != nullptr && is_named(dml->functions, "setval") && (same || !lacks(step.sql->sql)))
      return true;
    // Rows for the time of the migration.
    if (const auto* dml = std::get_if<Dml>(&action); dml != nullptr && same && &step > &at.step && dml->verb == Dml::Verb::delete_ && dml->table.name == table.name)
      return true;
    if (const auto* other = std::get_if<Other>(&action); other != nullptr && other->tag == "CALL" && same) return true;
    if (const auto* sequence = std::get_if<AlterSequence>(&action); sequence != nullptr && sequence->restart && (same || !lacks(step.sql->sql)))
      return true;
    if (const auto* drop = std::get_if<DropObject>(&action);
        drop != nullptr && drop->kind == ObjectKind::table &&
        std::any_of(drop->names.begin(), drop->names.end(), [&](const ObjectName& name) { return name.name == table.name; }))
      return true;
    const auto* alter = std::get_if<AlterTable>(&action);
    if (alter == nullptr || alter->table.name != table.name) continue;
    for (const auto& subcommand : alter->subcommands) {
      if (const auto* set = std::get_if<SetIdentity>(&subcommand); set != nullptr && set->column == column) return true;
      if (const auto* add = std::get_if<AddIdentity>(&subcommand); add != nullptr && add->column == column) return true;
      if (const auto* drop = std::get_if<DropDefault>(&subcommand); drop != nullptr && drop->column == column) return true;
      if (const auto* drop = std::get_if<DropColumn>(&subcommand); drop != nullptr && drop->column == column) return true;
    }
  }
  return false;
}

}  // namespace

extern const Rule explicit_ids_without_setval;
const Rule explicit_ids_without_setval = {
    .code = "MIG608",
    .name = "explicit-ids-without-setval",
    .level = Level::warning,
    .doc =
        {
            .summary = "Rows are inserted with numbers of their own into a column that a sequence counts, and the sequence is not told",
            .what = "`op.bulk_insert(…)` or INSERT that names a serial or identity column and gives it numbers, with no setval(), "
                    "`ALTER SEQUENCE … RESTART` or `ALTER COLUMN … RESTART` for it afterwards.",
            .database = "The sequence still counts from where it was. Later INSERTs without a number get those that are taken, one after "
                        "the other, and each fails with a duplicate key.",
            .bad = "op.execute(\"INSERT INTO seats (id, hall, place) VALUES (1, 1, 1), (2, 1, 2)\")\n",
            .good = "op.execute(\"INSERT INTO seats (id, hall, place) VALUES (1, 1, 1), (2, 1, 2)\")\n"
                    "op.execute(\"SELECT setval(pg_get_serial_sequence('seats', 'id'), max(id)) FROM seats\")\n",
            .allow = "Nothing inserts into the table without a number, or the numbers lie below where the sequence is everywhere.",
            .references = "https://www.postgresql.org/docs/current/functions-sequence.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* dml = at.action<Dml>();
          if (dml == nullptr || dml->verb != Dml::Verb::insert || !dml->table.known()) return;
          const auto* column = numbered(at, *dml);
          if (column == nullptr || continues_run(at, *dml, *column) || is_settled(at, dml->table, *column)) return;
          const auto table = dml->table.display();
          report.add(at.finding()
                         .without_locks()
                         .says("later inserts into " + quoted(table) + " fail with duplicate keys: its sequence does not know the numbers "
                               "that " + quoted(*column) + " gets here")
                         .about(table + "." + column->text)
                         .help("afterwards: SELECT setval(pg_get_serial_sequence('" + table + "', '" + column->text + "'), max(" +
                               column->text + ")) FROM " + table));
        },
};

}  // namespace foreshot::rules
