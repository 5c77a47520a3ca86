// Statements made of schema elements: enum.create(bind), table.drop(bind), metadata.create_all(bind), CreateSequence(s).

#include <string>

#include "analyzer/alembic/operations.h"
#include "analyzer/sqlalchemy/enum_type.h"

namespace foreshot::alembic {

using interpret::Arguments;
using interpret::Site;
using interpret::Value;
using sqlalchemy::object_value;
using sqlalchemy::present;
using sqlalchemy::Render;
using sqlalchemy::Rendered;
using sqlalchemy::shared_object;

auto AlembicVocabulary::element_statements(Call& call, const Value& element, bool create, bool if_exists) -> bool {
  const auto one = [&](MappedText text) { send(call, text, sql::Binds::none, call.site.span); };
  if (const auto type = shared_object<sqlalchemy::Type>(element)) {
    const auto named = sqlalchemy::named_part(type);
    if (named == nullptr) return true;
    one(create ? sqlalchemy::create_named_type(*named) : sqlalchemy::drop_named_type(*named));
    return true;
  }
  if (const auto table = shared_object<sqlalchemy::Table>(element)) {
    call.table = sqlalchemy::table_name_of(*table);
    call.operation.table_known = table->name_known;
    if (create) {
      send(call, render_.create_table(*table, if_exists));
    } else {
      Render render;
      render << "DROP TABLE " << (if_exists ? "IF EXISTS " : "") << call.table.rendered();
      one(render.take());
    }
    return true;
  }
  if (const auto index = shared_object<sqlalchemy::Index>(element)) {
    sqlalchemy::TableName table;
    if (const auto owner = index->table()) table = sqlalchemy::table_name_of(*owner);
    else table.name.append_hole("table", call.site.span);
    call.operation.table_known = table.name.identifies();
    one(create ? render_.create_index(*index, table, if_exists)
               : render_.drop_index(index->name, table, index->concurrently, if_exists));
    return true;
  }
  if (const auto sequence = shared_object<sqlalchemy::Sequence>(element)) {
    Render render;
    render << (create ? "CREATE SEQUENCE " : "DROP SEQUENCE ");
    if (if_exists) render << (create ? "IF NOT EXISTS " : "IF EXISTS ");
    render << sqlalchemy::TableName{sequence->name.text, sequence->schema, sequence->schema_given}.rendered();
    if (create && !sequence->options.empty()) render << " " << sequence->options;
    else if (create && versions_.sqlalchemy < std::pair(2, 0)) render << " START WITH 1";
    one(render.take());
    return true;
  }
  return false;
}

auto AlembicVocabulary::element_method(const Site& site, const Value& object, std::string_view name,
                                       const Arguments& arguments) -> std::optional<Value> {
  const bool all = name == "create_all" || name == "drop_all";
  const bool creates = name == "create" || name == "create_all";
  if (!all && name != "create" && name != "drop") {
    // Core statements executed by themselves, as 1.x allowed.
    if (name == "execute" && object.object<sqlalchemy::CoreStatement>() != nullptr) {
      Arguments statement;
      statement.items.push_back({"", object, object.span()});
      return execute_on(site, Connection{}, name, statement);
    }
    return std::nullopt;
  }
  const auto metadata = shared_object<sqlalchemy::MetaData>(object);
  const bool element = object.object<sqlalchemy::Type>() != nullptr || object.object<sqlalchemy::Table>() != nullptr ||
                       object.object<sqlalchemy::Index>() != nullptr || object.object<sqlalchemy::Sequence>() != nullptr;
  if (metadata == nullptr && !element) return std::nullopt;
  auto call = begin(site, arguments, name, Operation::SentBy::connection);
  call.operation.counts_as_op = false;
  const auto* check = arguments.get(1, "checkfirst");
  // ENUM, DOMAIN, Sequence and create_all() look first unless told not to; tables, indexes and sa.Enum do not.
  const auto* type = object.object<sqlalchemy::Type>();
  const bool looks = metadata != nullptr || (type != nullptr && type->class_name != "Enum") ||
                     object.object<sqlalchemy::Sequence>() != nullptr;
  const bool checked = present(check) ? sqlalchemy::flag_of(check->value).value_or(true) : looks;
  if (checked) call.operation.conditions.push_back({Condition::Kind::inspection, site.span, 0});
  if (metadata == nullptr) {
    element_statements(call, object, creates, false);
  } else {
    const auto* tables = arguments.get(1, "tables");
    if (present(tables) && tables->value.sequence() != nullptr) {
      for (const auto& table : tables->value.sequence()->items) element_statements(call, table, creates, false);
    } else {
      for (const auto& table : metadata->tables) element_statements(call, object_value(table, site.span), creates, false);
    }
  }
  finish(call);
  return Value(interpret::None{}, site.span);
}

auto AlembicVocabulary::make_ddl(const Site& site, std::string_view name, const Arguments& arguments) -> std::optional<Value> {
  const bool create = name.starts_with("Create");
  const bool drop = name.starts_with("Drop");
  const bool add = name == "AddConstraint";
  if (!create && !drop && !add) return std::nullopt;
  const auto* subject = arguments.get(0, "element");
  if (subject == nullptr) return std::nullopt;
  const bool guarded = sqlalchemy::flag(arguments, create ? "if_not_exists" : "if_exists") == true;
  auto element = std::make_shared<DdlElement>();
  if (name == "CreateSchema" || name == "DropSchema") {
    Render render;
    render << (create ? "CREATE SCHEMA " : "DROP SCHEMA ") << (guarded ? (create ? "IF NOT EXISTS " : "IF EXISTS ") : "")
           << sqlalchemy::quoted(sqlalchemy::text_of(site, *subject));
    if (drop && sqlalchemy::flag(arguments, "cascade") == true) render << " CASCADE";
    element->statements.push_back({render.take(), site.span, Rendered::Part::main});
    return object_value(std::move(element), site.span);
  }
  if (name != "CreateTable" && name != "DropTable" && name != "CreateIndex" && name != "DropIndex" &&
      name != "CreateSequence" && name != "DropSequence" && name != "CreateEnumType" && name != "DropEnumType")
    return std::nullopt;
  if (const auto table = shared_object<sqlalchemy::Table>(subject->value); table != nullptr && create) {
    // CreateTable is the statement alone: no types, indexes or comments.
    for (auto& rendered : render_.create_table(*table, guarded))
      if (rendered.part == Rendered::Part::main) element->statements.push_back(std::move(rendered));
    return object_value(std::move(element), site.span);
  }
  auto call = begin(site, arguments, name, Operation::SentBy::op);
  if (!element_statements(call, subject->value, create, guarded)) return std::nullopt;
  for (const auto& statement : call.operation.statements)
    element->statements.push_back({MappedText(statement.sql), site.span, Rendered::Part::main});
  return object_value(std::move(element), site.span);
}

}  // namespace foreshot::alembic
