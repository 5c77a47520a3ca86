#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// What the statement needs and the replayed history says is not there; empty when all is well or not known.
auto missing_object(const StepView& at) -> std::string {
  const auto before = at.before();
  const auto table_gone = [&](const ObjectName& name) { return name.known() && before.exists(name) == Existence::no; };
  const auto column_gone = [&](const ObjectName& table, const Identifier& column) {
    return column.known && !column.empty() && before.column_exists(table, column) == Existence::no;
  };
  if (const auto* alter = at.action<AlterTable>()) {
    if (alter->if_exists || alter->kind != ObjectKind::table) return {};
    if (table_gone(alter->table)) return "table " + quoted(alter->table);
    std::vector<std::string> added;
    for (const auto& subcommand : alter->subcommands) {
      const auto of = " of " + quoted(alter->table);
      const Identifier* column = nullptr;
      if (const auto* add = std::get_if<AddColumn>(&subcommand)) added.push_back(add->column.name.text);
      if (const auto* drop = std::get_if<DropColumn>(&subcommand)) column = drop->if_exists ? nullptr : &drop->column;
      if (const auto* change = std::get_if<AlterColumnType>(&subcommand)) column = &change->column;
      if (const auto* set = std::get_if<SetNotNull>(&subcommand)) column = &set->column;
      if (const auto* drop = std::get_if<DropNotNull>(&subcommand)) column = &drop->column;
      if (const auto* set = std::get_if<SetDefault>(&subcommand)) column = &set->column;
      if (const auto* drop = std::get_if<DropDefault>(&subcommand)) column = &drop->column;
      if (column != nullptr && column_gone(alter->table, *column)) {
        bool here = false;
        for (const auto& name : added) here = here || name == column->text;
        if (!here) return "column " + quoted(*column) + of;
      }
      // Other servers name constraints and keep indexes by rules of their own.
      if (!at.tree.runs_postgresql) continue;
      if (const auto* drop = std::get_if<DropConstraint>(&subcommand);
          drop != nullptr && !drop->if_exists && drop->constraint.known && !drop->constraint.empty() &&
          before.constraint_exists(alter->table, drop->constraint) == Existence::no)
        return "constraint " + quoted(drop->constraint) + of;
      if (const auto* validate = std::get_if<ValidateConstraint>(&subcommand);
          validate != nullptr && validate->constraint.known && alter->subcommands.size() == 1 &&
          before.constraint_exists(alter->table, validate->constraint) == Existence::no)
        return "constraint " + quoted(validate->constraint) + of;
    }
    return {};
  }
  if (const auto* drop = at.action<DropObject>()) {
    if (drop->if_exists) return {};
    for (const auto& name : drop->names) {
      if (drop->kind == ObjectKind::table && table_gone(name)) return "table " + quoted(name);
      if (drop->kind == ObjectKind::index && at.tree.runs_postgresql && name.known() && before.index_exists(name) == Existence::no)
        return "index " + quoted(name);
      if (drop->kind == ObjectKind::type && name.known() && before.type_exists(name) == Existence::no)
        return "type " + quoted(name);
    }
    return {};
  }
  if (const auto* rename = at.action<Rename>()) {
    if (rename->if_exists) return {};
    if (rename->kind == ObjectKind::table && table_gone(rename->object)) return "table " + quoted(rename->object);
    if (rename->kind == ObjectKind::column && table_gone(rename->object)) return "table " + quoted(rename->object);
    if (rename->kind == ObjectKind::column && column_gone(rename->object, rename->part))
      return "column " + quoted(rename->part) + " of " + quoted(rename->object);
    return {};
  }
  if (const auto* create = at.action<CreateIndex>()) {
    if (table_gone(create->table)) return "table " + quoted(create->table);
    for (const auto& key : create->keys)
      if (column_gone(create->table, key.column)) return "column " + quoted(key.column) + " of " + quoted(create->table);
  }
  return {};
}

}  // namespace

extern const Rule object_missing;
const Rule object_missing = {
    .code = "MIG710",
    .name = "object-missing",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A statement alters, indexes or drops something that is not there at this point of the history: the migration fails",
            .what = "A table, column, constraint, index or type that an earlier revision dropped or renamed, or that the complete "
                    "history never created. Statements with IF EXISTS, under conditions, or after something unreadable are not "
                    "judged.",
            .database = "PostgreSQL answers `… does not exist` and the migration stops.",
            .bad = "op.drop_column(\"users\", \"nickname\")\n",
            .good = "op.execute(\"ALTER TABLE users DROP COLUMN IF EXISTS nickname\")\n",
            .allow = "The object is made outside the migrations.",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          // Under a condition, or after a part that was not read, nobody can tell.
          if (at.step.conditional || at.step.nested || !at.body().fully_read) return;
          if (at.op().has(Oddity::drop_name_none) != nullptr) return;
          const auto missing = missing_object(at);
          if (missing.empty()) return;
          report.add(at.finding()
                         .without_locks()
                         .says(missing + " does not exist at this point: the migration fails")
                         .about(missing)
                         .help("check the name against the revisions before this one"));
        },
};

}  // namespace foreshot::rules
