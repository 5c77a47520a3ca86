// Constraints, foreign keys and indexes as SQL.

#include <algorithm>
#include <string>

#include "analyzer/sqlalchemy/ddl_render.h"

namespace foreshot::sqlalchemy {
namespace {

auto name_list(const std::vector<MappedText>& names) -> MappedText {
  Render render;
  bool first = true;
  for (const auto& name : names) {
    if (!first) render << ", ";
    first = false;
    render << quoted(name);
  }
  return render.take();
}

auto preamble(const ElementName& name) -> MappedText {
  Render render;
  if (name.given) render << "CONSTRAINT " << quoted(name.text) << " ";
  return render.take();
}

auto kind_key(ConstraintKind kind) -> std::string_view {
  switch (kind) {
    case ConstraintKind::primary_key: return "pk";
    case ConstraintKind::unique: return "uq";
    case ConstraintKind::foreign_key: return "fk";
    case ConstraintKind::check: return "ck";
    default: return "";
  }
}

auto distinctness(const std::optional<bool>& nulls_not_distinct) -> std::string_view {
  if (!nulls_not_distinct) return "";
  return *nulls_not_distinct ? "NULLS NOT DISTINCT " : "NULLS DISTINCT ";
}

}  // namespace

auto DdlRender::constraint(const Constraint& constraint, const TableName& table) const -> MappedText {
  Render render;
  render << preamble(element_name(kind_key(constraint.kind), constraint.name, table, constraint.columns, constraint.targets));
  const auto include = [&] {
    if (!constraint.include.empty()) render << " INCLUDE (" << name_list(constraint.include) << ")";
  };
  switch (constraint.kind) {
    case ConstraintKind::primary_key:
      render << "PRIMARY KEY (" << name_list(constraint.columns) << ")";
      include();
      break;
    case ConstraintKind::unique:
      render << "UNIQUE " << distinctness(constraint.nulls_not_distinct) << "(" << name_list(constraint.columns) << ")";
      include();
      break;
    case ConstraintKind::foreign_key: {
      render << "FOREIGN KEY(" << name_list(constraint.columns) << ") REFERENCES ";
      std::vector<MappedText> columns;
      for (const auto& target : constraint.targets) {
        const auto parts = target_parts(target);
        if (columns.empty()) render << TableName{parts.table, parts.schema, parts.schema_given}.rendered();
        columns.push_back(parts.column);
      }
      if (columns.empty()) render.hole("referenced table", constraint.span);
      render << " (" << name_list(columns) << ")" << actions(constraint.match, constraint.on_delete, constraint.on_update);
      break;
    }
    case ConstraintKind::exclusion:
      render << "EXCLUDE USING " << constraint.method << " (" << constraint.elements << ")";
      if (constraint.where) render << " WHERE (" << *constraint.where << ")";
      break;
    default:
      render << "CHECK (" << constraint.condition << ")";
      break;
  }
  render << deferral(constraint.deferrable, constraint.initially);
  const bool may_be_not_valid =
      constraint.kind == ConstraintKind::check || constraint.kind == ConstraintKind::foreign_key;
  if (constraint.not_valid && may_be_not_valid) render << " NOT VALID";
  return render.take();
}

auto DdlRender::references(const ForeignKey& key, const Column& column, bool with_actions) const -> MappedText {
  Render render;
  if (const auto& target = key.target_column) {
    if (const auto table = target->table.lock()) {
      render << table_name_of(*table).rendered() << " (" << quoted(target->name.text) << ")";
    } else {
      render.hole("referenced table", key.span) << " (" << quoted(target->name.text) << ")";
    }
  } else {
    const auto parts = target_parts(key.target);
    render << TableName{parts.table, parts.schema, parts.schema_given}.rendered() << " ("
           << quoted(parts.column.empty() ? column.name.text : parts.column) << ")";
  }
  if (with_actions) render << actions(key.match, key.on_delete, key.on_update);
  return render.take();
}

auto DdlRender::foreign_key(const ForeignKey& key, const Column& column, const TableName& table) const -> MappedText {
  std::vector<MappedText> targets;
  if (const auto& target = key.target_column) {
    Render full;
    if (const auto owner = target->table.lock()) full << owner->name;
    full << "." << target->name.text;
    targets.push_back(full.take());
  } else {
    targets.push_back(key.target);
  }
  Render render;
  render << preamble(element_name("fk", key.name, table, {column.name.text}, targets)) << "FOREIGN KEY("
         << quoted(column.name.text) << ") REFERENCES " << references(key, column, true)
         << deferral(key.deferrable, key.initially);
  if (key.not_valid) render << " NOT VALID";
  return render.take();
}

auto DdlRender::type_check(const Column& column, const TableName& table) const -> MappedText {
  const auto& type = column.type;
  if (type == nullptr || type->family != Type::Family::enumeration || type->native || !type->create_constraint) return {};
  ElementName given = type->name;
  Render render;
  render << preamble(element_name("ck", given, table, {column.name.text})) << "CHECK (" << quoted(column.name.text) << " IN (";
  bool first = true;
  for (const auto& value : type->values) {
    if (!first) render << ", ";
    first = false;
    render << string_literal(value);
  }
  render << "))";
  return render.take();
}

auto DdlRender::create_index(const Index& index, const TableName& table, bool if_not_exists) const -> MappedText {
  std::vector<MappedText> columns;
  for (const auto& key : index.keys)
    if (!key.name.empty()) columns.push_back(key.name);
  const auto name = element_name("ix", index.name, table, columns);
  Render render;
  render << "CREATE " << (index.unique ? "UNIQUE " : "") << "INDEX " << (index.concurrently ? "CONCURRENTLY " : "")
         << (if_not_exists ? "IF NOT EXISTS " : "") << quoted(name.text) << " ON " << table.rendered() << " ";
  if (!index.method.empty()) {
    render << "USING ";
    if (index.method.complete()) {
      // The dialect lowers the method's letters, byte by byte at the same place.
      std::string lowered = index.method.text();
      std::transform(lowered.begin(), lowered.end(), lowered.begin(),
                     [](char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte; });
      if (lowered == index.method.text()) render << index.method;
      else render << lowered;
    } else {
      render << index.method;
    }
    render << " ";
  }
  render << "(";
  bool first = true;
  for (const auto& key : index.keys) {
    if (!first) render << ", ";
    first = false;
    render << key.text;
    for (const auto& [column, chosen] : index.operator_classes)
      if (column == key.key) render << " " << chosen;
  }
  render << ")";
  if (!index.include.empty()) render << " INCLUDE (" << name_list(index.include) << ")";
  if (index.nulls_not_distinct) render << (*index.nulls_not_distinct ? " NULLS NOT DISTINCT" : " NULLS DISTINCT");
  if (!index.with.empty()) render << " WITH (" << index.with << ")";
  if (!index.tablespace.empty()) render << " TABLESPACE " << quoted(index.tablespace);
  if (!index.where.empty()) render << " WHERE " << index.where;
  return render.take();
}

auto DdlRender::drop_index(const ElementName& name, const TableName& table, bool concurrently, bool if_exists) const
    -> MappedText {
  Render render;
  render << "DROP INDEX " << (concurrently ? "CONCURRENTLY " : "") << (if_exists ? "IF EXISTS " : "");
  if (table.schema_given) render << quoted(table.schema) << ".";
  render << quoted(name.text);
  return render.take();
}

}  // namespace foreshot::sqlalchemy
