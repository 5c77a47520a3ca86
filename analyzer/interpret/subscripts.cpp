// x[i], x["key"], x[a:b].
#include <algorithm>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {
namespace {

using python::as;
using python::ExpressionKind;

}  // namespace

auto Interpreter::State::evaluate_subscript(const python::Subscript& node) -> Value {
  const auto object = evaluate(node.value);
  const auto span = span_of(&node);
  if (node.indexes.size() == 1) {
    if (const auto* bounds = as<python::Slice>(node.indexes[0], ExpressionKind::slice)) return slice(object, *bounds, span);
  }
  std::vector<Value> indexes;
  indexes.reserve(node.indexes.size());
  for (const auto* index : node.indexes) indexes.push_back(evaluate(index));
  return narrowed(subscript(object, indexes, span));
}

auto Interpreter::State::subscript(const Value& object, const std::vector<Value>& indexes, Span span) -> Value {
  const auto unknown = [&] { return Value::unknown(source(span), span); };
  if (indexes.size() == 1 && (object.get<std::shared_ptr<const Choice>>() != nullptr ||
                              indexes[0].get<std::shared_ptr<const Choice>>() != nullptr)) {
    const Value* operands[] = {&object, &indexes[0]};
    return each_option(span, operands, [&](std::span<const Value* const> picked) { return subscript(*picked[0], {*picked[1]}, span); });
  }
  if (const auto* mapping = object.mapping()) {
    if (indexes.size() != 1 || !charge(mapping->entries.size() / 16)) return unknown();
    for (auto entry = mapping->entries.rbegin(); entry != mapping->entries.rend(); ++entry)
      if (same(entry->first, indexes[0])) return entry->second;
    return unknown();
  }
  const auto* at = indexes.size() == 1 ? indexes[0].get<std::int64_t>() : nullptr;
  if (const auto* list = object.sequence()) {
    const auto size = static_cast<std::int64_t>(list->items.size());
    if (at == nullptr || !list->complete || *at < -size || *at >= size) return unknown();
    return list->items[static_cast<std::size_t>(*at < 0 ? *at + size : *at)];
  }
  if (const auto* text = object.mapped_text()) {
    if (at == nullptr || !text->complete()) return unknown();
    const auto letters = known_items(object, span);
    const auto size = letters ? static_cast<std::int64_t>(letters->size()) : 0;
    if (*at < -size || *at >= size) return unknown();
    return (*letters)[static_cast<std::size_t>(*at < 0 ? *at + size : *at)];
  }
  if (const auto* made = object.get<std::shared_ptr<const Class>>(); made != nullptr && is_enum(*made)) {
    // Color["RED"]
    const auto* name = indexes.size() == 1 ? indexes[0].constant_text() : nullptr;
    const auto* value = name != nullptr ? (*made)->find(*name) : nullptr;
    return value != nullptr ? enum_member(*made, *name, *value) : unknown();
  }
  if (auto answer = vocabulary.subscript(site(span), object, indexes)) return std::move(*answer);
  // Generic[T], a class with parameters, is that class.
  if (object.get<std::shared_ptr<const Class>>() != nullptr) return object;
  return indexes.size() == 1 ? unknown_item(object, indexes[0], span) : unknown();
}

auto Interpreter::State::slice(const Value& object, const python::Slice& bounds, Span span) -> Value {
  const auto unknown = [&] { return Value::unknown(source(span), span); };
  const auto bound_of = [&](const python::Expression* bound) { return bound != nullptr ? evaluate(bound) : Value(None{}, span); };
  const auto lower = bound_of(bounds.lower);
  const auto upper = bound_of(bounds.upper);
  const auto step = bound_of(bounds.step);
  if (object.get<std::shared_ptr<const Choice>>() != nullptr) {
    const Value* operands[] = {&object};
    return each_option(span, operands, [&](std::span<const Value* const> picked) { return slice(*picked[0], bounds, span); });
  }
  const auto* list = object.sequence();
  const auto* text = object.mapped_text();
  if (list == nullptr && text == nullptr) {
    if (auto answer = vocabulary.subscript(site(span), object, {Value::unknown("slice", span)})) return std::move(*answer);
    const auto* first = lower.get<std::int64_t>();
    const auto* last = upper.get<std::int64_t>();
    const auto name = object.is_unknown() ? object.constant_name() : std::string_view();
    if (name.empty() || !step.is_none() || (first == nullptr && !lower.is_none()) || (last == nullptr && !upper.is_none())) return unknown();
    const auto shown = [](const std::int64_t* bound) { return bound != nullptr ? std::to_string(*bound) : std::string(); };
    return unknown_part(object, std::string(name) + '[' + shown(first) + ':' + shown(last) + ']', span);
  }
  const auto ascii = text != nullptr && std::all_of(text->text().begin(), text->text().end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if ((text != nullptr && (!text->complete() || !ascii)) || (list != nullptr && !list->complete) || !charge(list != nullptr ? list->items.size() / 8 : 0))
    return list != nullptr ? sequence(list->items, span, list->kind, false) : unknown();
  const auto size = static_cast<std::int64_t>(list != nullptr ? list->items.size() : text->size());
  const auto* given_step = step.get<std::int64_t>();
  if ((!step.is_none() && (given_step == nullptr || *given_step == 0)) || (!lower.is_none() && lower.get<std::int64_t>() == nullptr) ||
      (!upper.is_none() && upper.get<std::int64_t>() == nullptr))
    return list != nullptr ? sequence(list->items, span, list->kind, false) : unknown();
  const auto stride = given_step != nullptr ? std::clamp<std::int64_t>(*given_step, -size - 1, size + 1) : 1;
  const auto place = [&](const Value& bound, std::int64_t fallback) {
    if (bound.is_none()) return fallback;
    auto at = *bound.get<std::int64_t>();
    at = at < -size ? -size - 1 : at;
    if (at < 0) at += size;
    return stride > 0 ? std::clamp<std::int64_t>(at, 0, size) : std::clamp<std::int64_t>(at, -1, size - 1);
  };
  const auto from = place(lower, stride > 0 ? 0 : size - 1);
  const auto to = place(upper, stride > 0 ? size : -1);
  if (text != nullptr && stride == 1)
    return Value::text(text->slice(static_cast<std::size_t>(from), static_cast<std::size_t>(std::max(from, to))), span);
  std::vector<Value> items;
  MappedText letters;
  for (auto i = from; stride > 0 ? i < to : i > to; i += stride) {
    const auto at = static_cast<std::size_t>(i);
    if (list != nullptr)
      items.push_back(list->items[at]);
    else
      letters.append(text->slice(at, at + 1));
  }
  return list != nullptr ? sequence(std::move(items), span, list->kind) : Value::text(std::move(letters), span);
}

}  // namespace foreshot::interpret
