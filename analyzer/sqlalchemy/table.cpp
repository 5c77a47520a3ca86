// Tables as written: Table(…), sa.table(…), and what op.create_table() is given.

#include <algorithm>
#include <string>

#include "analyzer/sqlalchemy/column.h"

namespace foreshot::sqlalchemy {

using interpret::Arguments;
using interpret::Site;
using interpret::Value;

auto Table::column(std::string_view wanted) const -> ColumnPointer {
  for (const auto& candidate : columns)
    if (candidate->key == wanted) return candidate;
  return nullptr;
}

auto add_table_item(const Site& site, const TablePointer& table, const Value& item, Span span) -> void {
  (void)site;
  (void)span;
  if (auto column = shared_object<Column>(item)) {
    column->table = table;
    table->columns.push_back(std::move(column));
  } else if (auto constraint = shared_object<Constraint>(item)) {
    table->constraints.push_back(std::move(constraint));
  } else if (auto index = shared_object<Index>(item)) {
    index->columns_of = nullptr;
    index->item_of = table;
    table->indexes.push_back(std::move(index));
  } else if (!item.is_none()) {
    table->columns_known = false;
  }
}

auto make_table(const Site& site, const Arguments& arguments, bool of_operation) -> TablePointer {
  auto table = std::make_shared<Table>();
  table->span = site.span;
  table->arguments = arguments;
  if (const auto* name = arguments.get(0, of_operation ? "table_name" : "name"); name != nullptr) {
    table->name = text_of(site, *name);
    table->name_known = table->name.identifies();
  } else {
    table->name.append_hole("table", site.span);
    table->name_known = false;
  }
  std::size_t first = 1;
  if (!of_operation) {
    if (const auto* metadata = arguments.positional(1)) table->metadata = shared_object<MetaData>(metadata->value);
    first = 2;
    if (table->metadata != nullptr) {
      table->metadata->tables.push_back(table);
      if (table->metadata->schema_given) {
        table->schema = table->metadata->schema;
        table->schema_given = true;
      }
    }
  }
  for (std::size_t at = first; at < arguments.positional_count(); ++at) {
    const auto* item = arguments.positional(at);
    if (const auto* items = item->value.sequence()) {
      for (const auto& inner : items->items) add_table_item(site, table, inner, item->span);
      continue;
    }
    add_table_item(site, table, item->value, item->span);
  }
  if (arguments.unknown_positional) table->columns_known = false;
  if (arguments.keyword("autoload_with") != nullptr || arguments.keyword("autoload") != nullptr)
    table->columns_known = false;
  if (const auto* schema = arguments.keyword("schema"); present(schema)) {
    table->schema = text_of(site, *schema);
    table->schema_given = true;
  }
  if (const auto* prefixes = arguments.keyword("prefixes"); present(prefixes)) {
    bool known = true;
    table->prefixes = names_of(site, prefixes->value, prefixes->span, known);
  }
  if (const auto* comment = arguments.keyword("comment"); present(comment)) {
    table->comment = text_of(site, *comment);
    table->comment_span = comment->span;
  }
  for (const auto& argument : arguments.items) {
    if (!argument.name.starts_with("postgresql_") || argument.value.is_none()) continue;
    if (argument.name == "postgresql_inherits") {
      bool known = true;
      Render render;
      for (const auto& parent : names_of(site, argument.value, argument.span, known)) {
        if (!render.empty()) render << ", ";
        render << quoted(parent);
      }
      table->options.emplace_back("postgresql_inherits", render.take());
    } else if (const auto* truth = argument.value.get<bool>()) {
      table->options.emplace_back(argument.name, MappedText(*truth ? "true" : "false"));
    } else {
      table->options.emplace_back(argument.name, text_of(site, argument));
    }
  }
  return table;
}

auto make_light_table(const Site& site, const Arguments& arguments) -> TablePointer {
  auto table = make_table(site, arguments, true);
  if (const auto* name = arguments.keyword("name")) {
    table->name = text_of(site, *name);
    table->name_known = table->name.identifies();
  }
  table->light = true;
  return table;
}

auto column_clause(const MappedText& name) -> ClausePointer {
  auto clause = make_clause(Clause::Kind::column, quoted(name));
  clause->key = name.display();
  return clause;
}

auto column_clause(const TablePointer& table, const ColumnPointer& column, Span span) -> ClausePointer {
  (void)span;
  auto clause = column_clause(column->name.text);
  Render render;
  if (!table->alias.empty()) {
    render << table->alias;
  } else {
    if (table->schema_given) render << quoted(table->schema) << ".";
    render << quoted(table->name);
  }
  render << "." << clause->bare;
  clause->sql = render.take();
  clause->tables.push_back(table);
  clause->type = column->type;
  return clause;
}

}  // namespace foreshot::sqlalchemy
