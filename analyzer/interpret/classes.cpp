// Classes of the project: the body, bases in order, Enum members, instances.
#include <algorithm>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {
namespace {

using python::as;
using python::ExpressionKind;
using python::StatementKind;

constexpr std::size_t most_bases = 64;

}  // namespace

namespace {

// The one plain name that an assignment binds; empty for other statements.
auto assigned_name(const python::Statement& statement) -> std::string_view {
  const python::Expression* target = nullptr;
  if (const auto* annotated = python::as<python::Annotated>(&statement, python::StatementKind::annotated)) target = annotated->target;
  if (const auto* assign = python::as<python::Assign>(&statement, python::StatementKind::assign); assign != nullptr && assign->targets.size() == 1)
    target = assign->targets[0];
  const auto* name = target == nullptr ? nullptr : python::as<python::Name>(target, python::ExpressionKind::name);
  return name == nullptr ? std::string_view() : name->id;
}

}  // namespace

auto Interpreter::State::define_class(const python::Class& definition) -> Value {
  const auto span = span_of(static_cast<const python::Statement*>(&definition));
  auto made = std::make_shared<Class>();
  made->definition = &definition;
  made->module = here->module;
  made->qualified_name = definition.name;
  if (here->level == Activation::Level::class_)
    made->qualified_name = std::string(here->class_name) + '.' + made->qualified_name;
  else if (here->level == Activation::Level::function && here->function != nullptr)
    made->qualified_name = std::string(here->name) + ".<locals>." + made->qualified_name;
  for (const auto& base : definition.bases)
    if (base.name.empty() && base.star == python::Argument::Star::none) made->bases.push_back(evaluate(base.value));

  Activation activation;
  activation.level = Activation::Level::class_;
  activation.module = here->module;
  activation.function = here->function;
  activation.name = here->name;
  activation.in_async = here->in_async;
  activation.class_name = intern(made->qualified_name);
  activation.frame = std::make_shared<Frame>();
  activation.frame->module = here->module;
  activation.frame->enclosing = here->level == Activation::Level::class_ ? here->frame->enclosing
                                : here->level == Activation::Level::function ? here->frame : nullptr;
  activation.frame->born = trail.clock();
  auto* outer = here;
  here = &activation;
  if (vocabulary.knows_class(*made)) {
    for (const auto* each : definition.body) {
      const auto name = assigned_name(*each);
      if (name.empty() || !vocabulary.knows_attribute(*made, name)) statement(each);
    }
  } else {
    block(definition.body);
  }
  here = outer;
  made->attributes.reserve(activation.frame->variables.entries().size());
  std::int64_t number = 0;
  const auto shared = std::shared_ptr<const Class>(made);
  const auto enumeration = is_enum(shared);
  for (const auto& [name, value] : activation.frame->variables.entries()) {
    auto attribute = settle(value);
    if (enumeration && attribute.is_unknown() && attribute.get<Unknown>()->reason != nullptr &&
        *attribute.get<Unknown>()->reason == "enum.auto") {
      std::string lower(name);
      for (auto& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
      attribute = has_base(shared, "StrEnum") ? Value::text(lower, attribute.span()) : Value(number + 1, attribute.span());
    }
    if (const auto* given = attribute.get<std::int64_t>()) number = *given;
    made->attributes.emplace_back(std::string(name), std::move(attribute));
  }
  // Names that only the body needed refer to nothing any more.
  activation.frame->variables.clear();
  Value value(shared, span);
  if (!resolving) vocabulary.defined(site(span), shared);
  for (auto i = definition.decorators.size(); i-- > 0;) {
    const auto decorator = evaluate(definition.decorators[i]);
    if (decorator.external_name().empty() && decorator.get<std::shared_ptr<Object>>() == nullptr) continue;
    Arguments arguments;
    arguments.items.push_back({{}, value, span});
    const auto at = span_of(definition.decorators[i]);
    if (auto answer = vocabulary.call(site(at, at), decorator, arguments)) value = std::move(*answer);
  }
  return value;
}

auto Interpreter::State::linearized(const std::shared_ptr<const Class>& from) -> std::vector<std::shared_ptr<const Class>> {
  std::vector<std::shared_ptr<const Class>> order;
  // Depth first, left to right, each once at its last place: what Python does for the usual shapes. A class is reached
  // by as many ways as there are diamonds, hence the bound.
  std::vector<std::shared_ptr<const Class>> pending{from};
  for (std::size_t ways = 0; !pending.empty() && order.size() < most_bases && ways < most_bases * 4; ++ways) {
    auto next = pending.back();
    pending.pop_back();
    const auto seen = std::find(order.begin(), order.end(), next);
    if (seen != order.end()) order.erase(seen);
    order.push_back(next);
    for (auto base = next->bases.rbegin(); base != next->bases.rend() && pending.size() < most_bases; ++base)
      if (const auto* held = base->get<std::shared_ptr<const Class>>(); held != nullptr && *held != from) pending.push_back(*held);
  }
  return order;
}

auto Interpreter::State::class_attribute(const std::shared_ptr<const Class>& from, std::string_view name) -> const Value* {
  if (const auto* own = from->find(name)) return own;
  if (std::none_of(from->bases.begin(), from->bases.end(),
                   [](const Value& base) { return base.get<std::shared_ptr<const Class>>() != nullptr; }))
    return nullptr;
  for (const auto& each : linearized(from))
    if (const auto* found = each->find(name)) return found;
  return nullptr;
}

auto Interpreter::State::has_base(const std::shared_ptr<const Class>& from, std::string_view suffix) -> bool {
  const auto fits = [&](const Value& base) {
    const auto name = base.external_name();
    return name.ends_with(suffix) && (name.size() == suffix.size() || name[name.size() - suffix.size() - 1] == '.');
  };
  if (std::any_of(from->bases.begin(), from->bases.end(), fits)) return true;
  if (std::none_of(from->bases.begin(), from->bases.end(),
                   [](const Value& base) { return base.get<std::shared_ptr<const Class>>() != nullptr; }))
    return false;
  for (const auto& each : linearized(from))
    if (std::any_of(each->bases.begin(), each->bases.end(), fits)) return true;
  return false;
}

auto Interpreter::State::is_enum(const std::shared_ptr<const Class>& from) -> bool {
  if (from->bases.empty()) return false;
  return has_base(from, "enum.Enum") || has_base(from, "enum.StrEnum") || has_base(from, "enum.IntEnum") ||
         has_base(from, "enum.Flag") || has_base(from, "enum.IntFlag");
}

auto Interpreter::State::enum_member(const std::shared_ptr<const Class>& from, std::string_view name, const Value& value) -> Value {
  if (value.get<std::shared_ptr<const Function>>() != nullptr || name.starts_with("_")) return value;
  auto member = std::make_shared<Instance>();
  member->of = from;
  member->born = trail.clock();
  member->attributes.emplace_back("_name_", Value::text(name, value.span()));
  member->attributes.emplace_back("_value_", value);
  return {std::move(member), value.span()};
}

auto Interpreter::State::enum_members(const std::shared_ptr<const Class>& from) -> std::vector<Value> {
  std::vector<Value> members;
  for (const auto& [name, value] : from->attributes) {
    if (value.get<std::shared_ptr<const Function>>() != nullptr || value.get<std::shared_ptr<const Class>>() != nullptr || name.starts_with("_")) continue;
    if (!charge()) break;
    members.push_back(enum_member(from, name, value));
  }
  return members;
}

// Annotated names of a class body and its bases', bases first: the parameters of a dataclass.
auto Interpreter::State::fields_of(const std::shared_ptr<const Class>& from) -> std::vector<const python::Annotated*> {
  std::vector<const python::Annotated*> fields;
  auto order = linearized(from);
  std::reverse(order.begin(), order.end());
  for (const auto& each : order) {
    if (each->definition == nullptr) continue;
    for (const auto* statement : each->definition->body) {
      const auto* annotated = as<python::Annotated>(statement, StatementKind::annotated);
      if (annotated == nullptr || annotated->target->kind != ExpressionKind::name) continue;
      const auto name = static_cast<const python::Name*>(annotated->target)->id;
      const auto known = std::find_if(fields.begin(), fields.end(), [&](const python::Annotated* field) {
        return static_cast<const python::Name*>(field->target)->id == name;
      });
      if (known != fields.end())
        *known = annotated;
      else
        fields.push_back(annotated);
    }
  }
  return fields;
}

auto Interpreter::State::call_class(const Site& at, const std::shared_ptr<const Class>& made, const Arguments& arguments) -> Value {
  const auto span = at.span;
  if (is_enum(made)) {
    // Color("red")
    const auto* value = arguments.positional(0);
    if (value != nullptr)
      for (const auto& [name, member] : made->attributes)
        if (same(member, value->value) && !value->value.is_unknown()) return enum_member(made, name, member);
    return unknown_result(at);
  }
  auto instance = std::make_shared<Instance>();
  instance->of = made;
  instance->born = trail.clock();
  Value self(instance, span);
  if (const auto* init = class_attribute(made, "__init__")) {
    const auto method = bound(*init, self, false);
    if (const auto* function = method.get<std::shared_ptr<const Function>>()) {
      call_function(at, *function, arguments);
      return self;
    }
  }
  const auto fields = fields_of(made);
  std::size_t position = 0;
  for (const auto* field : fields) {
    const auto name = static_cast<const python::Name*>(field->target)->id;
    const auto* argument = arguments.get(position++, name);
    if (argument != nullptr)
      instance->attributes.emplace_back(std::string(name), argument->value);
    else if (arguments.unknown_keywords || arguments.unknown_positional)
      instance->attributes.emplace_back(std::string(name), Value::unknown(std::string(name), span));
    else if (const auto* fallback = class_attribute(made, name))
      instance->attributes.emplace_back(std::string(name), fallback->is_unknown() ? *fallback : Value(*fallback));
    else if (has_base(made, "BaseSettings"))  // of pydantic: read from the environment
      instance->attributes.emplace_back(std::string(name), Value::run_constant(std::string(name), std::string(name), span));
  }
  for (const auto& argument : arguments.items)
    if (!argument.name.empty() && instance->find(argument.name) == nullptr)
      instance->attributes.emplace_back(std::string(argument.name), argument.value);
  return self;
}

}  // namespace foreshot::interpret
