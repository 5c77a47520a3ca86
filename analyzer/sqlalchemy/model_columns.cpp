// Columns, constraints and indexes of schema elements as facts of a model.
#include <algorithm>

#include "analyzer/sql/read.h"
#include "analyzer/sqlalchemy/argument.h"
#include "analyzer/sqlalchemy/fixed_default.h"
#include "analyzer/sqlalchemy/model_vocabulary.h"

namespace foreshot::sqlalchemy {
namespace {

using Types = std::unordered_map<std::string, TypeName>;

auto identifier(const MappedText& text) -> Identifier {
  return text.complete() ? Identifier(text.text()) : Identifier::unknown(text.display());
}

auto identifiers(const std::vector<MappedText>& texts) -> std::vector<Identifier> {
  std::vector<Identifier> names;
  names.reserve(texts.size());
  for (const auto& text : texts) names.push_back(identifier(text));
  return names;
}

auto upper(const std::optional<MappedText>& text) -> std::string {
  if (!text || !text->complete()) return {};
  std::string word = text->text();
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; });
  return word == "NO ACTION" ? "" : word;
}

// "schema.table.column" as its table and its column.
auto split_target(const MappedText& target) -> std::pair<ObjectName, Identifier> {
  if (!target.complete()) return {ObjectName{{}, Identifier::unknown(target.display())}, Identifier::unknown(target.display())};
  const auto& text = target.text();
  const auto dot = text.rfind('.');
  if (dot == std::string::npos) return {ObjectName{{}, Identifier(text)}, {}};
  return {object_name(MappedText(text.substr(0, dot))), Identifier(text.substr(dot + 1))};
}

auto reference_of(const ForeignKey& key) -> Reference {
  Reference reference;
  if (const auto& target = key.target_column; target != nullptr) {
    if (const auto table = target->table.lock(); table != nullptr && table->name_known) {
      reference.table.name = identifier(table->name);
      if (table->schema_given) reference.table.schema = identifier(table->schema);
      reference.columns.push_back(identifier(target->name.text));
    }
  }
  if (reference.table.empty()) {
    auto [table, column] = split_target(key.target);
    reference.table = std::move(table);
    if (!column.empty()) reference.columns.push_back(std::move(column));
    if (!key.target_known) reference.table.name.known = false;
  }
  reference.on_delete = upper(key.on_delete);
  reference.on_update = upper(key.on_update);
  return reference;
}

auto type_named(const std::string& sql, Types& types) -> const TypeName& {
  const auto found = types.find(sql);
  if (found != types.end()) return found->second;
  return types.emplace(sql, sql::read_type(sql)).first->second;
}

}  // namespace

auto object_name(const MappedText& dotted) -> ObjectName {
  if (!dotted.complete()) return {{}, Identifier::unknown(dotted.display())};
  const auto& text = dotted.text();
  const auto dot = text.rfind('.');
  if (dot == std::string::npos) return {{}, Identifier(text)};
  return {Identifier(text.substr(0, dot)), Identifier(text.substr(dot + 1))};
}

auto add_model_column(Model& model, const std::string& attribute, const Column& column, Types& types) -> ModelColumn& {
  ModelColumn made;
  made.attribute = attribute;
  made.span = column.span;
  made.column.span = column.span;
  made.column.name = column.name.given && !column.name.text.empty() ? identifier(column.name.text) : Identifier(attribute);
  if (column.type != nullptr && column.type->known && column.type->sql.complete())
    made.column.type = type_named(column.type->sql.text(), types);
  else
    made.type_known = false;
  const bool primary = column.primary_key.value.value_or(false);
  made.column.not_null = primary;
  if (column.nullable.given) {
    made.nullable_known = column.nullable.value.has_value();
    made.column.not_null = primary || !column.nullable.value.value_or(true);
  }
  if (column.has_server_default) {
    made.column.default_value.kind = Expression::Kind::other;
    if (const auto* text = column.server_default.constant_text()) {
      made.column.default_value.kind = Expression::Kind::constant;
      made.column.default_value.constant = Expression::Constant::string;
      made.column.default_value.text = *text;
    }
  }
  if (column.identity != nullptr)
    made.column.identity = column.identity->always ? foreshot::Column::Identity::always : foreshot::Column::Identity::by_default;
  if (column.computed != nullptr) made.column.generated = foreshot::Column::Generated::stored;
  made.has_python_default = column.has_default;
  made.fixed_defaults = fixed_defaults(column.arguments, column.type == nullptr || !column.type->tracks_changes);
  made.updated_by_server = column.updated_by_server || column.computed != nullptr;
  if (primary) {
    foreshot::Constraint key;
    key.kind = ConstraintKind::primary_key;
    key.columns.push_back(made.column.name);
    key.span = column.span;
    made.column.constraints.push_back(std::move(key));
  }
  const auto add = [&](foreshot::Constraint constraint) {
    constraint.columns.push_back(made.column.name);
    constraint.span = column.span;
    model.constraints.push_back(std::move(constraint));
    model.constraint_spans.push_back(column.span);
  };
  for (const auto& key : column.foreign_keys) {
    foreshot::Constraint constraint;
    constraint.kind = ConstraintKind::foreign_key;
    constraint.references = reference_of(*key);
    if (key->name.given && key->name.text.complete()) constraint.name = identifier(key->name.text);
    add(std::move(constraint));
  }
  const bool unique = column.unique.value.value_or(false);
  const bool index = column.index.value.value_or(false);
  made.indexed = index;
  if (!column.understood || (column.unique.given && !column.unique.value) || (column.index.given && !column.index.value))
    model.complete = false;
  if (index) {
    ModelIndex entry;
    entry.span = column.span;
    entry.index.table = model.table;
    entry.index.unique = unique;
    entry.index.name = "ix_" + model.table.name.text + "_" + made.column.name.text;
    IndexKey key;
    key.column = made.column.name;
    entry.index.keys.push_back(std::move(key));
    model.indexes.push_back(std::move(entry));
  } else if (unique) {
    foreshot::Constraint constraint;
    constraint.kind = ConstraintKind::unique;
    add(std::move(constraint));
  }
  model.columns.push_back(std::move(made));
  return model.columns.back();
}

auto add_model_constraint(Model& model, const Constraint& constraint) -> void {
  foreshot::Constraint made;
  made.kind = constraint.kind;
  if (constraint.name.given && constraint.name.text.complete()) made.name = identifier(constraint.name.text);
  made.columns = identifiers(constraint.columns);
  made.span = constraint.span;
  if (!constraint.columns_known && constraint.kind != ConstraintKind::check) model.complete = false;
  if (constraint.kind == ConstraintKind::foreign_key) {
    for (const auto& target : constraint.targets) {
      auto [table, column] = split_target(target);
      made.references.table = std::move(table);
      made.references.columns.push_back(std::move(column));
    }
    made.references.on_delete = upper(constraint.on_delete);
    made.references.on_update = upper(constraint.on_update);
  }
  if (constraint.kind == ConstraintKind::primary_key)
    for (auto& column : model.columns)
      if (std::find(made.columns.begin(), made.columns.end(), column.column.name) != made.columns.end()) column.column.not_null = true;
  // Strings in the arguments are column names; attributes of another name are looked up by either.
  model.constraints.push_back(std::move(made));
  model.constraint_spans.push_back(constraint.span);
}

auto add_model_index(Model& model, const Index& index) -> void {
  ModelIndex made;
  made.span = index.span;
  made.keys_known = index.keys_known;
  made.index.table = model.table;
  made.index.unique = index.unique;
  if (index.name.given && index.name.text.complete()) made.index.name = identifier(index.name.text);
  if (!index.method.empty()) made.index.method = index.method.complete() ? index.method.text() : "";
  if (!index.where.empty()) {
    made.index.predicate.kind = Expression::Kind::other;
    made.index.predicate.text = index.where.display();
  }
  for (const auto& key : index.keys) {
    IndexKey entry;
    if (!key.name.empty()) {
      entry.column = identifier(key.name);
      for (const auto& column : model.columns)
        if (column.attribute == entry.column.text) entry.column = column.column.name;
    } else {
      const auto& text = key.text.text();
      const auto end = text.find(' ');
      const auto rest = end == std::string::npos ? std::string() : text.substr(end);
      if (key.text.complete() && (rest.starts_with(" DESC") || rest.starts_with(" ASC") || rest.starts_with(" NULLS"))) {
        entry.column = Identifier(text.substr(0, end));
        entry.descending = rest.starts_with(" DESC");
      } else {
        entry.expression.kind = Expression::Kind::other;
        entry.expression.text = key.text.display();
      }
    }
    made.index.keys.push_back(std::move(entry));
  }
  model.indexes.push_back(std::move(made));
}

auto fill_from_table(Model& model, const Table& table, Types& types) -> void {
  model.table_known = table.name_known && table.name.complete();
  model.schema_known = !table.schema_given || table.schema.complete();
  model.table = {table.schema_given ? identifier(table.schema) : Identifier(), identifier(table.name)};
  if (!table.columns_known) model.complete = false;
  for (const auto& column : table.columns)
    add_model_column(model, column->name.text.complete() ? column->name.text.text() : column->key, *column, types);
  for (const auto& constraint : table.constraints) add_model_constraint(model, *constraint);
  for (const auto& index : table.indexes)
    if (!index->automatic) add_model_index(model, *index);
}

}  // namespace foreshot::sqlalchemy
