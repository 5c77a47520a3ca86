#include <algorithm>
#include <cctype>
#include <string_view>

#include "analyzer/fix/migration.h"
#include "analyzer/fix/operation_text.h"
#include "analyzer/fix/python_text.h"
#include "analyzer/fix/sql_text.h"
#include "analyzer/fix/stages.h"

namespace foreshot::fix {
namespace {

// The place behind the first of a statement's words, in upper case; npos: it is not there before any quote.
auto behind(std::string_view sql, std::string_view word) -> std::size_t {
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql[i] == '\'' || sql[i] == '"' || sql[i] == '(' || sql[i] == '-' || sql[i] == '/') return std::string_view::npos;
    if (i + word.size() > sql.size()) break;
    const bool begins = i == 0 || std::isspace(static_cast<unsigned char>(sql[i - 1])) != 0;
    const bool ends = i + word.size() == sql.size() || std::isspace(static_cast<unsigned char>(sql[i + word.size()])) != 0;
    const auto equal = [](char a, char b) { return std::toupper(static_cast<unsigned char>(a)) == b; };
    if (begins && ends && std::equal(word.begin(), word.end(), sql.begin() + static_cast<std::ptrdiff_t>(i), [&](char b, char a) { return equal(a, b); }))
      return i + word.size();
  }
  return std::string_view::npos;
}

auto detach(const Action& action) -> const DetachPartition* {
  const auto* alter = std::get_if<AlterTable>(&action);
  return alter == nullptr || alter->subcommands.size() != 1 ? nullptr : std::get_if<DetachPartition>(&alter->subcommands.front());
}

auto concurrent_sql(const StepView& at) -> std::string {
  const auto& sql = at.sql().sql;
  if (detach(at.step.action()) != nullptr) return sql + " CONCURRENTLY";
  const auto place = behind(sql, "INDEX");
  return place == std::string::npos ? std::string() : sql.substr(0, place) + " CONCURRENTLY" + sql.substr(place);
}

// The statement, of Python or of SQL, with CONCURRENTLY.
auto concurrent_text(const StepView& at, const Call& call, const ObjectName& table) -> std::optional<std::string> {
  const auto directive = call.directive();
  if (directive == "create_index" || directive == "drop_index") {
    const auto* given = call.argument("postgresql_concurrently", -1);
    Call::Changes changes;
    std::vector<std::string> further;
    if (given == nullptr)
      further.emplace_back("postgresql_concurrently=True");
    else
      changes.push_back({given, "postgresql_concurrently=True"});
    return as_op_call(call, table, 1, changes, further);
  }
  if (!plain_sql(at, call)) return std::nullopt;
  const auto sql = concurrent_sql(at);
  if (sql.empty()) return std::nullopt;
  return with_sql(at, call, sql);
}

auto drops_index(const StepView& step, const std::string& name) -> bool {
  const auto* drop = step.action<DropObject>();
  return drop != nullptr && drop->kind == ObjectKind::index && drop->names.size() == 1 && drop->names.front().name == Identifier(name);
}

auto creates_index(const StepView& step, const std::string& name) -> bool {
  const auto* create = step.action<CreateIndex>();
  return create != nullptr && create->name == Identifier(name);
}

// How the index that is dropped comes back: as the downgrade says, or as the history knows it.
auto created_again(const StepView& at, Plan& plan, const ObjectName& name) -> std::optional<std::string> {
  const auto before = at.before();
  const auto place = before.index(name);
  if (const auto undoing = undoing_call(at, plan.undone_by)) {
    const auto table = place.table != nullptr ? place.table->name : ObjectName();
    if (undoing->in_batch() && table.empty()) return std::nullopt;
    const auto text = as_op_call(*undoing, table, 1, {}, {});
    auto moved = text ? portable(*undoing, *text, undoing->place().names) : std::nullopt;
    if (!moved) return std::nullopt;
    plan.imports.merge(moved->imports);
    return moved->text;
  }
  if (place.table == nullptr || place.index == nullptr || !place.index->certain) return std::nullopt;
  // Its table and columns may have been renamed since.
  for (const auto& key : place.index->index.keys)
    if (key.column.empty() || place.table->column(key.column.text) == nullptr) return std::nullopt;
  auto index = place.index->index;
  index.table = place.table->name;
  return create_index_text(index, false);
}

// One stage outside a transaction, and what undoes it when it has to move.
auto moved_outside(const StepView& at, const Call& call, const std::string& text, const std::string& says) -> std::optional<Fix> {
  const auto moved = portable(call, text, call.place().names);
  Plan plan;
  plan.says = says;
  Stage stage;
  const auto& action = at.step.action();
  if (const auto* create = std::get_if<CreateIndex>(&action)) {
    if (create->name.empty() || !create->name.known) return std::nullopt;
    stage.message = "build " + create->name.text;
    stage.down = {{drop_index_text(create->name.text, create->table), false}};
    plan.undone_by = [name = create->name.text](const StepView& step) { return drops_index(step, name); };
  } else if (const auto* drop = std::get_if<DropObject>(&action); drop != nullptr && drop->kind == ObjectKind::index && drop->names.size() == 1) {
    const auto name = drop->names.front().name.text;
    stage.message = "drop " + name;
    plan.undone_by = [name](const StepView& step) { return creates_index(step, name); };
    if (const auto again = created_again(at, plan, drop->names.front())) stage.down = {{*again, false}};
    if (stage.down.empty() && !is_alone(at)) return std::nullopt;
  } else if (!is_alone(at)) {
    return std::nullopt;
  }
  if (!moved && !is_alone(at)) return std::nullopt;
  stage.up = {{moved ? moved->text : text, true}};
  if (moved) plan.imports.insert(moved->imports.begin(), moved->imports.end());
  plan.stages = {std::move(stage)};
  return staged(at, call, plan);
}

// index=True of a column that add_column adds.
auto index_of_column(const StepView& at, const Call& call, const CreateIndex& create) -> std::optional<Fix> {
  if (call.directive() != "add_column" || at.op().statements.size() != 2) return std::nullopt;
  const auto* column = call.argument("column", call.in_batch() ? 0 : 1);
  const auto inner = column == nullptr ? std::nullopt : call.nested(column->value);
  const auto* flag = inner ? inner->argument("index", -1) : nullptr;
  if (flag == nullptr) return std::nullopt;
  const auto bare = inner->with({{flag, ""}});
  const auto text = bare ? call.with({{column, *bare}}) : std::nullopt;
  const auto index = create_index_text(create, true);
  if (!text || !index) return std::nullopt;
  Plan plan;
  plan.says = "builds the index concurrently, in a revision of its own";
  plan.stages = {{"", {{*text, false}}, {}},
                 {"build " + create.name.text, {{*index, true}}, {{drop_index_text(create.name.text, create.table), false}}}};
  plan.undone_by = [name = create.name.text](const StepView& step) { return drops_index(step, name); };
  plan.moves_undoing = true;
  return staged(at, call, plan);
}

}  // namespace

auto concurrently(const StepView& at) -> std::optional<Fix> {
  const auto call = call_of(at);
  if (!call) return std::nullopt;
  const auto& action = at.step.action();
  ObjectName table;
  if (const auto* create = std::get_if<CreateIndex>(&action)) {
    table = create->table;
    if (at.op().has(Oddity::index_in_column) != nullptr) return index_of_column(at, *call, *create);
  } else if (const auto* drop = std::get_if<DropObject>(&action)) {
    if (drop->names.size() != 1 || drop->cascade) return std::nullopt;
    table = at.before().index(drop->names.front()).table != nullptr ? at.before().index(drop->names.front()).table->name : drop->on;
    if (call->in_batch() && table.empty()) return std::nullopt;
  } else if (detach(action) == nullptr) {
    return std::nullopt;
  }
  if (at.op().statements.size() != 1) return std::nullopt;
  const auto text = concurrent_text(at, *call, table);
  if (!text) return std::nullopt;
  const bool builds = std::holds_alternative<CreateIndex>(action);
  return moved_outside(at, *call, *text,
                       builds ? "builds the index concurrently, outside of a transaction"
                       : detach(action) != nullptr ? "detaches the partition concurrently, outside of a transaction"
                                                   : "drops the index concurrently, outside of a transaction");
}

auto outside_transaction(const StepView& at) -> std::optional<Fix> {
  const auto call = call_of(at);
  if (!call || at.op().statements.size() != 1 || call->in_autocommit()) return std::nullopt;
  ObjectName table;
  if (const auto* about = target_table(at.step.action())) table = *about;
  const auto text = call->in_batch() ? as_op_call(*call, table, 1, {}, {}) : std::optional(call->text());
  if (!text) return std::nullopt;
  return moved_outside(at, *call, *text, "runs it outside of a transaction");
}

auto drop_invalid_index_first(const StepView& at) -> std::optional<Fix> {
  const auto call = call_of(at);
  const auto* create = at.action<CreateIndex>();
  if (!call || create == nullptr || !call->in_autocommit() || !create->name.known || create->name.symbolic()) return std::nullopt;
  const auto op = op_name(call->layout());
  if (op.empty()) return std::nullopt;
  ObjectName name{create->table.schema, create->name};
  const auto text = call->directive() == "create_index"
                        ? named(drop_index_text(create->name.text, create->table, true), op, "")
                        : named(execute_text("DROP INDEX CONCURRENTLY IF EXISTS " + quoted_name(name)), op, "");
  auto made = text;
  if (call->directive() == "create_index") made.replace(made.rfind(')'), 1, made.find('\n') == std::string::npos ? ", if_exists=True)" : "    if_exists=True,\n)");
  const auto lines = call->lines();
  Fix fix;
  fix.message = "drops what a failed attempt may have left first";
  fix.edits = {{{lines.file, lines.begin, lines.begin}, indented(made, call->indent()) + "\n"}};
  fix.holds = {lines};
  return fix;
}

}  // namespace foreshot::fix
