// Operators: arithmetic and concatenation, comparison, membership, subscripts and slices.
#include <algorithm>
#include <cmath>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {
namespace {

using python::as;
using python::ExpressionKind;

auto is_choice(const Value& value) -> bool { return value.get<std::shared_ptr<const Choice>>() != nullptr; }

auto is_number(const Value& value) -> bool {
  return value.get<std::int64_t>() != nullptr || value.get<double>() != nullptr || value.get<bool>() != nullptr;
}

auto number(const Value& value) -> double {
  if (auto held = value.get<std::int64_t>()) return static_cast<double>(*held);
  if (auto held = value.get<double>()) return *held;
  return *value.get<bool>() ? 1 : 0;
}

auto integer(const Value& value) -> std::optional<std::int64_t> {
  if (auto held = value.get<std::int64_t>()) return *held;
  if (auto held = value.get<bool>()) return *held ? 1 : 0;
  return std::nullopt;
}

// Values whose equality Python decides by what is known here.
auto comparable(const Value& value) -> bool {
  return value.is_none() || is_number(value) || value.constant_text() != nullptr ||
         value.get<std::shared_ptr<const Class>>() != nullptr || value.get<std::shared_ptr<const Function>>() != nullptr ||
         (value.get<std::shared_ptr<Instance>>() != nullptr &&
          (*value.get<std::shared_ptr<Instance>>())->find("_name_") != nullptr) ||
         (value.sequence() != nullptr && value.sequence()->complete &&
          std::all_of(value.sequence()->items.begin(), value.sequence()->items.end(),
                      [](const Value& item) { return item.is_none() || is_number(item) || item.constant_text() != nullptr; }));
}

auto equal(const Value& left, const Value& right) -> bool {
  if (is_number(left) && is_number(right)) return number(left) == number(right);
  return same(left, right);
}


}  // namespace

auto Interpreter::State::undecided(Span span, std::initializer_list<const Value*> operands) -> Value {
  for (const auto* operand : operands) {
    const auto kind = kind_of(*operand);
    if (kind == Condition::Kind::test) continue;
    auto test = std::make_shared<UndecidedTest>();
    test->kind = kind;
    return {std::shared_ptr<Object>(std::move(test)), span};
  }
  return Value::unknown(source(span), span);
}

auto Interpreter::State::negate(const Value& value, Span span) -> Value {
  if (is_choice(value)) {
    const Value* operands[] = {&value};
    return each_option(span, operands, [&](std::span<const Value* const> picked) { return negate(*picked[0], span); });
  }
  const auto truth = decide(value, span);
  if (truth != Value::Truth::unknown) return {truth == Value::Truth::no, span};
  if (auto answer = vocabulary.operation(site(span), "not", value, {})) return std::move(*answer);
  return undecided(span, {&value});
}

auto Interpreter::State::evaluate_binary(const python::Binary& node) -> Value {
  // a + b + c + … leans to the left as deep as it is long: walked down in a loop, folded on the way back.
  std::vector<const python::Binary*> spine;
  const python::Expression* leftmost = &node;
  while (const auto* binary_node = as<python::Binary>(leftmost, ExpressionKind::binary)) {
    spine.push_back(binary_node);
    leftmost = binary_node->left;
  }
  auto value = evaluate(leftmost);
  for (auto at = spine.rbegin(); at != spine.rend(); ++at) {
    const auto* part = *at;
    if (!charge()) return Value::unknown("too many steps", span_of(&node));
    // The items of `"…" % (a, b)` keep the places where they are written, for holes.
    auto right = evaluate(part->right);
    value = binary(part->op, std::move(value), right, span_of(part));
    if (value.is_unknown()) value.move_to(span_of(part));
  }
  return value;
}

auto Interpreter::State::made_text(MappedText text, Span span) -> Value {
  if (text.size() > limits.text_bytes) {
    stop(span, "a text that is too long");
    return Value::unknown("a text that is too long", span);
  }
  return Value::text(std::move(text), span);
}

auto Interpreter::State::add(Value left, const Value& right, Span span) -> Value {
  const auto is_text = [](const Value& value) { return value.mapped_text() != nullptr; };
  // A library's own name in a text is a setting of it.
  const auto is_open = [](const Value& value) { return value.is_unknown() || !value.constant_name().empty(); };
  if (is_text(left) && (is_text(right) || is_open(right))) {
    const auto more = is_text(right) ? right.mapped_text()->size() : 1;
    charge(more / 64);
    // Nobody else sees a text that only this expression holds: it grows in place.
    auto held = *left.get<Text>();
    left = Value();
    if (held->size() + more > limits.text_bytes) {
      stop(span, "a text that is too long");
      return Value::unknown("a text that is too long", span);
    }
    std::shared_ptr<MappedText> grown;
    if (held.use_count() == 1) {
      grown = std::const_pointer_cast<MappedText>(held);
      held.reset();
    } else {
      charge(held->size() / 64);
      grown = std::make_shared<MappedText>(*held);
    }
    if (is_text(right))
      grown->append(*right.mapped_text());
    else
      append_hole(*grown, right);
    return {Text(std::move(grown)), span};
  }
  if (is_open(left) && is_text(right)) {
    MappedText text;
    append_hole(text, left);
    text.append(*right.mapped_text());
    return made_text(std::move(text), span);
  }
  if (left.sequence() != nullptr || right.sequence() != nullptr) {
    const auto* a = left.sequence();
    const auto* b = right.sequence();
    if ((a == nullptr && !left.is_unknown()) || (b == nullptr && !right.is_unknown())) return Value::unknown(source(span), span);
    std::vector<Value> items;
    if (!charge((a != nullptr ? a->items.size() : 0) + (b != nullptr ? b->items.size() : 0))) return {};
    if (a != nullptr) items = a->items;
    if (b != nullptr) items.insert(items.end(), b->items.begin(), b->items.end());
    return sequence(std::move(items), span, (a != nullptr ? a : b)->kind,
                    a != nullptr && a->complete && b != nullptr && b->complete);
  }
  return arithmetic("+", left, right, span);
}

auto Interpreter::State::repeat(const Value& item, std::int64_t count, Span span) -> Value {
  const auto times = static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0));
  if (const auto* text = item.mapped_text()) {
    if (text->size() != 0 && times > limits.text_bytes / text->size()) {
      stop(span, "a text that is too long");
      return Value::unknown("a text that is too long", span);
    }
    charge(text->size() * times / 64 + text->pieces().size() * times);
    MappedText all;
    for (std::uint64_t i = 0; i < times && text->size() != 0 && !spent; ++i) all.append(*text);
    return made_text(std::move(all), span);
  }
  const auto* list = item.sequence();
  if (list->items.size() != 0 && times > limits.loop_rounds * 10U / list->items.size()) {
    stop(span, "a list that is too long");
    return sequence(list->items, span, list->kind, false);
  }
  charge(list->items.size() * times);
  std::vector<Value> items;
  for (std::uint64_t i = 0; i < times && !list->items.empty(); ++i) items.insert(items.end(), list->items.begin(), list->items.end());
  return sequence(std::move(items), span, list->kind, list->complete);
}

auto Interpreter::State::arithmetic(std::string_view op, const Value& left, const Value& right, Span span) -> Value {
  const auto unknown = [&] { return Value::unknown(source(span), span); };
  if (!is_number(left) || !is_number(right)) return unknown();
  const auto a = integer(left);
  const auto b = integer(right);
  if (a && b) {
    std::int64_t result = 0;
    if (op == "+") return __builtin_add_overflow(*a, *b, &result) ? unknown() : Value(result, span);
    if (op == "-") return __builtin_sub_overflow(*a, *b, &result) ? unknown() : Value(result, span);
    if (op == "*") return __builtin_mul_overflow(*a, *b, &result) ? unknown() : Value(result, span);
    if ((op == "//" || op == "%") && *b != 0 && !(*a == INT64_MIN && *b == -1)) {
      auto quotient = *a / *b;
      auto rest = *a % *b;
      if (rest != 0 && (rest < 0) != (*b < 0)) {
        rest += *b;
        --quotient;
      }
      return {op == "//" ? quotient : rest, span};
    }
    if (op == "**" && *b >= 0 && *b < 64) {
      result = 1;
      for (std::int64_t i = 0; i < *b; ++i)
        if (__builtin_mul_overflow(result, *a, &result)) return unknown();
      return {result, span};
    }
    if (op == "<<" && *b >= 0 && *b < 62 && *a >= 0 && *a < (std::int64_t{1} << (62 - *b))) return {*a << *b, span};
    if (op == ">>" && *b >= 0 && *b < 63 && *a >= 0) return {*a >> *b, span};
    if (op == "&") return {*a & *b, span};
    if (op == "|") return {*a | *b, span};
    if (op == "^") return {*a ^ *b, span};
  }
  const auto x = number(left);
  const auto y = number(right);
  if (op == "/" && y != 0) return {x / y, span};
  if (a && b) return unknown();
  if (op == "+") return {x + y, span};
  if (op == "-") return {x - y, span};
  if (op == "*") return {x * y, span};
  return unknown();
}

auto Interpreter::State::binary(std::string_view op, Value left, const Value& right, Span span) -> Value {
  const auto is_library = [](const Value& value) {
    return value.get<std::shared_ptr<Object>>() != nullptr || !value.external_name().empty() ||
           value.get<std::shared_ptr<Instance>>() != nullptr || value.get<std::shared_ptr<const Class>>() != nullptr;
  };
  if (op == "%" && left.mapped_text() != nullptr) return percent(*left.mapped_text(), right, span);
  if (is_choice(left) || is_choice(right)) {
    if (op == "+" && left.mapped_text() != nullptr) {
      if (auto part = optional_as_hole(right); !is_choice(part)) return add(std::move(left), part, span);
    } else if (op == "+" && right.mapped_text() != nullptr) {
      if (auto part = optional_as_hole(left); !is_choice(part)) return add(std::move(part), right, span);
    }
    const Value* operands[] = {&left, &right};
    return each_option(span, operands, [&](std::span<const Value* const> picked) { return binary(op, *picked[0], *picked[1], span); });
  }
  if (is_library(left) || is_library(right)) {
    if (op == "/" && (left.object<Path>() != nullptr || right.object<Path>() != nullptr)) {
      auto at = site(span);
      Arguments arguments;
      arguments.items.push_back({{}, left, span});
      arguments.items.push_back({{}, right, span});
      if (auto path = library_call(at, "pathlib.Path", arguments)) return std::move(*path);
    }
    if (auto answer = vocabulary.operation(site(span), op, left, right)) return std::move(*answer);
    const auto setting = [](const Value& value) { return !value.external_name().empty() && !value.constant_name().empty(); };
    if (op == "+" && ((setting(left) && right.mapped_text() != nullptr) || (left.mapped_text() != nullptr && setting(right))))
      return add(std::move(left), right, span);
    return Value::unknown(source(span), span);
  }
  if (op == "+") return add(std::move(left), right, span);
  if (op == "*") {
    const auto repeats = [](const Value& value) { return value.mapped_text() != nullptr || value.sequence() != nullptr; };
    if (repeats(left) && right.get<std::int64_t>() != nullptr) return repeat(left, *right.get<std::int64_t>(), span);
    if (repeats(right) && left.get<std::int64_t>() != nullptr) return repeat(right, *left.get<std::int64_t>(), span);
  }
  if (op == "|" && left.mapping() != nullptr && right.mapping() != nullptr) {
    const auto* more = right.mapping();
    if (!charge(left.mapping()->entries.size() + more->entries.size())) return {};
    auto merged = dictionary(left.mapping()->entries, span, left.mapping()->complete && more->complete);
    for (const auto& [key, value] : more->entries) trail.set_entry(merged, key, value);
    return merged;
  }
  const auto* a = left.sequence();
  const auto* b = right.sequence();
  if (a != nullptr && b != nullptr && (op == "-" || op == "&" || op == "|")) {
    if (!charge(a->items.size() * b->items.size() / 8 + 1)) return {};
    std::vector<Value> items;
    auto complete = a->complete && b->complete;
    for (const auto& item : a->items) {
      const auto inside = contains(right, item);
      if (op == "|" || inside == (op == "&" ? Value::Truth::yes : Value::Truth::no)) items.push_back(item);
      complete = complete && inside != Value::Truth::unknown;
    }
    if (op == "|")
      for (const auto& item : b->items)
        if (contains(left, item) != Value::Truth::yes) items.push_back(item);
    return sequence(std::move(items), span, Sequence::Kind::set, complete);
  }
  if (left.is_unknown() || right.is_unknown()) {
    if (auto answer = vocabulary.operation(site(span), op, left, right)) return std::move(*answer);
    return Value::unknown(source(span), span);
  }
  return arithmetic(op, left, right, span);
}

auto Interpreter::State::contains(const Value& container, const Value& item) -> Value::Truth {
  if (const auto* text = container.mapped_text()) {
    const auto* part = item.constant_text();
    if (part == nullptr || !charge(text->size() / 256)) return Value::Truth::unknown;
    if (text->text().find(*part) != std::string::npos) return Value::Truth::yes;
    return text->complete() ? Value::Truth::no : Value::Truth::unknown;
  }
  auto unsure = !comparable(item);
  const auto one = [&](const Value& candidate) {
    if (!unsure && comparable(candidate) && equal(candidate, item)) return true;
    unsure = unsure || !comparable(candidate);
    return false;
  };
  if (const auto* list = container.sequence()) {
    if (!charge(list->items.size() / 16)) return Value::Truth::unknown;
    if (std::any_of(list->items.begin(), list->items.end(), one)) return Value::Truth::yes;
    return list->complete && !unsure ? Value::Truth::no : list->complete && list->items.empty() ? Value::Truth::no : Value::Truth::unknown;
  }
  if (const auto* mapping = container.mapping()) {
    if (!charge(mapping->entries.size() / 16)) return Value::Truth::unknown;
    for (const auto& [key, value] : mapping->entries)
      if (one(key)) return Value::Truth::yes;
    return mapping->complete && (!unsure || mapping->entries.empty()) ? Value::Truth::no : Value::Truth::unknown;
  }
  if (const auto* made = container.get<std::shared_ptr<const Class>>(); made != nullptr && is_enum(*made)) {
    const auto members = enum_members(*made);
    if (std::any_of(members.begin(), members.end(), one)) return Value::Truth::yes;
  }
  return Value::Truth::unknown;
}

auto Interpreter::State::compare(std::string_view op, const Value& left, const Value& right, Span span) -> Value {
  if (is_choice(left) || is_choice(right)) {
    const Value* operands[] = {&left, &right};
    return each_option(span, operands, [&](std::span<const Value* const> picked) { return compare(op, *picked[0], *picked[1], span); });
  }
  const auto plain = [](const Value& value) {
    return comparable(value) || value.sequence() != nullptr || value.mapping() != nullptr || value.mapped_text() != nullptr;
  };
  const auto identity = op == "is" || op == "is not";
  const auto negated = op == "!=" || op == "not in" || op == "is not";
  const auto answer = [&](bool holds) { return Value(holds != negated, span); };
  if (!plain(left) || !plain(right)) {
    if (auto said = vocabulary.operation(site(span), op, left, right)) return std::move(*said);
  }
  if (op == "in" || op == "not in") {
    const auto inside = contains(right, left);
    if (inside != Value::Truth::unknown) return answer(inside == Value::Truth::yes);
    return undecided(span, {&left, &right});
  }
  if (left.is_unknown() || right.is_unknown()) return undecided(span, {&left, &right});
  if (identity && (left.is_none() || right.is_none())) {
    const auto& other = left.is_none() ? right : left;
    if (other.is_none()) return answer(true);
    if (other.object<UndecidedTest>() == nullptr && (plain(other) || other.get<std::shared_ptr<Instance>>() != nullptr ||
                                                     other.get<const SourceModule*>() != nullptr))
      return answer(false);
    return undecided(span, {&left, &right});
  }
  if (op == "==" || op == "!=" || identity) {
    if (comparable(left) && comparable(right)) return answer(equal(left, right));
    if (!left.external_name().empty() && !right.external_name().empty() && left.external_name() == right.external_name())
      return answer(true);
    return undecided(span, {&left, &right});
  }
  const auto order = [&](auto a, auto b) {
    if (op == "<") return Value(a < b, span);
    if (op == "<=") return Value(a <= b, span);
    if (op == ">") return Value(a > b, span);
    return Value(a >= b, span);
  };
  if (is_number(left) && is_number(right)) return order(number(left), number(right));
  const auto* a = left.constant_text();
  const auto* b = right.constant_text();
  if (a != nullptr && b != nullptr) return order(std::string_view(*a), std::string_view(*b));
  if (left.sequence() != nullptr && right.sequence() != nullptr && comparable(left) && comparable(right)) {
    const auto& x = left.sequence()->items;
    const auto& y = right.sequence()->items;
    for (std::size_t i = 0; i < x.size() && i < y.size(); ++i)
      if (!equal(x[i], y[i])) return compare(op, x[i], y[i], span);
    return order(x.size(), y.size());
  }
  return undecided(span, {&left, &right});
}

auto Interpreter::State::evaluate_compare(const python::Compare& node) -> Value {
  auto left = evaluate(node.operands[0]);
  Value result;
  for (std::size_t i = 0; i < node.ops.size(); ++i) {
    auto right = evaluate(node.operands[i + 1]);
    const Span span{here->module->file, node.operands[i]->begin, node.operands[i + 1]->end};
    auto one = compare(node.ops[i], left, right, span);
    if (i == 0) {
      result = std::move(one);
    } else {
      const auto truth = decide(one, span);
      if (truth == Value::Truth::no) return one;
      if (truth == Value::Truth::unknown) result = std::move(one);
    }
    if (decide(result, span) == Value::Truth::no) return result;
    left = std::move(right);
  }
  return result;
}

}  // namespace foreshot::interpret
