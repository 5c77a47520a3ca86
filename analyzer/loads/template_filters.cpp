// Filters and tests of a template: those of Jinja's own that read attributes or pass on what they are given.
#include <algorithm>

#include "analyzer/loads/template_walk.h"
#include "analyzer/loads/words.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using interpret::Arguments;
using interpret::Loop;
using interpret::Value;
using sqlalchemy::object_value;
using sqlalchemy::shared_object;

namespace {

auto text_of(const interpret::Argument* argument) -> std::string_view {
  const auto* text = argument != nullptr ? argument->value.constant_text() : nullptr;
  return text != nullptr ? std::string_view(*text) : std::string_view();
}

}  // namespace

auto TemplateWalk::filter(const jinja::Filter& node, const ScopePointer& scope) -> Value {
  if (node.value == nullptr) return {};
  const auto value = evaluate(node.value, scope);
  return filtered(node.name, value, arguments_of(node.arguments, scope), span_of(&node));
}

auto TemplateWalk::rows_of(const Value& element, Span place) const -> Value {
  auto rows = std::make_shared<Rows>();
  rows->element = element.is_unknown() ? Value::unknown("item", place) : element;
  return object_value(std::move(rows), place);
}

auto TemplateWalk::each(const Value& values, Span place, const std::function<Value(const Value& element)>& body) -> Value {
  const auto iteration = interpreter_.iterate(place, values);
  if (iteration.known) {
    constexpr std::size_t most = 20;
    std::vector<Value> items;
    for (std::size_t i = 0; i < std::min(iteration.items.size(), most); ++i) items.push_back(body(iteration.items[i]));
    return Value::list(std::move(items), place);
  }
  Value result;
  Loop loop;
  loop.head = loop.whole = place;
  loop.iterable = values;
  loop.element = iteration.element;
  interpreter_.in_loop(std::move(loop), [&](const Value& element) { result = body(element); });
  return rows_of(result, place);
}

auto TemplateWalk::filtered(std::string_view name, const Value& value, const Arguments& given, Span place) -> Value {
  const auto unknown = Value::unknown("the filter " + std::string(name), place);
  const auto read_each = [&](std::string_view path) {
    if (path.empty()) return Value();
    return each(value, place, [&](const Value& element) {
      Value last;
      // "last_name,first_name": each of them
      for (auto rest = path; !rest.empty();) {
        const auto comma = std::min(rest.find(','), rest.size());
        last = attribute_path(element, rest.substr(0, comma), place);
        rest.remove_prefix(std::min(comma + 1, rest.size()));
      }
      return last;
    });
  };
  if (name == "map") {
    if (const auto* path = given.keyword("attribute")) return read_each(text_of(path));
    const auto* inner = given.positional(0);
    if (inner == nullptr || inner->value.constant_text() == nullptr) return unknown;
    Arguments rest;
    for (std::size_t i = 1; i < given.items.size(); ++i) rest.items.push_back(given.items[i]);
    const auto filter_name = *inner->value.constant_text();
    if (depth_ > 8) return unknown;
    ++depth_;
    auto result = each(value, place, [&](const Value& element) { return filtered(filter_name, element, rest, place); });
    --depth_;
    return result;
  }
  if (in(name, {"selectattr", "rejectattr"})) {
    (void)read_each(text_of(given.positional(0)));
    return value;
  }
  if (name == "groupby") {
    (void)read_each(text_of(given.get(0, "attribute")));
    return rows_of(Value::list({Value::unknown("group", place), value}, place, interpret::Sequence::Kind::tuple), place);
  }
  if (name == "sort") {
    (void)read_each(text_of(given.get(2, "attribute")));
    return value;
  }
  if (name == "unique") {
    (void)read_each(text_of(given.get(1, "attribute")));
    return value;
  }
  if (in(name, {"min", "max"})) {
    (void)read_each(text_of(given.get(1, "attribute")));
    return value.object<Rows>() != nullptr ? interpreter_.item(place, value, Value(std::int64_t{0}, place)) : unknown;
  }
  if (name == "sum") {
    (void)read_each(text_of(given.get(0, "attribute")));
    return unknown;
  }
  if (name == "join") {
    if (const auto path = text_of(given.get(1, "attribute")); !path.empty()) (void)read_each(path);
    else if (value.object<Rows>() != nullptr)
      (void)each(value, place, [&](const Value& element) { return print(element, place), Value(); });
    return unknown;
  }
  if (in(name, {"list", "reverse", "select", "reject", "shuffle", "default", "d"})) {
    if (value.is_none() && in(name, {"default", "d"})) return given.positional(0) != nullptr ? given.positional(0)->value : value;
    // Names that nobody gave are unknown here, and may well have a value.
    return value;
  }
  if (in(name, {"first", "last", "random"}))
    return value.object<Rows>() != nullptr || value.sequence() != nullptr ? interpreter_.item(place, value, Value(std::int64_t{0}, place)) : unknown;
  if (in(name, {"batch", "slice"})) return rows_of(value, place);
  if (in(name, {"items", "dictsort"}) && value.mapping() != nullptr) return interpreter_.method(place, value, "items", {});
  if (name == "attr") return attribute(value, text_of(given.positional(0)), place);
  if (in(name, {"string", "e", "escape", "safe", "upper", "lower", "title", "trim", "truncate", "capitalize", "forceescape"})) {
    print(value, place);
    return value.constant_text() != nullptr && in(name, {"string", "e", "escape", "safe", "trim"}) ? value : unknown;
  }
  return unknown;
}

auto TemplateWalk::test(const jinja::Test& node, const ScopePointer& scope) -> Value {
  const auto value = evaluate(node.value, scope);
  const auto given = arguments_of(node.arguments, scope);
  const auto place = span_of(&node);
  const auto says = [&](bool truth) { return Value(truth != node.negated, place); };
  if (node.name == "none" && !value.is_unknown() && value.object<Entity>() == nullptr && value.get<std::shared_ptr<const interpret::Choice>>() == nullptr)
    return says(value.is_none());
  if (node.name == "defined" && !value.is_unknown()) return says(true);
  if (node.name == "undefined" && !value.is_unknown()) return says(false);
  if (in(node.name, {"eq", "equalto", "=="}) && given.positional(0) != nullptr && value.constant_text() != nullptr && given.positional(0)->value.constant_text() != nullptr)
    return says(interpret::same(value, given.positional(0)->value));
  return Value::unknown("a test", place);
}

}  // namespace foreshot::loads
