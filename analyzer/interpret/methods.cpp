// object.name and object.name(…): who is asked, in which order.
#include <algorithm>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {
namespace {

auto is_choice(const Value& value) -> bool { return value.get<std::shared_ptr<const Choice>>() != nullptr; }

auto is_property(const Value& value) -> bool {
  const auto* held = value.get<std::shared_ptr<const Function>>();
  if (held == nullptr || (*held)->definition == nullptr) return false;
  const auto& decorators = (*held)->definition->decorators;
  return std::any_of(decorators.begin(), decorators.end(), [](const python::Expression* decorator) {
    const auto* name = python::as<python::Name>(decorator, python::ExpressionKind::name);
    const auto* attribute = python::as<python::Attribute>(decorator, python::ExpressionKind::attribute);
    const auto word = name != nullptr ? name->id : attribute != nullptr ? attribute->name : std::string_view();
    return word.ends_with("property");
  });
}

auto is_plain_function(const Value& value) -> bool {
  const auto* held = value.get<std::shared_ptr<const Function>>();
  return held != nullptr && ((*held)->definition == nullptr || (*held)->definition->decorators.empty());
}

}  // namespace

auto Interpreter::State::call_method(const Site& at, const Value& object, std::string_view name, const Arguments& arguments) -> Value {
  const auto span = at.span;
  const auto answered = [&](std::optional<Value> answer) { return answer ? std::move(*answer) : unknown_result(at); };
  if (is_choice(object))
    return each_alternative(span, object, arguments, [&](const Value& one, const Arguments& given) { return call_method(at, one, name, given); });
  if (object.mapped_text() != nullptr) {
    auto softened = arguments;
    if (name == "format" || name == "join" || name == "replace")
      for (auto& argument : softened.items) argument.value = parts_as_holes(argument.value);
    return each_alternative(span, object, softened, [&](const Value& one, const Arguments& given) {
      return answered(text_method(at, one, name, given));
    });
  }
  if (object.sequence() != nullptr) return answered(sequence_method(at, object, name, arguments));
  if (object.mapping() != nullptr) return answered(mapping_method(at, object, name, arguments));
  if (const auto* module = object.get<const SourceModule*>()) {
    if (auto member = module_attribute(**module, name)) return call(at, *member, arguments);
    return unknown_result(at);
  }
  if (!object.external_name().empty()) {
    return each_alternative(span, object, arguments, [&](const Value& one, const Arguments& given) -> Value {
      if (auto answer = vocabulary.method(at, one, name, given)) return std::move(*answer);
      auto member = vocabulary.attribute(at, one, name);
      return call(at, member ? *member : external_member(one, name), given);
    });
  }
  if (const auto* super = object.object<SuperProxy>()) {
    const auto* instance = super->self.get<std::shared_ptr<Instance>>();
    const auto* of_class = super->self.get<std::shared_ptr<const Class>>();
    if (instance != nullptr || of_class != nullptr) {
      const auto order = linearized(instance != nullptr ? (*instance)->of : *of_class);
      auto after = false;
      for (const auto& each : order) {
        const auto* found = each->find(name);
        if (after && found != nullptr) return call(at, bound(*found, super->self, false), arguments);
        for (const auto& [key, value] : each->attributes) {
          const auto* function = value.get<std::shared_ptr<const Function>>();
          after = after || (function != nullptr && (*function)->definition == super->from);
        }
      }
    }
    if (auto answer = vocabulary.method(at, super->self, name, arguments)) return std::move(*answer);
    return unknown_result(at);
  }
  const auto* instance = object.get<std::shared_ptr<Instance>>();
  const auto* made = object.get<std::shared_ptr<const Class>>();
  if (instance != nullptr || made != nullptr) {
    if (instance != nullptr) {
      if (const auto* own = (*instance)->find(name)) return call(at, Value(*own), arguments);
    }
    const auto of = instance != nullptr ? (*instance)->of : *made;
    const auto* found = class_attribute(of, name);
    if (found != nullptr && found->get<std::shared_ptr<const Function>>() != nullptr && !is_property(*found))
      return call(at, bound(*found, object, made != nullptr), arguments);
    if (auto answer = vocabulary.method(at, object, name, arguments)) return std::move(*answer);
    if (found != nullptr) return call(at, instance_attribute(object, name, at.callee, at.callee), arguments);
    return unknown_result(at);
  }
  return each_alternative(span, object, arguments, [&](const Value& one, const Arguments& given) -> Value {
    if (auto answer = vocabulary.method(at, one, name, given)) return std::move(*answer);
    if (one.get<std::shared_ptr<Object>>() != nullptr) {
      if (auto answer = library_method(at, one, name, given)) return std::move(*answer);
      if (auto member = vocabulary.attribute(at, one, name)) return call(at, *member, given);
    }
    return unknown_result(at, one, name, given);
  });
}

auto Interpreter::State::attribute(const Value& object, std::string_view name, Span span, Span name_span) -> Value {
  const auto unknown = [&] { return Value::unknown(source(span), span); };
  if (const auto* choice = object.get<std::shared_ptr<const Choice>>()) {
    // None has no attributes: that option never gets here.
    std::vector<Value> left;
    for (const auto& option : (*choice)->options)
      if (!option.is_none()) left.push_back(option);
    if (left.size() == 1) return attribute(left.front(), name, span, name_span);
    const Value* operands[] = {&object};
    return each_option(span, operands, [&](std::span<const Value* const> picked) { return attribute(*picked[0], name, span, name_span); });
  }
  if (const auto* module = object.get<const SourceModule*>()) {
    if (auto member = module_attribute(**module, name)) return std::move(*member);
    if (name == "__name__") return Value::text((*module)->name);
    return unknown();
  }
  if (!object.external_name().empty()) {
    if (auto answer = vocabulary.attribute(site(span, name_span), object, name)) return std::move(*answer);
    return external_member(object, name);
  }
  if (object.get<std::shared_ptr<Instance>>() != nullptr || object.get<std::shared_ptr<const Class>>() != nullptr)
    return instance_attribute(object, name, span, name_span);
  if (const auto* path = object.object<Path>()) {
    Arguments arguments;
    arguments.items.push_back({{}, path->text, span});
    const auto at = site(span, name_span);
    if (name == "parent") {
      auto folder = library_call(at, "os.path.dirname", arguments);
      Arguments of;
      of.items.push_back({{}, folder ? std::move(*folder) : unknown(), span});
      auto parent = library_call(at, "pathlib.Path", of);
      return parent ? std::move(*parent) : unknown();
    }
    if (name == "name" || name == "stem" || name == "suffix") {
      const auto* text = path->text.constant_text();
      if (text == nullptr) return unknown();
      const auto base = std::string_view(*text).substr(text->rfind('/') == std::string::npos ? 0 : text->rfind('/') + 1);
      const auto dot = std::min(base.rfind('.'), base.size());
      return Value::text(name == "name" ? base : name == "stem" ? base.substr(0, dot) : base.substr(dot), span);
    }
    return unknown();
  }
  if (const auto* super = object.object<SuperProxy>()) {
    if (const auto* instance = super->self.get<std::shared_ptr<Instance>>())
      return instance_attribute(Value(*instance), name, span, name_span);
    return unknown();
  }
  if (object.is_unknown() || object.get<std::shared_ptr<Object>>() != nullptr ||
      object.get<std::shared_ptr<const Function>>() != nullptr) {
    if (auto answer = vocabulary.attribute(site(span, name_span), object, name)) return std::move(*answer);
  }
  if (const auto* function = object.get<std::shared_ptr<const Function>>(); function != nullptr && (*function)->definition != nullptr && name == "__name__")
    return Value::text((*function)->definition->name, span);
  return unknown_part(object, name, span);
}

auto Interpreter::State::instance_attribute(const Value& object, std::string_view name, Span span, Span name_span) -> Value {
  const auto* held = object.get<std::shared_ptr<Instance>>();
  const auto on_class = held == nullptr;
  const auto of = on_class ? *object.get<std::shared_ptr<const Class>>() : (*held)->of;
  if (!on_class) {
    if (const auto* own = (*held)->find(name)) return *own;
    if (name == "__class__") return Value(of, span);
    if (name == "name" || name == "value") {
      if (const auto* of_member = (*held)->find(name == "name" ? "_name_" : "_value_")) return *of_member;
    }
  }
  const auto* found = class_attribute(of, name);
  if (found != nullptr && !on_class && is_property(*found)) {
    const auto method = bound(*found, object, false);
    const auto at = site(span, name_span);
    return call_function(at, *method.get<std::shared_ptr<const Function>>(), {});
  }
  if (found != nullptr && is_plain_function(*found)) return bound(*found, object, on_class);
  if (auto answer = vocabulary.attribute(site(span, name_span), object, name)) return std::move(*answer);
  if (found != nullptr) {
    if (is_enum(of) && on_class && found->get<std::shared_ptr<const Function>>() == nullptr) return enum_member(of, name, *found);
    return bound(*found, object, on_class);
  }
  if (on_class && name == "__members__" && is_enum(of)) {
    std::vector<std::pair<Value, Value>> entries;
    for (auto& member : enum_members(of)) {
      auto key = *(*member.get<std::shared_ptr<Instance>>())->find("_name_");
      entries.emplace_back(std::move(key), std::move(member));
    }
    return dictionary(std::move(entries), span);
  }
  if (on_class && (name == "__name__" || name == "__qualname__")) return Value::text(of->definition != nullptr ? of->definition->name : of->qualified_name, span);
  return Value::unknown(source(span), span);
}

auto Interpreter::State::set_attribute(const Value& object, std::string_view name, const Value& value, Span span) -> void {
  if (const auto* choice = object.get<std::shared_ptr<const Choice>>()) {
    for (const auto& option : (*choice)->options) set_attribute(option, name, value, span);
    return;
  }
  if (vocabulary.set_attribute(site(span, span), object, name, value)) return;
  if (object.get<std::shared_ptr<Instance>>() == nullptr) return;
  const auto* held = object.get<std::shared_ptr<Instance>>();
  if ((*held)->attributes.size() < 1000 && charge((*held)->attributes.size() / 16)) trail.set_attribute(object, name, value);
}

}  // namespace foreshot::interpret
