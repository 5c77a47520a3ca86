// Operations on whole tables.

#include <algorithm>
#include <string>

#include "analyzer/alembic/operations.h"
#include "analyzer/sqlalchemy/expression.h"

namespace foreshot::alembic {

using sqlalchemy::present;
using sqlalchemy::Render;

auto AlembicVocabulary::create_table(Call& call) -> void {
  const auto table = sqlalchemy::make_table(call.site, call.arguments, true);
  call.made = table;
  call.table = sqlalchemy::table_name_of(*table);
  call.operation.table_known = table->name_known;
  if (!table->columns_known)
    gap(Gap::Kind::operation_unknown, call.site.span, "create_table: some columns are not known");
  const bool if_not_exists = sqlalchemy::flag(call.arguments, "if_not_exists").value_or(false);
  for (const auto& column : table->columns) note_column(call, *column, false);
  for (const auto& constraint : table->constraints)
    if (!constraint->name.given && constraint->name.no_name && call.arguments.items.empty())
      call.note(Oddity::constraint_name_none, constraint->span);
  send(call, render_.create_table(*table, if_not_exists));
}

auto AlembicVocabulary::drop_table(Call& call) -> void {
  read_table(call, 0, "table_name", "name");
  Render render;
  render << "DROP TABLE " << (sqlalchemy::flag(call.arguments, "if_exists") == true ? "IF EXISTS " : "")
         << call.table.rendered();
  send(call, render.take(), sql::Binds::none, call.site.span);
}

auto AlembicVocabulary::rename_table(Call& call) -> void {
  read_table(call, 0, "old_table_name");
  auto renamed = call.table;
  renamed.name = {};
  if (const auto* given = call.arguments.get(1, "new_table_name")) renamed.name = sqlalchemy::text_of(call.site, *given);
  else renamed.name.append_hole("new name", call.site.span);
  Render render;
  render << "ALTER TABLE " << call.table.rendered_dotted() << " RENAME TO ";
  // Alembic writes the schema before the new name too; PostgreSQL takes a plain name there.
  render << sqlalchemy::quoted(renamed.name);
  send(call, render.take(), sql::Binds::none, call.site.span);
}

auto AlembicVocabulary::create_table_comment(Call& call) -> void {
  read_table(call, 0, "table_name");
  const auto* comment = call.get(1, "comment", 0);
  std::optional<MappedText> text;
  if (present(comment)) text = sqlalchemy::text_of(call.site, *comment);
  send(call, render_.table_comment(call.table, text), sql::Binds::none, call.site.span);
}

auto AlembicVocabulary::drop_table_comment(Call& call) -> void {
  read_table(call, 0, "table_name");
  send(call, render_.table_comment(call.table, std::nullopt), sql::Binds::none, call.site.span);
}

auto AlembicVocabulary::bulk_insert(Call& call) -> void {
  using sqlalchemy::CoreStatement;
  constexpr std::size_t shown_rows = 1000;
  const auto* target = call.arguments.get(0, "table");
  const auto table = target != nullptr ? sqlalchemy::table_of(target->value) : nullptr;
  call.operation.table_known = table != nullptr && table->name_known;
  MappedText text;
  const auto* rows = call.arguments.get(1, "rows");
  const auto* items = rows != nullptr ? rows->value.sequence() : nullptr;
  if (table == nullptr) {
    text.append("INSERT INTO ", Span{});
    text.append_hole(target != nullptr ? sqlalchemy::source_words(call.site, target->span) : "table", call.site.span);
    text.append(" DEFAULT VALUES", Span{});
  } else if (items != nullptr && items->complete && items->items.empty()) {
    return;
  } else {
    auto statement = sqlalchemy::make_core_statement(CoreStatement::Verb::insert, table, call.site.span);
    interpret::Arguments values;
    if (items != nullptr && !items->items.empty() && items->items.size() <= shown_rows)
      values.items.push_back({"", rows->value, rows->span});
    if (!values.items.empty()) statement = sqlalchemy::core_method(call.site, statement, "values", values);
    statement->values_known = items != nullptr && items->complete;
    text = statement->render();
  }
  send(call, text, sql::Binds::none, call.site.span);
  if (items != nullptr && items->complete && items->items.size() > shown_rows && !call.operation.statements.empty())
    if (auto* insert = std::get_if<Dml>(&call.operation.statements.back().action))
      insert->rows = static_cast<std::uint32_t>(items->items.size());
}

}  // namespace foreshot::alembic
