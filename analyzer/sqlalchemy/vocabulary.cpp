#include "analyzer/sqlalchemy/vocabulary.h"

#include <algorithm>
#include <array>

#include "analyzer/sqlalchemy/column.h"
#include "analyzer/sqlalchemy/convention.h"
#include "analyzer/sqlalchemy/core_dml.h"
#include "analyzer/sqlalchemy/ddl_render.h"
#include "analyzer/sqlalchemy/expression.h"
#include "analyzer/sqlalchemy/naming.h"
#include "analyzer/sqlalchemy/types.h"

namespace foreshot::sqlalchemy {

using interpret::Arguments;
using interpret::Class;
using interpret::Iteration;
using interpret::Site;
using interpret::Value;

namespace {

auto make_metadata(const Site& site, const Arguments& arguments) -> std::shared_ptr<MetaData> {
  auto metadata = std::make_shared<MetaData>();
  metadata->made = site.span;
  if (const auto schema = optional_text(site, arguments, "schema")) {
    metadata->schema = *schema;
    metadata->schema_given = true;
  }
  const auto* convention = arguments.keyword("naming_convention");
  if (!present(convention)) {
    metadata->convention_known = !arguments.unknown_keywords;
    return metadata;
  }
  read_convention(convention->value, *metadata);
  return metadata;
}

auto is_operator(std::string_view op) -> bool {
  static constexpr std::array<std::string_view, 16> known{"==", "!=", "<", ">", "<=", ">=", "+", "-",
                                                          "*",  "/",  "%", "&", "|",  "~",  "and", "or"};
  return std::find(known.begin(), known.end(), op) != known.end();
}

auto is_expression(const Value& value) -> bool {
  return value.object<Clause>() != nullptr || value.object<Column>() != nullptr;
}

}  // namespace

auto is_library_name(std::string_view dotted) -> bool {
  static constexpr std::array<std::string_view, 16> packages{
      "sqlalchemy",      "sqlmodel", "flask_sqlalchemy", "geoalchemy2",     "pgvector",       "sqlalchemy_utils",
      "citext",          "oslo_db",  "advanced_alchemy", "sqlalchemy_json", "sqlalchemy_utc", "fastapi_users_db_sqlalchemy",
      "sqlalchemy_file", "alembic",  "flask_appbuilder", "sqlalchemy_jsonfield"};
  const auto package = dotted.substr(0, dotted.find('.'));
  return std::find(packages.begin(), packages.end(), package) != packages.end();
}

SqlalchemyVocabulary::~SqlalchemyVocabulary() {
  for (const auto& weak : filled_metadata_)
    if (const auto metadata = weak.lock()) metadata->tables.clear();
  for (const auto& weak : extended_tables_) {
    const auto table = weak.lock();
    if (table == nullptr) continue;
    table->columns.clear();
    table->constraints.clear();
  }
}

auto SqlalchemyVocabulary::call(const Site& site, const Value& callee, const Arguments& arguments) -> std::optional<Value> {
  if (const auto name = callee.external_name(); !name.empty()) {
    if (!is_library_name(name)) return std::nullopt;
    return element(site, name, arguments);
  }
  if (const auto* type = callee.get<std::shared_ptr<const Class>>())
    if (auto made = project_type(site, *type, arguments, versions_)) return object_value(std::move(made), site.span);
  if (const auto* quoting = callee.object<NameQuoting>(); quoting != nullptr && arguments.positional(0) != nullptr) {
    const auto text = text_of(site, *arguments.positional(0));
    return Value::text(quoting->always ? quoted_always(text) : quoted(text), site.span);
  }
  // Calling a type object again, as Integer()() would, is nothing that anybody writes; a sessionmaker is not ours.
  return std::nullopt;
}

auto SqlalchemyVocabulary::element(const Site& site, std::string_view dotted, const Arguments& arguments)
    -> std::optional<Value> {
  const auto name = last_part(dotted);
  const auto span = site.span;
  if (dotted.find(".func.") != std::string_view::npos) {
    if (auto clause = make_expression(site, dotted, arguments, versions_)) return object_value(std::move(clause), span);
    return std::nullopt;
  }
  if (name == "Column" || name == "mapped_column") return object_value(make_column(site, arguments, versions_), span);
  if (name == "ForeignKey") return object_value(make_foreign_key(site, arguments), span);
  if (name == "PrimaryKeyConstraint" || name == "UniqueConstraint" || name == "CheckConstraint" ||
      name == "ForeignKeyConstraint" || name == "ExcludeConstraint")
    return object_value(make_constraint(site, name, arguments), span);
  if (name == "Index") return object_value(make_index(site, arguments), span);
  if (name == "Table") {
    auto table = make_table(site, arguments, false);
    if (const auto& metadata = table->metadata; metadata != nullptr && metadata->tables.size() == 1) filled_metadata_.push_back(metadata);
    return object_value(std::move(table), span);
  }
  if (name == "table") return object_value(make_light_table(site, arguments), span);
  if (name == "MetaData") return object_value(make_metadata(site, arguments), span);
  if (name == "Identity") return object_value(make_identity(site, arguments), span);
  if (name == "Computed") return object_value(make_computed(site, arguments), span);
  if (name == "Sequence") return object_value(make_sequence(site, arguments), span);
  if (name == "FetchedValue") return object_value(std::make_shared<FetchedValue>(), span);
  if (name == "DefaultClause") {
    const auto* value = arguments.get(0, "arg");
    return value != nullptr ? value->value : Value();
  }
  if (name == "quoted_name") {
    const auto* value = arguments.get(0, "value");
    return value != nullptr ? value->value : Value();
  }
  if (name == "conv" || dotted == "alembic.op.f") {
    auto conventional = std::make_shared<ConventionalName>();
    if (const auto* value = arguments.get(0, name == "conv" ? "value" : "name"); value != nullptr)
      conventional->text = shortened(text_of(site, *value));
    else
      conventional->text.append_hole("name", span);
    return object_value(std::move(conventional), span);
  }
  if (auto type = make_type(site, dotted, arguments, versions_)) return object_value(std::move(type), span);
  if (name == "select" || name == "insert" || name == "update" || name == "delete") {
    if (auto statement = make_core_statement(site, name, arguments)) return object_value(std::move(statement), span);
    return std::nullopt;
  }
  const bool core = dotted.starts_with("sqlalchemy.") || dotted.starts_with("sqlmodel.") || dotted == "alembic.op.inline_literal";
  if (core)
    if (auto clause = make_expression(site, dotted, arguments, versions_)) return object_value(std::move(clause), span);
  return std::nullopt;
}

auto SqlalchemyVocabulary::table_method(const Site& site, const TablePointer& table, std::string_view name,
                                        const Arguments& arguments) -> std::optional<Value> {
  using Verb = CoreStatement::Verb;
  const auto verb = name == "insert"   ? std::optional(Verb::insert)
                    : name == "update" ? std::optional(Verb::update)
                    : name == "delete" ? std::optional(Verb::delete_)
                    : name == "select" ? std::optional(Verb::select)
                                       : std::nullopt;
  if (verb) {
    auto statement = make_core_statement(*verb, table, site.span);
    // 1.x: table.update(whereclause, values), table.insert(values), table.delete(whereclause).
    Arguments where, values;
    for (const auto& argument : arguments.items) {
      const bool positional = argument.name.empty();
      const bool first = positional && &argument == arguments.positional(0);
      if (argument.name == "values" || (positional && (*verb == Verb::insert ? first : !first)))
        values.items.push_back({"", argument.value, argument.span});
      else if (argument.name == "whereclause" || positional)
        where.items.push_back({"", argument.value, argument.span});
    }
    if (!where.items.empty() && !where.items[0].value.is_none()) statement = core_method(site, statement, "where", where);
    if (!values.items.empty()) statement = core_method(site, statement, "values", values);
    return object_value(std::move(statement), site.span);
  }
  if (name == "alias") {
    auto copy = std::make_shared<Table>(*table);
    const auto* given = arguments.get(0, "name");
    copy->alias = given != nullptr && given->value.constant_text() != nullptr ? *given->value.constant_text() : table->name.text() + "_1";
    return object_value(std::move(copy), site.span);
  }
  if (name == "append_column" || name == "append_constraint") {
    extended_tables_.push_back(table);
    if (const auto* item = arguments.positional(0)) add_table_item(site, table, item->value, item->span);
    return Value(interpret::None{}, site.span);
  }
  return std::nullopt;
}

auto SqlalchemyVocabulary::method(const Site& site, const Value& object, std::string_view name, const Arguments& arguments)
    -> std::optional<Value> {
  if (const auto dotted = object.external_name(); !dotted.empty()) {
    if (!is_library_name(dotted)) return std::nullopt;
    return element(site, std::string(dotted) + "." + std::string(name), arguments);
  }
  if (auto type = shared_object<Type>(object)) {
    if (name == "with_variant") {
      for (std::size_t at = 1; at < arguments.positional_count(); ++at)
        if (const auto* word = arguments.positional(at)->value.constant_text(); word != nullptr && *word == "postgresql") {
          const auto* given = arguments.positional(0);
          auto variant = std::make_shared<Type>(*type_of(site, given->value, given->span, versions_));
          variant->replaced = type;
          return object_value(std::move(variant), site.span);
        }
      return object;
    }
    if (name == "as_generic" || name == "copy" || name == "adapt" || name == "evolve") return object;
    return std::nullopt;
  }
  if (auto table = shared_object<Table>(object)) return table_method(site, table, name, arguments);
  if (const auto sequence = shared_object<Sequence>(object)) {
    if (name != "next_value") return std::nullopt;
    Render render;
    render << "nextval("
           << string_literal(TableName{sequence->name.text, sequence->schema, sequence->schema_given}.rendered()) << ")";
    return object_value(make_clause(Clause::Kind::function, render.take()), site.span);
  }
  if (auto statement = shared_object<CoreStatement>(object)) {
    if (auto next = core_method(site, statement, name, arguments)) return object_value(std::move(next), site.span);
    if (name == "subquery" || name == "scalar_subquery" || name == "as_scalar" || name == "cte" || name == "exists" ||
        name == "label" || name == "alias" || name == "lateral")
      return object_value(subquery_clause(*statement), site.span);
    if (name == "with_variant") return object;
    return std::nullopt;
  }
  if (is_expression(object)) {
    auto clause = operand(site, object);
    if (name == "copy" || name == "_copy") return object;
    if (auto result = clause_method(site, clause, name, arguments, versions_)) return object_value(std::move(result), site.span);
    if (name == "op" || name == "bool_op") return Value::unknown("a custom operator", site.span);
    return std::nullopt;
  }
  if (auto columns = shared_object<TableColumns>(object)) {
    if (name == "get" && arguments.positional(0) != nullptr)
      if (const auto* key = arguments.positional(0)->value.constant_text()) return attribute(site, object, *key);
    return std::nullopt;
  }
  if (object.object<MetaDataTables>() != nullptr && (name == "get" || name == "__getitem__") && arguments.positional(0) != nullptr)
    return subscript(site, object, {arguments.positional(0)->value});
  if (object.object<MetaData>() != nullptr && name == "reflect") return Value(interpret::None{}, site.span);
  if (object.object<DialectObject>() != nullptr) {
    const auto* given = arguments.positional(0);
    if (name == "type_descriptor" && given != nullptr) return given->value;
    if (const auto quoting = attribute(site, object, name)) return call(site, *quoting, arguments);
    return std::nullopt;
  }
  return std::nullopt;
}

auto SqlalchemyVocabulary::attribute(const Site& site, const Value& object, std::string_view name) -> std::optional<Value> {
  if (auto table = shared_object<Table>(object)) {
    if (name == "c" || name == "columns") {
      auto columns = std::make_shared<TableColumns>();
      columns->table = std::move(table);
      return object_value(std::move(columns), site.span);
    }
    if (name == "name") return Value::text(table->name, site.span);
    if (name == "schema")
      return table->schema_given ? Value::text(table->schema, site.span) : Value(interpret::None{}, site.span);
    if (name == "metadata" && table->metadata != nullptr) return object_value(table->metadata, site.span);
    return std::nullopt;
  }
  if (const auto columns = shared_object<TableColumns>(object)) {
    auto column = columns->table->column(name);
    if (column == nullptr) {
      column = std::make_shared<Column>();
      column->name.given = true;
      column->name.text = MappedText(name);
      column->key = std::string(name);
    }
    return object_value(column_clause(columns->table, column, site.span), site.span);
  }
  if (const auto column = shared_object<Column>(object)) {
    if (name == "name" || name == "key") return Value::text(column->name.text, site.span);
    if (name == "type" && column->type != nullptr) return object_value(column->type, site.span);
    return std::nullopt;
  }
  if (const auto clause = shared_object<Clause>(object)) {
    if (name == "type" && clause->type != nullptr) return object_value(clause->type, site.span);
    if ((name == "name" || name == "key") && !clause->key.empty()) return Value::text(clause->key, site.span);
    return std::nullopt;
  }
  if (const auto type = shared_object<Type>(object)) {
    if (name == "name" && type->name.given) return Value::text(type->name.text, site.span);
    if (name == "enums" && type->values_known) {
      std::vector<Value> values;
      for (const auto& value : type->values) values.push_back(Value::text(value, site.span));
      return Value::list(std::move(values), site.span);
    }
    if (name == "item_type" && type->item != nullptr) return object_value(type->item, site.span);
    return std::nullopt;
  }
  if (const auto statement = shared_object<CoreStatement>(object)) {
    if (name == "excluded" && statement->table != nullptr) {
      auto excluded = std::make_shared<Table>(*statement->table);
      excluded->name = MappedText("excluded");
      excluded->schema_given = false;
      auto columns = std::make_shared<TableColumns>();
      columns->table = std::move(excluded);
      return object_value(std::move(columns), site.span);
    }
    return std::nullopt;
  }
  if (object.object<DialectObject>() != nullptr && name == "name") return Value::text("postgresql", site.span);
  // Asked for the server's name in it, whatever the driver is.
  if (object.object<DialectObject>() != nullptr && name == "dialect_description") return Value::text("postgresql+psycopg2", site.span);
  if (object.object<DialectObject>() != nullptr && name == "identifier_preparer") return object;
  if (object.object<DialectObject>() != nullptr && (name == "quote" || name == "quote_identifier" || name == "quote_schema")) {
    auto quoting = std::make_shared<NameQuoting>();
    quoting->always = name == "quote_identifier";
    return object_value(std::move(quoting), site.span);
  }
  if (auto metadata = shared_object<MetaData>(object)) {
    if (name != "tables") return std::nullopt;
    auto tables = std::make_shared<MetaDataTables>();
    tables->metadata = std::move(metadata);
    return object_value(std::move(tables), site.span);
  }
  if (name == "__table__" && object.get<std::shared_ptr<const Class>>() != nullptr)
    if (auto table = table_of(object)) return object_value(std::move(table), site.span);
  return std::nullopt;
}

auto SqlalchemyVocabulary::subscript(const Site& site, const Value& object, const std::vector<Value>& indexes)
    -> std::optional<Value> {
  if (indexes.size() != 1) return std::nullopt;
  if (object.object<TableColumns>() != nullptr) {
    if (const auto* key = indexes[0].constant_text()) return attribute(site, object, *key);
    return std::nullopt;
  }
  if (const auto* tables = object.object<MetaDataTables>()) {
    const auto* key = indexes[0].mapped_text();
    if (key == nullptr) return std::nullopt;
    for (const auto& known : tables->metadata->tables)
      if (known->name.text() == key->text()) return object_value(known, site.span);
    // A reflected table: its columns are whatever is asked for.
    auto table = std::make_shared<Table>();
    const auto parts = target_parts(*key);
    const bool qualified = !parts.column.empty();
    table->name = qualified ? parts.column : *key;
    table->name_known = table->name.identifies();
    if (qualified) table->schema = parts.table, table->schema_given = true;
    table->columns_known = false;
    return object_value(std::move(table), site.span);
  }
  if (is_expression(object)) {
    const auto clause = operand(site, object);
    return object_value(combine(*clause, "->", *operand(site, indexes[0]), Binding::product), site.span);
  }
  return std::nullopt;
}

auto SqlalchemyVocabulary::operation(const Site& site, std::string_view op, const Value& left, const Value& right)
    -> std::optional<Value> {
  // `table.c.name is None` compares the Python object: no condition at all.
  if ((op == "is" || op == "is not") && (is_expression(left) || is_expression(right)) && (left.is_none() || right.is_none()))
    return Value(op == "is not", site.span);
  if (!is_operator(op) || (!is_expression(left) && !is_expression(right))) return std::nullopt;
  if (auto clause = clause_operation(site, op, left, right)) return object_value(std::move(clause), site.span);
  return std::nullopt;
}

auto SqlalchemyVocabulary::iterate(const Site& site, const Value& object) -> std::optional<Iteration> {
  const auto columns = shared_object<TableColumns>(object);
  if (columns == nullptr || !columns->table->columns_known) return std::nullopt;
  Iteration iteration;
  iteration.known = true;
  for (const auto& column : columns->table->columns)
    iteration.items.push_back(object_value(column_clause(columns->table, column, site.span), site.span));
  return iteration;
}

auto SqlalchemyVocabulary::defined(const Site& site, const std::shared_ptr<const Class>& type) -> void {
  (void)site;
  TablePointer table;
  if (const auto* name = type->find("__tablename__"); name != nullptr && name->mapped_text() != nullptr) {
    table = std::make_shared<Table>();
    table->name = *name->mapped_text();
    table->name_known = table->name.identifies();
    class_tables_.push_back(table);
  }
  for (const auto& [name, value] : type->attributes) {
    const auto column = shared_object<Column>(value);
    if (column == nullptr) continue;
    if (!column->name.given) {
      column->name.given = true;
      column->name.text = MappedText(name);
    }
    column->key = name;
    if (table == nullptr) continue;
    column->table = table;
    table->columns.push_back(column);
  }
}

}  // namespace foreshot::sqlalchemy
