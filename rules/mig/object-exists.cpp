#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// What the statement makes and the replayed history says is there already; empty when all is well or not known.
auto present_object(const StepView& at) -> std::string {
  const auto before = at.before();
  // Only what the history itself made is certain; a model speaks of the end of the history.
  const auto made = [&](const ObjectName& name) {
    if (before.exists(name) != Existence::yes) return false;
    const auto* table = before.table(name);
    return table != nullptr && table->certain && !table->from_model && !table->temporary && table->origin.known();
  };
  // A naming convention that nobody could read gives other names than are written.
  const auto names_known = at.environment().naming_convention_known;
  if (const auto* create = at.action<CreateTable>()) {
    if (create->if_not_exists || create->temporary) return {};
    return made(create->table) ? "table " + quoted(create->table) : "";
  }
  if (const auto* view = at.action<CreateView>()) {
    if (view->if_not_exists || view->replace) return {};
    return made(view->view) ? "relation " + quoted(view->view) : "";
  }
  if (const auto* create = at.action<CreateIndex>()) {
    // Indexes of other servers belong to their table, and two tables may have one of the same name.
    if (create->if_not_exists || create->name.empty() || !names_known || !at.tree.runs_postgresql) return {};
    const ObjectName name{create->table.schema, create->name};
    const auto place = before.index(name);
    if (before.index_exists(name) != Existence::yes || place.index == nullptr || !place.table->origin.known()) return {};
    // Without a schema in one of the names they may lie in different ones.
    if (place.table->name.schema != create->table.schema) return {};
    return "index " + quoted(create->name);
  }
  if (const auto* alter = at.action<AlterTable>()) {
    if (alter->kind != ObjectKind::table || !alter->table.known()) return {};
    std::vector<std::string> dropped;
    for (const auto& subcommand : alter->subcommands) {
      const auto gone = [&](const Identifier& name) { return std::find(dropped.begin(), dropped.end(), name.text) != dropped.end(); };
      if (const auto* drop = std::get_if<DropColumn>(&subcommand)) dropped.push_back(drop->column.text);
      if (const auto* drop = std::get_if<DropConstraint>(&subcommand)) dropped.push_back(drop->constraint.text);
      if (const auto* add = std::get_if<AddColumn>(&subcommand);
          add != nullptr && !add->if_not_exists && !gone(add->column.name) &&
          before.column_exists(alter->table, add->column.name) == Existence::yes)
        return "column " + quoted(add->column.name) + " of " + quoted(alter->table);
      if (const auto* add = std::get_if<AddConstraint>(&subcommand);
          add != nullptr && names_known && at.tree.runs_postgresql && !add->constraint.name.empty() && !gone(add->constraint.name) &&
          add->constraint.kind != ConstraintKind::not_null &&
          before.constraint_exists(alter->table, add->constraint.name) == Existence::yes)
        return "constraint " + quoted(add->constraint.name) + " of " + quoted(alter->table);
    }
    return {};
  }
  if (const auto* rename = at.action<Rename>()) {
    if (rename->kind == ObjectKind::column && before.column_exists(rename->object, rename->to) == Existence::yes &&
        rename->to != rename->part)
      return "column " + quoted(rename->to) + " of " + quoted(rename->object);
    const ObjectName to{rename->object.schema, rename->to};
    if (rename->kind == ObjectKind::table && rename->to != rename->object.name && made(to)) return "table " + quoted(to);
    return {};
  }
  if (const auto* change = at.action<AlterEnum>()) {
    const auto* type = before.enum_type(change->type);
    if (type == nullptr || !type->certain || !type->values_known || change->if_not_exists || !change->value_known) return {};
    const auto there = std::find(type->values.begin(), type->values.end(), change->added) != type->values.end();
    return !change->added.empty() && there ? "value " + quoted(change->added) + " of " + quoted(change->type) : "";
  }
  return {};
}

}  // namespace

extern const Rule object_exists;
const Rule object_exists = {
    .code = "MIG711",
    .name = "object-exists",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A statement creates something that is there already at this point of the history: the migration fails",
            .what = "A table, view, column, index, named constraint or enum value that an earlier statement of the history made "
                    "and nothing has dropped since; also a rename to a name that is taken. Statements with IF NOT EXISTS, under "
                    "conditions, or after something unreadable are not judged.",
            .database = "PostgreSQL answers `… already exists` and the migration stops. On databases that were made by hand or by "
                        "create_all() the revision may have passed; a new database cannot be built from the history any more.",
            .bad = "op.add_column(\"users\", sa.Column(\"name\", sa.Text()))\n",
            .good = "op.execute(\"ALTER TABLE users ADD COLUMN IF NOT EXISTS name text\")\n",
            .allow = "The older object is dropped outside the migrations.",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          // Under a condition, or after a part that was not read, nobody can tell.
          if (at.step.conditional || at.step.nested || !at.body().fully_read) return;
          const auto present = present_object(at);
          if (present.empty()) return;
          report.add(at.finding()
                         .without_locks()
                         .says("the migration fails here: " + present + " is already there")
                         .about(present)
                         .help("check the name against the revisions before this one, and drop the older one first if it is to be "
                               "replaced"));
        },
};

}  // namespace foreshot::rules
