#include "analyzer/sqlalchemy/ddl_render.h"

#include <algorithm>
#include <string>

#include "analyzer/sqlalchemy/argument.h"
#include "analyzer/sqlalchemy/enum_type.h"

namespace foreshot::sqlalchemy {

auto TableName::rendered() const -> MappedText {
  Render render;
  if (schema_given) render << quoted(schema) << ".";
  render << quoted(name);
  return render.take();
}

auto TableName::rendered_dotted() const -> MappedText {
  Render render;
  if (schema_given) render << quoted_dotted(schema) << ".";
  render << quoted(name);
  return render.take();
}

auto table_name_of(const Table& table) -> TableName { return {table.name, table.schema, table.schema_given}; }

auto target_parts(const MappedText& target) -> TargetParts {
  TargetParts parts;
  const auto& text = target.text();
  const auto last = text.rfind('.');
  if (last == std::string::npos) {
    parts.table = target;
    return parts;
  }
  parts.column = target.slice(last + 1, text.size());
  const auto before = last == 0 ? std::string::npos : text.rfind('.', last - 1);
  if (before == std::string::npos) {
    parts.table = target.slice(0, last);
    return parts;
  }
  parts.table = target.slice(before + 1, last);
  parts.schema = target.slice(0, before);
  parts.schema_given = true;
  return parts;
}

auto DdlRender::Key::holds(const ColumnPointer& column) const -> bool {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

auto DdlRender::primary_key(const Table& table) const -> Key {
  Key key;
  for (const auto& constraint : table.constraints) {
    if (constraint->kind != ConstraintKind::primary_key) continue;
    key.constraint = constraint;
    key.known = constraint->columns_known;
    for (const auto& name : constraint->columns)
      if (auto column = table.column(name.text())) key.columns.push_back(std::move(column));
    break;
  }
  if (key.columns.empty())
    for (const auto& column : table.columns)
      if (column->primary_key.value == true) key.columns.push_back(column);

  const auto refers = [&](const Column& column) {
    if (!column.foreign_keys.empty()) return true;
    return std::any_of(table.constraints.begin(), table.constraints.end(), [&](const ConstraintPointer& constraint) {
      return constraint->kind == ConstraintKind::foreign_key &&
             std::any_of(constraint->columns.begin(), constraint->columns.end(),
                         [&](const MappedText& name) { return name.text() == column.name.text.text(); });
    });
  };
  const auto fits = [&](const Column& column, bool asked) {
    if (column.type == nullptr) return false;
    const auto family = column.type->family;
    // 2.1 leaves numerics out that nobody asked to count.
    const bool numeric_counts = asked || versions_.sqlalchemy < std::pair(2, 1);
    const bool number = family == Type::Family::integer || family == Type::Family::big_integer ||
                        family == Type::Family::small_integer || (family == Type::Family::numeric && numeric_counts);
    if (!number) return false;
    if (asked) return true;
    if (column.has_default || column.has_server_default || column.computed != nullptr) return false;
    return column.ignore_foreign_key || !refers(column);
  };
  if (key.columns.size() == 1) {
    const auto& column = key.columns.front();
    if (column->autoincrement == true ? fits(*column, true) : !column->autoincrement && fits(*column, false))
      key.automatic = column;
  } else {
    for (const auto& column : key.columns)
      if (column->autoincrement == true && fits(*column, true)) key.automatic = column;
  }
  return key;
}

auto DdlRender::server_default(const interpret::Value& value, Span span) const -> MappedText {
  if (const auto* clause = value.object<Clause>()) return clause->bare;
  if (const auto* sequence = value.object<Sequence>()) {
    TableName name{sequence->name.text, sequence->schema, sequence->schema_given};
    Render render;
    render << "nextval(" << string_literal(name.rendered()) << ")";
    return render.take();
  }
  if (auto literal = literal_of(value)) return *literal;
  MappedText result;
  result.append_hole("server default", span);
  return result;
}

auto DdlRender::identity(const Identity& identity) const -> MappedText {
  Render render;
  render << "GENERATED " << (identity.always ? "ALWAYS" : "BY DEFAULT") << " AS IDENTITY";
  if (!identity.options.empty()) render << " (" << identity.options << ")";
  return render.take();
}

auto DdlRender::computed(const Computed& computed) const -> MappedText {
  Render render;
  render << "GENERATED ALWAYS AS (" << computed.expression << ")";
  // Before 2.1 and up to PostgreSQL 17 there are stored columns only; else the server's default is virtual.
  const bool may_be_virtual = versions_.sqlalchemy >= std::pair(2, 1) && versions_.server >= 18;
  // Where it cannot be virtual, SQLAlchemy refuses persisted=False: it is never stored.
  if (computed.persisted == false && versions_.server >= 18) render << " VIRTUAL";
  else if (computed.persisted == true || !may_be_virtual) render << " STORED";
  return render.take();
}

auto DdlRender::column_specification(const ColumnPointer& column, const Key& key) const -> MappedText {
  Render render;
  render << quoted(column->name.text) << " ";
  const bool identity_column = column->identity != nullptr;
  const bool plain_default = !column->has_default && (column->sequence == nullptr || column->sequence->optional);
  if (key.automatic == column && !identity_column && plain_default) {
    switch (column->type->family) {
      case Type::Family::big_integer: render << "BIGSERIAL"; break;
      case Type::Family::small_integer: render << "SMALLSERIAL"; break;
      default: render << "SERIAL"; break;
    }
  } else {
    if (column->type != nullptr) render << column->type->sql;
    else render.hole("type", column->span);
    if (column->has_server_default) render << " DEFAULT " << server_default(column->server_default, column->server_default_span);
  }
  if (column->computed != nullptr) render << " " << computed(*column->computed);
  if (identity_column) render << " " << identity(*column->identity);
  const bool in_key = key.holds(column) || column->primary_key.value == true;
  const bool nullable = column->nullable.given ? column->nullable.value.value_or(true) : !in_key && !identity_column;
  if (!nullable && !identity_column) render << " NOT NULL";
  else if (nullable && identity_column) render << " NULL";
  return render.take();
}

auto DdlRender::element_name(std::string_view kind, const ElementName& name, const TableName& table,
                             const std::vector<MappedText>& columns, const std::vector<MappedText>& targets) const
    -> ElementName {
  NamedElement element;
  element.kind = kind;
  element.name = name;
  element.table = table.name;
  if (table.schema_given) element.schema = table.schema;
  element.columns = columns;
  for (const auto& target : targets) {
    const auto parts = target_parts(target);
    if (element.referred_table.empty()) element.referred_table = parts.table;
    element.referred_columns.push_back(parts.column);
  }
  return conventional_name(naming_, element);
}

auto DdlRender::actions(const std::optional<MappedText>& match, const std::optional<MappedText>& on_delete,
                        const std::optional<MappedText>& on_update) const -> MappedText {
  Render render;
  if (match) render << " MATCH " << *match;
  if (on_delete) render << " ON DELETE " << *on_delete;
  if (on_update) render << " ON UPDATE " << *on_update;
  return render.take();
}

auto DdlRender::deferral(const std::optional<bool>& deferrable, const std::optional<MappedText>& initially) const
    -> MappedText {
  Render render;
  if (deferrable) render << (*deferrable ? " DEFERRABLE" : " NOT DEFERRABLE");
  if (initially) render << " INITIALLY " << *initially;
  return render.take();
}

auto DdlRender::column_comment(const TableName& table, const MappedText& column,
                               const std::optional<MappedText>& comment) const -> MappedText {
  Render render;
  render << "COMMENT ON COLUMN " << table.rendered() << "." << quoted(column) << " IS ";
  if (comment) render << string_literal(*comment);
  else render << "NULL";
  return render.take();
}

auto DdlRender::table_comment(const TableName& table, const std::optional<MappedText>& comment) const -> MappedText {
  Render render;
  render << "COMMENT ON TABLE " << table.rendered() << " IS ";
  if (comment) render << string_literal(*comment);
  else render << "NULL";
  return render.take();
}

auto DdlRender::column_index(const Column& column) const -> Index {
  Index index;
  index.keys.push_back({quoted(column.name.text), column.name.text, column.key});
  index.unique = column.unique.value == true;
  index.automatic = true;
  index.span = column.index.span;
  return index;
}

auto DdlRender::column_unique(const Column& column) const -> Constraint {
  Constraint constraint;
  constraint.kind = ConstraintKind::unique;
  constraint.columns.push_back(column.name.text);
  constraint.span = column.unique.span;
  return constraint;
}

}  // namespace foreshot::sqlalchemy
