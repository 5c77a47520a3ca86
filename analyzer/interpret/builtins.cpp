// Python's built-in functions on what is known.
#include <algorithm>
#include <charconv>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {
namespace {

auto comparable_order(const Value& left, const Value& right) -> std::optional<bool> {
  if (const auto* a = left.constant_text())
    if (const auto* b = right.constant_text()) return *a < *b;
  const auto number = [](const Value& value) -> std::optional<double> {
    if (const auto* held = value.get<std::int64_t>()) return static_cast<double>(*held);
    if (const auto* held = value.get<double>()) return *held;
    return std::nullopt;
  };
  const auto a = number(left);
  const auto b = number(right);
  if (a && b) return *a < *b;
  const auto* x = left.sequence();
  const auto* y = right.sequence();
  if (x == nullptr || y == nullptr || !x->complete || !y->complete) return std::nullopt;
  for (std::size_t i = 0; i < x->items.size() && i < y->items.size(); ++i) {
    if (x->items[i].sequence() != nullptr) return std::nullopt;
    if (same(x->items[i], y->items[i])) continue;
    return comparable_order(x->items[i], y->items[i]);
  }
  return x->items.size() < y->items.size();
}

auto type_of(const Value& value) -> std::string_view {
  if (value.mapped_text() != nullptr) return "builtins.str";
  if (value.get<bool>() != nullptr) return "builtins.bool";
  if (value.get<std::int64_t>() != nullptr) return "builtins.int";
  if (value.get<double>() != nullptr) return "builtins.float";
  if (value.mapping() != nullptr) return "builtins.dict";
  if (const auto* list = value.sequence()) {
    switch (list->kind) {
      case Sequence::Kind::list: return "builtins.list";
      case Sequence::Kind::tuple: return "builtins.tuple";
      case Sequence::Kind::set: return "builtins.set";
      case Sequence::Kind::generator: return "types.GeneratorType";
    }
  }
  return {};
}

}  // namespace

auto Interpreter::State::is_instance(const Value& value, const Value& type) -> Value::Truth {
  if (const auto* types = type.sequence()) {
    auto result = types->complete ? Value::Truth::no : Value::Truth::unknown;
    for (const auto& one : types->items) {
      if (one.sequence() != nullptr) return Value::Truth::unknown;
      const auto truth = is_instance(value, one);
      if (truth == Value::Truth::yes) return truth;
      if (truth == Value::Truth::unknown) result = truth;
    }
    return result;
  }
  const auto own = type_of(value);
  const auto wanted = type.external_name();
  if (!own.empty() || value.is_none()) {
    if (own == wanted || (own == "builtins.bool" && wanted == "builtins.int")) return Value::Truth::yes;
    if (wanted.starts_with("builtins.")) return wanted == "builtins.object" ? Value::Truth::yes : Value::Truth::no;
    if (type.get<std::shared_ptr<const Class>>() != nullptr) return Value::Truth::no;
    return Value::Truth::unknown;
  }
  const auto* instance = value.get<std::shared_ptr<Instance>>();
  const auto* made = type.get<std::shared_ptr<const Class>>();
  if (instance == nullptr || made == nullptr) return Value::Truth::unknown;
  for (const auto& each : linearized((*instance)->of))
    if (each->definition == (*made)->definition) return Value::Truth::yes;
  return Value::Truth::no;
}

auto Interpreter::State::sorted(const Site& at, const Arguments& arguments) -> std::optional<Value> {
  const auto span = at.span;
  auto items = known_items(arguments.items[0].value, span);
  if (!items) {
    const auto* list = arguments.items[0].value.sequence();
    if (list == nullptr) return std::nullopt;
    auto copy = sequence(list->items, span, Sequence::Kind::list, false);
    copy.sequence()->subset = list->subset;
    return copy;
  }
  if (!charge(items->size() * 4 + 1)) return std::nullopt;
  const auto* key = arguments.keyword("key");
  const auto* reverse = arguments.keyword("reverse");
  std::vector<std::pair<Value, Value>> keyed;
  for (auto& item : *items) {
    Arguments one;
    one.items.push_back({{}, item, span});
    auto by = key != nullptr && !key->value.is_none() ? call(at, key->value, one) : item;
    keyed.emplace_back(std::move(by), std::move(item));
  }
  const auto unsure = std::any_of(keyed.begin(), keyed.end(), [&](const auto& entry) { return !comparable_order(entry.first, keyed[0].first); });
  if (!unsure) {
    // Lists of different kinds of items could compare inconsistently: insertion keeps any order harmless.
    const auto before = [](const auto& left, const auto& right) { return comparable_order(left.first, right.first).value_or(false); };
    if (keyed.size() > 2000) return std::nullopt;
    for (std::size_t i = 1; i < keyed.size(); ++i) {
      if (!charge()) return std::nullopt;
      const auto place = std::upper_bound(keyed.begin(), keyed.begin() + static_cast<std::ptrdiff_t>(i), keyed[i], before);
      std::rotate(place, keyed.begin() + static_cast<std::ptrdiff_t>(i), keyed.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
    if (reverse != nullptr && reverse->value.truth() == Value::Truth::yes) std::reverse(keyed.begin(), keyed.end());
  }
  std::vector<Value> result;
  for (auto& [by, item] : keyed) result.push_back(std::move(item));
  return sequence(std::move(result), span);
}

// list(), tuple(), set(), dict(), zip(), enumerate(), map(), filter(), reversed(), range().
auto Interpreter::State::container_call(const Site& at, std::string_view name, const Arguments& arguments) -> std::optional<Value> {
  const auto span = at.span;
  const auto* first = arguments.positional(0);
  if (name == "dict") {
    auto made = dictionary({}, span, !arguments.unknown_keywords);
    if (first != nullptr) {
      const auto* mapping = first->value.mapping();
      const auto pairs = mapping == nullptr ? known_items(first->value, span) : std::nullopt;
      made.mapping()->complete = made.mapping()->complete && (mapping != nullptr ? mapping->complete : pairs.has_value());
      if (mapping != nullptr && charge(mapping->entries.size())) made.mapping()->entries = mapping->entries;
      for (const auto& pair : pairs.value_or(std::vector<Value>())) {
        const auto* two = pair.sequence();
        if (two != nullptr && two->items.size() == 2 && charge())
          trail.set_entry(made, two->items[0], two->items[1]);
        else
          made.mapping()->complete = false;
      }
    }
    for (const auto& argument : arguments.items)
      if (!argument.name.empty()) trail.set_entry(made, Value::text(argument.name, argument.span), argument.value);
    return made;
  }
  if (name == "range") {
    std::int64_t bounds[3] = {0, 0, 1};
    const auto count = arguments.positional_count();
    for (std::size_t i = 0; i < count && i < 3; ++i) {
      const auto* number = arguments.positional(i)->value.get<std::int64_t>();
      if (number == nullptr) return std::nullopt;
      bounds[count == 1 ? 1 : i] = *number;
    }
    std::vector<Value> numbers;
    if (bounds[2] == 0 || count == 0) return std::nullopt;
    for (auto i = bounds[0]; bounds[2] > 0 ? i < bounds[1] : i > bounds[1];) {
      if (numbers.size() > limits.loop_rounds || !charge()) {
        stop(span, "a range that is too long");
        return sequence({}, span, Sequence::Kind::list, false);
      }
      numbers.emplace_back(i, span);
      if (__builtin_add_overflow(i, bounds[2], &i)) break;
    }
    return sequence(std::move(numbers), span);
  }
  const auto kind = name == "tuple" ? Sequence::Kind::tuple : name == "set" || name == "frozenset" ? Sequence::Kind::set : Sequence::Kind::list;
  if (first == nullptr) return name == "list" || name == "tuple" || name == "set" || name == "frozenset" ? std::optional(sequence({}, span, kind)) : std::nullopt;
  if (name == "map" || name == "filter") {
    const auto* over = arguments.positional(1);
    if (over == nullptr) return std::nullopt;
    auto iteration = iteration_of(over->value, over->span);
    std::vector<Value> results;
    auto complete = iteration.known;
    if (!iteration.known) iteration.items = {iteration.element};
    for (auto& item : iteration.items) {
      Arguments one;
      one.items.push_back({{}, item, over->span});
      if (!charge()) return std::nullopt;
      auto result = first->value.is_none() ? item : call(at, first->value, one);
      if (name == "map") {
        results.push_back(std::move(result));
        continue;
      }
      const auto truth = decide(result, span);
      if (truth != Value::Truth::no) results.push_back(std::move(item));
      complete = complete && truth != Value::Truth::unknown;
    }
    auto made = sequence(std::move(results), span, Sequence::Kind::list, complete);
    made.sequence()->subset = !complete && iteration.known;
    return made;
  }
  if (name == "zip") {
    std::vector<std::vector<Value>> columns;
    std::size_t rows = SIZE_MAX;
    for (const auto& argument : arguments.items) {
      if (!argument.name.empty()) continue;
      auto items = known_items(argument.value, span);
      if (!items) return std::nullopt;
      rows = std::min(rows, items->size());
      columns.push_back(std::move(*items));
    }
    if (!charge(rows * columns.size() + 1)) return std::nullopt;
    std::vector<Value> result;
    for (std::size_t i = 0; i < rows; ++i) {
      std::vector<Value> row;
      for (auto& column : columns) row.push_back(column[i]);
      result.push_back(sequence(std::move(row), span, Sequence::Kind::tuple));
    }
    return sequence(std::move(result), span);
  }
  const auto library = first->value.sequence() == nullptr && first->value.mapping() == nullptr && first->value.mapped_text() == nullptr;
  auto iteration = iteration_of(first->value, first->span);
  auto complete = iteration.known;
  auto items = std::move(iteration.items);
  if (!complete) {
    // A library's collection stays one: list(query) is still its rows.
    if (library && iteration.element.is_unknown()) return std::nullopt;
    items = {iteration.element};
    if (const auto* list = first->value.sequence(); list != nullptr && charge(list->items.size())) items = list->items;
  }
  if (!charge(items.size() + 1)) return std::nullopt;
  if (name == "enumerate") {
    const auto* start = arguments.get(1, "start");
    const auto* number = start != nullptr ? start->value.get<std::int64_t>() : nullptr;
    auto index = number != nullptr ? *number : 0;
    for (auto& item : items) {
      auto counter = complete && (start == nullptr || number != nullptr) ? Value(index++, span) : Value::unknown("index", span);
      item = sequence({std::move(counter), item}, span, Sequence::Kind::tuple);
    }
    return sequence(std::move(items), span, Sequence::Kind::list, complete);
  }
  if (name == "reversed") std::reverse(items.begin(), items.end());
  if (kind == Sequence::Kind::set) {
    constexpr std::size_t compared = 500;
    std::vector<Value> unique;
    for (auto& item : items)
      if (unique.size() > compared || std::none_of(unique.begin(), unique.end(), [&](const Value& other) { return same(other, item); }))
        unique.push_back(std::move(item));
    if (!charge(unique.size() * 4)) return std::nullopt;
    items = std::move(unique);
  }
  auto made = sequence(std::move(items), span, kind, complete);
  made.sequence()->subset = !complete && first->value.sequence() != nullptr && first->value.sequence()->subset;
  return made;
}

auto Interpreter::State::builtin_call(const Site& at, std::string_view name, const Arguments& arguments) -> std::optional<Value> {
  const auto span = at.span;
  const auto* first = arguments.positional(0);
  const auto truth = [&](Value::Truth answer) -> std::optional<Value> {
    if (answer == Value::Truth::unknown) return first != nullptr ? undecided(span, {&first->value}) : Value();
    return Value(answer == Value::Truth::yes, span);
  };
  if (name == "list" || name == "tuple" || name == "set" || name == "frozenset" || name == "dict" || name == "range" || name == "enumerate" ||
      name == "zip" || name == "reversed" || name == "map" || name == "filter" || name == "iter")
    return container_call(at, name, arguments);
  if (name == "str") return first == nullptr ? Value::text("", span) : first->value.is_unknown() ? Value([&] {
    MappedText hole;
    append_hole(hole, first->value, first->span);
    return Value::text(std::move(hole), span);
  }()) : to_text(first->value, 0, span);
  if (first == nullptr) return name == "bool" ? std::optional(Value(false, span)) : name == "int" ? std::optional(Value(std::int64_t{0}, span)) : std::nullopt;
  const auto& value = first->value;
  if (name == "repr" || name == "ascii") return to_text(value, 'r', span);
  if (name == "format") {
    const auto* spec = arguments.positional(1);
    MappedText text;
    append_value(text, value, 0, spec != nullptr && spec->value.constant_text() != nullptr ? std::string_view(*spec->value.constant_text()) : std::string_view());
    return made_text(std::move(text), span);
  }
  if (name == "sorted") return sorted(at, arguments);
  if (name == "len") {
    if (const auto* text = value.constant_text())
      return Value(static_cast<std::int64_t>(std::count_if(text->begin(), text->end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; })), span);
    if (value.mapped_text() != nullptr) return undecided(span, {&value});
    if (const auto items = known_items(value, span)) return Value(static_cast<std::int64_t>(items->size()), span);
    return undecided(span, {&value});
  }
  if (name == "bool") return truth(decide(value, span));
  if (name == "int" || name == "float") {
    if (const auto* flag = value.get<bool>()) return Value(std::int64_t{*flag ? 1 : 0}, span);
    if (value.get<std::int64_t>() != nullptr) return value.at(span);
    if (const auto* number = value.get<double>()) {
      if (name == "float") return value;
      if (*number > -1e15 && *number < 1e15) return Value(static_cast<std::int64_t>(*number), span);
    }
    const auto* text = value.constant_text();
    if (text != nullptr && name == "int" && arguments.items.size() == 1) {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
      if (error == std::errc() && end == text->data() + text->size()) return Value(number, span);
    }
    return std::nullopt;
  }
  if (name == "isinstance" || name == "issubclass") {
    const auto* type = arguments.positional(1);
    if (type == nullptr || name == "issubclass") return std::nullopt;
    return truth(is_instance(value, type->value));
  }
  if (name == "callable") {
    if (value.get<std::shared_ptr<const Function>>() != nullptr || value.get<std::shared_ptr<const Class>>() != nullptr) return Value(true, span);
    return !type_of(value).empty() || value.is_none() ? std::optional(Value(false, span)) : std::nullopt;
  }
  if (name == "hasattr" || name == "getattr" || name == "setattr") {
    const auto* word = arguments.positional(1) != nullptr ? arguments.positional(1)->value.constant_text() : nullptr;
    const auto* third = arguments.positional(2);
    if (word == nullptr) return std::nullopt;
    if (name == "setattr") {
      if (third != nullptr) set_attribute(value, intern(*word), third->value, span);
      return Value(None{}, span);
    }
    auto member = attribute(value, intern(*word), span, arguments.positional(1)->span);
    if (name == "hasattr") {
      if (value.get<const SourceModule*>() == nullptr && value.get<std::shared_ptr<const Class>>() == nullptr &&
          value.get<std::shared_ptr<Instance>>() == nullptr)
        return undecided(span, {&value});
      if (!member.is_unknown()) return Value(true, span);
      return undecided(span, {&value});
    }
    if (member.is_unknown() && third != nullptr && (!type_of(value).empty() || value.is_none())) return third->value;
    return member;
  }
  if (name == "type" && arguments.items.size() == 1) {
    if (const auto* instance = value.get<std::shared_ptr<Instance>>()) return Value((*instance)->of, span);
    const auto type = type_of(value);
    return type.empty() ? std::nullopt : std::optional(external(type));
  }
  if (name == "any" || name == "all") {
    const auto stops = name == "any" ? Value::Truth::yes : Value::Truth::no;
    const auto* list = value.sequence();
    if (list == nullptr) return undecided(span, {&value});
    auto result = list->complete ? (name == "any" ? Value::Truth::no : Value::Truth::yes) : Value::Truth::unknown;
    const Value* because = nullptr;
    for (const auto& item : list->items) {
      const auto one = decide(item, span);
      if (one == stops && list->complete) return truth(stops);
      if (one == Value::Truth::unknown) because = &item;
      if (one == Value::Truth::unknown) result = one;
    }
    if (because != nullptr && result == Value::Truth::unknown) return undecided(span, {because});
    return truth(result);
  }
  if (name == "min" || name == "max" || name == "sum") {
    std::vector<Value> items;
    if (arguments.positional_count() > 1 && name != "sum") {
      for (const auto& argument : arguments.items)
        if (argument.name.empty()) items.push_back(argument.value);
    } else if (auto known = known_items(value, span)) {
      items = std::move(*known);
    } else {
      return std::nullopt;
    }
    if (!charge(items.size()) || arguments.keyword("key") != nullptr) return std::nullopt;
    if (name == "sum") {
      Value total = arguments.positional(1) != nullptr ? arguments.positional(1)->value : Value(std::int64_t{0}, span);
      for (const auto& item : items) total = binary("+", std::move(total), item, span);
      return total;
    }
    if (items.empty()) return arguments.keyword("default") != nullptr ? std::optional(arguments.keyword("default")->value) : std::nullopt;
    auto best = items.front();
    for (const auto& item : items) {
      const auto less = comparable_order(item, best);
      const auto more = comparable_order(best, item);
      if (!less || !more) return std::nullopt;
      if (name == "min" ? *less : *more) best = item;
    }
    return best;
  }
  if (name == "abs") {
    if (const auto* number = value.get<std::int64_t>(); number != nullptr && *number != INT64_MIN) return Value(*number < 0 ? -*number : *number, span);
    return std::nullopt;
  }
  if (name == "next") {
    if (const auto items = known_items(value, span)) {
      if (!items->empty()) return items->front();
      return arguments.positional(1) != nullptr ? std::optional(arguments.positional(1)->value) : std::nullopt;
    }
    const auto iteration = vocabulary.iterate(at, value);
    return iteration && !iteration->known ? std::optional(iteration->element) : std::nullopt;
  }
  if (name == "print") return Value(None{}, span);
  if (name == "open") {
    auto file = std::make_shared<OpenFile>();
    file->path = value;
    return Value(std::shared_ptr<Object>(std::move(file)), span);
  }
  if (name == "chr" || name == "ord") return std::nullopt;
  return std::nullopt;
}

}  // namespace foreshot::interpret
