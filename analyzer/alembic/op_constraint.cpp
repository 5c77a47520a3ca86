// Operations on constraints and indexes.

#include <string>

#include "analyzer/alembic/operations.h"

namespace foreshot::alembic {

using interpret::Argument;
using sqlalchemy::Constraint;
using sqlalchemy::present;
using sqlalchemy::Render;

namespace {

auto legacy(const Argument* given, const interpret::Arguments& arguments, std::string_view older) -> const Argument* {
  return given != nullptr ? given : arguments.keyword(older);
}

}  // namespace

auto AlembicVocabulary::send_constraint(Call& call, const Constraint& constraint) -> void {
  const auto clause = render_.constraint(constraint, call.table);
  const bool named = clause.text().starts_with("CONSTRAINT ");
  if (!named && render_.naming().known) call.note(Oddity::constraint_name_none, constraint.name.span);
  Render render;
  render << "ALTER TABLE " << call.table.rendered() << " ADD " << clause;
  send(call, render.take(), sql::Binds::none, call.site.span);
}

auto AlembicVocabulary::create_foreign_key(Call& call) -> void {
  const auto& site = call.site;
  if (call.batch != nullptr) {
    read_table(call, 1, "source_table");
  } else {
    const auto* source = legacy(call.arguments.get(1, "source_table"), call.arguments, "source");
    if (source != nullptr) call.table.name = sqlalchemy::text_of(site, *source);
    else call.table.name.append_hole("table", site.span);
    with_schema(call, "source_schema");
    call.operation.table_known = call.table.name.identifies() && !call.table.name.empty();
  }
  Constraint constraint;
  constraint.kind = ConstraintKind::foreign_key;
  constraint.span = site.span;
  constraint.name = sqlalchemy::name_of(site, legacy(call.arguments.get(0, "constraint_name"), call.arguments, "name"));
  sqlalchemy::read_constraint_options(site, call.arguments, constraint);
  if (const auto* columns = call.get(3, "local_cols", 1))
    constraint.columns = sqlalchemy::names_of(site, columns->value, columns->span, constraint.columns_known);
  MappedText referent;
  if (const auto* given = legacy(call.get(2, "referent_table", 1), call.arguments, "referent"))
    referent = sqlalchemy::text_of(site, *given);
  else
    referent.append_hole("referenced table", site.span);
  std::vector<MappedText> remote;
  if (const auto* columns = call.get(4, "remote_cols", 1))
    remote = sqlalchemy::names_of(site, columns->value, columns->span, constraint.columns_known);
  const auto schema = sqlalchemy::optional_text(site, call.arguments, "referent_schema");
  for (const auto& column : remote) {
    Render target;
    if (schema && !schema->empty()) target << *schema << ".";
    target << referent << "." << column;
    constraint.targets.push_back(target.take());
  }
  send_constraint(call, constraint);
}

auto AlembicVocabulary::create_unique_constraint(Call& call) -> void {
  read_table(call, 1, "table_name", "source");
  Constraint constraint;
  constraint.kind = ConstraintKind::unique;
  constraint.span = call.site.span;
  constraint.name = sqlalchemy::name_of(call.site, legacy(call.arguments.get(0, "constraint_name"), call.arguments, "name"));
  sqlalchemy::read_constraint_options(call.site, call.arguments, constraint);
  if (const auto* columns = legacy(call.get(2, "columns", 1), call.arguments, "local_cols"))
    constraint.columns = sqlalchemy::names_of(call.site, columns->value, columns->span, constraint.columns_known);
  send_constraint(call, constraint);
}

auto AlembicVocabulary::create_primary_key(Call& call) -> void {
  read_table(call, 1, "table_name");
  Constraint constraint;
  constraint.kind = ConstraintKind::primary_key;
  constraint.span = call.site.span;
  constraint.name = sqlalchemy::name_of(call.site, legacy(call.arguments.get(0, "constraint_name"), call.arguments, "name"));
  if (const auto* columns = legacy(call.get(2, "columns", 1), call.arguments, "cols"))
    constraint.columns = sqlalchemy::names_of(call.site, columns->value, columns->span, constraint.columns_known);
  send_constraint(call, constraint);
}

auto AlembicVocabulary::create_check_constraint(Call& call) -> void {
  read_table(call, 1, "table_name", "source");
  Constraint constraint;
  constraint.kind = ConstraintKind::check;
  constraint.span = call.site.span;
  constraint.name = sqlalchemy::name_of(call.site, legacy(call.arguments.get(0, "constraint_name"), call.arguments, "name"));
  sqlalchemy::read_constraint_options(call.site, call.arguments, constraint);
  if (const auto* condition = call.get(2, "condition", 1))
    constraint.condition = sqlalchemy::expression_text(call.site, condition->value, condition->span);
  else
    constraint.condition.append_hole("condition", call.site.span);
  send_constraint(call, constraint);
}

auto AlembicVocabulary::create_exclude_constraint(Call& call) -> void {
  read_table(call, 1, "table_name");
  Constraint constraint;
  constraint.kind = ConstraintKind::exclusion;
  constraint.span = call.site.span;
  constraint.name = sqlalchemy::name_of(call.site, call.arguments.get(0, "constraint_name"));
  sqlalchemy::read_constraint_options(call.site, call.arguments, constraint);
  std::vector<Argument> pairs;
  std::size_t at = 0;
  const std::size_t first = call.batch != nullptr ? 1 : 2;
  for (const auto& argument : call.arguments.items)
    if (argument.name.empty() && at++ >= first) pairs.push_back(argument);
  constraint.elements = sqlalchemy::exclusion_elements(call.site, pairs, call.arguments.keyword("ops"));
  constraint.method = sqlalchemy::optional_text(call.site, call.arguments, "using").value_or(MappedText("gist"));
  if (const auto* where = call.arguments.keyword("where"); present(where))
    constraint.where = sqlalchemy::expression_text(call.site, where->value, where->span);
  send_constraint(call, constraint);
}

auto AlembicVocabulary::drop_constraint(Call& call) -> void {
  read_table(call, 1, "table_name", "tablename");
  const auto name = sqlalchemy::name_of(call.site, legacy(call.arguments.get(0, "constraint_name"), call.arguments, "name"));
  if (!name.given) {
    call.note(Oddity::drop_name_none, name.span.known() ? name.span : call.site.span);
    return;
  }
  // A name that a convention completes with the given one: ck_%(table_name)s_%(constraint_name)s.
  const auto* type = legacy(call.get(2, "type_", 1), call.arguments, "type");
  const auto* kind = type != nullptr ? type->value.constant_text() : nullptr;
  sqlalchemy::NamedElement element;
  element.kind = kind == nullptr          ? std::string_view()
                 : *kind == "foreignkey" ? "fk"
                 : *kind == "primary"    ? "pk"
                 : *kind == "unique"     ? "uq"
                 : *kind == "check"      ? "ck"
                                         : std::string_view();
  element.name = name;
  element.table = call.table.name;
  const auto full = element.kind.empty() ? name : sqlalchemy::conventional_name(render_.naming(), element);
  Render render;
  render << "ALTER TABLE " << call.table.rendered() << " DROP CONSTRAINT "
         << (sqlalchemy::flag(call.arguments, "if_exists") == true ? "IF EXISTS " : "") << sqlalchemy::quoted(full.text);
  send(call, render.take(), sql::Binds::none, call.site.span);
}

auto AlembicVocabulary::create_index(Call& call) -> void {
  read_table(call, 1, "table_name", "tablename");
  sqlalchemy::Index index;
  index.span = call.site.span;
  index.name = sqlalchemy::name_of(call.site, legacy(call.arguments.get(0, "index_name"), call.arguments, "name"));
  if (const auto* columns = call.get(2, "columns", 1)) {
    if (const auto* items = columns->value.sequence()) {
      for (const auto& item : items->items) index.keys.push_back(sqlalchemy::index_key(call.site, item, item.span()));
      index.keys_known = items->complete;
    } else {
      index.keys.push_back(sqlalchemy::index_key(call.site, columns->value, columns->span));
    }
  }
  sqlalchemy::read_index_options(call.site, call.arguments, index);
  const bool if_not_exists = sqlalchemy::flag(call.arguments, "if_not_exists") == true;
  send(call, render_.create_index(index, call.table, if_not_exists), sql::Binds::none, call.site.span);
}

auto AlembicVocabulary::drop_index(Call& call) -> void {
  const auto* table = legacy(call.arguments.get(1, "table_name"), call.arguments, "tablename");
  if (call.batch != nullptr || present(table)) {
    read_table(call, 1, "table_name", "tablename");
  } else {
    // The name alone says which index it is.
    with_schema(call);
  }
  const auto name = sqlalchemy::name_of(call.site, legacy(call.arguments.get(0, "index_name"), call.arguments, "name"));
  if (!name.given) {
    call.note(Oddity::drop_name_none, name.span.known() ? name.span : call.site.span);
    return;
  }
  call.operation.table_known = call.operation.table_known || name.text.identifies();
  const bool concurrently = sqlalchemy::flag(call.arguments, "postgresql_concurrently") == true;
  const bool if_exists = sqlalchemy::flag(call.arguments, "if_exists") == true;
  send(call, render_.drop_index(name, call.table, concurrently, if_exists), sql::Binds::none, call.site.span);
  // DROP INDEX does not name the table; the call does.
  if (call.batch == nullptr && !present(table)) return;
  MappedText words("DROP TABLE ");
  words.append(call.table.rendered());
  const auto reading = sql::read(words, sql::Binds::none, call.site.span);
  const auto* named = reading.statements.size() == 1 ? std::get_if<DropObject>(&reading.statements.front().action) : nullptr;
  auto* drop = call.operation.statements.empty() ? nullptr : std::get_if<DropObject>(&call.operation.statements.back().action);
  if (named != nullptr && drop != nullptr && named->names.size() == 1) drop->on = named->names.front();
}

}  // namespace foreshot::alembic
