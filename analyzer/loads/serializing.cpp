// Serializers: what Pydantic, SQLModel and marshmallow classes read of an entity, field by field, when they are made of it.
#include <algorithm>

#include "analyzer/loads/tree_walk.h"
#include "analyzer/loads/vocabulary.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using interpret::Class;
using interpret::Loop;
using interpret::Site;
using interpret::Value;
using python::as;
using python::ExpressionKind;
using python::StatementKind;
using sqlalchemy::last_part;
using sqlalchemy::shared_object;

namespace {

constexpr int deepest = 4;
enum class Library : std::uint8_t { none, pydantic, marshmallow };

// By the bases that the project's classes end with; none where one is not known, which may read in its own way.
auto library_of(const Class& type, int depth) -> Library {
  auto found = Library::none;
  if (depth > 8) return found;
  for (const auto& base : type.bases) {
    const auto* own = base.get<std::shared_ptr<const Class>>();
    const auto name = last_part(base.external_name());
    const auto of_base = own != nullptr                                              ? library_of(**own, depth + 1)
                         : name == "BaseModel" || name == "SQLModel"                 ? Library::pydantic
                         : name == "Schema" || name.starts_with("SQLAlchemyAutoSchema") || name.starts_with("SQLAlchemySchema") ? Library::marshmallow
                                                                                     : Library::none;
    if (of_base == Library::none && (own == nullptr || !(*own)->bases.empty()) && name != "object" && name != "Generic") return Library::none;
    if (of_base != Library::none) found = of_base;
  }
  return found;
}

// A class that looks at the object itself before its fields do.
auto reads_in_its_own_way(const Class& type) -> bool {
  if (type.definition == nullptr) return true;
  for (const auto* statement : type.definition->body) {
    const auto* function = as<python::Function>(statement, StatementKind::function);
    if (function == nullptr) {
      const auto* inner = as<python::Class>(statement, StatementKind::class_);
      if (inner == nullptr) continue;
      for (const auto* member : inner->body)
        if (const auto* assign = as<python::Assign>(member, StatementKind::assign); assign != nullptr && dotted_name(assign->targets[0]) == "getter_dict") return true;
      continue;
    }
    if (function->name == "get_attribute" || function->name == "get_obj" || function->name == "from_orm" || function->name == "model_validate") return true;
    for (const auto* decorator : function->decorators) {
      const auto* call = as<python::Call>(decorator, ExpressionKind::call);
      const auto name = last_part(dotted_name(call != nullptr ? call->callee : decorator));
      if (name == "model_validator" || name == "root_validator" || name == "pre_dump") return true;
    }
  }
  return false;
}

struct Field {
  std::string name;
  const python::Expression* type = nullptr;  // where the class of what it holds is named
  Span span;
};

auto fields_of(const Class& type, Library library) -> std::vector<Field> {
  std::vector<Field> fields;
  const auto file = type.module->file;
  for (const auto* statement : type.definition->body) {
    if (library == Library::pydantic) {
      const auto* annotated = as<python::Annotated>(statement, StatementKind::annotated);
      const auto* name = annotated != nullptr ? as<python::Name>(annotated->target, ExpressionKind::name) : nullptr;
      if (name == nullptr || name->id.starts_with("_") || name->id == "model_config") continue;
      // Under an alias another attribute is read.
      const auto* call = as<python::Call>(annotated->value, ExpressionKind::call);
      const bool aliased = call != nullptr && std::any_of(call->arguments.begin(), call->arguments.end(), [](const python::Argument& argument) {
        return argument.name == "alias" || argument.name == "validation_alias";
      });
      if (!aliased) fields.push_back({std::string(name->id), annotated->annotation, {file, statement->begin, statement->end}});
      continue;
    }
    const auto* assign = as<python::Assign>(statement, StatementKind::assign);
    const auto* name = assign != nullptr && assign->targets.size() == 1 ? as<python::Name>(assign->targets[0], ExpressionKind::name) : nullptr;
    const auto* call = name != nullptr ? as<python::Call>(assign->value, ExpressionKind::call) : nullptr;
    if (call == nullptr) continue;
    const auto kind = std::string(last_part(dotted_name(call->callee)));
    const bool other = std::any_of(call->arguments.begin(), call->arguments.end(), [](const python::Argument& argument) {
      return argument.name == "attribute" || argument.name == "load_only" || argument.name == "data_key";
    });
    if (other || (kind != "Nested" && kind != "Pluck" && kind != "List")) continue;
    fields.push_back({std::string(name->id), call->arguments.empty() ? nullptr : call->arguments.front().value, {file, statement->begin, statement->end}});
  }
  return fields;
}

auto is_route(const python::Function& function, const python::Expression*& response) -> bool {
  for (const auto* decorator : function.decorators) {
    const auto* call = as<python::Call>(decorator, ExpressionKind::call);
    const auto* method = call != nullptr ? as<python::Attribute>(call->callee, ExpressionKind::attribute) : nullptr;
    if (method == nullptr || call->arguments.empty() || call->arguments.front().value->kind != ExpressionKind::string) continue;
    static constexpr std::string_view verbs[] = {"get", "post", "put", "patch", "delete", "api_route"};
    if (std::find(std::begin(verbs), std::end(verbs), method->name) == std::end(verbs)) continue;
    response = function.returns;
    for (const auto& argument : call->arguments)
      if (argument.name == "response_model") response = argument.value;
    return true;
  }
  return false;
}

}  // namespace

// The serializer that an annotation names, in whatever it is wrapped: list[X], X | None, "X".
auto LoadVocabulary::serializer_in(const Site& site, const interpret::SourceModule& module, const python::Expression* expression, int depth) const
    -> std::shared_ptr<const Class> {
  if (expression == nullptr || depth > deepest) return nullptr;
  const auto in = [&](const python::Expression* inner) { return serializer_in(site, module, inner, depth + 1); };
  if (const auto* either = as<python::Binary>(expression, ExpressionKind::binary)) {
    auto found = in(either->left);
    return found != nullptr ? found : in(either->right);
  }
  if (const auto* wrapped = as<python::Subscript>(expression, ExpressionKind::subscript)) {
    for (const auto* index : wrapped->indexes)
      if (auto found = in(index)) return found;
    return nullptr;
  }
  Value type;
  if (const auto* call = as<python::Call>(expression, ExpressionKind::call)) return in(call->callee);
  if (const auto* text = as<python::String>(expression, ExpressionKind::string)) {
    if (text->parts.size() == 1 && text->parts[0].value == nullptr) type = site.interpreter.global(module, text->parts[0].text);
  } else if (!dotted_name(expression).empty()) {
    type = site.interpreter.evaluate(module, *expression);
  }
  const auto* found = type.get<std::shared_ptr<const Class>>();
  return found != nullptr && registry_.of(**found) == no_model && library_of(**found, 0) != Library::none ? *found : nullptr;
}

auto LoadVocabulary::serialize(const Site& site, const Value& object, const Class& type, int depth) -> void {
  const auto entity = shared_object<Entity>(object);
  const auto library = library_of(type, 0);
  if (entity == nullptr || depth > deepest || library == Library::none || site.resolving) return;
  // Fields of bases too; the first that knows its own way ends it.
  std::vector<std::shared_ptr<const Class>> bases;
  std::vector<const Class*> classes{&type};
  for (std::size_t i = 0; i < classes.size() && i < 16; ++i) {
    if (reads_in_its_own_way(*classes[i])) return;
    for (const auto& base : classes[i]->bases)
      if (const auto* own = base.get<std::shared_ptr<const Class>>()) {
        bases.push_back(*own);
        classes.push_back(bases.back().get());
      }
  }
  std::set<std::string> seen;
  const auto before = serializer_;
  for (const auto* each : classes)
    for (const auto& field : fields_of(*each, library)) {
      if (!seen.insert(field.name).second) continue;
      if (registry_.model(entity->model).column(field.name) != nullptr) continue;
      if (depth == 0) serializer_ = {field.span, type.qualified_name};
      const auto value = entity_attribute(site, entity, field.name);
      if (value) {
        const auto nested = serializer_in(site, *each->module, field.type, 0);
        const auto rows = shared_object<Rows>(*value);
        if (nested != nullptr) serialize(site, rows != nullptr ? element_of(*rows, true) : *value, *nested, depth + 1);
      }
    }
  serializer_ = before;
}

// Rows, each of which becomes one of these.
auto LoadVocabulary::serialize_all(const Site& site, const Value& object, const Class& type) -> void {
  const auto rows = shared_object<Rows>(object);
  if (rows == nullptr) return serialize(site, object, type, 0);
  auto loops = site.loops;
  Loop each;
  each.head = each.whole = site.span;
  each.variable = type.qualified_name;
  each.iterable = object;
  each.element = element_of(*rows, true);
  const auto element = each.element;
  loops.push_back(std::move(each));
  const Site inside{.interpreter = site.interpreter, .module = site.module, .span = site.span, .callee = site.callee, .conditions = site.conditions, .loops = loops,
                    .called_from = site.called_from, .function = site.function, .in_async = site.in_async, .discarded = false, .awaited = false,
                    .resolving = site.resolving, .rounds = site.rounds};
  serialize(inside, element, type, 0);
}

auto LoadVocabulary::serializer_call(const Site& site, const Value& object, std::string_view name, const Arguments& arguments) -> std::optional<Value> {
  const auto* made = arguments.positional(0);
  if (made == nullptr) return std::nullopt;
  const auto* type = object.get<std::shared_ptr<const Class>>();
  const auto* instance = object.get<std::shared_ptr<interpret::Instance>>();
  if (type != nullptr && (name == "model_validate" || name == "from_orm" || name == "validate")) {
    if (library_of(**type, 0) != Library::pydantic || registry_.of(**type) != no_model) return std::nullopt;
    serialize_all(site, made->value, **type);
    return Value::unknown("what is serialized", site.span);
  }
  if (instance != nullptr && (name == "dump" || name == "dumps" || name == "jsonify") && library_of(*(*instance)->of, 0) == Library::marshmallow) {
    serialize_all(site, made->value, *(*instance)->of);
    return Value::unknown("what is serialized", site.span);
  }
  return std::nullopt;
}

// What a route returns is read by its response model.
auto LoadVocabulary::returned(const Site& site, const Value& value) -> void {
  const python::Expression* response = nullptr;
  if (entry_function_ == nullptr || site.module == nullptr || !is_route(*entry_function_, response)) return;
  if (value.object<Rows>() == nullptr && value.object<Entity>() == nullptr) return;
  if (const auto type = serializer_in(site, *site.module, response, 0)) serialize_all(site, value, *type);
}

}  // namespace foreshot::loads
