// Serializers: what Pydantic, SQLModel and marshmallow classes read of an entity, field by field, when they are made of it.
#include <algorithm>

#include "analyzer/loads/loop.h"
#include "analyzer/loads/serializer.h"
#include "analyzer/loads/tree_walk.h"
#include "analyzer/loads/vocabulary.h"
#include "analyzer/loads/words.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using interpret::Arguments;
using interpret::Class;
using interpret::Function;
using interpret::Loop;
using interpret::Site;
using interpret::Value;
using python::as;
using python::ExpressionKind;
using sqlalchemy::last_part;
using sqlalchemy::object_value;
using sqlalchemy::shared_object;
using Library = SerializerLibrary;

namespace {

constexpr int deepest = 4;

// A class whose instances dataclasses.asdict() takes.
auto is_dataclass(const Class& type, int depth) -> bool {
  if (depth > 8) return false;
  if (type.definition != nullptr)
    for (const auto* decorator : type.definition->decorators) {
      const auto* call = as<python::Call>(decorator, ExpressionKind::call);
      const auto word = std::string(last_part(dotted_name(call != nullptr ? call->callee : decorator)));
      if (word == "mapped_as_dataclass" || word == "dataclass") return true;
    }
  return std::any_of(type.bases.begin(), type.bases.end(), [&](const Value& base) {
    const auto* own = base.get<std::shared_ptr<const Class>>();
    return own != nullptr ? is_dataclass(**own, depth + 1) : last_part(base.external_name()) == "MappedAsDataclass";
  });
}

}  // namespace

// The serializers that an annotation names, in whatever they are wrapped: list[X], X | None, "X", Nested(lambda: X()), X | Y.
auto LoadVocabulary::serializers_in(const Site& site, const interpret::SourceModule& module, const python::Expression* expression, int depth) const
    -> std::vector<std::shared_ptr<const Class>> {
  if (expression == nullptr || depth > deepest) return {};
  const auto in = [&](const python::Expression* inner) { return serializers_in(site, module, inner, depth + 1); };
  std::vector<std::shared_ptr<const Class>> all;
  const auto add = [&](const python::Expression* inner) {
    for (auto& each : in(inner))
      if (std::find(all.begin(), all.end(), each) == all.end()) all.push_back(std::move(each));
  };
  if (const auto* either = as<python::Binary>(expression, ExpressionKind::binary)) {
    add(either->left);
    add(either->right);
    return all;
  }
  if (const auto* wrapped = as<python::Subscript>(expression, ExpressionKind::subscript)) {
    for (const auto* index : wrapped->indexes) add(index);
    return all;
  }
  if (const auto* later = as<python::Lambda>(expression, ExpressionKind::lambda)) return in(later->body);
  if (const auto* call = as<python::Call>(expression, ExpressionKind::call)) {
    if (auto found = in(call->callee); !found.empty()) return found;
    if (!call->arguments.empty() && call->arguments.front().name.empty()) add(call->arguments.front().value);
    return all;
  }
  Value type;
  if (const auto* text = as<python::String>(expression, ExpressionKind::string)) {
    if (text->parts.size() == 1 && text->parts[0].value == nullptr) type = site.interpreter.global(module, last_part(text->parts[0].text));
  } else if (!dotted_name(expression).empty()) {
    type = site.interpreter.evaluate(module, *expression);
  }
  // A schema that a module holds: orders_schema = OrderSchema(many=True)
  if (const auto* schema = type.object<Schema>()) return {schema->type};
  const auto* found = type.get<std::shared_ptr<const Class>>();
  if (found != nullptr && registry_.of(**found) == no_model && library_of(**found) != Library::none) all.push_back(*found);
  return all;
}

// Of several the first that can be made of the rows.
auto LoadVocabulary::serializer_for(const Site& site, const interpret::SourceModule& module, const python::Expression* expression, const Value& object)
    -> std::shared_ptr<const Class> {
  const auto all = serializers_in(site, module, expression, 0);
  if (all.size() < 2) return all.empty() ? nullptr : all.front();
  const auto* rows = object.object<Rows>();
  const auto element = rows != nullptr ? element_of(*rows, true) : object;
  const auto* entity = element.object<Entity>();
  if (entity == nullptr) return all.front();
  const auto fits = std::find_if(all.begin(), all.end(), [&](const auto& type) { return takes(site, type, entity->model); });
  return fits != all.end() ? *fits : nullptr;
}

// Every field without a default finds something on the class.
auto LoadVocabulary::takes(const Site& site, const std::shared_ptr<const Class>& type, ModelId id) -> bool {
  const auto& model = registry_.model(id);
  const auto library = library_of(*type);
  if (library != Library::pydantic) return true;
  std::vector<std::shared_ptr<const Class>> classes{type};
  for (std::size_t i = 0; i < classes.size() && i < 16; ++i) {
    if (reads_in_its_own_way(*classes[i]) || !validators_of(*classes[i]).empty()) return true;
    for (const auto& field : fields_of(*classes[i], library)) {
      const auto there = std::any_of(field.ways.begin(), field.ways.end(), [&](const auto& way) {
        return way.empty() || model.column(way.front()) != nullptr || model.relationship(way.front()) != nullptr || !member(site, id, way.front()).is_unknown();
      });
      if (field.required && !there) return false;
    }
    for (const auto& base : std::vector<Value>(classes[i]->bases))
      if (const auto* own = base.get<std::shared_ptr<const Class>>()) classes.push_back(*own);
  }
  return true;
}

// An attribute of the entity, or of what it leads to; columns are there already.
auto LoadVocabulary::read_way(const Site& site, const std::shared_ptr<Entity>& entity, const std::vector<std::vector<std::string>>& ways) -> Value {
  const auto& model = registry_.model(entity->model);
  for (const auto& way : ways) {
    if (way.empty()) return {};
    if (const auto* column = model.column(way.front())) {
      column_state(site, *entity, *column);
      return {};
    }
    if (model.relationship(way.front()) == nullptr && member(site, entity->model, way.front()).is_unknown()) continue;
    Value value = object_value(entity, site.span);
    for (const auto& name : way) {
      if (value.object<Entity>() == nullptr) break;
      value = site.interpreter.attribute(site.span, value, name);
    }
    return value;
  }
  return {};
}

auto LoadVocabulary::serialize(const Site& site, const Value& object, const std::shared_ptr<const Class>& type, const Choice& choice, int depth) -> void {
  const auto library = library_of(*type);
  if (depth > deepest || library == Library::none || site.resolving || !choice.known || !site.interpreter.charge()) return;
  const auto entity = shared_object<Entity>(object);
  const auto* mapping = object.mapping();
  if (entity == nullptr && (mapping == nullptr || library != Library::pydantic)) return;
  // Fields of bases too; the first that knows its own way ends it.
  std::vector<std::shared_ptr<const Class>> classes{type};
  for (std::size_t i = 0; i < classes.size() && i < 16; ++i) {
    if (entity != nullptr && reads_in_its_own_way(*classes[i])) return;
    for (const auto& base : std::vector<Value>(classes[i]->bases))
      if (const auto* own = base.get<std::shared_ptr<const Class>>()) classes.push_back(*own);
  }
  const auto before = serializer_;
  const auto asked = [&](const Class& of, const python::Function& function, const Value& given) {
    const auto* found = of.find(function.name);
    if (found == nullptr || found->get<std::shared_ptr<const Function>>() == nullptr) return Value();
    Arguments arguments;
    if (function.parameters.size() > 1) arguments.items.push_back({{}, Value(type, site.span), site.span});
    arguments.items.push_back({{}, given, site.span});
    return site.interpreter.call(site.span, *found, arguments);
  };
  // Whoever makes a dict of the object before its fields are read has read all that there will be.
  if (entity != nullptr && library == Library::pydantic)
    for (const auto& each : classes)
      for (const auto* validator : validators_of(*each)) {
        if (depth == 0) serializer_ = {Span{each->module->file, validator->name_begin, validator->name_begin + static_cast<std::uint32_t>(validator->name.size())}, type->qualified_name};
        const auto answer = asked(*each, *validator, object);
        serializer_ = before;
        if (answer.object<Entity>() == nullptr) return;
      }
  std::set<std::string> seen;
  for (const auto& each : classes) {
    auto chosen = choice;
    if (library == Library::marshmallow) {
      const auto own = choice_of(*each);
      chosen.known = own.known;
      chosen.exclude.insert(own.exclude.begin(), own.exclude.end());
      if (own.some_only && !chosen.some_only) chosen.some_only = true, chosen.only = own.only;
    }
    if (!chosen.known) continue;
    const auto read = [&](const SerializerField& field) {
      if (!chosen.takes(field.name) || !seen.insert(field.name).second) return;
      if (depth == 0) serializer_ = {field.span, type->qualified_name};
      Value value;
      if (entity != nullptr) value = read_way(site, entity, field.ways);
      else if (const auto* held = mapping->find(field.name)) value = *held;
      if (value.is_unknown()) return;
      if (entity != nullptr)
        for (const auto* validator : validators_of(*each, field.name)) (void)asked(*each, *validator, value);
      if (const auto nested = serializer_for(site, *each->module, field.type, value))
        serialize_all(site, value, nested, choice_in(field.nested), depth + 1);
    };
    for (const auto& field : fields_of(*each, library)) read(field);
    if (const auto* of = reads_all_relationships(*each); of != nullptr && entity != nullptr && library == Library::marshmallow)
      if (const auto model = registry_.of(site.interpreter.evaluate(*each->module, *of)); model != no_model)
        for (const auto& relationship : registry_.model(model).relationships)
          read({relationship.name, {{relationship.name}}, nullptr, nullptr, {each->module->file, of->begin, of->end}});
  }
  serializer_ = before;
}

// Rows, each of which becomes one of these; or one object.
auto LoadVocabulary::serialize_all(const Site& site, const Value& object, const std::shared_ptr<const Class>& type, const Choice& choice, int depth) -> void {
  if (object.object<Rows>() == nullptr && object.sequence() == nullptr) return serialize(site, object, type, choice, depth);
  each_of(site, object, type->qualified_name, [&](const Value& element) { serialize(site, element, type, choice, depth); });
}

auto LoadVocabulary::each_of(const Site& site, const Value& rows, std::string name, const std::function<void(const Value& element)>& body) -> void {
  const auto iteration = site.interpreter.iterate(site.span, rows);
  if (iteration.known) {
    for (std::size_t i = 0; i < std::min<std::size_t>(iteration.items.size(), 20); ++i) body(iteration.items[i]);
    return;
  }
  Loop each;
  each.head = each.whole = site.span;
  each.variable = std::move(name);
  each.iterable = rows;
  each.element = iteration.element;
  site.interpreter.in_loop(std::move(each), body);
}

// Pydantic(field=rows): what it holds is made of the rows. A schema of marshmallow's is kept with what it was made with.
auto LoadVocabulary::serializer_made(const Site& site, const std::shared_ptr<const Class>& type, const Arguments& arguments) -> std::optional<Value> {
  const auto library = library_of(*type);
  if (library == Library::none || registry_.of(*type) != no_model) return std::nullopt;
  if (library == Library::marshmallow) {
    auto schema = std::make_shared<Schema>();
    schema->type = type;
    for (const auto& argument : arguments.items) {
      auto* names = argument.name == "only" ? &schema->choice.only : argument.name == "exclude" ? &schema->choice.exclude : nullptr;
      if (names == nullptr) continue;
      schema->choice.some_only = schema->choice.some_only || argument.name == "only";
      const auto* list = argument.value.sequence();
      schema->choice.known = schema->choice.known && list != nullptr && list->complete;
      if (list != nullptr)
        for (const auto& item : list->items)
          if (const auto* text = item.constant_text()) names->insert(text->substr(0, text->find('.')));
    }
    schema->choice.known = schema->choice.known && !arguments.unknown_keywords;
    return object_value(std::move(schema), site.span);
  }
  for (const auto& argument : arguments.items) {
    if (argument.name.empty() || (argument.value.object<Rows>() == nullptr && argument.value.object<Entity>() == nullptr && argument.value.sequence() == nullptr)) continue;
    for (const auto& field : fields_of(*type, library))
      if (field.name == argument.name)
        if (const auto nested = serializer_for(site, *type->module, field.type, argument.value)) {
          const auto before = serializer_;
          serializer_ = {field.span, type->qualified_name};
          serialize_all(site, argument.value, nested, {}, 1);
          serializer_ = before;
        }
  }
  return std::nullopt;
}

auto LoadVocabulary::serializer_call(const Site& site, const Value& object, std::string_view name, const Arguments& arguments) -> std::optional<Value> {
  const auto serialized = Value::unknown("what is serialized", site.span);
  if (const auto schema = shared_object<Schema>(object)) {
    const auto* given = arguments.get(0, "obj");
    if (given != nullptr && in(name, {"dump", "dumps", "jsonify"})) serialize_all(site, given->value, schema->type, schema->choice, 0);
    return serialized;
  }
  const auto* made = arguments.positional(0);
  if (made == nullptr) return std::nullopt;
  if (const auto adapter = shared_object<Adapter>(object)) {
    if (in(name, {"validate_python", "dump_python", "dump_json"})) serialize_all(site, made->value, adapter->type, {}, 0);
    return serialized;
  }
  const auto* type = object.get<std::shared_ptr<const Class>>();
  if (type == nullptr || !in(name, {"model_validate", "from_orm", "validate", "parse_obj"})) return std::nullopt;
  const auto held = *type;
  // SQLModel makes a row of it.
  if (const auto model = registry_.of(*held); model != no_model) {
    Arguments unknown;
    unknown.unknown_keywords = true;
    return new_entity(site, model, unknown);
  }
  if (library_of(*held) != Library::pydantic) return std::nullopt;
  serialize_all(site, made->value, held, {}, 0);
  return serialized;
}

// TypeAdapter(list[X]), parse_obj_as(List[X], rows), dataclasses.asdict(row), marshal(rows, fields).
auto LoadVocabulary::serializer_function(const Site& site, std::string_view dotted, const Arguments& arguments) -> std::optional<Value> {
  const auto word = last_part(dotted);
  const auto* first = arguments.positional(0);
  if (auto answer = rest_function(site, dotted, arguments)) return answer;
  if (first == nullptr || site.module == nullptr) return std::nullopt;
  if (word == "TypeAdapter" || word == "parse_obj_as") {
    for (const auto name : identifiers(text_of(site, first->span))) {
      const auto type = site.interpreter.global(*site.module, name);
      const auto* found = type.get<std::shared_ptr<const Class>>();
      if (found == nullptr || library_of(**found) != Library::pydantic || registry_.of(**found) != no_model) continue;
      if (word == "TypeAdapter") {
        auto adapter = std::make_shared<Adapter>();
        adapter->type = *found;
        return object_value(std::move(adapter), site.span);
      }
      if (const auto* rows = arguments.positional(1)) serialize_all(site, rows->value, *found, {}, 0);
      return Value::unknown("what is serialized", site.span);
    }
    return std::nullopt;
  }
  if (dotted == "dataclasses.asdict" || dotted == "dataclasses.astuple") {
    if (first->value.object<Entity>() == nullptr) return std::nullopt;
    read_dataclass(site, first->value, 0);
    return Value::unknown("a dict", site.span);
  }
  return std::nullopt;
}

// asdict() goes through all fields, relationships among them, and into what they hold.
auto LoadVocabulary::read_dataclass(const Site& site, const Value& object, int depth) -> void {
  const auto entity = shared_object<Entity>(object);
  if (entity == nullptr || depth > 1 || site.resolving) return;
  const auto type = registry_.type(site.interpreter, entity->model);
  const auto* made = type.get<std::shared_ptr<const Class>>();
  if (made == nullptr || !is_dataclass(**made, 0)) return;
  const auto before = serializer_;
  for (const auto& relationship : registry_.model(entity->model).relationships) {
    if (depth == 0) serializer_ = {relationship.span, "asdict()"};
    const auto value = site.interpreter.attribute(site.span, object, relationship.name);
    if (value.object<Rows>() != nullptr) each_of(site, value, relationship.name, [&](const Value& element) { read_dataclass(site, element, depth + 1); });
    else read_dataclass(site, value, depth + 1);
  }
  serializer_ = before;
}

// What a route returns is read by its response model.
auto LoadVocabulary::returned(const Site& site, const Value& value) -> void {
  if (const auto* rows = value.object<Rows>(); rows != nullptr && rows->parent == nullptr && rows->query < facts_.queries.size() && !rows->few)
    facts_.queries[rows->query].returned_at = site.span;
  render_returned(site, value);
  if (entry_function_ == nullptr || site.module == nullptr || entry_function_->decorators.empty()) return;
  if (value.object<Rows>() == nullptr && value.object<Entity>() == nullptr && value.sequence() == nullptr && value.mapping() == nullptr) return;
  rest_returned(site, value);
  const auto answer = answer_of(*entry_function_);
  if (answer.type == nullptr) return;
  const auto choice = answer.type->kind == ExpressionKind::call ? choice_in(answer.type) : answer.choice;
  if (const auto type = serializer_for(site, *site.module, answer.type, value)) serialize_all(site, value, type, choice, 0);
}

}  // namespace foreshot::loads
