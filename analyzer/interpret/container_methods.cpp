// Methods of list, set, tuple and dict.
#include <algorithm>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {

auto Interpreter::State::sequence_method(const Site& at, const Value& object, std::string_view name, const Arguments& arguments)
    -> std::optional<Value> {
  auto& list = *object.sequence();
  const auto span = at.span;
  if (name == "append" || name == "add" || name == "extend" || name == "update" || name == "insert") list.rounds |= rounds;
  const auto* first = arguments.positional(0);
  const Value none(None{}, span);
  if ((name == "append" || name == "add") && first != nullptr) {
    if (name == "add") {
      const auto inside = contains(object, first->value);
      if (inside == Value::Truth::yes) return none;
    }
    if (list.items.size() < 20000)
      trail.append(object, first->value);
    else
      list.complete = list.subset = false;
    return none;
  }
  if ((name == "extend" || name == "update") && first != nullptr) {
    const auto items = known_items(first->value, span);
    if (items && charge(items->size()) && list.items.size() + items->size() < 20000) {
      for (const auto& item : *items)
        if (name == "extend" || contains(object, item) != Value::Truth::yes) trail.append(object, item);
    } else {
      trail.before_change(object);
      if (const auto* more = first->value.sequence(); more != nullptr && charge(more->items.size()))
        list.items.insert(list.items.end(), more->items.begin(), more->items.end());
      list.complete = list.subset = false;
    }
    return none;
  }
  if (!charge(list.items.size() / 8 + 1)) return std::nullopt;
  if (name == "copy") return sequence(list.items, span, list.kind, list.complete);
  if (name == "insert" && arguments.items.size() == 2) {
    trail.before_change(object);
    const auto* place = first->value.get<std::int64_t>();
    const auto size = static_cast<std::int64_t>(list.items.size());
    if (place == nullptr || !list.complete) {
      list.items.push_back(arguments.items[1].value);
      list.complete = list.subset = false;
    } else {
      const auto where = std::clamp<std::int64_t>(*place < 0 ? *place + size : *place, 0, size);
      list.items.insert(list.items.begin() + static_cast<std::ptrdiff_t>(where), arguments.items[1].value);
    }
    return none;
  }
  if (name == "pop") {
    trail.before_change(object);
    const auto* place = first != nullptr ? first->value.get<std::int64_t>() : nullptr;
    const auto size = static_cast<std::int64_t>(list.items.size());
    const auto where = first == nullptr ? size - 1 : place == nullptr ? -1 : *place < 0 ? *place + size : *place;
    if (!list.complete || where < 0 || where >= size) {
      list.complete = list.subset = false;
      return std::nullopt;
    }
    auto value = list.items[static_cast<std::size_t>(where)];
    list.items.erase(list.items.begin() + static_cast<std::ptrdiff_t>(where));
    return value;
  }
  if ((name == "remove" || name == "discard") && first != nullptr) {
    trail.before_change(object);
    const auto found = std::find_if(list.items.begin(), list.items.end(), [&](const Value& item) { return same(item, first->value); });
    if (found != list.items.end() && !first->value.is_unknown())
      list.items.erase(found);
    else if (name == "remove" || contains(object, first->value) == Value::Truth::unknown)
      list.complete = list.subset = false;
    return none;
  }
  if (name == "clear") {
    trail.before_change(object);
    list.items.clear();
    list.complete = true;
    return none;
  }
  if (name == "reverse") {
    trail.before_change(object);
    std::reverse(list.items.begin(), list.items.end());
    return none;
  }
  if (name == "sort") {
    Arguments sorted_arguments = arguments;
    sorted_arguments.items.insert(sorted_arguments.items.begin(), {{}, object, span});
    const auto result = builtin_call(at, "sorted", sorted_arguments);
    trail.before_change(object);
    if (result && result->sequence() != nullptr && result->sequence()->complete)
      list.items = result->sequence()->items;
    else
      list.complete = list.subset = false;
    return none;
  }
  if (name == "index" && first != nullptr && list.complete) {
    for (std::size_t i = 0; i < list.items.size(); ++i)
      if (same(list.items[i], first->value)) return Value(static_cast<std::int64_t>(i), span);
    return std::nullopt;
  }
  if (name == "count" && first != nullptr && list.complete)
    return Value(static_cast<std::int64_t>(std::count_if(list.items.begin(), list.items.end(),
                                                         [&](const Value& item) { return same(item, first->value); })), span);
  if (first != nullptr) {
    const auto op = name == "union" ? "|" : name == "difference" ? "-" : name == "intersection" ? "&" : "";
    if (*op != 0 && first->value.sequence() != nullptr) return binary(op, object, first->value, span);
    if (name == "issubset" || name == "issuperset") {
      const auto* inner = name == "issubset" ? &list : first->value.sequence();
      const auto& outer = name == "issubset" ? first->value : object;
      if (inner == nullptr || !inner->complete) return std::nullopt;
      for (const auto& item : inner->items)
        if (const auto truth = contains(outer, item); truth == Value::Truth::no) return Value(false, span);
        else if (truth == Value::Truth::unknown) return std::nullopt;
      return Value(true, span);
    }
  }
  return std::nullopt;
}

auto Interpreter::State::mapping_method(const Site& at, const Value& object, std::string_view name, const Arguments& arguments)
    -> std::optional<Value> {
  auto& mapping = *object.mapping();
  const auto span = at.span;
  if (!charge(mapping.entries.size() / 8 + 1)) return std::nullopt;
  const auto* first = arguments.positional(0);
  const auto* fallback = arguments.get(1, "default");
  const Value none(None{}, span);
  const auto find = [&]() { return std::find_if(mapping.entries.begin(), mapping.entries.end(), [&](const auto& entry) { return same(entry.first, first->value); }); };
  const auto known_key = first != nullptr && !first->value.is_unknown();
  if (name == "items") {
    std::vector<Value> pairs;
    pairs.reserve(mapping.entries.size());
    for (const auto& [key, value] : mapping.entries) pairs.push_back(sequence({key, value}, span, Sequence::Kind::tuple));
    return sequence(std::move(pairs), span, Sequence::Kind::list, mapping.complete);
  }
  if (name == "keys" || name == "values") {
    std::vector<Value> items;
    items.reserve(mapping.entries.size());
    for (const auto& [key, value] : mapping.entries) items.push_back(name == "keys" ? key : value);
    return sequence(std::move(items), span, Sequence::Kind::list, mapping.complete);
  }
  if (name == "copy") return dictionary(mapping.entries, span, mapping.complete);
  if ((name == "get" || name == "pop" || name == "setdefault") && known_key) {
    if (first->value.get<std::shared_ptr<const Choice>>() != nullptr) {
      if (name != "get") return std::nullopt;
      const Value* operands[] = {&first->value};
      return each_option(span, operands, [&](std::span<const Value* const> picked) {
        Arguments one = arguments;
        one.items[0].value = *picked[0];
        auto answer = mapping_method(at, object, name, one);
        return answer ? std::move(*answer) : Value::unknown(source(span), span);
      });
    }
    const auto found = find();
    if (found != mapping.entries.end()) {
      auto value = found->second;
      if (name == "pop") {
        trail.before_change(object);
        mapping.entries.erase(found);
      }
      return value;
    }
    const auto certain = mapping.complete && std::none_of(mapping.entries.begin(), mapping.entries.end(),
                                                          [](const auto& entry) { return entry.first.is_unknown(); });
    if (!certain) return std::nullopt;
    auto value = fallback != nullptr ? fallback->value : none;
    if (name == "setdefault") trail.set_entry(object, first->value, value);
    return value;
  }
  if (name == "update") {
    for (const auto& argument : arguments.items) {
      if (!argument.name.empty()) {
        trail.set_entry(object, Value::text(argument.name, argument.span), argument.value);
      } else if (const auto* more = argument.value.mapping(); more != nullptr && charge(more->entries.size())) {
        for (const auto& [key, value] : std::vector<std::pair<Value, Value>>(more->entries)) trail.set_entry(object, key, value);
        if (!more->complete) {
          trail.before_change(object);
          mapping.complete = false;
        }
      } else {
        trail.before_change(object);
        mapping.complete = false;
      }
    }
    return none;
  }
  if (name == "clear") {
    trail.before_change(object);
    mapping.entries.clear();
    return none;
  }
  if (name == "pop" || name == "popitem" || name == "setdefault") {
    trail.before_change(object);
    mapping.complete = false;
  }
  return std::nullopt;
}

}  // namespace foreshot::interpret
