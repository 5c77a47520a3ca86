#include "analyzer/sqlalchemy/core_dml.h"

#include <algorithm>
#include <string>

#include "analyzer/sqlalchemy/column.h"
#include "analyzer/sqlalchemy/ddl_render.h"
#include "analyzer/sqlalchemy/expression.h"

namespace foreshot::sqlalchemy {
namespace {

using interpret::Argument;
using interpret::Arguments;
using interpret::Site;
using interpret::Value;
using Verb = CoreStatement::Verb;

auto list(Render& render, const std::vector<ClausePointer>& parts, std::string_view separator, bool with_table) -> void {
  bool first = true;
  for (const auto& part : parts) {
    if (!first) render << separator;
    first = false;
    render << part->spelled(with_table);
  }
}

auto add_table(std::vector<TablePointer>& tables, const TablePointer& table) -> void {
  if (std::find(tables.begin(), tables.end(), table) == tables.end()) tables.push_back(table);
}

auto tables_of(const CoreStatement& statement) -> std::vector<TablePointer> {
  auto tables = statement.from;
  for (const auto& column : statement.columns)
    for (const auto& table : column->tables) add_table(tables, table);
  for (const auto& condition : statement.conditions)
    for (const auto& table : condition->tables) add_table(tables, table);
  std::vector<TablePointer> joined_tables;
  for (const auto& join : statement.joins)
    if (!join->tables.empty()) joined_tables.push_back(join->tables.front());
  std::erase_if(tables, [&](const TablePointer& table) {
    return std::find(joined_tables.begin(), joined_tables.end(), table) != joined_tables.end();
  });
  return tables;
}

auto from_list(Render& render, const std::vector<TablePointer>& tables) -> void {
  bool first = true;
  for (const auto& table : tables) {
    if (!first) render << ", ";
    first = false;
    render << table_name_of(*table).rendered();
    if (!table->alias.empty()) render << " AS " << table->alias;
  }
}

auto where(Render& render, const std::vector<ClausePointer>& conditions) -> void {
  if (conditions.empty()) return;
  render << " WHERE ";
  bool first = true;
  for (const auto& condition : conditions) {
    if (!first) render << " AND ";
    first = false;
    render << (conditions.size() > 1 && !condition->is_and ? grouped(*condition, Binding::both, true) : condition->spelled(true));
  }
}

auto add_values(const Site& site, CoreStatement& statement, const Value& given) -> void {
  const auto* mapping = given.mapping();
  if (mapping == nullptr) {
    statement.values_known = false;
    return;
  }
  statement.values_known = statement.values_known && mapping->complete;
  for (const auto& [key, value] : mapping->entries) {
    MappedText name;
    if (const auto* clause = key.object<Clause>()) name = MappedText(clause->key);
    else name = text_of(site, key, key.span());
    statement.values.emplace_back(std::move(name), operand(site, value));
  }
}

auto add_rows(const Site& site, CoreStatement& statement, const Value& given) -> void {
  const auto* rows = given.sequence();
  if (rows == nullptr) return add_values(site, statement, given);
  bool first = true;
  for (const auto& row : rows->items) {
    if (first) {
      add_values(site, statement, row);
    } else {
      CoreStatement one;
      add_values(site, one, row);
      auto& values = statement.more_rows.emplace_back();
      for (const auto& [name, value] : one.values) values.push_back(value);
      if (values.size() != statement.values.size()) statement.more_rows.pop_back();
    }
    first = false;
  }
  if (!rows->complete) statement.values_known = false;
}

auto conditions_of(const Site& site, const Arguments& arguments, std::vector<ClausePointer>& into) -> void {
  for (const auto& argument : arguments.items)
    if (argument.name.empty()) into.push_back(operand(site, argument.value));
}

auto append_columns(const Site& site, const Value& value, CoreStatement& statement) -> void {
  if (const auto table = table_of(value)) {
    add_table(statement.from, table);
    for (const auto& column : table->columns) statement.columns.push_back(column_clause(table, column, column->span));
    if (table->columns.empty()) statement.columns.push_back(make_clause(Clause::Kind::literal, MappedText("*")));
    return;
  }
  if (const auto* columns = value.object<TableColumns>()) return append_columns(site, object_value(columns->table, value.span()), statement);
  if (const auto* items = value.sequence()) {
    for (const auto& item : items->items) append_columns(site, item, statement);
    return;
  }
  statement.columns.push_back(operand(site, value));
}

auto on_conflict(const Site& site, std::string_view name, const Arguments& arguments) -> MappedText {
  Render render;
  render << " ON CONFLICT";
  if (const auto* elements = arguments.get(0, "index_elements"); name != "on_conflict_do_update" || elements != nullptr) {
    if (elements == nullptr) elements = arguments.get(1, "index_elements");
    if (present(elements)) {
      bool known = true;
      Render keys;
      for (const auto& key : names_of(site, elements->value, elements->span, known)) {
        if (!keys.empty()) keys << ", ";
        keys << quoted(key);
      }
      render << " (" << keys.take() << ")";
    }
  }
  if (const auto constraint = optional_text(site, arguments, "constraint")) render << " ON CONSTRAINT " << quoted(*constraint);
  if (name == "on_conflict_do_nothing") {
    render << " DO NOTHING";
    return render.take();
  }
  render << " DO UPDATE SET ";
  CoreStatement changes;
  if (const auto* set = arguments.keyword("set_"); set != nullptr) add_values(site, changes, set->value);
  bool first = true;
  for (const auto& [column, value] : changes.values) {
    if (!first) render << ", ";
    first = false;
    render << quoted(column) << " = " << value->bare;
  }
  if (first) render.hole("assignments", site.span) << " = $1";
  return render.take();
}

}  // namespace

auto table_of(const Value& value) -> TablePointer {
  if (auto table = shared_object<Table>(value)) return table;
  if (const auto* type = value.get<std::shared_ptr<const interpret::Class>>()) {
    if (const auto* table = (*type)->find("__table__")) return shared_object<Table>(*table);
    for (const auto& [name, attribute] : (*type)->attributes)
      if (const auto* column = attribute.object<Column>())
        if (auto table = column->table.lock()) return table;
  }
  return nullptr;
}

auto CoreStatement::render() const -> MappedText {
  Render render;
  const auto target = table != nullptr ? table_name_of(*table).rendered() : MappedText("unknown_table");
  switch (verb) {
    case Verb::insert: {
      render << "INSERT INTO " << target;
      if (from_select != nullptr) {
        render << " (";
        bool first = true;
        for (const auto& column : from_select_columns) render << (first ? "" : ", ") << quoted(column), first = false;
        render << ") " << from_select->render();
      } else if (values.empty() && values_known && (table == nullptr || !table->light)) {
        render << " DEFAULT VALUES";
      } else if (values.empty()) {
        // Which columns get values is known when the rows are: the table's own, as far as they are declared.
        bool first = true;
        if (table != nullptr && !table->columns.empty()) {
          render << " (";
          for (const auto& column : table->columns) render << (first ? "" : ", ") << quoted(column->name.text), first = false;
          render << ")";
        }
        render << " VALUES (";
        const auto count = table != nullptr && !table->columns.empty() ? table->columns.size() : 1;
        for (std::size_t at = 0; at < count; ++at) render << (at == 0 ? "$1" : ", $1");
        render << ")";
      } else {
        render << " (";
        bool first = true;
        for (const auto& [column, value] : values) render << (first ? "" : ", ") << quoted(column), first = false;
        render << ") VALUES (";
        first = true;
        for (const auto& [column, value] : values) render << (first ? "" : ", ") << value->bare, first = false;
        render << ")";
        for (const auto& row : more_rows) {
          render << ", (";
          list(render, row, ", ", false);
          render << ")";
        }
      }
      render << conflict;
      break;
    }
    case Verb::update: {
      render << "UPDATE " << target << " SET ";
      bool first = true;
      for (const auto& [column, value] : values) {
        render << (first ? "" : ", ") << quoted(column) << "=" << value->spelled(true);
        first = false;
      }
      if (first) {
        // The assigned columns are known when it runs.
        for (const auto& column : table != nullptr ? table->columns : std::vector<ColumnPointer>{}) {
          render << (first ? "" : ", ") << quoted(column->name.text) << " = $1";
          first = false;
        }
        if (first) render.hole("column", span) << " = $1";
      }
      auto others = tables_of(*this);
      std::erase(others, table);
      if (!others.empty()) {
        render << " FROM ";
        from_list(render, others);
      }
      where(render, conditions);
      break;
    }
    case Verb::delete_: {
      render << "DELETE FROM " << target;
      auto others = tables_of(*this);
      std::erase(others, table);
      if (!others.empty()) {
        render << " USING ";
        from_list(render, others);
      }
      where(render, conditions);
      break;
    }
    case Verb::select: {
      render << "SELECT " << (distinct ? "DISTINCT " : "");
      list(render, columns, ", ", true);
      const auto tables = tables_of(*this);
      if (!tables.empty()) {
        render << " FROM ";
        from_list(render, tables);
      }
      for (const auto& join : joins) render << " " << join->sql;
      where(render, conditions);
      if (!group_by.empty()) render << " GROUP BY ", list(render, group_by, ", ", true);
      if (!order_by.empty()) render << " ORDER BY ", list(render, order_by, ", ", true);
      if (limit != nullptr) render << " LIMIT " << limit->bare;
      if (offset != nullptr) render << " OFFSET " << offset->bare;
      if (for_update) render << " FOR UPDATE";
      for (const auto& [word, other] : combined) render << " " << word << " " << other->render();
      break;
    }
  }
  if (!returning.empty()) render << " RETURNING ", list(render, returning, ", ", false);
  return render.take();
}

auto make_core_statement(Verb verb, TablePointer table, Span span) -> CorePointer {
  auto statement = std::make_shared<CoreStatement>();
  statement->verb = verb;
  statement->span = span;
  if (verb == Verb::select && table != nullptr) {
    for (const auto& column : table->columns) statement->columns.push_back(column_clause(table, column, column->span));
    if (table->columns.empty()) statement->columns.push_back(make_clause(Clause::Kind::literal, MappedText("*")));
    statement->from.push_back(std::move(table));
    return statement;
  }
  statement->table = std::move(table);
  return statement;
}

auto make_core_statement(const Site& site, std::string_view name, const Arguments& arguments) -> CorePointer {
  if (name == "select") {
    auto statement = make_core_statement(Verb::select, nullptr, site.span);
    for (const auto& argument : arguments.items)
      if (argument.name.empty()) append_columns(site, argument.value, *statement);
    if (statement->columns.empty()) statement->columns.push_back(make_clause(Clause::Kind::literal, MappedText("*")));
    if (const auto* condition = arguments.keyword("whereclause"); present(condition))
      statement->conditions.push_back(operand(site, condition->value));
    return statement;
  }
  const auto verb = name == "insert" ? Verb::insert : name == "update" ? Verb::update : Verb::delete_;
  if (verb == Verb::delete_ && name != "delete") return nullptr;
  const auto* target = arguments.get(0, "table");
  if (target == nullptr) return nullptr;
  auto table = table_of(target->value);
  if (table == nullptr) {
    table = std::make_shared<Table>();
    table->name.append_hole(source_words(site, target->span), target->span);
    table->name_known = false;
    table->light = true;
    table->columns_known = false;
  }
  auto statement = make_core_statement(verb, std::move(table), site.span);
  if (const auto* values = arguments.keyword("values"); present(values)) add_rows(site, *statement, values->value);
  if (const auto* condition = arguments.keyword("whereclause"); present(condition))
    statement->conditions.push_back(operand(site, condition->value));
  return statement;
}

auto core_method(const Site& site, const CorePointer& statement, std::string_view name, const Arguments& arguments)
    -> CorePointer {
  auto next = std::make_shared<CoreStatement>(*statement);
  if (name == "where" || name == "filter" || name == "having") {
    conditions_of(site, arguments, next->conditions);
  } else if (name == "filter_by") {
    for (const auto& argument : arguments.items)
      if (!argument.name.empty())
        next->conditions.push_back(combine(*column_clause(MappedText(argument.name)), "=", *operand(site, argument.value), Binding::comparison));
  } else if (name == "values") {
    for (const auto& argument : arguments.items) {
      if (argument.name.empty()) add_rows(site, *next, argument.value);
      else next->values.emplace_back(MappedText(argument.name), operand(site, argument.value));
    }
    if (arguments.unknown_keywords) next->values_known = false;
  } else if (name == "from_select") {
    if (const auto* names = arguments.get(0, "names"))
      next->from_select_columns = names_of(site, names->value, names->span, next->values_known);
    if (const auto* source = arguments.get(1, "select")) next->from_select = shared_object<CoreStatement>(source->value);
    if (next->from_select == nullptr) next->values_known = false;
  } else if (name == "select_from") {
    for (const auto& argument : arguments.items)
      if (const auto table = table_of(argument.value)) add_table(next->from, table);
  } else if (name == "join" || name == "outerjoin") {
    const auto* target = arguments.positional(0);
    const auto* condition = arguments.get(1, "onclause");
    const auto table = target != nullptr ? table_of(target->value) : nullptr;
    if (table == nullptr) return next;
    Render words;
    words << (name == "join" ? "JOIN " : "LEFT OUTER JOIN ") << table_name_of(*table).rendered() << " ON ";
    if (condition != nullptr) words << operand(site, condition->value)->sql;
    else words << "true";
    auto join = make_clause(Clause::Kind::literal, words.take());
    join->tables.push_back(table);
    next->joins.push_back(std::move(join));
  } else if (name == "order_by") {
    conditions_of(site, arguments, next->order_by);
  } else if (name == "group_by") {
    conditions_of(site, arguments, next->group_by);
  } else if (name == "returning") {
    conditions_of(site, arguments, next->returning);
  } else if (name == "limit" || name == "offset") {
    if (const auto* count = arguments.positional(0); count != nullptr)
      (name == "limit" ? next->limit : next->offset) = operand(site, count->value);
  } else if (name == "distinct") {
    next->distinct = true;
  } else if (name == "with_for_update") {
    next->for_update = true;
  } else if (name == "on_conflict_do_nothing" || name == "on_conflict_do_update") {
    next->conflict = on_conflict(site, name, arguments);
  } else if (name == "with_only_columns" || name == "add_columns") {
    if (name == "with_only_columns") next->columns.clear();
    for (const auto& argument : arguments.items)
      if (argument.name.empty()) append_columns(site, argument.value, *next);
  } else if (name == "union" || name == "union_all") {
    if (const auto* other = arguments.positional(0); other != nullptr)
      if (auto second = shared_object<CoreStatement>(other->value))
        next->combined.emplace_back(name == "union" ? "UNION" : "UNION ALL", std::move(second));
  } else if (name == "execution_options" || name == "options" || name == "inline" || name == "correlate" ||
             name == "params" || name == "with_dialect_options" || name == "prefix_with") {
    return next;
  } else {
    return nullptr;
  }
  return next;
}

auto subquery_clause(const CoreStatement& statement) -> ClausePointer {
  Render render;
  render << "(" << statement.render() << ")";
  return make_clause(Clause::Kind::subquery, render.take());
}

}  // namespace foreshot::sqlalchemy
