// Expressions of a template.
#include <algorithm>
#include <charconv>

#include "analyzer/loads/template_walk.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using interpret::Arguments;
using interpret::Value;
using jinja::as;
using jinja::ExpressionKind;
using sqlalchemy::object_value;
using sqlalchemy::shared_object;

auto TemplateWalk::evaluate(const jinja::Expression* node, const ScopePointer& scope) -> Value {
  if (node == nullptr || !interpreter_.charge()) return {};
  const auto place = span_of(node);
  const auto all = [&](jinja::ExpressionList elements, interpret::Sequence::Kind kind) {
    std::vector<Value> items;
    for (const auto* each : elements) items.push_back(evaluate(each, scope));
    return Value::list(std::move(items), place, kind);
  };
  switch (node->kind) {
    case ExpressionKind::name: return evaluate_name(*static_cast<const jinja::Name*>(node), scope);
    case ExpressionKind::string: return Value::text(static_cast<const jinja::String*>(node)->text, place);
    case ExpressionKind::number: {
      const auto text = static_cast<const jinja::Number*>(node)->text;
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (error == std::errc() && end == text.data() + text.size()) return Value(number, place);
      return Value::unknown("a number", place);
    }
    case ExpressionKind::true_: return Value(true, place);
    case ExpressionKind::false_: return Value(false, place);
    case ExpressionKind::none: return Value(interpret::None{}, place);
    case ExpressionKind::list: return all(static_cast<const jinja::Sequence*>(node)->elements, interpret::Sequence::Kind::list);
    case ExpressionKind::tuple: return all(static_cast<const jinja::Sequence*>(node)->elements, interpret::Sequence::Kind::tuple);
    case ExpressionKind::dictionary: {
      auto mapping = std::make_shared<interpret::Mapping>();
      mapping->span = place;
      for (const auto& [key, value] : static_cast<const jinja::Dictionary*>(node)->entries)
        mapping->entries.emplace_back(evaluate(key, scope), evaluate(value, scope));
      return Value(std::move(mapping), place);
    }
    case ExpressionKind::attribute: {
      const auto& read = *static_cast<const jinja::Attribute*>(node);
      return attribute(evaluate(read.value, scope), read.name, place);
    }
    case ExpressionKind::subscript: return subscript(*static_cast<const jinja::Subscript*>(node), scope);
    case ExpressionKind::slice: return Value::unknown("slice", place);
    case ExpressionKind::call: return call(*static_cast<const jinja::Call*>(node), scope);
    case ExpressionKind::filter: return filter(*static_cast<const jinja::Filter*>(node), scope);
    case ExpressionKind::test: return test(*static_cast<const jinja::Test*>(node), scope);
    case ExpressionKind::unary: {
      const auto& unary = *static_cast<const jinja::Unary*>(node);
      const auto truth = evaluate(unary.operand, scope).truth();
      if (unary.op == "not" && truth != Value::Truth::unknown) return Value(truth == Value::Truth::no, place);
      return Value::unknown("an operation", place);
    }
    case ExpressionKind::binary: {
      const auto& binary = *static_cast<const jinja::Binary*>(node);
      const auto left = evaluate(binary.left, scope), right = evaluate(binary.right, scope);
      if (binary.op == "~") {
        print(left, span_of(binary.left));
        print(right, span_of(binary.right));
      }
      if (binary.op == "+" && left.constant_text() != nullptr && right.constant_text() != nullptr)
        return Value::text(*left.constant_text() + *right.constant_text(), place);
      // The rows of either.
      if (binary.op == "+" && (left.object<Rows>() != nullptr || left.sequence() != nullptr)) return left;
      return Value::unknown("an operation", place);
    }
    case ExpressionKind::boolean: {
      const auto& boolean = *static_cast<const jinja::Boolean*>(node);
      auto left = evaluate(boolean.left, scope);
      const auto truth = left.truth();
      if (truth != Value::Truth::unknown) return (truth == Value::Truth::yes) == boolean.is_and ? evaluate(boolean.right, scope) : left;
      auto right = evaluate(boolean.right, scope);
      // `x or []`, `x or "-"`
      if (!boolean.is_and && !left.is_unknown()) return left;
      if (boolean.is_and && !right.is_unknown()) return right;
      return Value::unknown("one of two values", place);
    }
    case ExpressionKind::compare: return compare(*static_cast<const jinja::Compare*>(node), scope);
    case ExpressionKind::conditional: {
      const auto& conditional = *static_cast<const jinja::Conditional*>(node);
      const auto truth = evaluate(conditional.test, scope).truth();
      if (truth == Value::Truth::yes) return evaluate(conditional.body, scope);
      if (truth == Value::Truth::no) return evaluate(conditional.otherwise, scope);
      auto one = evaluate(conditional.body, scope), other = evaluate(conditional.otherwise, scope);
      if (interpret::same(one, other)) return one;
      if (one.constant_text() != nullptr && other.constant_text() != nullptr)
        return Value(std::make_shared<const interpret::Choice>(interpret::Choice{{one, other}, place}), place);
      const bool nothing = conditional.otherwise == nullptr || other.is_none() || (other.sequence() != nullptr && other.sequence()->items.empty());
      return nothing ? one : Value::unknown("one of two values", place);
    }
    case ExpressionKind::unreadable: return {};
  }
  return {};
}

auto TemplateWalk::evaluate_name(const jinja::Name& name, const ScopePointer& scope) -> Value {
  for (const auto* at = scope.get(); at != nullptr; at = at->outer.get())
    if (const auto found = at->names.find(name.id); found != at->names.end()) return found->second;
  return Value::unknown(std::string(name.id), span_of(&name));
}

// x.name is x's attribute or else its item.
auto TemplateWalk::attribute(const Value& object, std::string_view name, Span place) -> Value {
  if (const auto* imported = object.object<Imported>()) {
    const auto found = imported->names->names.find(name);
    return found != imported->names->names.end() ? found->second : Value();
  }
  if (const auto* names = object.object<Namespace>()) {
    const auto found = names->names.find(name);
    return found != names->names.end() ? found->second : Value();
  }
  if (const auto* loop = object.object<LoopVariable>())
    return name == "previtem" || name == "nextitem" ? loop->element : Value::unknown("loop." + std::string(name), place);
  if (object.object<Macro>() != nullptr) return {};
  if (const auto* mapping = object.mapping()) {
    const auto* found = mapping->find(name);
    return found != nullptr ? *found : Value::unknown(std::string(name), place);
  }
  if (const auto* list = object.sequence()) {
    // What groupby gives is a tuple with names; an index may be written as an attribute.
    const auto at = name == "grouper" ? "0" : name == "list" ? "1" : name;
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(at.data(), at.data() + at.size(), index);
    return error == std::errc() && end == at.data() + at.size() && index < list->items.size() ? list->items[index] : Value();
  }
  return interpreter_.attribute(place, object, name);
}

// "customer.address.city", as filters take it.
auto TemplateWalk::attribute_path(const Value& object, std::string_view path, Span place) -> Value {
  auto value = object;
  while (!path.empty()) {
    const auto dot = std::min(path.find('.'), path.size());
    value = attribute(value, path.substr(0, dot), place);
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return value;
}

auto TemplateWalk::subscript(const jinja::Subscript& node, const ScopePointer& scope) -> Value {
  const auto object = evaluate(node.value, scope), index = evaluate(node.index, scope);
  const auto place = span_of(&node);
  const auto* name = index.constant_text();
  if (name != nullptr && object.mapping() == nullptr && object.object<Row>() == nullptr) return attribute(object, *name, place);
  return interpreter_.item(place, object, index);
}

auto TemplateWalk::compare(const jinja::Compare& node, const ScopePointer& scope) -> Value {
  std::vector<Value> operands;
  for (const auto* each : node.operands) operands.push_back(evaluate(each, scope));
  const auto unknown = Value::unknown("a comparison", span_of(&node));
  const auto is_constant = [](const Value& value) {
    return value.constant_text() != nullptr || value.is_none() || value.get<bool>() != nullptr || value.get<std::int64_t>() != nullptr;
  };
  if (node.ops.size() != 1 || !is_constant(operands[0]) || !is_constant(operands[1])) return unknown;
  if (node.ops[0] == "==") return Value(interpret::same(operands[0], operands[1]), span_of(&node));
  if (node.ops[0] == "!=") return Value(!interpret::same(operands[0], operands[1]), span_of(&node));
  return unknown;
}

auto TemplateWalk::arguments_of(std::span<const jinja::Argument> given, const ScopePointer& scope) -> Arguments {
  Arguments found;
  for (const auto& each : given) {
    auto value = evaluate(each.value, scope);
    if (each.star == jinja::Argument::Star::none) {
      found.items.push_back({each.name, std::move(value), span_of(each.value)});
    } else {
      found.unknown_positional = found.unknown_positional || each.star == jinja::Argument::Star::one;
      found.unknown_keywords = found.unknown_keywords || each.star == jinja::Argument::Star::two;
    }
  }
  std::stable_partition(found.items.begin(), found.items.end(), [](const interpret::Argument& argument) { return argument.name.empty(); });
  return found;
}

auto TemplateWalk::call(const jinja::Call& node, const ScopePointer& scope) -> Value {
  const auto place = span_of(&node);
  if (const auto* name = as<jinja::Name>(node.callee, ExpressionKind::name)) {
    const auto callee = evaluate_name(*name, scope);
    if (const auto macro = shared_object<Macro>(callee)) {
      call_macro(*macro, node.arguments, scope, place, {});
      return Value::unknown("rendered text", place);
    }
    if (const auto loop = shared_object<LoopVariable>(callee)) {
      const auto given = arguments_of(node.arguments, scope);
      // One round deeper; what lies below that is the same again.
      if (const auto* again = given.positional(0); again != nullptr && loop->depth == 0) for_loop(*loop->node, again->value, scope, 1);
      return Value::unknown("rendered text", place);
    }
    if (callee.is_unknown() && name->id == "super" && !in_block_.empty()) {
      const auto at = in_block_.back();
      show_block(at.name, at.index + 1, rendering_->globals, place);
      return Value::unknown("rendered text", place);
    }
    const auto given = arguments_of(node.arguments, scope);
    if (callee.is_unknown()) {
      if (name->id == "namespace" || name->id == "dict") {
        auto names = std::make_shared<Namespace>();
        for (const auto& each : given.items)
          if (!each.name.empty()) names->names[std::string(each.name)] = each.value;
        return object_value(std::move(names), place);
      }
      return Value::unknown("result", place);
    }
    return interpreter_.call(place, callee, given);
  }
  if (const auto* read = as<jinja::Attribute>(node.callee, ExpressionKind::attribute)) {
    const auto object = evaluate(read->value, scope);
    const auto* of = as<jinja::Name>(read->value, ExpressionKind::name);
    if (of != nullptr && of->id == "self" && object.is_unknown()) {
      show_block(read->name, 0, rendering_->globals, place);
      return Value::unknown("rendered text", place);
    }
    if (object.object<Imported>() != nullptr || object.object<Namespace>() != nullptr) {
      const auto callee = attribute(object, read->name, place);
      if (const auto macro = shared_object<Macro>(callee)) {
        call_macro(*macro, node.arguments, scope, place, {});
        return Value::unknown("rendered text", place);
      }
      (void)arguments_of(node.arguments, scope);
      return Value::unknown("result", place);
    }
    const auto given = arguments_of(node.arguments, scope);
    if (object.object<LoopVariable>() != nullptr || object.object<Macro>() != nullptr || object.is_unknown()) return Value::unknown("result", place);
    return interpreter_.method(place, object, read->name, given);
  }
  const auto callee = evaluate(node.callee, scope);
  if (const auto macro = shared_object<Macro>(callee)) {
    call_macro(*macro, node.arguments, scope, place, {});
    return Value::unknown("rendered text", place);
  }
  (void)arguments_of(node.arguments, scope);
  return Value::unknown("result", place);
}

auto TemplateWalk::call_macro(const Macro& macro, std::span<const jinja::Argument> given, const ScopePointer& scope, Span place, const Value& caller) -> void {
  const auto own = scope_in(macro.scope);
  const auto arguments = arguments_of(given, scope);
  std::size_t position = 0;
  for (const auto& parameter : macro.parameters) {
    const auto* argument = arguments.get(position++, parameter.name);
    auto value = argument != nullptr ? argument->value : Value();
    if (argument == nullptr && parameter.default_value != nullptr && !arguments.unknown_keywords && !arguments.unknown_positional)
      inside(*macro.source, {}, [&] { value = evaluate(parameter.default_value, own); });
    own->names[std::string(parameter.name)] = std::move(value);
  }
  if (!caller.is_unknown()) own->names["caller"] = caller;
  inside(*macro.source, place, [&] { body(macro.body, own); });
}

// What a page shows of an object is what its __html__, __str__ or __repr__ makes of it.
auto TemplateWalk::print(const Value& value, Span place) -> void {
  if (value.object<Entity>() == nullptr) return;
  for (const auto* name : {"__html__", "__str__", "__repr__"}) {
    const auto shown = interpreter_.method(place, value, name, {});
    const auto* unknown = shown.get<interpret::Unknown>();
    // No such method of the class's own: the next one.
    if (unknown == nullptr || unknown->reason == nullptr || *unknown->reason != "method") return;
  }
}

}  // namespace foreshot::loads
