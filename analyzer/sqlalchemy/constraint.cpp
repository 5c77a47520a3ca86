// Constraints and indexes as written.

#include <string>

#include "analyzer/sqlalchemy/column.h"

namespace foreshot::sqlalchemy {

using interpret::Argument;
using interpret::Arguments;
using interpret::Site;
using interpret::Value;

auto expression_text(const Site& site, const Value& value, Span span) -> MappedText {
  if (const auto* clause = value.object<Clause>()) return clause->bare;
  if (const auto* column = value.object<Column>()) return quoted(column->name.text);
  if (const auto* truth = value.get<bool>()) return MappedText(*truth ? "true" : "false");
  return text_of(site, value, span);
}

auto read_constraint_options(const Site& site, const Arguments& arguments, Constraint& constraint) -> void {
  constraint.deferrable = flag(arguments, "deferrable");
  constraint.initially = optional_text(site, arguments, "initially");
  constraint.not_valid = flag(arguments, "postgresql_not_valid").value_or(false);
  constraint.nulls_not_distinct = flag(arguments, "postgresql_nulls_not_distinct");
  constraint.on_delete = optional_text(site, arguments, "ondelete");
  constraint.on_update = optional_text(site, arguments, "onupdate");
  constraint.match = optional_text(site, arguments, "match");
  constraint.use_alter = flag(arguments, "use_alter").value_or(false);
  if (const auto* include = arguments.keyword("postgresql_include"); present(include))
    constraint.include = names_of(site, include->value, include->span, constraint.columns_known);
}

auto exclusion_elements(const Site& site, const std::vector<Argument>& pairs, const Argument* operator_classes)
    -> MappedText {
  Render render;
  for (const auto& pair : pairs) {
    if (!render.empty()) render << ", ";
    const auto* items = pair.value.sequence();
    if (items == nullptr || items->items.size() != 2) {
      render.hole(source_words(site, pair.span), pair.span);
      continue;
    }
    const auto& key = items->items[0];
    if (key.mapped_text() != nullptr)
      render << quoted(*key.mapped_text());
    else
      render << expression_text(site, key, pair.span);
    if (operator_classes != nullptr && operator_classes->value.mapping() != nullptr && key.constant_text() != nullptr)
      if (const auto* chosen = operator_classes->value.mapping()->find(*key.constant_text()))
        render << " " << text_of(site, *chosen, pair.span);
    render << " WITH " << text_of(site, items->items[1], pair.span);
  }
  return render.take();
}

// "schema.table.column" of a column that knows its table.
auto target_text(const Site& site, const Column& column, const Value& item) -> MappedText {
  const auto table = column.table.lock();
  if (table == nullptr || !table->name_known || !column.name.given) return text_of(site, item, item.span());
  Render render;
  if (table->schema_given) render << table->schema << ".";
  render << table->name << "." << column.name.text;
  return render.take();
}

auto make_constraint(const Site& site, std::string_view class_name, const Arguments& arguments) -> ConstraintPointer {
  auto constraint = std::make_shared<Constraint>();
  constraint->span = site.span;
  constraint->name = name_of(site, arguments.keyword("name"));
  constraint->columns_known = !arguments.unknown_positional;
  read_constraint_options(site, arguments, *constraint);
  if (class_name == "CheckConstraint") {
    constraint->kind = ConstraintKind::check;
    if (const auto* condition = arguments.get(0, "sqltext"))
      constraint->condition = expression_text(site, condition->value, condition->span);
    else
      constraint->condition.append_hole("condition", site.span);
    if (const auto* name = arguments.positional(1)) constraint->name = name_of(site, name);
    return constraint;
  }
  if (class_name == "ForeignKeyConstraint") {
    constraint->kind = ConstraintKind::foreign_key;
    if (const auto* columns = arguments.get(0, "columns")) {
      constraint->columns = names_of(site, columns->value, columns->span, constraint->columns_known);
      if (const auto* items = columns->value.sequence(); items != nullptr && items->complete)
        for (const auto& item : items->items) constraint->column_objects.push_back(shared_object<Column>(item));
    }
    if (const auto* targets = arguments.get(1, "refcolumns")) {
      if (const auto* items = targets->value.sequence()) {
        for (const auto& item : items->items) {
          const auto* clause = item.object<Clause>();
          auto column = shared_object<Column>(item);
          constraint->targets.push_back(clause != nullptr ? clause->sql : column != nullptr ? target_text(site, *column, item) : text_of(site, item, item.span()));
          constraint->target_objects.push_back(std::move(column));
        }
      } else {
        constraint->targets.push_back(text_of(site, *targets));
      }
    }
    if (const auto* name = arguments.positional(2)) constraint->name = name_of(site, name);
    return constraint;
  }
  if (class_name == "ExcludeConstraint") {
    constraint->kind = ConstraintKind::exclusion;
    std::vector<Argument> pairs;
    for (const auto& argument : arguments.items)
      if (argument.name.empty()) pairs.push_back(argument);
    constraint->elements = exclusion_elements(site, pairs, arguments.keyword("ops"));
    constraint->method = optional_text(site, arguments, "using").value_or(MappedText("gist"));
    if (const auto* where = arguments.keyword("where"); present(where))
      constraint->where = expression_text(site, where->value, where->span);
    return constraint;
  }
  constraint->kind = class_name == "PrimaryKeyConstraint" ? ConstraintKind::primary_key : ConstraintKind::unique;
  for (const auto& argument : arguments.items)
    if (argument.name.empty()) {
      constraint->columns.push_back(text_of(site, argument));
      constraint->column_objects.push_back(shared_object<Column>(argument.value));
    }
  return constraint;
}

auto index_key(const Site& site, const Value& value, Span span) -> IndexKeyText {
  IndexKeyText key;
  if (const auto* clause = value.object<Clause>()) {
    key.key = clause->key;
    if (clause->kind == Clause::Kind::column) {
      key.name = MappedText(clause->key);
      key.text = clause->bare;
      return key;
    }
    // Operators stand in parentheses; functions, text() and modifiers such as desc() do not.
    key.text = clause->kind == Clause::Kind::operation ? grouped(*clause, Binding::atom, false) : clause->bare;
    return key;
  }
  const auto name = text_of(site, value, span);
  key.name = name;
  key.key = name.text();
  key.text = quoted(name);
  return key;
}

auto read_index_options(const Site& site, const Arguments& arguments, Index& index) -> void {
  index.unique = flag(arguments, "unique").value_or(index.unique);
  index.concurrently = flag(arguments, "postgresql_concurrently").value_or(false);
  if (const auto method = optional_text(site, arguments, "postgresql_using")) index.method = *method;
  if (const auto* where = arguments.keyword("postgresql_where"); present(where))
    index.where = expression_text(site, where->value, where->span);
  if (const auto* classes = arguments.keyword("postgresql_ops"); present(classes))
    if (const auto* entries = classes->value.mapping())
      for (const auto& [key, value] : entries->entries)
        if (const auto* name = key.constant_text())
          index.operator_classes.emplace_back(*name, text_of(site, value, classes->span));
  if (const auto* with = arguments.keyword("postgresql_with"); present(with)) {
    Render render;
    if (const auto* entries = with->value.mapping()) {
      for (const auto& [key, value] : entries->entries) {
        if (!render.empty()) render << ", ";
        render << text_of(site, key, with->span) << " = ";
        if (const auto* truth = value.get<bool>()) render << (*truth ? "True" : "False");
        else render << text_of(site, value, with->span);
      }
    } else {
      render.hole(source_words(site, with->span), with->span);
    }
    index.with = render.take();
  }
  if (const auto* include = arguments.keyword("postgresql_include"); present(include)) {
    bool known = true;
    index.include = names_of(site, include->value, include->span, known);
  }
  index.nulls_not_distinct = flag(arguments, "postgresql_nulls_not_distinct");
  if (const auto tablespace = optional_text(site, arguments, "postgresql_tablespace")) index.tablespace = *tablespace;
}

auto make_index(const Site& site, const Arguments& arguments) -> IndexPointer {
  auto index = std::make_shared<Index>();
  index->span = site.span;
  index->name = name_of(site, arguments.get(0, "name"));
  index->keys_known = !arguments.unknown_positional;
  for (std::size_t at = 1; at < arguments.positional_count(); ++at) {
    const auto* argument = arguments.positional(at);
    if (const auto* clause = argument->value.object<Clause>(); clause != nullptr && index->columns_of == nullptr && !clause->tables.empty())
      index->columns_of = clause->tables.front();
    if (const auto column = shared_object<Column>(argument->value); column != nullptr && index->columns_of == nullptr)
      index->columns_of = column->table.lock();
    index->keys.push_back(index_key(site, argument->value, argument->span));
  }
  read_index_options(site, arguments, *index);
  return index;
}

}  // namespace foreshot::sqlalchemy
