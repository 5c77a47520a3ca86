// A class statement as a Model: its own attributes and those of its unmapped bases, wherever these are defined.
#include <algorithm>
#include <array>
#include <unordered_set>

#include "analyzer/sqlalchemy/argument.h"
#include "analyzer/sqlalchemy/fixed_default.h"
#include "analyzer/sqlalchemy/mapping_annotation.h"
#include "analyzer/sqlalchemy/mapping_chain.h"
#include "analyzer/sqlalchemy/model_vocabulary.h"
#include "analyzer/sqlalchemy/types.h"

namespace foreshot::sqlalchemy {

using interpret::Arguments;
using interpret::Class;
using interpret::Function;
using interpret::Site;
using interpret::Value;

namespace {

using Types = std::unordered_map<std::string, TypeName>;
auto class_of(const Value& value) -> const ClassPointer* { return value.get<ClassPointer>(); }

class Reading {
 public:
  Reading(const Site& site, const ClassPointer& type, const Versions& versions, Types& types)
      : site_(site), type_(type), versions_(versions), types_(types) {}

  auto read() -> std::optional<Model> {
    if (type_->definition == nullptr || is_abstract(*type_)) return std::nullopt;
    gather(type_, chain_, 0);
    const bool table = has_table(chain_) && (!chain_.sqlmodel || is_sqlmodel_table(*type_));
    if (!table && chain_.mapped_bases.empty()) return std::nullopt;
    // A SQLModel class that inherits a table's class is a schema unless it says table=True.
    if (chain_.sqlmodel && !is_sqlmodel_table(*type_)) return std::nullopt;
    model_.name = type_->qualified_name;
    model_.module = module_path(*type_->module);
    model_.file = type_->module->file;
    const auto begin = type_->definition->name_begin;
    model_.span = {model_.file, begin, begin + static_cast<std::uint32_t>(type_->definition->name.size())};
    model_.bases = chain_.mapped_bases;
    model_.is_mapped = table;
    model_.metadata = chain_.metadata_key;
    if (const auto* bind = find(chain_, "__bind_key__"); bind != nullptr && !model_.metadata.empty())
      model_.metadata = bind->constant_text() != nullptr ? model_.metadata + " " + *bind->constant_text() : bind->is_none() ? model_.metadata : std::string();
    if (chain_.unknown_base) model_.complete = false;
    read_annotations();
    if (table) name_table();
    for (const auto& type : chain_.classes)
      for (const auto& [name, value] : type->attributes) read_attribute(name, value);
    bare_columns();
    read_table_arguments();
    read_mapper_arguments();
    return std::move(model_);
  }

 private:
  struct Annotated { std::string_view name; Annotation annotation; Span span; const interpret::SourceModule* module; bool has_value; bool sqlmodel; };

  auto ask(const Value& value) const -> Value {
    const auto declared = shared_object<DeclaredAttribute>(value);
    if (declared == nullptr) return value;
    Arguments arguments;
    arguments.items.push_back({{}, Value(type_, model_.span), model_.span});
    return site_.interpreter.call(site_, declared->function, arguments);
  }

  auto read_annotations() -> void {
    for (const auto& type : chain_.classes) {
      if (type->definition == nullptr) continue;
      for (const auto* statement : type->definition->body) {
        const auto* annotated = python::as<python::Annotated>(statement, python::StatementKind::annotated);
        const auto* name = annotated != nullptr ? python::as<python::Name>(annotated->target, python::ExpressionKind::name) : nullptr;
        if (name == nullptr || find_annotation(name->id) != nullptr) continue;
        const Span span{type->module->file, annotated->annotation->begin, annotated->annotation->end};
        annotations_.push_back({name->id, read_annotation(site_.interpreter.sources().text(span)), span, type->module, annotated->value != nullptr,
                                chain_.sqlmodel});
      }
    }
  }

  auto find_annotation(std::string_view name) const -> const Annotated* {
    const auto found = std::find_if(annotations_.begin(), annotations_.end(), [&](const Annotated& each) { return each.name == name; });
    return found == annotations_.end() ? nullptr : &*found;
  }

  auto name_table() -> void {
    if (const auto* schema = chain_.metadata != nullptr && chain_.metadata->schema_given ? &chain_.metadata->schema : nullptr; schema != nullptr) {
      model_.schema_known = schema->complete();
      if (model_.schema_known) model_.table.schema = Identifier(schema->text());
    }
    if (const auto* given = find(chain_, "__table__")) {
      const auto value = ask(*given);
      if (const auto table = shared_object<Table>(value)) fill_from_table(model_, *table, types_);
      else model_.table_known = false, model_.complete = false;
      return;
    }
    if (const auto* given = table_name(); given != nullptr && !given->is_none()) {
      const auto value = ask(*given);
      if (const auto* text = value.constant_text()) {
        model_.table.name = Identifier(*text);
      } else if (!value.is_none()) {
        model_.table.name = Identifier::unknown("{" + model_.name + "}");
        model_.table_known = false;
      } else {
        model_.is_mapped = !model_.bases.empty();
      }
      return;
    }
    if (!model_.bases.empty() && !chain_.sqlmodel && !owns_key()) return;
    model_.table.name = Identifier(made_up_name(chain_));
  }

  // A function that names the table of each class does so for subclasses of mapped classes too.
  auto table_name() const -> const Value* {
    if (const auto* given = find(chain_, "__tablename__")) return given;
    for (const auto& base : chain_.mapped_classes) {
      Chain inherited;
      gather(base, inherited, 0);
      const auto* given = owns_key() ? find(inherited, "__tablename__") : nullptr;
      if (given != nullptr && given->object<DeclaredAttribute>() != nullptr && ask(*given).constant_text() != nullptr) return given;
    }
    return nullptr;
  }

  auto owns_key() const -> bool {
    for (const auto& type : chain_.classes)
      for (const auto& [name, value] : type->attributes)
        if (const auto* column = value.object<Column>(); column != nullptr && column->primary_key.value.value_or(false)) return true;
    return false;
  }

  auto read_attribute(const std::string& name, const Value& given) -> void {
    if (name.starts_with("__") || !seen_.insert(name).second) return;
    if (const auto* function = given.get<std::shared_ptr<const Function>>()) {
      ModelMember member;
      member.name = name;
      member.span = given.span();
      member.property = (*function)->definition != nullptr && !(*function)->definition->decorators.empty();
      model_.members.push_back(std::move(member));
      return;
    }
    const auto value = ask(given);
    const auto* annotated = find_annotation(name);
    const auto* annotation = annotated != nullptr ? &annotated->annotation : nullptr;
    if (const auto column = shared_object<Column>(value)) {
      add_column(name, *column, annotated, false);
    } else if (const auto wrapper = shared_object<ColumnWrapper>(value)) {
      if (wrapper->column != nullptr) add_column(name, *wrapper->column, annotated, wrapper->deferred);
    } else if (const auto field = shared_object<FieldCall>(value)) {
      add_field(name, *field, annotated);
    } else if (const auto call = shared_object<RelationshipCall>(value)) {
      model_.relationships.push_back(make_relationship(site_, name, *call, annotation, model_.module));
    } else if (value.object<FixedValue>() == nullptr && (value.object<interpret::Object>() != nullptr || class_of(value) != nullptr)) {
      return;
    } else if (chain_.sqlmodel && annotated != nullptr && annotated->annotation.last() != "ClassVar") {
      // `active: bool = True`
      Column column;
      column.has_default = true;
      column.span = given.span();
      column.arguments.items.push_back({"default", value, given.span()});
      add_column(name, column, annotated, false);
    } else if (value.is_unknown() && (annotation == nullptr || annotation->last() != "ClassVar") && name != "query" && name != "query_class") {
      // A helper of another package may make a column or an index here.
      model_.complete = false;
    }
  }

  // Columns that an annotation alone declares.
  auto bare_columns() -> void {
    for (const auto& annotated : annotations_) {
      if (annotated.has_value || seen_.count(std::string(annotated.name)) > 0 || annotated.name.starts_with("__")) continue;
      const auto last = annotated.annotation.last();
      if (last != "Mapped" && !(chain_.sqlmodel && last != "ClassVar")) continue;
      Column column;
      column.span = {annotated.span.file, annotated.span.begin, annotated.span.end};
      add_column(std::string(annotated.name), column, &annotated, false);
    }
  }

  auto add_column(const std::string& name, Column column, const Annotated* annotated, bool deferred) -> void {
    if (annotated != nullptr) complete_from(column, *annotated);
    auto& made = add_model_column(model_, name, column, types_);
    // Pydantic copies a container for each object.
    if (chain_.sqlmodel && annotated != nullptr) made.fixed_defaults = fixed_defaults(column.arguments, false);
    made.deferred = deferred;
    if (const auto* given = column.arguments.keyword("deferred"); given != nullptr && given->value.get<bool>() != nullptr && *given->value.get<bool>())
      made.deferred = true;
    if (annotated != nullptr && !column.nullable.given && !nullable_known_) made.nullable_known = false;
  }

  // What Mapped[…] says of the type and of NULL.
  auto complete_from(Column& column, const Annotated& annotated) -> void {
    nullable_known_ = true;
    const auto* annotation = &annotated.annotation;
    if (annotation->last() == "Mapped") {
      if (annotation->arguments.empty()) return;
      annotation = &annotation->arguments.front();
    } else if (!annotated.sqlmodel) {
      return;
    }
    bool optional = annotation->is_optional();
    annotation = &annotation->without_none();
    if (annotation->last() == "Annotated" && !annotation->arguments.empty()) {
      annotation = &annotation->arguments.front();
      optional = optional || annotation->is_optional();
      annotation = &annotation->without_none();
    }
    TypePointer type;
    const auto sql = builtin_type(annotation->last());
    if (annotation->arguments.empty() && !annotation->name.empty() && sql.empty() && annotation->name.find('.') == std::string::npos) {
      const auto value = site_.interpreter.global(*annotated.module, annotation->name);
      if (const auto alias = shared_object<AnnotatedType>(value)) {
        const auto inner = read_annotation(alias->type);
        optional = optional || inner.is_optional();
        if (alias->column != nullptr) merge(column, *alias->column);
        if (column.type == nullptr) type = named_type_of(std::string(builtin_type(inner.without_none().last())));
      } else if (value.is_unknown()) {
        nullable_known_ = optional;
      }
    }
    if (const auto* map = annotation_map(); map != nullptr && column.type == nullptr)
      for (const auto& [key, value] : map->entries) {
        const auto* project = class_of(key);
        const auto spelled = project != nullptr ? std::string_view((*project)->qualified_name) : last_part(key.external_name());
        if (!spelled.empty() && spelled == annotation->last()) type = type_of(site_, value, column.span, versions_);
      }
    if (type == nullptr && !sql.empty()) type = named_type_of(std::string(sql));
    // A foreign key's column takes the type of its target.
    if (column.type == nullptr && column.foreign_keys.empty()) column.type = type;
    if (!column.nullable.given) {
      column.nullable.given = nullable_known_;
      column.nullable.value = optional;
    }
  }

  static auto merge(Column& column, const Column& alias) -> void {
    if (column.type == nullptr) column.type = alias.type;
    if (!column.primary_key.given) column.primary_key = alias.primary_key;
    if (!column.nullable.given) column.nullable = alias.nullable;
    if (!column.unique.given) column.unique = alias.unique;
    if (!column.index.given) column.index = alias.index;
    if (!column.has_server_default && alias.has_server_default) {
      column.has_server_default = true;
      column.server_default = alias.server_default;
    }
    column.has_default = column.has_default || alias.has_default;
    column.arguments.items.insert(column.arguments.items.end(), alias.arguments.items.begin(), alias.arguments.items.end());
    column.updated_by_server = column.updated_by_server || alias.updated_by_server;
    if (column.foreign_keys.empty()) column.foreign_keys = alias.foreign_keys;
    column.understood = column.understood && alias.understood;
  }

  static auto builtin_type(std::string_view name) -> std::string_view {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 11> types{{
        {"int", "INTEGER"}, {"str", "VARCHAR"}, {"bool", "BOOLEAN"}, {"float", "FLOAT"}, {"Decimal", "NUMERIC"},
        {"datetime", "TIMESTAMP WITHOUT TIME ZONE"}, {"date", "DATE"}, {"time", "TIME WITHOUT TIME ZONE"},
        {"timedelta", "INTERVAL"}, {"UUID", "UUID"}, {"bytes", "BYTEA"}}};
    for (const auto& [python, sql] : types)
      if (python == name) return sql;
    return {};
  }
  static auto named_type_of(const std::string& sql) -> TypePointer {
    if (sql.empty()) return nullptr;
    auto type = std::make_shared<Type>();
    type->sql = MappedText(sql);
    return type;
  }

  auto annotation_map() const -> const interpret::Mapping* {
    if (const auto* own = find(chain_, "type_annotation_map"); own != nullptr && own->mapping() != nullptr) return own->mapping();
    return chain_.type_annotation_map.mapping();
  }

  auto add_field(const std::string& name, const FieldCall& field, const Annotated* annotated) -> void {
    if (field.column != nullptr) {
      add_column(name, *field.column, nullptr, false);
      return;
    }
    Column column;
    column.span = field.span;
    const auto& arguments = field.arguments;
    column.arguments = arguments;
    if (const auto* first = arguments.positional(0)) column.arguments.items.push_back({"default", first->value, first->span});
    column.primary_key = read_flag(arguments, "primary_key");
    column.nullable = read_flag(arguments, "nullable");
    column.unique = read_flag(arguments, "unique");
    column.index = read_flag(arguments, "index");
    column.has_default = arguments.keyword("default_factory") != nullptr || arguments.get(0, "default") != nullptr;
    if (const auto* type = arguments.keyword("sa_type"); present(type)) column.type = type_of(site_, type->value, type->span, versions_);
    if (const auto* target = arguments.keyword("foreign_key"); present(target)) {
      auto key = std::make_shared<ForeignKey>();
      key->target = text_of(site_, *target);
      key->target_known = key->target.complete();
      key->on_delete = optional_text(site_, arguments, "ondelete");
      key->span = field.span;
      column.foreign_keys.push_back(std::move(key));
    }
    if (const auto* more = arguments.keyword("sa_column_kwargs"); present(more)) {
      const auto* entries = more->value.mapping();
      column.understood = entries != nullptr && entries->complete;
      if (entries != nullptr && entries->find("server_default") != nullptr) {
        column.has_server_default = true;
        column.server_default = *entries->find("server_default");
      }
      if (const auto* update = entries != nullptr ? entries->find("onupdate") : nullptr; update != nullptr)
        column.updated_by_server = update->object<interpret::Object>() != nullptr;
    }
    if (present(arguments.keyword("sa_column_args"))) column.understood = false;
    add_column(name, column, annotated, false);
  }

  auto read_table_arguments() -> void {
    const auto* given = find(chain_, "__table_args__");
    if (given == nullptr) return;
    const auto value = ask(*given);
    if (value.is_none()) return;
    if (value.mapping() == nullptr && (value.sequence() == nullptr || !value.sequence()->complete)) model_.schema_known = false;
    if (const auto* options = value.mapping()) {
      read_table_options(*options);
      return;
    }
    const auto* items = value.sequence();
    if (items == nullptr || !items->complete) model_.complete = false;
    if (items == nullptr) return;
    for (const auto& item : items->items) {
      if (const auto constraint = shared_object<Constraint>(item)) add_model_constraint(model_, with_names(*constraint, chain_, model_.table));
      else if (const auto index = shared_object<Index>(item)) add_model_index(model_, *index);
      else if (const auto* options = item.mapping()) read_table_options(*options);
      else if (!item.is_none()) model_.complete = model_.schema_known = false;
    }
  }

  auto read_table_options(const interpret::Mapping& options) -> void {
    const auto* schema = options.find("schema");
    if (schema == nullptr && !options.complete) model_.schema_known = false;
    if (schema == nullptr || schema->is_none()) return;
    const auto* text = schema->constant_text();
    model_.schema_known = text != nullptr;
    model_.table.schema = text != nullptr ? Identifier(*text) : Identifier::unknown("schema");
    for (auto& index : model_.indexes) index.index.table = model_.table;
  }

  // Bases and mixins say it too; what nobody could read counts as said.
  auto read_eager_defaults() -> void {
    const auto* given = find(chain_, "__mapper_args__");
    if (given == nullptr) return;
    const auto value = ask(*given);
    const auto* entries = value.mapping();
    const auto* eager = entries != nullptr ? entries->find("eager_defaults") : nullptr;
    const auto* flag = eager != nullptr ? eager->get<bool>() : nullptr;
    const auto* automatic = eager != nullptr ? eager->constant_text() : nullptr;
    model_.eager_defaults = entries == nullptr || !entries->complete || (eager != nullptr && automatic == nullptr && (flag == nullptr || *flag));
  }

  auto read_mapper_arguments() -> void {
    read_eager_defaults();
    const auto* given = type_->find("__mapper_args__");
    if (given == nullptr) return;
    const auto value = ask(*given);
    const auto* entries = value.mapping();
    if (entries == nullptr) return;
    if (const auto* on = entries->find("polymorphic_on")) {
      if (const auto* text = on->constant_text()) model_.polymorphic_on = *text;
      else if (const auto column = shared_object<Column>(*on)) model_.polymorphic_on = column->key;
      else model_.polymorphic_on = "?";
    }
    if (const auto* identity = entries->find("polymorphic_identity"); identity != nullptr)
      model_.polymorphic_identity = identity->constant_text() != nullptr ? *identity->constant_text() : "?";
    if (const auto* load = entries->find("polymorphic_load"); load != nullptr && !load->is_none())
      model_.polymorphic_load = load->constant_text() != nullptr ? *load->constant_text() : "?";
    if (const auto* with = entries->find("with_polymorphic"); with != nullptr && !with->is_none()) model_.with_polymorphic = true;
    if (const auto* concrete = entries->find("concrete"); concrete != nullptr) model_.concrete = concrete->truth() != Value::Truth::no;
    if (const auto* properties = entries->find("properties"); properties != nullptr && !properties->is_none()) model_.complete = false;
  }

  const Site& site_;
  ClassPointer type_;
  const Versions& versions_;
  Types& types_;
  Chain chain_;
  Model model_;
  std::vector<Annotated> annotations_;
  std::unordered_set<std::string> seen_;
  bool nullable_known_ = true;
};

}  // namespace

auto read_class(const Site& site, const std::shared_ptr<const Class>& type, const Versions& versions, Types& types)
    -> std::optional<Model> {
  return Reading(site, type, versions, types).read();
}

}  // namespace foreshot::sqlalchemy
