// Expressions: names, attributes, containers, calls as written.
#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {
namespace {

using python::as;
using python::ExpressionKind;

constexpr int deepest = 1000;

}  // namespace

auto Interpreter::State::evaluate(const python::Expression* node) -> Value {
  if (node == nullptr) return {};
  const auto span = span_of(node);
  if (!charge()) return Value(Unknown{nullptr, span, nullptr}, span);
  if (nesting > deepest) {
    stop(span, "nested too deeply");
    return Value(Unknown{nullptr, span, nullptr}, span);
  }
  const auto outer = rounds;
  rounds = 0;
  ++nesting;
  auto value = evaluate_inner(node);
  --nesting;
  value.differs_in(rounds);
  if (const auto* list = value.sequence()) value.differs_in(list->rounds);
  if (const auto* mapping = value.mapping()) value.differs_in(mapping->rounds);
  rounds = outer | value.rounds();
  if (value.is_unknown() || !value.span().known()) value.move_to(span);
  return value;
}

auto Interpreter::State::evaluate_inner(const python::Expression* node) -> Value {
  const auto span = span_of(node);
  switch (node->kind) {
    case ExpressionKind::name: return evaluate_name(*static_cast<const python::Name*>(node));
    case ExpressionKind::string: return evaluate_string(*static_cast<const python::String*>(node));
    case ExpressionKind::number: return evaluate_number(static_cast<const python::Number*>(node)->text, span);
    case ExpressionKind::true_: return {true, span};
    case ExpressionKind::false_: return {false, span};
    case ExpressionKind::none: return {None{}, span};
    case ExpressionKind::ellipsis: return external("builtins.Ellipsis").at(span);
    case ExpressionKind::attribute: {
      const auto* attribute_node = static_cast<const python::Attribute*>(node);
      const auto object = evaluate(attribute_node->value);
      return narrowed(attribute(object, attribute_node->name, span, {span.file, attribute_node->name_begin, node->end}));
    }
    case ExpressionKind::subscript: return evaluate_subscript(*static_cast<const python::Subscript*>(node));
    case ExpressionKind::slice: {
      const auto* bounds = static_cast<const python::Slice*>(node);
      if (bounds->lower != nullptr) evaluate(bounds->lower);
      if (bounds->upper != nullptr) evaluate(bounds->upper);
      return Value::unknown("slice", span);
    }
    case ExpressionKind::call: return evaluate_call(*static_cast<const python::Call*>(node), false, false);
    case ExpressionKind::unary: {
      const auto* unary = static_cast<const python::Unary*>(node);
      const auto operand = evaluate(unary->operand);
      if (unary->op == "not") return negate(operand, span);
      if (unary->op == "-") {
        if (const auto* number = operand.get<std::int64_t>(); number != nullptr && *number != INT64_MIN) return {-*number, span};
        if (const auto* number = operand.get<double>()) return {-*number, span};
      }
      if (unary->op == "+" && (operand.get<std::int64_t>() != nullptr || operand.get<double>() != nullptr)) return operand;
      if (auto answer = vocabulary.operation(site(span), unary->op, operand, {})) return std::move(*answer);
      return Value::unknown(source(span), span);
    }
    case ExpressionKind::binary: return evaluate_binary(*static_cast<const python::Binary*>(node));
    case ExpressionKind::boolean: return evaluate_boolean(*static_cast<const python::Boolean*>(node));
    case ExpressionKind::compare: return evaluate_compare(*static_cast<const python::Compare*>(node));
    case ExpressionKind::conditional: return evaluate_conditional(*static_cast<const python::Conditional*>(node));
    case ExpressionKind::lambda: {
      auto made = std::make_shared<Function>();
      made->lambda = static_cast<const python::Lambda*>(node);
      made->module = here->module;
      made->closure = here->level == Activation::Level::module ? nullptr : here->frame;
      if (made->closure != nullptr) (resolving ? kept_closures : closures).push_back(here->frame);
      return {std::shared_ptr<const Function>(std::move(made)), span};
    }
    case ExpressionKind::list: return evaluate_sequence(*static_cast<const python::Sequence*>(node), Sequence::Kind::list);
    case ExpressionKind::tuple: return evaluate_sequence(*static_cast<const python::Sequence*>(node), Sequence::Kind::tuple);
    case ExpressionKind::set: return evaluate_sequence(*static_cast<const python::Sequence*>(node), Sequence::Kind::set);
    case ExpressionKind::dictionary: return evaluate_dictionary(*static_cast<const python::Dictionary*>(node));
    case ExpressionKind::comprehension: return evaluate_comprehension(*static_cast<const python::Comprehension*>(node));
    case ExpressionKind::starred: return evaluate(static_cast<const python::Starred*>(node)->value);
    case ExpressionKind::await_: {
      const auto* await = static_cast<const python::Await*>(node);
      const auto* call_node = as<python::Call>(await->value, ExpressionKind::call);
      auto value = call_node != nullptr ? evaluate_call(*call_node, false, true) : evaluate(await->value);
      if (auto answer = vocabulary.await(site(span), value)) return std::move(*answer);
      return value;
    }
    case ExpressionKind::yield_: return evaluate_yield(*static_cast<const python::Yield*>(node));
    case ExpressionKind::named: {
      const auto* named = static_cast<const python::Named*>(node);
      auto value = evaluate(named->value);
      set_name(named->target->id, value, span);
      return value;
    }
    case ExpressionKind::unreadable: return Value::unknown("cannot be read", span);
  }
  return {};
}

auto Interpreter::State::evaluate_name(const python::Name& name) -> Value {
  if (auto value = lookup(name.id)) return narrowed(std::move(*value));
  return Value::unknown(std::string(name.id), span_of(&name));
}

auto Interpreter::State::evaluate_number(std::string_view text, Span span) -> Value {
  std::string digits;
  for (const auto c : text)
    if (c != '_') digits += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  int base = 10;
  std::string_view rest = digits;
  if (rest.size() > 2 && rest[0] == '0' && (rest[1] == 'x' || rest[1] == 'o' || rest[1] == 'b')) {
    base = rest[1] == 'x' ? 16 : rest[1] == 'o' ? 8 : 2;
    rest.remove_prefix(2);
  }
  if (base == 16 || rest.find_first_not_of("0123456789") == std::string_view::npos) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number, base);
    if (error == std::errc() && end == rest.data() + rest.size()) return {number, span};
    return Value::unknown("number", span);
  }
  if (rest.find_first_not_of("0123456789.e+-") == std::string_view::npos) return {std::strtod(digits.c_str(), nullptr), span};
  return Value::unknown("number", span);
}

auto Interpreter::State::sequence(std::vector<Value> items, Span span, Sequence::Kind kind, bool complete) -> Value {
  auto made = std::make_shared<Sequence>();
  made->kind = kind;
  made->items = std::move(items);
  made->complete = complete;
  made->span = span;
  made->born = trail.clock();
  return {std::move(made), span};
}

auto Interpreter::State::dictionary(std::vector<std::pair<Value, Value>> entries, Span span, bool complete) -> Value {
  auto made = std::make_shared<Mapping>();
  made->entries = std::move(entries);
  made->complete = complete;
  made->span = span;
  made->born = trail.clock();
  return {std::move(made), span};
}

auto Interpreter::State::evaluate_sequence(const python::Sequence& node, Sequence::Kind kind) -> Value {
  std::vector<Value> items;
  items.reserve(node.elements.size());
  auto complete = true;
  for (const auto* element : node.elements) {
    if (const auto* starred = as<python::Starred>(element, ExpressionKind::starred)) {
      const auto spread = evaluate(starred->value);
      auto known = known_items(spread, span_of(starred));
      if (known && charge(known->size())) {
        items.insert(items.end(), known->begin(), known->end());
      } else {
        complete = false;
        if (const auto* list = spread.sequence(); list != nullptr && charge(list->items.size()))
          items.insert(items.end(), list->items.begin(), list->items.end());
        else if (auto element = element_of_object(spread, span_of(starred)))
          items.push_back(std::move(*element));
      }
      continue;
    }
    items.push_back(evaluate(element));
    if (spent) complete = false;
  }
  return sequence(std::move(items), span_of(&node), kind, complete);
}

auto Interpreter::State::evaluate_dictionary(const python::Dictionary& node) -> Value {
  constexpr std::size_t compared = 64;  // entries of a literal that are searched for the same key
  std::vector<std::pair<Value, Value>> entries;
  entries.reserve(node.entries.size());
  auto complete = true;
  const auto put = [&](Value key, Value value) {
    if (entries.size() <= compared)
      for (auto& entry : entries)
        if (same(entry.first, key)) {
          entry.second = std::move(value);
          return;
        }
    entries.emplace_back(std::move(key), std::move(value));
  };
  for (const auto& entry : node.entries) {
    if (entry.key != nullptr) {
      auto key = evaluate(entry.key);
      put(std::move(key), evaluate(entry.value));
      continue;
    }
    const auto spread = evaluate(entry.value);
    const auto* mapping = spread.mapping();
    if (mapping != nullptr && charge(mapping->entries.size()))
      for (const auto& [key, value] : mapping->entries) put(key, value);
    complete = complete && mapping != nullptr && mapping->complete;
  }
  return dictionary(std::move(entries), span_of(&node), complete && !spent);
}

auto Interpreter::State::evaluate_boolean(const python::Boolean& node) -> Value {
  // `a and b` is the first operand that is false, else the last; `or` the first that is true.
  const auto stops = node.is_and ? Value::Truth::no : Value::Truth::yes;
  std::vector<Value> possible;
  auto kind = Condition::Kind::test;
  Span first;
  std::optional<Value> result;
  const auto base = conditions.size();
  for (std::size_t i = 0; i < node.operands.size() && !result; ++i) {
    const auto* operand = node.operands[i];
    auto value = evaluate(operand);
    const auto truth = decide(value, span_of(operand));
    const auto last = i + 1 == node.operands.size();
    const auto usual = truth == Value::Truth::unknown && (!last || !possible.empty()) ? vocabulary.usual(value) : Value::Truth::unknown;
    if (usual != Value::Truth::unknown) {
      if (usual == stops) return {usual == Value::Truth::yes, span_of(&node)};
      if (!last) continue;
      value = std::move(possible.back());
      possible.pop_back();
    }
    if (truth == stops || last) {
      if (truth == Value::Truth::unknown && kind == Condition::Kind::test) kind = kind_of(value);
      result = std::move(value);
    } else if (truth == Value::Truth::unknown) {
      if (kind == Condition::Kind::test) kind = kind_of(value);
      if (!first.known()) {
        first = span_of(operand);
        // The rest is only evaluated when this does not decide.
        push_condition({kind, first, static_cast<std::uint16_t>(node.is_and ? 0 : 1)}, Hold::branch);
      }
      possible.push_back(std::move(value));
    }
  }
  take_guards(base);
  if (possible.empty()) return std::move(*result);
  const auto span = span_of(&node);
  // `unknown and False` is false whatever the unknown is; as a test that decides it.
  if (decide(*result, span) == stops && result->get<bool>() != nullptr) return {node.is_and ? false : true, span};
  // `setting or "default"` is as constant as the setting.
  if (!node.is_and && possible.size() == 1 && !possible.front().constant_name().empty())
    return std::move(possible.front());
  if (auto answer = vocabulary.operation(site(span), node.is_and ? "and" : "or", possible.front(), *result))
    return std::move(*answer);
  if (kind != Condition::Kind::test) {
    auto test = std::make_shared<UndecidedTest>();
    test->kind = kind;
    return {std::shared_ptr<Object>(std::move(test)), span};
  }
  // `x or "default"` with x one of a few values: those that are true, else the default.
  std::vector<Value> values;
  for (const auto& value : possible) {
    const auto* choice = value.get<std::shared_ptr<const Choice>>();
    if (choice == nullptr) return Value::unknown(source(span), span);
    for (const auto& option : (*choice)->options)
      if (option.truth() == stops) values.push_back(option);
  }
  values.push_back(std::move(*result));
  return join_values(std::move(values), first);
}

auto Interpreter::State::evaluate_conditional(const python::Conditional& node) -> Value {
  const auto test = evaluate(node.test);
  const auto span = span_of(node.test);
  const auto truth = decide(test, span);
  if (truth == Value::Truth::yes) return evaluate(node.body);
  if (truth == Value::Truth::no) return evaluate(node.otherwise);
  const auto [yes, no] = branch_conditions(test, span);
  const auto* choice = test.get<std::shared_ptr<const Choice>>();
  const auto arm = [&, yes = yes, no = no](const python::Expression* body, std::uint16_t branch) {
    if (choice != nullptr) {
      Narrowing narrowing{(*choice)->test, (*choice)->options.size(), 0};
      for (std::size_t i = 0; i < (*choice)->options.size(); ++i)
        if ((*choice)->options[i].truth() != (branch == 0 ? Value::Truth::no : Value::Truth::yes))
          narrowing.allowed = static_cast<std::uint8_t>(narrowing.allowed | 1U << i);
      narrowings.push_back(narrowing);
    }
    const auto base = conditions.size();
    push_condition(branch == 0 ? yes : no, Hold::branch);
    auto value = evaluate(body);
    take_guards(base);
    if (choice != nullptr) narrowings.pop_back();
    return value;
  };
  std::vector<Value> values;
  values.push_back(arm(node.body, 0));
  values.push_back(arm(node.otherwise, 1));
  // `setting if setting else "default"`, likewise.
  if (const auto name = test.constant_name(); !name.empty())
    for (auto& value : values)
      if (value.constant_name() == name) return std::move(value);
  if (choice != nullptr && (*choice)->options.size() == 2 && !values[0].is_unknown() && !values[1].is_unknown()) {
    // In the order of the choice that decides: what else depends on it goes along.
    const auto first_holds = (*choice)->options[0].truth() == Value::Truth::yes;
    if (!first_holds) std::swap(values[0], values[1]);
    return join_values(std::move(values), (*choice)->test);
  }
  return join_values(std::move(values), span);
}

auto Interpreter::State::evaluate_arguments(std::span<const python::Argument> given) -> Arguments {
  Arguments arguments;
  arguments.items.reserve(given.size());
  std::vector<Argument> keywords;
  for (const auto& argument : given) {
    const auto span = span_of(argument.value);
    if (argument.star == python::Argument::Star::none) {
      auto value = evaluate(argument.value);
      if (argument.name.empty())
        arguments.items.push_back({{}, std::move(value), span});
      else
        keywords.push_back({argument.name, std::move(value), span});
    } else if (argument.star == python::Argument::Star::one) {
      const auto spread = evaluate(argument.value);
      auto items = known_items(spread, span);
      if (!items) {
        arguments.unknown_positional = true;
        if (const auto* list = spread.sequence()) items = list->items;
      }
      if (items && charge(items->size()))
        for (auto& item : *items) {
          const auto place = item.span().known() ? item.span() : span;
          arguments.items.push_back({{}, std::move(item), place});
        }
    } else {
      const auto spread = evaluate(argument.value);
      const auto* mapping = spread.mapping();
      arguments.unknown_keywords = arguments.unknown_keywords || mapping == nullptr || !mapping->complete;
      if (mapping != nullptr && charge(mapping->entries.size()))
        for (const auto& [key, value] : mapping->entries) {
          const auto* name = key.constant_text();
          if (name != nullptr) keywords.push_back({intern(*name), value, value.span().known() ? value.span() : span});
        }
    }
  }
  for (auto& keyword : keywords) arguments.items.push_back(std::move(keyword));
  return arguments;
}

auto Interpreter::State::evaluate_call(const python::Call& node, bool discarded, bool awaited) -> Value {
  const auto span = span_of(&node);
  if (!charge()) return Value(Unknown{nullptr, span, nullptr}, span);
  const auto callee_span = span_of(node.callee);
  Value result;
  if (const auto* method = as<python::Attribute>(node.callee, ExpressionKind::attribute)) {
    const auto object = evaluate(method->value);
    const auto arguments = evaluate_arguments(node.arguments);
    auto at = site(span, callee_span);
    at.discarded = discarded;
    at.awaited = awaited;
    result = call_method(at, object, method->name, arguments);
  } else {
    const auto callee = evaluate(node.callee);
    if (callee.external_name() == "builtins.super") {
      auto proxy = std::make_shared<SuperProxy>();
      proxy->from = here->function;
      if (here->function != nullptr && !here->function->parameters.empty())
        if (const auto* self = here->frame->variables.find(here->function->parameters[0].name)) proxy->self = *self;
      return {std::shared_ptr<Object>(std::move(proxy)), span};
    }
    const auto arguments = evaluate_arguments(node.arguments);
    auto at = site(span, callee_span);
    at.discarded = discarded;
    at.awaited = awaited;
    result = call(at, callee, arguments);
  }
  if (result.is_unknown() || !result.span().known()) result.move_to(span);
  return result;
}

}  // namespace foreshot::interpret
