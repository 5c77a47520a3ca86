#include <algorithm>

#include "analyzer/fix/migration.h"
#include "analyzer/fix/operation_text.h"
#include "analyzer/fix/python_text.h"
#include "analyzer/fix/sql_text.h"
#include "analyzer/fix/stages.h"

namespace foreshot::fix {
namespace {

auto altered(const StepView& at) -> const AlterTable* {
  const auto* alter = at.action<AlterTable>();
  return alter == nullptr || !alter->table.known() || alter->table.symbolic() || alter->only ? nullptr : alter;
}

auto drops_constraint(const StepView& step, const std::string& name) -> bool {
  const auto* alter = step.action<AlterTable>();
  if (alter == nullptr || alter->subcommands.size() != 1) return false;
  const auto* drop = std::get_if<DropConstraint>(&alter->subcommands.front());
  return drop != nullptr && drop->constraint == Identifier(name);
}

auto texts(const std::vector<Identifier>& names) -> std::optional<std::vector<std::string>> {
  std::vector<std::string> out;
  for (const auto& name : names) {
    if (!name.known || name.symbolic()) return std::nullopt;
    out.push_back(name.text);
  }
  return out;
}

auto validate_text(const ObjectName& table, const std::string& name) -> std::string {
  return execute_text(alter(table, "VALIDATE CONSTRAINT " + quoted_name(name)));
}

auto foreign_key_text(const std::string& name, const ObjectName& table, const Constraint& key) -> std::optional<std::string> {
  const auto columns = texts(key.columns), there = texts(key.references.columns);
  if (!columns || !there || columns->empty() || there->empty() || !key.references.table.known() || key.references.table.symbolic() || key.deferrable) return std::nullopt;
  std::vector<std::string> arguments = {literal(name), literal(table.name.text), literal(key.references.table.name.text), literals(*columns), literals(*there)};
  if (!key.references.on_update.empty()) arguments.push_back("onupdate=" + literal(key.references.on_update));
  if (!key.references.on_delete.empty()) arguments.push_back("ondelete=" + literal(key.references.on_delete));
  for (auto& argument : schema_argument(table, "source_schema")) arguments.push_back(std::move(argument));
  for (auto& argument : schema_argument(key.references.table, "referent_schema")) arguments.push_back(std::move(argument));
  arguments.emplace_back("postgresql_not_valid=True");
  return call_text(std::string(op_mark) + ".create_foreign_key", arguments);
}

// A revision that validates, and puts the constraint back unvalidated on the way down.
auto validating(const StepView& at, const ObjectName& table, const std::string& name, ConstraintKind kind, std::string again) -> Stage {
  return {"validate " + name,
          {{validate_text(table, name), false}},
          {{drop_constraint_text(at, name, table, constraint_type(kind)), false}, {std::move(again), false}}};
}

// The constraint by itself: not one of the columns that the same statement adds, nothing else in it.
auto stands_alone(const StepView& at, const AlterTable& alter) -> bool {
  return alter.subcommands.size() == 1 && at.op().statements.size() == 1;
}

// The index that a constraint is to use, and then the constraint, as the last stages of a plan.
auto index_and_constraint(const StepView& at, const ObjectName& table, const std::string& name, const Constraint& key, Plan& plan) -> bool {
  CreateIndex index;
  index.name = Identifier(name);
  index.table = table;
  index.unique = true;
  for (const auto& column : key.columns) {
    IndexKey part;
    part.column = column;
    index.keys.push_back(std::move(part));
  }
  const auto build = create_index_text(index, true);
  if (!build || key.deferrable || !key.include.empty() || key.nulls_not_distinct || key.without_overlaps) return false;
  const bool primary = key.kind == ConstraintKind::primary_key;
  const auto add = std::string("ADD CONSTRAINT ") + quoted_name(name) + (primary ? " PRIMARY KEY" : " UNIQUE") + " USING INDEX " + quoted_name(name);
  plan.stages.push_back({"build " + name, {{*build, true}}, {{drop_index_text(name, table), false}}});
  plan.stages.push_back({"add constraint " + name,
                         {{execute_text(alter(table, add)), false}},
                         {{drop_constraint_text(at, name, table, constraint_type(key.kind)), false}, {*build, true}}});
  return true;
}

// unique=True of a column that add_column adds.
auto unique_column(const StepView& at, const Call& call, const AlterTable& alter, const Constraint& key, const std::string& name) -> std::optional<Fix> {
  if (call.directive() != "add_column" || at.op().statements.size() != 2) return std::nullopt;
  const auto* column = call.argument("column", call.in_batch() ? 0 : 1);
  const auto inner = column == nullptr ? std::nullopt : call.nested(column->value);
  const auto* flag = inner ? inner->argument("unique", -1) : nullptr;
  const auto bare = flag == nullptr ? std::nullopt : inner->with({{flag, ""}});
  const auto text = bare ? call.with({{column, *bare}}) : std::nullopt;
  if (!text) return std::nullopt;
  Plan plan;
  plan.says = "builds the index of the constraint concurrently, and adds the constraint afterwards";
  plan.stages.push_back({"", {{*text, false}}, {}});
  if (!index_and_constraint(at, alter.table, name, key, plan)) return std::nullopt;
  plan.moves_undoing = true;
  plan.undone_by = [name](const StepView& step) { return drops_constraint(step, name); };
  return staged(at, call, plan);
}

}  // namespace

auto validated_later(const StepView& at, const AddConstraint& add) -> std::optional<Fix> {
  const auto call = call_of(at);
  const auto* alter = altered(at);
  if (!call || alter == nullptr || !stands_alone(at, *alter)) return std::nullopt;
  const auto name = constraint_name(at, alter->table, add.constraint);
  if (name.empty()) return std::nullopt;
  const auto directive = call->directive();
  std::optional<std::string> here, there;
  if (directive == "create_foreign_key" || directive == "create_check_constraint") {
    if (call->argument("postgresql_not_valid", -1) != nullptr) return std::nullopt;
    here = call->with({}, {"postgresql_not_valid=True"});
    there = as_op_call(*call, alter->table, 1, {}, {"postgresql_not_valid=True"});
  } else if (plain_sql(at, *call)) {
    here = with_sql(at, *call, at.sql().sql + " NOT VALID");
    there = here;
  }
  if (!here || !there) return std::nullopt;
  // Batch operations name the other table's schema otherwise.
  if (call->in_batch() && !alter->table.schema.empty()) return std::nullopt;
  const auto again = portable(*call, *there, call->place().names);
  if (!again) return std::nullopt;
  Plan plan;
  plan.says = "adds it NOT VALID, and validates it in a revision of its own";
  plan.stages = {{"", {{*here, false}}, {}}, validating(at, alter->table, name, add.constraint.kind, again->text)};
  plan.imports = again->imports;
  return staged(at, *call, plan);
}

auto foreign_key_apart(const StepView& at, const AddConstraint& add) -> std::optional<Fix> {
  const auto call = call_of(at);
  const auto* alter = altered(at);
  if (!call || alter == nullptr || call->directive() != "add_column" || at.op().statements.size() != 2) return std::nullopt;
  const auto* column = call->argument("column", call->in_batch() ? 0 : 1);
  const auto inner = column == nullptr ? std::nullopt : call->nested(column->value);
  if (!inner) return std::nullopt;
  const ArgumentPlace* key = nullptr;
  for (const auto& argument : inner->place().arguments)
    if (const auto nested = inner->nested(argument.value); nested && nested->directive() == "ForeignKey") {
      if (key != nullptr) return std::nullopt;
      key = &argument;
    }
  const auto name = constraint_name(at, alter->table, add.constraint);
  const auto apart = foreign_key_text(name, alter->table, add.constraint);
  const auto bare = key == nullptr ? std::nullopt : inner->with({{key, ""}});
  if (!bare || name.empty() || !apart) return std::nullopt;
  const auto text = call->in_batch() ? as_op_call(*call, alter->table, 0, {{column, *bare}}, {}) : call->with({{column, *bare}});
  if (!text) return std::nullopt;
  Plan plan;
  plan.says = "adds the foreign key by itself and NOT VALID, and validates it in a revision of its own";
  plan.stages = {{"", {{*text, false}, {*apart, false}}, {}}, validating(at, alter->table, name, ConstraintKind::foreign_key, *apart)};
  return staged(at, *call, plan);
}

auto index_first(const StepView& at, const AddConstraint& add) -> std::optional<Fix> {
  const auto call = call_of(at);
  const auto* alter = altered(at);
  if (!call || alter == nullptr || alter->subcommands.size() != 1) return std::nullopt;
  const auto name = constraint_name(at, alter->table, add.constraint);
  if (name.empty()) return std::nullopt;
  const auto before = at.before();
  const auto* table = before.table(alter->table);
  // CONCURRENTLY is refused for a partitioned table, and so is USING INDEX.
  if (table != nullptr && !table->partition_by.empty()) return std::nullopt;
  if (add.constraint.kind == ConstraintKind::primary_key) {
    // USING INDEX would set NOT NULL, and read the whole table for it.
    for (const auto& column : add.constraint.columns) {
      const auto* known = table == nullptr ? nullptr : table->column(column.text);
      if (known == nullptr || known->not_null != Known::yes) return std::nullopt;
    }
  }
  if (at.op().has(Oddity::unique_in_column) != nullptr) return unique_column(at, *call, *alter, add.constraint, name);
  if (at.op().statements.size() != 1) return std::nullopt;
  Plan plan;
  plan.says = "builds the index concurrently, and adds the constraint in a revision of its own";
  if (!index_and_constraint(at, alter->table, name, add.constraint, plan)) return std::nullopt;
  plan.keeps_downgrade = false;
  plan.undone_by = [name](const StepView& step) { return drops_constraint(step, name); };
  return staged(at, *call, plan);
}

}  // namespace foreshot::fix
