#include "analyzer/loads/serializer.h"

#include <algorithm>

#include "analyzer/loads/tree_walk.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using interpret::Class;
using python::as;
using python::ExpressionKind;
using python::StatementKind;
using sqlalchemy::last_part;

namespace {

auto text_of(const python::Expression* expression) -> std::string {
  const auto* text = as<python::String>(expression, ExpressionKind::string);
  return text != nullptr && text->parts.size() == 1 && text->parts[0].value == nullptr ? std::string(text->parts[0].text) : std::string();
}

auto is_true(const python::Expression* expression) -> bool { return expression != nullptr && expression->kind == ExpressionKind::true_; }

auto keyword(std::span<const python::Argument> arguments, std::string_view name) -> const python::Expression* {
  for (const auto& argument : arguments)
    if (argument.name == name) return argument.value;
  return nullptr;
}

auto split(std::string_view path) -> std::vector<std::string> {
  std::vector<std::string> parts;
  while (true) {
    const auto dot = std::min(path.find('.'), path.size());
    parts.emplace_back(path.substr(0, dot));
    if (dot == path.size()) return parts;
    path.remove_prefix(dot + 1);
  }
}

// What an alias names: "customer", AliasPath("customer", "name"), AliasChoices("client", "customer"). Nothing for another.
auto ways_of(const python::Expression* alias) -> std::vector<std::vector<std::string>> {
  if (const auto text = text_of(alias); !text.empty()) return {{text}};
  const auto* call = as<python::Call>(alias, ExpressionKind::call);
  if (call == nullptr) return {};
  const auto name = std::string(last_part(dotted_name(call->callee)));
  std::vector<std::vector<std::string>> ways;
  if (name == "AliasPath") {
    std::vector<std::string> path;
    for (const auto& argument : call->arguments) {
      if (text_of(argument.value).empty()) break;
      path.push_back(text_of(argument.value));
    }
    if (!path.empty()) ways.push_back(std::move(path));
  } else if (name == "AliasChoices") {
    for (const auto& argument : call->arguments)
      for (auto& way : ways_of(argument.value)) ways.push_back(std::move(way));
  }
  return ways;
}

// X | None, Optional[X], Annotated[X | None, …]: Pydantic 1 has None for it where nothing is given.
auto may_be_none(const python::Expression* annotation, int depth = 0) -> bool {
  if (annotation == nullptr || depth > 8 || annotation->kind == ExpressionKind::none) return true;
  if (const auto* either = as<python::Binary>(annotation, ExpressionKind::binary)) return may_be_none(either->left, depth + 1) || may_be_none(either->right, depth + 1);
  if (const auto* wrapped = as<python::Subscript>(annotation, ExpressionKind::subscript)) {
    const auto word = std::string(last_part(dotted_name(wrapped->value)));
    if (word == "Optional") return true;
    if (word == "Union" || word == "Annotated") return std::any_of(wrapped->indexes.begin(), wrapped->indexes.end(), [&](const auto* each) { return may_be_none(each, depth + 1); });
    return false;
  }
  return annotation->kind != ExpressionKind::name && annotation->kind != ExpressionKind::attribute;
}

auto meta_of(const Class& type) -> const python::Class* {
  if (type.definition != nullptr)
    for (const auto* statement : type.definition->body)
      if (const auto* inner = as<python::Class>(statement, StatementKind::class_); inner != nullptr && inner->name == "Meta") return inner;
  return nullptr;
}

auto assigned_in(const python::Class& type, std::string_view name) -> const python::Expression* {
  for (const auto* statement : type.body)
    if (const auto* assign = as<python::Assign>(statement, StatementKind::assign); assign != nullptr && dotted_name(assign->targets[0]) == name) return assign->value;
  return nullptr;
}

// A tuple, list or set of texts; false where it is another.
auto add_names(const python::Expression* expression, std::set<std::string>& to) -> bool {
  if (const auto text = text_of(expression); !text.empty()) return to.insert(text), true;
  if (expression == nullptr || (expression->kind != ExpressionKind::tuple && expression->kind != ExpressionKind::list && expression->kind != ExpressionKind::set)) {
    const auto* entries = as<python::Dictionary>(expression, ExpressionKind::dictionary);
    if (entries == nullptr) return false;
    for (const auto& entry : entries->entries)
      if (is_true(entry.value) || (entry.value != nullptr && entry.value->kind == ExpressionKind::ellipsis)) to.insert(text_of(entry.key));
    return true;
  }
  const auto& elements = static_cast<const python::Sequence*>(expression)->elements;
  return std::all_of(elements.begin(), elements.end(), [&](const auto* each) { return !text_of(each).empty() && to.insert(text_of(each)).second; });
}

auto decorator_word(const python::Expression* decorator) -> std::string {
  const auto* call = as<python::Call>(decorator, ExpressionKind::call);
  return std::string(last_part(dotted_name(call != nullptr ? call->callee : decorator)));
}

auto decorator_arguments(const python::Expression* decorator) -> std::span<const python::Argument> {
  const auto* call = as<python::Call>(decorator, ExpressionKind::call);
  return call != nullptr ? call->arguments : std::span<const python::Argument>();
}

// The kind of marshmallow's base, for a base that is known by its words only: ma.SQLAlchemyAutoSchema.
auto is_schema_word(std::string_view name) -> bool {
  return name == "Schema" || name.starts_with("SQLAlchemyAutoSchema") || name.starts_with("SQLAlchemySchema");
}

}  // namespace

auto library_of(const Class& type, int depth) -> SerializerLibrary {
  using Library = SerializerLibrary;
  auto found = Library::none;
  if (depth > 8) return found;
  for (std::size_t i = 0; i < type.bases.size(); ++i) {
    const auto& base = type.bases[i];
    const auto* own = base.get<std::shared_ptr<const Class>>();
    auto name = std::string(last_part(base.external_name()));
    // `ma = Marshmallow(app)`: what its attributes are, their names say.
    if (base.is_unknown() && type.definition != nullptr && i < type.definition->bases.size()) {
      const auto written = dotted_name(type.definition->bases[i].value);
      if (written.find('.') != std::string::npos && is_schema_word(last_part(written))) name = last_part(written);
    }
    const auto of_base = own != nullptr                                  ? library_of(**own, depth + 1)
                         : name == "BaseModel" || name == "SQLModel"     ? Library::pydantic
                         : is_schema_word(name)                          ? Library::marshmallow
                                                                         : Library::none;
    if (of_base == Library::none && (own == nullptr || !(*own)->bases.empty()) && name != "object" && name != "Generic") return Library::none;
    if (of_base != Library::none) found = of_base;
  }
  return found;
}

auto reads_in_its_own_way(const Class& type) -> bool {
  if (type.definition == nullptr) return true;
  for (const auto* statement : type.definition->body) {
    const auto* function = as<python::Function>(statement, StatementKind::function);
    if (function == nullptr) {
      const auto* inner = as<python::Class>(statement, StatementKind::class_);
      if (inner != nullptr && assigned_in(*inner, "getter_dict") != nullptr) return true;
      continue;
    }
    if (function->name == "get_attribute" || function->name == "get_obj" || function->name == "from_orm" || function->name == "model_validate") return true;
    for (const auto* decorator : function->decorators) {
      const auto word = decorator_word(decorator);
      if (word == "pre_dump") return true;
      if (word == "model_validator" && text_of(keyword(decorator_arguments(decorator), "mode")) == "wrap") return true;
    }
  }
  return false;
}

auto validators_of(const Class& type, std::string_view field) -> std::vector<const python::Function*> {
  std::vector<const python::Function*> found;
  if (type.definition == nullptr) return found;
  for (const auto* statement : type.definition->body) {
    const auto* function = as<python::Function>(statement, StatementKind::function);
    if (function == nullptr) continue;
    for (const auto* decorator : function->decorators) {
      const auto word = decorator_word(decorator);
      const auto arguments = decorator_arguments(decorator);
      const auto mode = text_of(keyword(arguments, "mode"));
      const bool before = mode == "before" || mode == "plain" || is_true(keyword(arguments, "pre"));
      if (!before) continue;
      if (field.empty()) {
        if (word == "model_validator" || word == "root_validator") found.push_back(function);
      } else if (word == "field_validator" || word == "validator") {
        if (std::any_of(arguments.begin(), arguments.end(), [&](const auto& argument) { return argument.name.empty() && text_of(argument.value) == field; })) found.push_back(function);
      }
    }
  }
  return found;
}

auto reads_all_relationships(const Class& type) -> const python::Expression* {
  const auto* meta = meta_of(type);
  if (meta == nullptr || !is_true(assigned_in(*meta, "include_relationships"))) return nullptr;
  return assigned_in(*meta, "model");
}

auto choice_of(std::span<const python::Argument> arguments, std::string_view prefix) -> Choice {
  Choice choice;
  for (const auto& argument : arguments) {
    const bool only = argument.name == std::string(prefix) + (prefix.empty() ? "only" : "include");
    if (only) choice.some_only = true;
    if (only) choice.known = add_names(argument.value, choice.only) && choice.known;
    else if (argument.name == std::string(prefix) + "exclude") choice.known = add_names(argument.value, choice.exclude) && choice.known;
    else if (argument.star != python::Argument::Star::none) choice.known = false;
  }
  // only=("customer.name",) takes the customer.
  for (auto* names : {&choice.only, &choice.exclude}) {
    std::set<std::string> whole;
    for (const auto& name : *names)
      if (const auto dot = name.find('.'); dot == std::string::npos) whole.insert(name);
      else if (names == &choice.only) whole.insert(name.substr(0, dot));
    *names = std::move(whole);
  }
  return choice;
}

auto choice_of(const Class& type) -> Choice {
  Choice choice;
  const auto* meta = meta_of(type);
  if (meta == nullptr) return choice;
  if (const auto* names = assigned_in(*meta, "exclude")) choice.known = add_names(names, choice.exclude);
  if (const auto* names = assigned_in(*meta, "fields")) {
    choice.some_only = true;
    choice.known = add_names(names, choice.only) && choice.known;
  }
  return choice;
}

auto choice_in(const python::Expression* expression, int depth) -> Choice {
  if (const auto* later = as<python::Lambda>(expression, ExpressionKind::lambda)) expression = later->body;
  const auto* call = as<python::Call>(expression, ExpressionKind::call);
  if (call == nullptr || depth > 3) return {};
  auto choice = choice_of(call->arguments);
  if (call->arguments.empty() || !call->arguments.front().name.empty()) return choice;
  const auto inner = choice_in(call->arguments.front().value, depth + 1);
  choice.known = choice.known && inner.known;
  choice.exclude.insert(inner.exclude.begin(), inner.exclude.end());
  if (inner.some_only && !choice.some_only) choice.some_only = true, choice.only = inner.only;
  return choice;
}

auto fields_of(const Class& type, SerializerLibrary library) -> std::vector<SerializerField> {
  std::vector<SerializerField> fields;
  if (type.definition == nullptr) return fields;
  const auto file = type.module->file;
  for (const auto* statement : type.definition->body) {
    const Span span{file, statement->begin, statement->end};
    if (library == SerializerLibrary::pydantic) {
      const auto* annotated = as<python::Annotated>(statement, StatementKind::annotated);
      const auto* name = annotated != nullptr ? as<python::Name>(annotated->target, ExpressionKind::name) : nullptr;
      if (name == nullptr || name->id.starts_with("_") || name->id == "model_config") continue;
      SerializerField field{std::string(name->id), {{std::string(name->id)}}, annotated->annotation, nullptr, span};
      // Field(…), as the value or inside Annotated[…]
      std::vector<const python::Call*> calls;
      if (const auto* call = as<python::Call>(annotated->value, ExpressionKind::call)) calls.push_back(call);
      if (const auto* wrapped = as<python::Subscript>(annotated->annotation, ExpressionKind::subscript); wrapped != nullptr && last_part(dotted_name(wrapped->value)) == "Annotated")
        for (const auto* index : wrapped->indexes)
          if (const auto* call = as<python::Call>(index, ExpressionKind::call)) calls.push_back(call);
      bool left_out = last_part(dotted_name(annotated->annotation)) == "ClassVar";
      field.required = annotated->value == nullptr && calls.empty() && !may_be_none(annotated->annotation);
      for (const auto* call : calls) {
        left_out = left_out || is_true(keyword(call->arguments, "exclude"));
        const auto* alias = keyword(call->arguments, "validation_alias");
        if (alias == nullptr) alias = keyword(call->arguments, "alias");
        if (alias == nullptr) continue;
        // Under an alias another attribute is read.
        field.ways = ways_of(alias);
      }
      if (!left_out && !field.ways.empty()) fields.push_back(std::move(field));
      continue;
    }
    const auto* assign = as<python::Assign>(statement, StatementKind::assign);
    const auto* name = assign != nullptr && assign->targets.size() == 1 ? as<python::Name>(assign->targets[0], ExpressionKind::name) : nullptr;
    const auto* call = name != nullptr ? as<python::Call>(assign->value, ExpressionKind::call) : nullptr;
    if (call == nullptr || is_true(keyword(call->arguments, "load_only"))) continue;
    const auto kind = std::string(last_part(dotted_name(call->callee)));
    if (kind == "Function" || kind == "Method" || kind == "Constant") continue;
    const auto attribute = text_of(keyword(call->arguments, "attribute"));
    SerializerField field{std::string(name->id), {attribute.empty() ? std::vector<std::string>{std::string(name->id)} : split(attribute)}, nullptr, nullptr, span};
    if (kind == "Nested" || kind == "Pluck" || kind == "List") {
      field.nested = call;
      if (!call->arguments.empty() && call->arguments.front().name.empty()) field.type = call->arguments.front().value;
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

auto answer_of(const python::Function& function) -> Answer {
  for (const auto* decorator : function.decorators) {
    const auto* call = as<python::Call>(decorator, ExpressionKind::call);
    const auto* method = call != nullptr ? as<python::Attribute>(call->callee, ExpressionKind::attribute) : nullptr;
    if (method == nullptr || call->arguments.empty()) continue;
    // flask-smorest, APIFlask: @blp.response(200, OrderSchema(many=True)), @app.output(OrderSchema(many=True))
    if (method->name == "response" || method->name == "output") {
      const auto* type = keyword(call->arguments, "schema");
      for (const auto& argument : call->arguments)
        if (type == nullptr && argument.name.empty() && argument.value->kind != ExpressionKind::number) type = argument.value;
      if (type != nullptr) return {type, {}};
      continue;
    }
    static constexpr std::string_view verbs[] = {"get", "post", "put", "patch", "delete", "api_route"};
    if (std::find(std::begin(verbs), std::end(verbs), method->name) == std::end(verbs) || call->arguments.front().value->kind != ExpressionKind::string) continue;
    Answer answer{function.returns, choice_of(call->arguments, "response_model_")};
    if (const auto* model = keyword(call->arguments, "response_model")) answer.type = model;
    return answer;
  }
  return {};
}

}  // namespace foreshot::loads
