#include "analyzer/interpret/value.h"

#include <algorithm>

namespace foreshot::interpret {
namespace {

constexpr int same_depth = 4;
constexpr std::size_t same_items = 64;

template <typename Pairs>
auto find_in(const Pairs& attributes, std::string_view name) -> const Value* {
  for (const auto& [key, value] : attributes)
    if (key == name) return &value;
  return nullptr;
}

auto same_text(const MappedText& left, const MappedText& right) -> bool {
  if (&left == &right) return true;
  if (left.text() != right.text() || left.holes().size() != right.holes().size()) return false;
  for (std::size_t i = 0; i < left.holes().size(); ++i)
    if (left.holes()[i].constant.empty() || left.holes()[i].constant != right.holes()[i].constant)
      if (left.holes()[i].what != right.holes()[i].what || left.holes()[i].where != right.holes()[i].where) return false;
  return true;
}

auto same_at(const Value& left, const Value& right, int depth) -> bool {
  if (left.content().index() != right.content().index()) return false;
  if (left.is_unknown()) {
    const auto name = left.constant_name();
    if (!name.empty() && name == right.constant_name()) return true;
    return left.span().known() && left.span() == right.span();
  }
  if (left.is_none()) return true;
  if (auto a = left.get<bool>()) return *a == *right.get<bool>();
  if (auto a = left.get<std::int64_t>()) return *a == *right.get<std::int64_t>();
  if (auto a = left.get<double>()) return *a == *right.get<double>();
  if (auto a = left.mapped_text()) return same_text(*a, *right.mapped_text());
  if (auto a = left.sequence()) {
    const auto b = right.sequence();
    if (a == b) return true;
    if (depth == 0 || a->kind != b->kind || a->complete != b->complete || a->items.size() != b->items.size() ||
        a->items.size() > same_items)
      return false;
    for (std::size_t i = 0; i < a->items.size(); ++i)
      if (!same_at(a->items[i], b->items[i], depth - 1)) return false;
    return true;
  }
  if (auto a = left.mapping()) {
    const auto b = right.mapping();
    if (a == b) return true;
    if (depth == 0 || a->complete != b->complete || a->entries.size() != b->entries.size() ||
        a->entries.size() > same_items)
      return false;
    for (std::size_t i = 0; i < a->entries.size(); ++i)
      if (!same_at(a->entries[i].first, b->entries[i].first, depth - 1) ||
          !same_at(a->entries[i].second, b->entries[i].second, depth - 1))
        return false;
    return true;
  }
  if (auto a = left.get<std::shared_ptr<const Function>>()) {
    const auto& b = *right.get<std::shared_ptr<const Function>>();
    return *a == b || ((*a)->definition == b->definition && (*a)->lambda == b->lambda && (*a)->self == nullptr &&
                       b->self == nullptr && (*a)->closure == b->closure);
  }
  if (auto a = left.get<std::shared_ptr<const Class>>()) {
    const auto& b = *right.get<std::shared_ptr<const Class>>();
    return *a == b || ((*a)->definition == b->definition && (*a)->definition != nullptr);
  }
  if (auto a = left.get<std::shared_ptr<Instance>>()) {
    const auto& b = *right.get<std::shared_ptr<Instance>>();
    if (*a == b) return true;
    // Members of an Enum are made when they are asked for.
    if ((*a)->of != b->of && (*a)->of->definition != b->of->definition) return false;
    const auto name = (*a)->find("_name_");
    const auto other = b->find("_name_");
    return name != nullptr && other != nullptr && same_at(*name, *other, 1);
  }
  if (auto a = left.get<const SourceModule*>()) return *a == *right.get<const SourceModule*>();
  if (!left.external_name().empty()) return left.external_name() == right.external_name();
  if (auto a = left.get<std::shared_ptr<Object>>()) return *a == *right.get<std::shared_ptr<Object>>();
  if (auto a = left.get<std::shared_ptr<const Choice>>()) {
    const auto& b = *right.get<std::shared_ptr<const Choice>>();
    if (*a == b) return true;
    if (depth == 0 || (*a)->options.size() != b->options.size() || (*a)->test != b->test) return false;
    for (std::size_t i = 0; i < b->options.size(); ++i)
      if (!same_at((*a)->options[i], b->options[i], depth - 1)) return false;
    return true;
  }
  return false;
}

auto of(bool condition) -> Value::Truth { return condition ? Value::Truth::yes : Value::Truth::no; }

}  // namespace

auto same(const Value& left, const Value& right) -> bool { return same_at(left, right, same_depth); }

auto Mapping::find(std::string_view key) const -> const Value* {
  for (const auto& [candidate, value] : entries) {
    const auto text = candidate.constant_text();
    if (text != nullptr && *text == key) return &value;
  }
  return nullptr;
}

auto Class::find(std::string_view attribute) const -> const Value* { return find_in(attributes, attribute); }
auto Instance::find(std::string_view attribute) const -> const Value* { return find_in(attributes, attribute); }

auto Value::unknown(std::string reason, Span where) -> Value {
  return {Unknown{std::make_shared<const std::string>(std::move(reason)), where, nullptr}, where};
}

auto Value::run_constant(std::string name, std::string reason, Span where) -> Value {
  return {Unknown{std::make_shared<const std::string>(std::move(reason)), where, std::make_shared<const std::string>(std::move(name))}, where};
}

auto Value::constant_name() const -> std::string_view {
  if (const auto* unknown = get<Unknown>()) return unknown->constant != nullptr ? std::string_view(*unknown->constant) : std::string_view();
  const auto dotted = external_name();
  if (dotted.starts_with("builtins.")) return {};
  const auto dot = dotted.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : dotted.substr(dot + 1);
}

auto Value::text(std::string_view constant, Span span) -> Value {
  auto mapped = std::make_shared<MappedText>();
  mapped->append(constant, span, span.known() && span.size() == constant.size());
  return {Text(std::move(mapped)), span};
}

auto Value::text(MappedText mapped, Span span) -> Value {
  return {Text(std::make_shared<MappedText>(std::move(mapped))), span};
}

auto Value::external(std::string name, Span span) -> Value {
  return {std::make_shared<const External>(External{std::move(name)}), span};
}

auto Value::list(std::vector<Value> items, Span span, Sequence::Kind kind) -> Value {
  auto sequence = std::make_shared<Sequence>();
  sequence->kind = kind;
  sequence->items = std::move(items);
  sequence->span = span;
  return {std::move(sequence), span};
}

auto Value::constant_text() const -> const std::string* {
  const auto mapped = mapped_text();
  return mapped != nullptr && mapped->complete() ? &mapped->text() : nullptr;
}

auto Value::external_name() const -> std::string_view {
  const auto held = get<std::shared_ptr<const External>>();
  return held != nullptr ? std::string_view((*held)->name) : std::string_view();
}

auto Value::truth() const -> Truth {
  if (is_none()) return Truth::no;
  if (auto value = get<bool>()) return of(*value);
  if (auto value = get<std::int64_t>()) return of(*value != 0);
  if (auto value = get<double>()) return of(*value != 0);
  if (auto value = mapped_text()) {
    if (value->complete()) return of(!value->empty());
    const auto known = std::any_of(value->pieces().begin(), value->pieces().end(),
                                   [](const MappedText::Piece& piece) { return piece.hole < 0 && piece.end > piece.begin; });
    return known ? Truth::yes : Truth::unknown;
  }
  if (auto value = sequence()) {
    if (value->kind == Sequence::Kind::generator) return Truth::yes;
    return value->complete ? of(!value->items.empty()) : Truth::unknown;
  }
  if (auto value = mapping()) return value->complete ? of(!value->entries.empty()) : Truth::unknown;
  if (get<std::shared_ptr<const Function>>() != nullptr || get<std::shared_ptr<const Class>>() != nullptr ||
      get<const SourceModule*>() != nullptr)
    return Truth::yes;
  if (auto value = get<std::shared_ptr<const Choice>>()) {
    const auto& options = (*value)->options;
    const auto first = options.front().truth();
    for (const auto& option : options)
      if (option.truth() != first) return Truth::unknown;
    return first;
  }
  return Truth::unknown;
}

}  // namespace foreshot::interpret
