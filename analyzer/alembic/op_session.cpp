// What a session of the ORM does in a migration: query(…).update(…), add(), delete(), changed attributes.
//
//     for user in session.query(User).filter(User.plan == None):
//         user.plan = "free"                     ─► UPDATE users SET plan='free' WHERE users.id = $1
//
// The statements stand where the Python does that causes them, not where the session sends them: at its next flush.

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "analyzer/alembic/operations.h"
#include "analyzer/sqlalchemy/expression.h"

namespace foreshot::alembic {

using interpret::Argument;
using interpret::Arguments;
using interpret::Site;
using interpret::Value;
using sqlalchemy::CorePointer;
using sqlalchemy::CoreStatement;
using sqlalchemy::object_value;
using sqlalchemy::shared_object;
using sqlalchemy::TablePointer;
using Verb = CoreStatement::Verb;

namespace {

constexpr std::size_t most_objects = 100;  // of one add_all()

template <std::size_t N>
auto one_of(std::string_view name, const std::array<std::string_view, N>& names) -> bool {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The rows that a query or a lookup gives; null for what is no entity.
auto rows_of(TablePointer table, bool many) -> std::shared_ptr<MappedRows> {
  auto rows = std::make_shared<MappedRows>();
  rows->table = std::move(table);
  rows->many = many;
  return rows;
}

// The table of a mapped object: one that was made here, or one that the database gave.
auto table_of_object(const Value& value) -> TablePointer {
  if (const auto* rows = value.object<MappedRows>()) return rows->many ? nullptr : rows->table;
  if (const auto* instance = value.get<std::shared_ptr<interpret::Instance>>())
    return sqlalchemy::table_of(Value((*instance)->of, value.span()));
  return nullptr;
}

auto any_value() -> sqlalchemy::ClausePointer {
  return sqlalchemy::make_clause(sqlalchemy::Clause::Kind::literal, MappedText("$1"));
}

// WHERE t.id = $1: the row is known when it runs.
auto of_one_row(const Site& site, const CorePointer& statement) -> void {
  for (const auto& column : statement->table->columns) {
    if (!column->primary_key.value.value_or(false)) continue;
    const auto key = sqlalchemy::column_clause(statement->table, column, site.span);
    statement->conditions.push_back(sqlalchemy::combine(*key, "=", *any_value(), sqlalchemy::Binding::comparison));
  }
  // Which columns the key has nobody knows; that it is one row is certain.
  if (statement->conditions.empty())
    statement->conditions.push_back(any_value());
}

// Does the server number the rows?
auto numbered(const sqlalchemy::Column& column) -> bool {
  using Family = sqlalchemy::Type::Family;
  if (!column.primary_key.value.value_or(false) || column.type == nullptr) return false;
  return column.type->family == Family::integer || column.type->family == Family::big_integer || column.type->family == Family::small_integer;
}

// INSERT of an object: every column gets a value but those that the server fills.
auto insert_of(const Site& site, const TablePointer& table) -> CorePointer {
  auto statement = sqlalchemy::make_core_statement(Verb::insert, table, site.span);
  for (const auto& column : table->columns)
    if (!numbered(*column) && !column->has_server_default && column->computed == nullptr)
      statement->values.emplace_back(column->name.text, any_value());
  statement->values_known = false;
  return statement;
}

}  // namespace

auto AlembicVocabulary::send_dml(const Site& site, std::string_view name, const CoreStatement& statement) -> std::size_t {
  auto call = begin(site, {}, name, Operation::SentBy::session);
  call.operation.counts_as_op = false;
  call.operation.table_known = statement.table->name_known;
  // What was added is sent together, in statements of many rows, when the session is flushed.
  if (statement.verb == Verb::insert) call.operation.repeats.clear();
  send(call, statement.render(), sql::Binds::none, site.span);
  return finish(call);
}

auto AlembicVocabulary::change_object(const Site& site, std::string_view name, Verb verb, const Argument* object) -> void {
  const auto table = object != nullptr ? table_of_object(object->value) : nullptr;
  if (table == nullptr) {
    if (!site.resolving) gap(Gap::Kind::query, site.span, std::string(name) + "(): the mapped class is not known");
    return;
  }
  if (verb == Verb::insert) {
    send_dml(site, name, *insert_of(site, table));
    return;
  }
  const auto statement = sqlalchemy::make_core_statement(verb, table, site.span);
  of_one_row(site, statement);
  send_dml(site, name, *statement);
}

auto AlembicVocabulary::session_method(const Site& site, std::string_view name, const Arguments& arguments)
    -> std::optional<Value> {
  const auto nothing = Value(interpret::None{}, site.span);
  const auto* first = arguments.positional(0);
  if (first == nullptr && !arguments.items.empty()) first = &arguments.items.front();
  if (name == "query") {
    auto rows = rows_of(first != nullptr && arguments.items.size() == 1 ? sqlalchemy::table_of(first->value) : nullptr, true);
    rows->query = sqlalchemy::make_core_statement(site, "select", arguments);
    if (rows->query->from.size() == 1) rows->target = rows->query->from.front();
    // query(User.id).update(…) changes the table of its column.
    if (rows->target == nullptr && rows->query->columns.size() == 1 && rows->query->columns.front()->tables.size() == 1)
      rows->target = rows->query->columns.front()->tables.front();
    return object_value(std::move(rows), site.span);
  }
  if (name == "get" || name == "get_one" || name == "merge") {
    const auto known = first == nullptr   ? nullptr
                       : name == "merge" ? table_of_object(first->value)
                                         : sqlalchemy::table_of(first->value);
    // Whether a row is inserted or changed depends on what is there.
    if (name == "merge" && !site.resolving) gap(Gap::Kind::query, site.span, "merge() inserts or updates");
    return object_value(rows_of(known, false), site.span);
  }
  if (name == "add" || name == "delete") {
    // What the database gave is changed when its attributes are, not by being added again.
    const bool there = first != nullptr && first->value.object<MappedRows>() != nullptr;
    if (name == "delete" || !there) change_object(site, name, name == "add" ? Verb::insert : Verb::delete_, first);
    return nothing;
  }
  if (name == "add_all" || name == "bulk_save_objects") {
    const auto* items = first != nullptr ? first->value.sequence() : nullptr;
    if (items == nullptr || (!items->complete && items->items.empty())) {
      change_object(site, name, Verb::insert, nullptr);
      return nothing;
    }
    // One statement for each table, whatever the number of objects.
    std::vector<TablePointer> seen;
    for (std::size_t i = 0; i < items->items.size() && i < most_objects; ++i) {
      const auto& item = items->items[i];
      if (item.object<MappedRows>() != nullptr) continue;
      const auto table = table_of_object(item);
      if (table != nullptr && std::find(seen.begin(), seen.end(), table) != seen.end()) continue;
      seen.push_back(table);
      const Argument object{"", item, site.span};
      change_object(site, name, Verb::insert, &object);
    }
    return nothing;
  }
  if (name == "bulk_insert_mappings" || name == "bulk_update_mappings") {
    const auto* mapper = arguments.get(0, "mapper");
    const auto table = mapper != nullptr ? sqlalchemy::table_of(mapper->value) : nullptr;
    if (table == nullptr) {
      if (!site.resolving) gap(Gap::Kind::query, site.span, std::string(name) + "(): the mapped class is not known");
      return nothing;
    }
    if (name == "bulk_insert_mappings") {
      send_dml(site, name, *insert_of(site, table));
      return nothing;
    }
    const auto statement = sqlalchemy::make_core_statement(Verb::update, table, site.span);
    MappedText columns;
    columns.append_hole("column", site.span);
    statement->values.emplace_back(std::move(columns), any_value());
    of_one_row(site, statement);
    send_dml(site, name, *statement);
    return nothing;
  }
  return std::nullopt;
}

auto AlembicVocabulary::rows_method(const Site& site, const std::shared_ptr<MappedRows>& rows, std::string_view name,
                                    const Arguments& arguments) -> Value {
  static constexpr std::array<std::string_view, 12> one{"first", "one", "one_or_none", "get", "get_one", "scalar_one",
                                                        "scalar_one_or_none", "pop", "fetchone", "unique_one", "__next__", "next"};
  static constexpr std::array<std::string_view, 10> many{"all", "scalars", "unique", "fetchall", "fetchmany", "yield_per",
                                                         "partitions", "__iter__", "copy", "enable_eagerloads"};
  if (rows->query != nullptr && (name == "update" || name == "delete")) {
    if (rows->target == nullptr) {
      if (!site.resolving) gap(Gap::Kind::query, site.span, "query()." + std::string(name) + "(): the mapped class is not known");
      return Value::unknown("number of rows", site.span);
    }
    auto statement = sqlalchemy::make_core_statement(name == "update" ? Verb::update : Verb::delete_, rows->target, site.span);
    statement->conditions = rows->query->conditions;
    Arguments values;
    if (const auto* given = arguments.get(0, "values"); given != nullptr && name == "update")
      values.items.push_back({"", given->value, given->span});
    if (!values.items.empty()) statement = sqlalchemy::core_method(site, statement, "values", values);
    send_dml(site, name, *statement);
    return Value::unknown("number of rows", site.span);
  }
  if (one_of(name, one)) return object_value(rows_of(rows->table, false), site.span);
  if (rows->query != nullptr && !one_of(name, many)) {
    auto next = std::make_shared<MappedRows>(*rows);
    if (auto changed = sqlalchemy::core_method(site, rows->query, name, arguments)) {
      next->query = std::move(changed);
      return object_value(std::move(next), site.span);
    }
    static constexpr std::array<std::string_view, 8> unchanged{"populate_existing", "enable_assertions", "reset_joinpoint", "with_entities",
                                                               "autoflush", "with_session", "with_hint", "from_self"};
    if (one_of(name, unchanged)) return object_value(std::move(next), site.span);
    return object_value(std::make_shared<Answer>(), site.span);
  }
  if (rows->many && one_of(name, many)) return object_value(rows_of(rows->table, true), site.span);
  return object_value(std::make_shared<Answer>(), site.span);
}

auto AlembicVocabulary::change_attribute(const Site& site, const MappedRows& row, std::string_view name, const Value& value)
    -> bool {
  if (row.many || row.table == nullptr) return false;
  const auto column = row.table->column(name);
  if (column == nullptr || site.resolving) return false;
  const auto statement = sqlalchemy::make_core_statement(Verb::update, row.table, site.span);
  statement->values.emplace_back(column->name.text, sqlalchemy::operand(site, value));
  of_one_row(site, statement);
  send_dml(site, "=", *statement);
  return true;
}

}  // namespace foreshot::alembic
