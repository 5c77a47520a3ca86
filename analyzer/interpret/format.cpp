// "…" % values and "…".format(values).
#include <algorithm>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {
namespace {

auto is_choice(const Value& value) -> bool { return value.get<std::shared_ptr<const Choice>>() != nullptr; }

// The values among which an option must be picked before a text can be built.
auto operands_of(const Value& value) -> std::vector<Value> {
  std::vector<Value> operands;
  if (is_choice(value)) operands.push_back(value);
  if (const auto* list = value.sequence())
    for (const auto& item : list->items)
      if (is_choice(item)) operands.push_back(item);
  if (const auto* mapping = value.mapping())
    for (const auto& [key, item] : mapping->entries)
      if (is_choice(item)) operands.push_back(item);
  return operands;
}

}  // namespace

// The same for the items of a tuple or the values of a dict.
auto Interpreter::State::parts_as_holes(const Value& value) -> Value {
  if (operands_of(value).empty()) return value;
  if (const auto* list = value.sequence()) {
    auto items = list->items;
    for (auto& item : items) item = optional_as_hole(std::move(item));
    return sequence(std::move(items), value.span(), list->kind, list->complete);
  }
  if (const auto* mapping = value.mapping()) {
    auto entries = mapping->entries;
    for (auto& [key, item] : entries) item = optional_as_hole(std::move(item));
    return dictionary(std::move(entries), value.span(), mapping->complete);
  }
  return optional_as_hole(value);
}

auto Interpreter::State::percent(const MappedText& format, const Value& given, Span span) -> Value {
  const auto right = parts_as_holes(given);
  if (!operands_of(right).empty()) {
    Arguments arguments;
    arguments.items.push_back({{}, right, right.span()});
    return each_alternative(span, Value(), arguments, [&](const Value&, const Arguments& picked) {
      return percent(format, picked.items[0].value, span);
    });
  }
  const auto& bytes = format.text();
  const auto* list = right.sequence();
  const auto is_tuple = list != nullptr && list->kind == Sequence::Kind::tuple;
  const auto* mapping = right.mapping();
  MappedText out;
  std::size_t next = 0;
  std::size_t from = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != '%') continue;
    if (!charge()) return Value::unknown("too many steps", span);
    out.append(format.slice(from, i));
    const auto begin = i++;
    std::string_view name;
    if (i < bytes.size() && bytes[i] == '(') {
      const auto close = bytes.find(')', i);
      if (close == std::string::npos) return Value::unknown(source(span), span);
      name = std::string_view(bytes).substr(i + 1, close - i - 1);
      i = close + 1;
    }
    const auto spec_begin = i;
    while (i < bytes.size() && (bytes[i] == '-' || bytes[i] == '+' || bytes[i] == ' ' || bytes[i] == '#' || bytes[i] == '.' ||
                                (bytes[i] >= '0' && bytes[i] <= '9')))
      ++i;
    if (i >= bytes.size()) return Value::unknown(source(span), span);
    const auto spec = std::string_view(bytes).substr(spec_begin, i - spec_begin);
    const auto kind = bytes[i];
    from = i + 1;
    if (kind == '%') {
      out.append("%", format.origin(i, i + 1));
      continue;
    }
    const Value* value = nullptr;
    if (!name.empty()) {
      value = mapping != nullptr ? mapping->find(name) : nullptr;
    } else if (is_tuple) {
      value = list->complete && next < list->items.size() ? &list->items[next] : nullptr;
      ++next;
    } else if (next++ == 0) {
      value = &right;
    }
    if (value == nullptr || value->is_unknown()) {
      if (value != nullptr)
        append_hole(out, *value);
      else
        out.append_hole(name.empty() ? source(right.span()) : std::string(name), right.span());
    } else if (kind == 's' || kind == 'r' || kind == 'd' || kind == 'i' || kind == 'a') {
      auto aligned = spec.empty() ? std::string() : spec[0] == '-' ? "<" + std::string(spec.substr(1)) : ">" + std::string(spec);
      if (kind == 'd' && !spec.empty() && spec[0] == '0') aligned = std::string(spec);
      append_value(out, *value, kind == 'r' || kind == 'a' ? 'r' : '\0', aligned);
    } else {
      append_hole(out, *value);
    }
    if (out.size() > limits.text_bytes) break;
    (void)begin;
  }
  out.append(format.slice(from, bytes.size()));
  return made_text(std::move(out), span);
}

auto Interpreter::State::format(const MappedText& text, const Arguments& arguments, Span span) -> Value {
  const auto& bytes = text.text();
  MappedText out;
  std::size_t next = 0;
  std::size_t from = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != '{' && bytes[i] != '}') continue;
    if (!charge()) return Value::unknown("too many steps", span);
    out.append(text.slice(from, i));
    if (i + 1 < bytes.size() && bytes[i + 1] == bytes[i]) {
      out.append(text.slice(i, i + 1));
      from = ++i + 1;
      continue;
    }
    const auto close = bytes.find('}', i);
    if (bytes[i] == '}' || close == std::string::npos) return Value::unknown(source(span), span);
    auto field = std::string_view(bytes).substr(i + 1, close - i - 1);
    from = close + 1;
    i = close;
    std::string_view spec;
    char conversion = 0;
    if (const auto colon = field.find(':'); colon != std::string_view::npos) {
      spec = field.substr(colon + 1);
      field = field.substr(0, colon);
    }
    if (const auto mark = field.find('!'); mark != std::string_view::npos) {
      if (mark + 1 < field.size()) conversion = field[mark + 1];
      field = field.substr(0, mark);
    }
    const auto name = field.substr(0, field.find_first_of(".["));
    auto rest = field.substr(name.size());
    const Argument* argument = nullptr;
    if (name.empty())
      argument = arguments.positional(next++);
    else if (name.find_first_not_of("0123456789") == std::string_view::npos)
      argument = name.size() < 6 ? arguments.positional(static_cast<std::size_t>(std::stoul(std::string(name)))) : nullptr;
    else
      argument = arguments.keyword(name);
    if (argument == nullptr) {
      out.append_hole(std::string(name), span);
      continue;
    }
    auto value = argument->value;
    while (!rest.empty()) {
      // {0.name} and {0[key]}
      if (rest[0] == '.') {
        const auto end = std::min(rest.find_first_of(".[", 1), rest.size());
        value = attribute(value, intern(rest.substr(1, end - 1)), argument->span, argument->span);
        rest.remove_prefix(end);
      } else {
        const auto end = rest.find(']');
        if (end == std::string_view::npos) break;
        const auto key = rest.substr(1, end - 1);
        const auto is_index = !key.empty() && key.size() < 6 && key.find_first_not_of("0123456789") == std::string_view::npos;
        value = subscript(value, {is_index ? Value(static_cast<std::int64_t>(std::stoul(std::string(key)))) : Value::text(key)}, argument->span);
        rest.remove_prefix(end + 1);
      }
    }
    if (value.is_unknown())
      append_hole(out, spec.empty() ? value : Value(), argument->span);
    else
      append_value(out, value, conversion, spec);
    if (out.size() > limits.text_bytes) break;
  }
  out.append(text.slice(from, bytes.size()));
  return made_text(std::move(out), span);
}

}  // namespace foreshot::interpret
