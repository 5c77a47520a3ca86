#include "analyzer/sqlalchemy/mapping_chain.h"

#include <algorithm>
#include <array>

#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::sqlalchemy {

using interpret::Class;
using interpret::Value;

namespace {

constexpr int deepest = 12;
constexpr std::size_t most_classes = 64;

auto class_of(const Value& value) -> const ClassPointer* { return value.get<ClassPointer>(); }

auto is_column_like(const Value& value) -> bool {
  return value.object<Column>() != nullptr || value.object<ColumnWrapper>() != nullptr || value.object<FieldCall>() != nullptr;
}

// A base of another package that brings neither columns nor relationships.
auto is_plain_external(std::string_view dotted) -> bool {
  static constexpr std::array<std::string_view, 14> packages{"sqlalchemy", "sqlmodel", "flask_sqlalchemy", "typing", "abc", "builtins", "enum",
                                                            "typing_extensions", "flask_login", "pydantic", "object", "collections", "dataclasses", "functools"};
  return std::find(packages.begin(), packages.end(), dotted.substr(0, dotted.find('.'))) != packages.end();
}

auto snake_case(std::string_view name) -> std::string {
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto lower = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  std::string made;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool begins = upper(name[i]) && i > 0 &&
                        (lower(name[i - 1]) || (i + 1 < name.size() && name[i + 1] >= 'a' && name[i + 1] <= 'z'));
    if (begins) made += '_';
    made += upper(name[i]) ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
  }
  return made;
}

// @as_declarative(), @mapper_registry.as_declarative_base()
auto makes_base(const python::Expression* decorator) -> bool {
  if (const auto* call = python::as<python::Call>(decorator, python::ExpressionKind::call)) decorator = call->callee;
  std::string_view name;
  if (const auto* word = python::as<python::Name>(decorator, python::ExpressionKind::name)) name = word->id;
  if (const auto* dotted = python::as<python::Attribute>(decorator, python::ExpressionKind::attribute)) name = dotted->name;
  return name == "as_declarative" || name == "as_declarative_base";
}

auto lowered(std::string_view name) -> std::string {
  std::string made(name);
  for (auto& c : made) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return made;
}

// The name that the column has in the table: its own, or that of its attribute.
auto name_of_column(const Chain& chain, const Column& wanted) -> std::string {
  if (wanted.name.given) return wanted.name.text.complete() ? wanted.name.text.text() : std::string();
  for (const auto& type : chain.classes)
    for (const auto& [name, value] : type->attributes) {
      const auto* wrapper = value.object<ColumnWrapper>();
      if (value.object<Column>() == &wanted || (wrapper != nullptr && wrapper->column.get() == &wanted)) return name;
    }
  return {};
}

// The MetaData that a class says its tables are in, or that comes with it as the base of all declarative classes.
auto note_metadata(const Class& type, Chain& chain) -> void {
  if (!chain.metadata_key.empty()) return;
  if (const auto* given = type.find("metadata"); given != nullptr) {
    if (const auto metadata = shared_object<MetaData>(*given)) chain.metadata_key = place_key(metadata->made);
    if (!chain.metadata_key.empty()) return;
  }
  if (const auto* given = type.find("registry"); given != nullptr)
    if (const auto registry = shared_object<Registry>(*given)) {
      chain.metadata_key = place_key(registry->metadata != nullptr ? registry->metadata->made : registry->made);
      return;
    }
  const bool is_base = std::any_of(type.bases.begin(), type.bases.end(), [](const Value& base) { return last_part(base.external_name()).starts_with("DeclarativeBase"); }) ||
                       (type.definition != nullptr && std::any_of(type.definition->decorators.begin(), type.definition->decorators.end(), makes_base));
  if (is_base && type.module != nullptr) chain.metadata_key = module_path(*type.module) + "." + type.qualified_name;
}

}  // namespace

auto is_sqlmodel_table(const Class& type) -> bool {
  return type.definition != nullptr &&
         std::any_of(type.definition->bases.begin(), type.definition->bases.end(), [](const python::Argument& argument) {
           return argument.name == "table" && argument.value != nullptr && argument.value->kind == python::ExpressionKind::true_;
         });
}

auto is_abstract(const Class& type) -> bool {
  const auto* given = type.find("__abstract__");
  if (given != nullptr && given->truth() == Value::Truth::yes) return true;
  // `class Base(DeclarativeBase)`, whatever stands in it.
  for (const auto& base : type.bases)
    if (last_part(base.external_name()).starts_with("DeclarativeBase")) return true;
  return type.definition != nullptr && std::any_of(type.definition->decorators.begin(), type.definition->decorators.end(), makes_base);
}

auto module_path(const interpret::SourceModule& module) -> std::string {
  auto path = std::string_view(module.path);
  if (path.ends_with(".py")) path.remove_suffix(3);
  if (path.ends_with("/__init__")) path.remove_suffix(9);
  std::string dotted(path);
  std::replace(dotted.begin(), dotted.end(), '/', '.');
  return dotted;
}

auto place_key(Span made) -> std::string { return made.known() ? std::to_string(made.file) + ":" + std::to_string(made.begin) : std::string(); }

auto gather(const ClassPointer& type, Chain& chain, int depth) -> void {
  if (depth > deepest || chain.classes.size() >= most_classes) return;
  chain.classes.push_back(type);
  note_metadata(*type, chain);
  for (const auto& base : type->bases) {
    if (const auto* project = class_of(base)) {
      if (*project == type || std::find(chain.classes.begin(), chain.classes.end(), *project) != chain.classes.end()) continue;
      if (is_mapped(**project, depth + 1))
        chain.mapped_bases.push_back(module_path(*(*project)->module) + "." + (*project)->qualified_name), chain.mapped_classes.push_back(*project);
      else
        gather(*project, chain, depth + 1);
    } else if (const auto declarative = shared_object<DeclarativeBase>(base)) {
      chain.declarative = true;
      chain.names_tables = chain.names_tables || declarative->names_tables;
      if (chain.metadata == nullptr) chain.metadata = declarative->metadata;
      if (chain.metadata_key.empty()) chain.metadata_key = place_key(declarative->metadata != nullptr ? declarative->metadata->made : declarative->made);
      if (chain.type_annotation_map.is_unknown()) chain.type_annotation_map = declarative->type_annotation_map;
      if (const auto* parent = class_of(declarative->parent)) gather(*parent, chain, depth + 1);
    } else if (const auto dotted = base.external_name(); !dotted.empty()) {
      const bool sqlmodel = dotted == "sqlmodel.SQLModel" || dotted.ends_with(".SQLModel");
      if (sqlmodel) chain.sqlmodel = chain.declarative = true;
      if (last_part(dotted).starts_with("DeclarativeBase")) chain.declarative = true;
      if (!is_plain_external(dotted)) chain.unknown_base = true;
      if (chain.metadata_key.empty() && (sqlmodel || last_part(dotted) == "Base" || last_part(dotted) == "Model")) chain.metadata_key = dotted;
    } else if (base.is_unknown()) {
      chain.unknown_base = true;
    }
  }
}

auto find(const Chain& chain, std::string_view name) -> const Value* {
  for (const auto& type : chain.classes)
    if (const auto* found = type->find(name)) return found;
  return nullptr;
}

auto with_names(const Constraint& given, const Chain& chain, const ObjectName& table) -> Constraint {
  auto constraint = given;
  const auto fill = [&](std::vector<MappedText>& texts, const std::vector<ColumnPointer>& objects, const std::string& before) {
    for (std::size_t i = 0; i < std::min(texts.size(), objects.size()); ++i)
      if (objects[i] != nullptr && !texts[i].complete())
        if (const auto name = name_of_column(chain, *objects[i]); !name.empty()) texts[i] = MappedText(before + name);
  };
  fill(constraint.columns, constraint.column_objects, {});
  if (table.known()) fill(constraint.targets, constraint.target_objects, table.display() + ".");
  if (constraint.kind == ConstraintKind::foreign_key && constraint.column_objects.size() == constraint.columns.size())
    constraint.columns_known = std::all_of(constraint.columns.begin(), constraint.columns.end(), [](const MappedText& text) { return text.identifies(); });
  return constraint;
}

auto made_up_name(const Chain& chain) -> std::string {
  const auto name = std::string_view(chain.classes.front()->definition->name);
  return chain.sqlmodel ? lowered(name) : snake_case(name);
}

auto has_table(const Chain& chain) -> bool {
  if (is_sqlmodel_table(*chain.classes.front())) return true;
  if (const auto* name = find(chain, "__tablename__"); name != nullptr && !name->is_none()) return true;
  if (const auto* table = find(chain, "__table__"); table != nullptr && !table->is_none()) return true;
  if (!chain.names_tables) return false;
  for (const auto& type : chain.classes)
    for (const auto& [name, value] : type->attributes)
      if (is_column_like(value)) return true;
  return false;
}

auto is_mapped(const Class& type, int depth) -> bool {
  if (is_abstract(type) || depth > deepest) return false;
  Chain chain;
  gather(std::make_shared<const Class>(type), chain, depth);
  return (has_table(chain) && (!chain.sqlmodel || is_sqlmodel_table(type))) || !chain.mapped_bases.empty();
}

}  // namespace foreshot::sqlalchemy
