#include <algorithm>

#include "analyzer/base/md5.h"
#include "analyzer/fix/migration.h"
#include "analyzer/fix/operation_text.h"
#include "analyzer/fix/python_text.h"
#include "analyzer/fix/sql_text.h"
#include "analyzer/fix/stages.h"

namespace foreshot::fix {
namespace {

// ck_users_email_not_null, shortened where PostgreSQL would cut it.
auto check_name(const ObjectName& table, const std::string& column) -> std::string {
  auto name = "ck_" + table.name.text + "_" + column + "_not_null";
  if (name.size() > 63) name = name.substr(0, 54) + "_" + md5_hex(name).substr(0, 8);
  return name;
}

struct Proof {
  std::string name, add, drop;
};

auto proof_of(const StepView& at, const ObjectName& table, const std::string& column) -> std::optional<Proof> {
  Proof proof;
  proof.name = check_name(table, column);
  const auto before = at.before();
  if (before.constraint_exists(table, Identifier(proof.name)) == Existence::yes) return std::nullopt;
  proof.add = create_check_text(at, proof.name, table, quoted_name(std::string_view(column)) + " IS NOT NULL");
  proof.drop = drop_constraint_text(at, proof.name, table, "check");
  return proof;
}

auto column_sql(const ObjectName& table, const std::string& column, const char* what) -> std::string {
  return execute_text(alter(table, "ALTER COLUMN " + quoted_name(std::string_view(column)) + " " + what));
}

auto nullable_text(const ObjectName& table, const std::string& column, bool nullable) -> std::string {
  std::vector<std::string> arguments = {literal(table.name.text), literal(column), nullable ? "nullable=True" : "nullable=False"};
  for (auto& argument : schema_argument(table)) arguments.push_back(std::move(argument));
  return call_text(std::string(op_mark) + ".alter_column", arguments);
}

// With the check validated, SET NOT NULL reads nothing, and the check has done its work.
auto contracting(const ObjectName& table, const std::string& column, const Proof& proof, std::string set_not_null, std::string drop_not_null) -> Stage {
  return {"require " + table.name.text + " " + column,
          {{execute_text(alter(table, "VALIDATE CONSTRAINT " + quoted_name(std::string_view(proof.name)))), false}, {std::move(set_not_null), false}, {proof.drop, false}},
          {{proof.add, false}, {std::move(drop_not_null), false}}};
}

// Batches that commit one by one, from the column's own default or from a value.
auto backfill(const ObjectName& table, const std::string& column, const std::string& value) -> std::string {
  const auto name = quoted_name(std::string_view(column));
  const auto rows = "SELECT ctid FROM " + quoted_name(table) + " WHERE " + name + " IS NULL LIMIT 10000";
  const std::vector<std::string> lines = {"DO $$ BEGIN LOOP ",
                                          "UPDATE " + quoted_name(table) + " SET " + name + " = " + value + " ",
                                          "WHERE ctid = ANY (ARRAY(" + rows + ")); ",
                                          "EXIT WHEN NOT FOUND; COMMIT; ",
                                          "END LOOP; END $$"};
  std::string out = std::string(op_mark) + ".execute(\n";
  for (const auto& line : lines) out += "    " + literal(line) + "\n";
  return out + ")";
}

// What stands for "nothing yet" in a column of the type; empty: nobody can say.
auto neutral_value(const TypeName& type) -> std::string {
  const auto& name = type.name.text;
  if (!type.known()) return {};
  if (type.array_dimensions > 0) return "'{}'";
  if (name == "int2" || name == "int4" || name == "int8" || name == "numeric" || name == "float4" || name == "float8") return "0";
  if (name == "bool") return "false";
  if (name == "text" || name == "varchar" || name == "citext") return "''";
  if (name == "json" || name == "jsonb") return "'{}'";
  if (name == "timestamptz" || name == "timestamp") return "now()";
  if (name == "date") return "current_date";
  return {};
}

// A constant of Python as SQL: the column's default=, which the application would give.
auto constant_value(const std::string& python) -> std::string {
  if (python == "True") return "true";
  if (python == "False") return "false";
  if (!python.empty() && python.size() < 20 && std::all_of(python.begin(), python.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '-'; })) return python;
  if (python.size() < 2 || (python.front() != '"' && python.front() != '\'') || python.back() != python.front()) return {};
  const auto inner = python.substr(1, python.size() - 2);
  if (inner.find_first_of("\\\"'%:{") != std::string::npos) return {};
  return text_literal(inner);
}

}  // namespace

auto proved_not_null(const StepView& at, const Identifier& column) -> std::optional<Fix> {
  const auto call = call_of(at);
  const auto* alter = at.action<AlterTable>();
  if (!call || alter == nullptr || alter->subcommands.size() != 1 || !std::holds_alternative<SetNotNull>(alter->subcommands.front())) return std::nullopt;
  if (!alter->table.known() || alter->table.symbolic() || alter->only || !column.known || at.op().statements.size() != 1) return std::nullopt;
  const auto proof = proof_of(at, alter->table, column.text);
  if (!proof) return std::nullopt;
  const auto set = call->directive() == "alter_column" ? as_op_call(*call, alter->table, 0, {}, {}) : std::optional(column_sql(alter->table, column.text, "SET NOT NULL"));
  const auto moved = set ? portable(*call, *set, call->place().names) : std::nullopt;
  if (!moved) return std::nullopt;
  const auto drop = call->directive() == "alter_column" ? nullable_text(alter->table, column.text, true) : column_sql(alter->table, column.text, "DROP NOT NULL");
  Plan plan;
  plan.says = "adds a CHECK NOT VALID, and validates it in a revision of its own, where SET NOT NULL then reads nothing";
  plan.stages = {{"", {{proof->add, false}}, {{proof->drop, false}}}, contracting(alter->table, column.text, *proof, moved->text, drop)};
  plan.imports = moved->imports;
  plan.keeps_downgrade = false;
  plan.undone_by = [name = column](const StepView& step) {
    const auto* undo = step.action<AlterTable>();
    const auto* dropped = undo == nullptr || undo->subcommands.size() != 1 ? nullptr : std::get_if<DropNotNull>(&undo->subcommands.front());
    return dropped != nullptr && dropped->column == name;
  };
  return staged(at, *call, plan);
}

auto filled_later(const StepView& at, const AddColumn& add) -> std::optional<Fix> {
  const auto call = call_of(at);
  const auto* alter = at.action<AlterTable>();
  if (!call || alter == nullptr || alter->subcommands.size() != 1 || call->directive() != "add_column" || call->in_batch()) return std::nullopt;
  if (!alter->table.known() || alter->table.symbolic() || !add.column.name.known || at.op().statements.size() != 1) return std::nullopt;
  if (!add.column.constraints.empty() || add.column.identity != Column::Identity::no || add.column.type.is_serial()) return std::nullopt;
  const auto name = add.column.name.text;
  const auto* column = call->argument("column", 1);
  const auto inner = column == nullptr ? std::nullopt : call->nested(column->value);
  if (!inner) return std::nullopt;
  const auto* nullable = inner->argument("nullable", -1);
  const auto* server_default = inner->argument("server_default", -1);
  const auto* python_default = inner->argument("default", -1);
  if (inner->argument("primary_key", -1) != nullptr) return std::nullopt;
  Call::Changes changes;
  if (nullable != nullptr) changes.push_back({nullable, "nullable=True"});
  std::vector<Part> expand;
  std::string value = "DEFAULT", guessed;
  if (add.column.default_value.exists()) {
    if (server_default == nullptr) return std::nullopt;
    changes.push_back({server_default, ""});
    std::vector<std::string> arguments = {literal(alter->table.name.text), literal(name), call->text(server_default->span)};
    for (auto& argument : schema_argument(alter->table)) arguments.push_back(std::move(argument));
    const auto op = op_name(call->layout());
    expand.push_back({call_text((op.empty() ? std::string(op_mark) : op) + ".alter_column", arguments), false});
  } else {
    value = python_default == nullptr ? "" : constant_value(inner->text(python_default->value));
    if (value.empty()) {
      value = neutral_value(add.column.type);
      guessed = "; look at the value that old rows get: " + value;
    }
    if (value.empty()) return std::nullopt;
    // It is no part of what a migration sends.
    if (python_default != nullptr) changes.push_back({python_default, ""});
  }
  const auto bare = inner->with(changes);
  const auto text = bare ? call->with({{column, *bare}}) : std::nullopt;
  const auto proof = proof_of(at, alter->table, name);
  if (!text || !proof) return std::nullopt;
  expand.insert(expand.begin(), Part{*text, false});
  Plan plan;
  const auto subject = alter->table.name.text + " " + name;
  plan.stages = {{"", std::move(expand), {}}, {"backfill " + subject, {{backfill(alter->table, name, value), true}}, {}}};
  if (add.column.not_null) {
    plan.stages.push_back({"check " + subject, {{proof->add, false}}, {{proof->drop, false}}});
    plan.stages.push_back(contracting(alter->table, name, *proof, nullable_text(alter->table, name, false), nullable_text(alter->table, name, true)));
    plan.says = "adds the column nullable, fills it in batches, and demands NOT NULL in the last of three revisions" + guessed;
  } else {
    plan.says = "adds the column empty, gives new rows the default, and fills old ones in batches in a revision of its own";
  }
  return staged(at, *call, plan);
}

}  // namespace foreshot::fix
