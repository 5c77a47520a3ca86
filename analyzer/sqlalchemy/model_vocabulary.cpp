#include "analyzer/sqlalchemy/model_vocabulary.h"

#include <algorithm>
#include <array>

#include "analyzer/base/word_search.h"
#include "analyzer/sqlalchemy/argument.h"
#include "analyzer/sqlalchemy/fixed_default.h"
#include "analyzer/sqlalchemy/mapping_chain.h"

namespace foreshot::sqlalchemy {

using interpret::Arguments;
using interpret::Class;
using interpret::Site;
using interpret::Value;

namespace {

auto metadata_of(const Arguments& arguments) -> std::shared_ptr<MetaData> {
  const auto* given = arguments.keyword("metadata");
  return given != nullptr ? shared_object<MetaData>(given->value) : nullptr;
}

auto keyword_value(const Arguments& arguments, std::string_view name) -> Value {
  const auto* given = arguments.keyword(name);
  return given != nullptr ? given->value : Value();
}

auto make_base(const Site& site, const Arguments& arguments) -> std::shared_ptr<DeclarativeBase> {
  auto base = std::make_shared<DeclarativeBase>();
  base->made = site.span;
  base->metadata = metadata_of(arguments);
  base->type_annotation_map = keyword_value(arguments, "type_annotation_map");
  base->parent = keyword_value(arguments, "cls");
  return base;
}

// A class of the project that derives from Flask-SQLAlchemy's SQLAlchemy.
auto derives_from(const Class& type, std::string_view dotted, int depth = 0) -> bool {
  return depth < 8 && std::any_of(type.bases.begin(), type.bases.end(), [&](const Value& base) {
           if (base.external_name() == dotted) return true;
           const auto* project = base.get<std::shared_ptr<const Class>>();
           return project != nullptr && derives_from(**project, dotted, depth + 1);
         });
}

auto make_database(const Site& site, const Arguments& arguments) -> std::shared_ptr<FlaskDatabase> {
  auto database = std::make_shared<FlaskDatabase>();
  database->base = make_base(site, arguments);
  database->base->names_tables = true;
  database->base->parent = keyword_value(arguments, "model_class");
  return database;
}

// MutableDict.as_mutable(JSON): how it is rendered is left open, since who asks whether changes in place are noticed
// must not take it for the plain type.
auto tracking_type(const Site& site) -> Value {
  auto type = std::make_shared<Type>();
  type->known = false;
  type->tracks_changes = true;
  type->sql.append_hole(source_words(site, site.span), site.span);
  return object_value(std::move(type), site.span);
}

auto make_annotated(const Site& site, const std::vector<Value>& indexes) -> std::optional<Value> {
  if (indexes.empty()) return std::nullopt;
  auto annotated = std::make_shared<AnnotatedType>();
  const auto dotted = indexes[0].external_name();
  annotated->value = indexes[0];
  annotated->type = dotted;
  if (const auto* type = indexes[0].get<std::shared_ptr<const Class>>()) annotated->type = (*type)->qualified_name;
  if (annotated->type.empty()) annotated->type = std::string(site.interpreter.sources().text(indexes[0].span()));
  if (const auto inner = shared_object<AnnotatedType>(indexes[0])) *annotated = *inner;
  annotated->sessions = annotated->sessions || is_session_class(dotted);
  for (std::size_t i = 1; i < indexes.size(); ++i)
    if (auto column = shared_object<Column>(indexes[i])) annotated->column = std::move(column);
  return object_value(std::move(annotated), site.span);
}

// `id: Mapped[int]` without a value.
auto is_declared_bare(const Site& site, const Chain& chain, std::string_view name) -> bool {
  for (const auto& type : chain.classes) {
    if (type->definition == nullptr) continue;
    for (const auto* statement : type->definition->body) {
      const auto* annotated = python::as<python::Annotated>(statement, python::StatementKind::annotated);
      const auto* target = annotated != nullptr ? python::as<python::Name>(annotated->target, python::ExpressionKind::name) : nullptr;
      if (target == nullptr || target->id != name || annotated->value != nullptr) continue;
      const auto words = site.interpreter.sources().text({type->module->file, annotated->annotation->begin, annotated->annotation->end});
      return chain.sqlmodel || words.find("Mapped[") != std::string_view::npos;
    }
  }
  return false;
}

}  // namespace

auto is_session_class(std::string_view dotted) -> bool {
  static constexpr std::array<std::string_view, 4> classes{"Session", "AsyncSession", "scoped_session", "async_scoped_session"};
  return is_library_name(dotted) && std::find(classes.begin(), classes.end(), last_part(dotted)) != classes.end();
}

auto ModelVocabulary::library_call(const Site& site, std::string_view dotted, const Arguments& arguments) -> std::optional<Value> {
  const auto name = last_part(dotted);
  const auto span = site.span;
  const auto made = [&](RelationshipCall::Spelling spelling) {
    auto call = std::make_shared<RelationshipCall>();
    call->spelling = spelling;
    call->arguments = arguments;
    call->span = span;
    return object_value(std::move(call), span);
  };
  if (name == "relationship" || name == "relation") return made(RelationshipCall::Spelling::relationship);
  if (name == "dynamic_loader") return made(RelationshipCall::Spelling::dynamic_loader);
  if (name == "Relationship" && dotted.starts_with("sqlmodel")) return made(RelationshipCall::Spelling::sqlmodel);
  if (name == "backref") return made(RelationshipCall::Spelling::backref);
  if (name == "Field" && dotted.starts_with("sqlmodel")) {
    auto field = std::make_shared<FieldCall>();
    field->arguments = arguments;
    field->span = span;
    field->column = shared_object<Column>(keyword_value(arguments, "sa_column"));
    return object_value(std::move(field), span);
  }
  if (name == "deferred" || name == "column_property") {
    auto wrapper = std::make_shared<ColumnWrapper>();
    if (const auto* first = arguments.positional(0)) wrapper->column = shared_object<Column>(first->value);
    wrapper->deferred = name == "deferred" || flag(arguments, "deferred").value_or(false);
    return object_value(std::move(wrapper), span);
  }
  if (name == "synonym" || name == "composite" || name == "association_proxy" || name == "query_property" || name == "query_expression") {
    auto other = std::make_shared<OtherAttribute>();
    other->word = std::string(name);
    other->arguments = arguments;
    return object_value(std::move(other), span);
  }
  if (name == "declared_attr" || dotted.find(".declared_attr.") != std::string_view::npos) {
    auto declared = std::make_shared<DeclaredAttribute>();
    if (const auto* function = arguments.positional(0)) declared->function = function->value;
    return object_value(std::move(declared), span);
  }
  if (name == "declarative_base" || name == "as_declarative") return object_value(make_base(site, arguments), span);
  if (name == "registry") {
    auto registry = std::make_shared<Registry>();
    registry->made = span;
    registry->metadata = metadata_of(arguments);
    registry->type_annotation_map = keyword_value(arguments, "type_annotation_map");
    return object_value(std::move(registry), span);
  }
  if (name == "as_mutable") return tracking_type(site);
  if (dotted == "flask_sqlalchemy.SQLAlchemy") return object_value(make_database(site, arguments), span);
  if (name == "mapper" && dotted.starts_with("sqlalchemy.orm")) {
    map_imperatively(site, arguments);
    return Value(interpret::None{}, span);
  }
  return std::nullopt;
}

auto ModelVocabulary::call(const Site& site, const Value& callee, const Arguments& arguments) -> std::optional<Value> {
  if (const auto dotted = callee.external_name(); !dotted.empty() && is_library_name(dotted))
    if (auto answer = library_call(site, dotted, arguments)) return answer;
  if (gathers_)
    if (const auto dotted = callee.external_name(); !dotted.empty()) {
      if (dotted.starts_with("sqlalchemy_json.")) return tracking_type(site);
      if (is_called_for_each_row(dotted)) {
        auto fixed = std::make_shared<FixedValue>();
        fixed->called = std::string(dotted);
        return object_value(std::move(fixed), site.span);
      }
      if (auto fixed = kept_fixed(dotted, arguments)) return object_value(std::move(fixed), site.span);
    }
  if (const auto* type = callee.get<std::shared_ptr<const Class>>())
    if (derives_from(**type, "flask_sqlalchemy.SQLAlchemy")) return object_value(make_database(site, arguments), site.span);
  // @as_declarative(): the class becomes the base of others.
  if (const auto base = shared_object<DeclarativeBase>(callee); base != nullptr && arguments.positional(0) != nullptr) {
    auto made = std::make_shared<DeclarativeBase>(*base);
    made->parent = arguments.positional(0)->value;
    return object_value(std::move(made), site.span);
  }
  // A decorator that takes the class as it is: @registry.mapped, @reg.mapped_as_dataclass(…).
  if (callee.object<Registry>() != nullptr && arguments.positional(0) != nullptr) return arguments.positional(0)->value;
  auto answer = SqlalchemyVocabulary::call(site, callee, arguments);
  if (gathers_ && answer && !site.resolving)
    if (auto index = shared_object<Index>(*answer)) indexes_.push_back({std::move(index), site.span});
  return answer;
}

auto ModelVocabulary::method(const Site& site, const Value& object, std::string_view name, const Arguments& arguments)
    -> std::optional<Value> {
  // uuid4().hex, datetime.now().replace(…), datetime.now() + timedelta(days=1)
  if (object.object<FixedValue>() != nullptr) return object;
  if (const auto dotted = object.external_name(); !dotted.empty() && is_library_name(dotted))
    if (auto answer = library_call(site, std::string(dotted) + "." + std::string(name), arguments)) return answer;
  if (name == "as_mutable" && object.get<std::shared_ptr<const Class>>() != nullptr) return tracking_type(site);
  if (const auto registry = shared_object<Registry>(object)) {
    if (name == "generate_base" || name == "as_declarative_base") {
      auto base = std::make_shared<DeclarativeBase>();
      base->made = registry->made;
      base->metadata = registry->metadata;
      base->type_annotation_map = registry->type_annotation_map;
      return object_value(std::move(base), site.span);
    }
    if (name == "map_imperatively") {
      map_imperatively(site, arguments);
      return Value(interpret::None{}, site.span);
    }
    if (name.starts_with("mapped"))
      return arguments.positional(0) != nullptr ? arguments.positional(0)->value : object;
    return std::nullopt;
  }
  if (object.object<FlaskDatabase>() != nullptr) {
    // db.Column, db.relationship: the names of sqlalchemy and sqlalchemy.orm.
    if (auto answer = call(site, Value::external("sqlalchemy." + std::string(name)), arguments)) return answer;
    return call(site, Value::external("sqlalchemy.orm." + std::string(name)), arguments);
  }
  auto answer = SqlalchemyVocabulary::method(site, object, name, arguments);
  if (gathers_ && answer && !site.resolving)
    if (auto index = shared_object<Index>(*answer)) indexes_.push_back({std::move(index), site.span});
  return answer;
}

auto ModelVocabulary::attribute(const Site& site, const Value& object, std::string_view name) -> std::optional<Value> {
  if (object.object<FixedValue>() != nullptr) return object;
  if (const auto database = shared_object<FlaskDatabase>(object)) {
    if (name == "Model") return object_value(database->base, site.span);
    if (name == "metadata") return database->base->metadata != nullptr ? object_value(database->base->metadata, site.span) : Value();
    if (name == "session" || name == "engine") return std::nullopt;
    return Value::external("sqlalchemy." + std::string(name), site.span);
  }
  if (const auto base = shared_object<DeclarativeBase>(object)) {
    if (name == "metadata" && base->metadata != nullptr) return object_value(base->metadata, site.span);
    return std::nullopt;
  }
  if (const auto registry = shared_object<Registry>(object)) {
    if (name == "metadata" && registry->metadata != nullptr) return object_value(registry->metadata, site.span);
    if (name == "mapped") return object;
    return std::nullopt;
  }
  // Order.__table__ and cls.column inside a declared_attr.
  if (const auto* type = object.get<std::shared_ptr<const Class>>()) {
    const auto* found = (*type)->find(name);
    Chain chain;
    if (found == nullptr && (!name.starts_with("__") || name == "__tablename__") && (*type)->definition != nullptr) {
      gather(*type, chain, 0);
      found = find(chain, name);
    }
    if (const auto declared = found != nullptr ? shared_object<DeclaredAttribute>(*found) : nullptr) {
      Arguments arguments;
      arguments.items.push_back({{}, object, site.span});
      auto made = site.interpreter.call(site, declared->function, arguments);
      if (auto* column = made.object<Column>(); column != nullptr && column->key.empty()) column->key = name;
      return made;
    }
    if (auto column = column_of(site, *type, name)) return object_value(std::move(column), site.span);
  }
  return SqlalchemyVocabulary::attribute(site, object, name);
}

// User.id where the column comes from an abstract base, or where the table's name is made up: the column of this table.
auto ModelVocabulary::column_of(const Site& site, const std::shared_ptr<const Class>& type, std::string_view name) -> ColumnPointer {
  if (type->definition == nullptr || is_abstract(*type)) return nullptr;
  Chain chain;
  gather(type, chain, 0);
  const auto* found = find(chain, name);
  const auto* column = found != nullptr ? found->object<Column>() : nullptr;
  const Column bare;
  if (found == nullptr && is_declared_bare(site, chain, name)) column = &bare;
  if (column == nullptr || column->table.lock() != nullptr || !has_table(chain)) return nullptr;
  auto table = std::make_shared<Table>();
  if (const auto* given = find(chain, "__tablename__"); given != nullptr && given->mapped_text() != nullptr)
    table->name = *given->mapped_text();
  else if (given == nullptr && find(chain, "__table__") == nullptr)
    table->name = MappedText(made_up_name(chain));
  else
    return nullptr;
  table->name_known = table->name.complete();
  auto own = std::make_shared<Column>(*column);
  own->table = table;
  if (!own->name.given) {
    own->name.given = true;
    own->name.text = MappedText(name);
    own->key = name;
  }
  tables_.push_back(std::move(table));
  return own;
}

// Order.items = relationship(…) after the class.
auto ModelVocabulary::set_attribute(const Site& site, const Value& object, std::string_view name, const Value& value) -> bool {
  const auto* type = object.get<std::shared_ptr<const Class>>();
  const auto call = type != nullptr && gathers_ && !site.resolving ? shared_object<RelationshipCall>(value) : nullptr;
  if (call == nullptr || (*type)->module == nullptr) return SqlalchemyVocabulary::set_attribute(site, object, name, value);
  for (auto& model : models_)
    if (model.name == (*type)->qualified_name && model.module == module_path(*(*type)->module) && model.relationship(std::string(name)) == nullptr)
      model.relationships.push_back(make_relationship(site, std::string(name), *call, nullptr, model.module));
  return true;
}

auto ModelVocabulary::subscript(const Site& site, const Value& object, const std::vector<Value>& indexes) -> std::optional<Value> {
  const auto dotted = object.external_name();
  if (dotted == "typing.Annotated" || dotted == "typing_extensions.Annotated") return make_annotated(site, indexes);
  // Optional[X], Union[X, None], list[X], Generic[T]: who reads annotations has the text.
  if (dotted == "typing.Optional" && indexes.size() == 1) return indexes[0];
  return SqlalchemyVocabulary::subscript(site, object, indexes);
}

auto ModelVocabulary::operation(const Site& site, std::string_view op, const Value& left, const Value& right) -> std::optional<Value> {
  if (left.object<FixedValue>() != nullptr && (op == "+" || op == "-" || op == "*" || op == "/" || op == "//")) return left;
  return SqlalchemyVocabulary::operation(site, op, left, right);
}

auto ModelVocabulary::defined(const Site& site, const std::shared_ptr<const Class>& type) -> void {
  SqlalchemyVocabulary::defined(site, type);
  if (!gathers_ || site.resolving) return;
  if (auto model = read_class(site, type, versions_, types_)) models_.push_back(std::move(*model));
}

auto ModelVocabulary::map_imperatively(const Site& site, const Arguments& arguments) -> void {
  if (!gathers_ || site.resolving) return;
  const auto* first = arguments.positional(0);
  const auto* second = arguments.get(1, "local_table");
  const auto* type = first != nullptr ? first->value.get<std::shared_ptr<const Class>>() : nullptr;
  if (type == nullptr || (*type)->definition == nullptr || second == nullptr) return;
  const auto table = shared_object<Table>(second->value);
  Model model;
  model.name = (*type)->qualified_name;
  model.module = module_path(*(*type)->module);
  model.file = (*type)->module->file;
  const auto begin = (*type)->definition->name_begin;
  model.span = {model.file, begin, begin + static_cast<std::uint32_t>((*type)->definition->name.size())};
  model.is_mapped = true;
  model.complete = table != nullptr;
  model.table_known = table != nullptr;
  if (table != nullptr) fill_from_table(model, *table, types_);
  if (table != nullptr && table->metadata != nullptr) model.metadata = place_key(table->metadata->made);
  const auto* properties = arguments.keyword("properties");
  const auto* entries = properties != nullptr ? properties->value.mapping() : nullptr;
  if (properties != nullptr && (entries == nullptr || !entries->complete)) model.complete = false;
  if (entries != nullptr)
    for (const auto& [key, value] : entries->entries) {
      const auto* name = key.constant_text();
      if (name == nullptr) continue;
      if (const auto call = shared_object<RelationshipCall>(value))
        model.relationships.push_back(make_relationship(site, *name, *call, nullptr, model.module));
    }
  for (auto& known : models_)
    if (known.span == model.span) {
      known = std::move(model);
      return;
    }
  models_.push_back(std::move(model));
}

auto ModelVocabulary::take_models() -> std::vector<Model> {
  // Index(name, Order.status): the table is the column's.
  for (const auto& [index, span] : indexes_) {
    const auto table = index->table();
    if (table == nullptr) continue;
    for (auto& model : models_) {
      if (!model.table.known() || model.table.name.text != table->name.text()) continue;
      const auto known = std::any_of(model.indexes.begin(), model.indexes.end(), [&](const ModelIndex& other) { return other.span == index->span; });
      if (!known) add_model_index(model, *index);
      break;
    }
  }
  return std::move(models_);
}

auto may_hold_models(std::string_view text) -> bool {
  static const WordSearch words{"__tablename__", "mapped_column", "Mapped[", "relationship", "Column(", "SQLModel", "__mapper_args__", "map_imperatively"};
  return words.in(text);
}

auto read_models(const interpret::SourceModule& module, const interpret::ModuleIndex& modules, const SourceMap& sources,
                 const Versions& versions) -> std::vector<Model> {
  if (module.tree == nullptr) return {};
  ModelVocabulary vocabulary(versions);
  interpret::Interpreter interpreter(modules, sources, vocabulary, {.call_depth = 4});
  interpreter.run_module(module);
  auto models = vocabulary.take_models();
  if (interpreter.exhausted())
    for (auto& model : models) model.complete = false;
  return models;
}

}  // namespace foreshot::sqlalchemy
