// Operations on columns.

#include <algorithm>
#include <array>
#include <string>

#include "analyzer/alembic/operations.h"
#include "analyzer/sqlalchemy/enum_type.h"

namespace foreshot::alembic {

using interpret::Value;
using sqlalchemy::Column;
using sqlalchemy::present;
using sqlalchemy::Render;
using sqlalchemy::Type;

namespace {

// A str that is the text of a function call or of a time keyword: 'now()' is a literal all the same.
auto looks_like_function(std::string_view text) -> bool {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  static constexpr std::array<std::string_view, 5> keywords{"current_timestamp", "current_date", "current_time",
                                                            "localtimestamp", "localtime"};
  std::string lowered(text);
  for (auto& byte : lowered)
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  if (std::find(keywords.begin(), keywords.end(), lowered) != keywords.end()) return true;
  const auto open = lowered.find('(');
  if (open == std::string::npos || open == 0 || lowered.back() != ')') return false;
  return std::all_of(lowered.begin(), lowered.begin() + static_cast<std::ptrdiff_t>(open), [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' || byte == '.';
  });
}

}  // namespace

auto AlembicVocabulary::note_default(Call& call, const Value& value, Span span) -> void {
  if (const auto* text = value.constant_text(); text != nullptr && looks_like_function(*text))
    call.note(Oddity::function_default_as_string, span, *text);
}

auto AlembicVocabulary::Call::note_type(const sqlalchemy::Type& type, Span span) -> void {
  note(Oddity::enum_type_not_created, span, type.name.text.display());
  if (!type.values_known) return;
  for (const auto& value : type.values) operation.notes.back().values.push_back(value.display());
}

auto AlembicVocabulary::note_column(Call& call, const Column& column, bool added) -> void {
  if (column.has_server_default) note_default(call, column.server_default, column.server_default_span);
  if (!added) return;
  // No value and an empty container mean the same to whoever reads old rows.
  if (column.has_default && !column.default_is_empty) call.note(Oddity::python_default_not_rendered, column.default_span);
  if (const auto type = sqlalchemy::named_part(column.type); type != nullptr && !type->domain)
    call.note_type(*type, column.span);
}

auto AlembicVocabulary::add_columns_of(Call& call, const sqlalchemy::ColumnPointer& column) -> void {
  const auto& arguments = call.arguments;
  const bool inline_references = sqlalchemy::flag(arguments, "inline_references") == true;
  const auto inline_key = sqlalchemy::flag(arguments, "inline_primary_key");
  const bool in_key = column->primary_key.value == true;

  sqlalchemy::Table table;
  table.name = call.table.name;
  table.schema = call.table.schema;
  table.schema_given = call.table.schema_given;
  table.columns.push_back(column);
  const auto key = render_.primary_key(table);

  Render render;
  render << "ALTER TABLE " << call.table.rendered_dotted() << " ADD COLUMN "
         << (sqlalchemy::flag(arguments, "if_not_exists") == true ? "IF NOT EXISTS " : "")
         << render_.column_specification(column, key);
  using Release = sqlalchemy::Versions::Release;
  const auto& release = versions_.alembic;
  const bool key_always_inline = release >= Release{1, 18, 2} && release < Release{1, 18, 4};
  if (in_key) {
    if (inline_key == true || key_always_inline)
      render << " PRIMARY KEY";
    else
      call.note(Oddity::primary_key_flag_ignored, column->primary_key.span, column->name.text.display());
  }
  const bool referenced_inline = inline_references && column->foreign_keys.size() == 1;
  if (referenced_inline) {
    const auto& foreign = *column->foreign_keys.front();
    const bool loses = release >= Release{1, 18, 2} && release < Release{1, 18, 5};
    render << " REFERENCES " << render_.references(foreign, *column, !loses);
    if (!loses) {
      if (foreign.deferrable) render << (*foreign.deferrable ? " DEFERRABLE" : " NOT DEFERRABLE");
      if (foreign.initially) render << " INITIALLY " << *foreign.initially;
    } else if (foreign.on_delete || foreign.on_update) {
      call.note(Oddity::inline_references_lose_actions, foreign.span);
    }
  }
  for (const auto& check : column->checks) render << " " << render_.constraint(*check, call.table);
  send(call, render.take(), sql::Binds::none, call.site.span);

  const auto add = [&](const MappedText& constraint, Span span) {
    Render statement;
    statement << "ALTER TABLE " << call.table.rendered() << " ADD " << constraint;
    send(call, statement.take(), sql::Binds::none, span.known() ? span : call.site.span);
  };
  // What the column's flags ask for comes in statements of its own.
  if (column->unique.value == true && column->index.value != true) {
    call.note(Oddity::unique_in_column, column->unique.span, column->name.text.display());
    add(render_.constraint(render_.column_unique(*column), call.table), column->unique.span);
  }
  if (const auto check = render_.type_check(*column, call.table); !check.empty()) add(check, column->span);
  if (!referenced_inline) {
    for (const auto& foreign : column->foreign_keys) {
      call.note(Oddity::foreign_key_in_column, foreign->span, foreign->target.display());
      add(render_.foreign_key(*foreign, *column, call.table), foreign->span);
    }
  }
  if (column->index.value == true) {
    call.note(Oddity::index_in_column, column->index.span, column->name.text.display());
    send(call, render_.create_index(render_.column_index(*column), call.table, false), sql::Binds::none, column->index.span);
  }
  if (column->comment)
    send(call, render_.column_comment(call.table, column->name.text, column->comment), sql::Binds::none, column->comment_span);
  note_column(call, *column, true);
}

auto AlembicVocabulary::add_column(Call& call) -> void {
  read_table(call, 0, "table_name");
  const auto* given = call.get(1, "column", 0);
  const auto column = given != nullptr ? sqlalchemy::shared_object<Column>(given->value) : nullptr;
  if (column != nullptr) return add_columns_of(call, column);
  // Nobody knows the column, but the table gets one.
  Render render;
  render << "ALTER TABLE " << call.table.rendered_dotted() << " ADD COLUMN ";
  render.hole(given != nullptr ? sqlalchemy::source_words(call.site, given->span) : "column", call.site.span);
  render << " ";
  render.hole("type", call.site.span);
  gap(Gap::Kind::operation_unknown, call.site.span, "add_column: the column is not known");
  send(call, render.take(), sql::Binds::none, call.site.span);
}

auto AlembicVocabulary::drop_column(Call& call) -> void {
  read_table(call, 0, "table_name");
  const auto* given = call.get(1, "column_name", 0);
  Render render;
  render << "ALTER TABLE " << call.table.rendered_dotted() << " DROP COLUMN "
         << (sqlalchemy::flag(call.arguments, "if_exists") == true ? "IF EXISTS " : "");
  if (given != nullptr) render << sqlalchemy::quoted(sqlalchemy::text_of(call.site, *given));
  else render.hole("column", call.site.span);
  send(call, render.take(), sql::Binds::none, call.site.span);
}

auto AlembicVocabulary::alter_column(Call& call) -> void {
  read_table(call, 0, "table_name");
  const auto& site = call.site;
  const auto& arguments = call.arguments;
  const auto* named = call.get(1, "column_name", 0);
  MappedText column;
  if (named != nullptr) column = sqlalchemy::text_of(site, *named);
  else column.append_hole("column", site.span);
  const auto alter = [&]() -> Render {
    Render render;
    render << "ALTER TABLE " << call.table.rendered_dotted() << " ALTER COLUMN " << sqlalchemy::quoted(column) << " ";
    return render;
  };
  const auto emit = [&](Render& render) { send(call, render.take(), sql::Binds::none, site.span); };

  sqlalchemy::TypePointer existing;
  if (const auto* given = arguments.keyword("existing_type"); present(given)) {
    existing = sqlalchemy::type_of(site, given->value, given->span, versions_);
    call.note(Oddity::existing_type_given, given->span, existing->sql.display());
    if (const auto named_type = sqlalchemy::named_part(existing); named_type != nullptr && named_type->values_known)
      for (const auto& value : named_type->values) call.operation.notes.back().values.push_back(value.display());
    if (existing->known) call.operation.existing_type = sql::read_type(existing->sql.text());
  }
  call.operation.existing_nullable = sqlalchemy::flag(arguments, "existing_nullable");

  const auto* type_given = arguments.keyword("type_");
  sqlalchemy::TypePointer type;
  if (present(type_given)) type = sqlalchemy::type_of(site, type_given->value, type_given->span, versions_);
  const auto checked = [](const sqlalchemy::TypePointer& candidate) {
    return candidate != nullptr && candidate->family == Type::Family::enumeration && !candidate->native &&
           candidate->create_constraint;
  };
  if (type != nullptr && checked(existing) && existing->name.given) {
    Render render;
    render << "ALTER TABLE " << call.table.rendered() << " DROP CONSTRAINT " << sqlalchemy::quoted(existing->name.text);
    emit(render);
  }
  if (type != nullptr) {
    auto render = alter();
    render << "TYPE " << type->sql;
    if (const auto expression = sqlalchemy::optional_text(site, arguments, "postgresql_using"))
      render << " USING " << *expression;
    emit(render);
    if (const auto named_type = sqlalchemy::named_part(type); named_type != nullptr && !named_type->domain)
      call.note_type(*named_type, type_given->span);
  }
  if (const auto* given = arguments.keyword("nullable"); present(given)) {
    if (const auto nullable = sqlalchemy::flag_of(given->value)) {
      auto render = alter();
      render << (*nullable ? "DROP NOT NULL" : "SET NOT NULL");
      emit(render);
    } else {
      gap(Gap::Kind::operation_unknown, given->span, "alter_column: nullable is not known");
    }
  }
  if (const auto* given = arguments.keyword("server_default"); given != nullptr && given->value.truth() != Value::Truth::no) {
    auto render = alter();
    if (const auto* identity = given->value.object<sqlalchemy::Identity>()) {
      const auto* old = arguments.keyword("existing_server_default");
      const auto* former = present(old) ? old->value.object<sqlalchemy::Identity>() : nullptr;
      if (former == nullptr) {
        render << "ADD " << render_.identity(*identity);
      } else {
        if (former->always != identity->always) render << "SET GENERATED " << (identity->always ? "ALWAYS" : "BY DEFAULT") << " ";
        if (!identity->options.empty()) render << "SET " << identity->options;
      }
    } else if (given->value.object<sqlalchemy::Computed>() != nullptr) {
      gap(Gap::Kind::operation_unknown, given->span, "alter_column: a computed default cannot be rendered");
      render = {};
    } else {
      render << "SET DEFAULT " << render_.server_default(given->value, given->span);
      note_default(call, given->value, given->span);
    }
    if (!render.empty()) emit(render);
  } else if (given != nullptr) {
    // None drops the default; False is what not giving it means; an empty string is a default.
    auto render = alter();
    const auto* old = arguments.keyword("existing_server_default");
    const bool identity = present(old) && old->value.object<sqlalchemy::Identity>() != nullptr;
    if (given->value.is_none()) render << (identity ? "DROP IDENTITY" : "DROP DEFAULT");
    else if (given->value.get<bool>() == nullptr) render << "SET DEFAULT " << render_.server_default(given->value, given->span);
    else render = {};
    if (!render.empty()) emit(render);
  }
  if (const auto* given = arguments.keyword("comment"); given != nullptr && given->value.get<bool>() == nullptr) {
    std::optional<MappedText> comment;
    if (!given->value.is_none()) comment = sqlalchemy::text_of(site, *given);
    send(call, render_.column_comment(call.table, column, comment), sql::Binds::none, site.span);
  }
  const auto* renamed = arguments.keyword("new_column_name");
  if (renamed == nullptr) renamed = arguments.keyword("name");
  if (present(renamed)) {
    Render render;
    render << "ALTER TABLE " << call.table.rendered_dotted() << " RENAME " << sqlalchemy::quoted(column) << " TO "
           << sqlalchemy::quoted(sqlalchemy::text_of(site, *renamed));
    emit(render);
  }
  if (checked(type)) {
    Column whole;
    whole.name.given = true;
    whole.name.text = column;
    whole.type = type;
    Render render;
    render << "ALTER TABLE " << call.table.rendered() << " ADD " << render_.type_check(whole, call.table);
    emit(render);
  }
}

}  // namespace foreshot::alembic
