// What follows a value: attributes, items, calls, filters, tests; and what is assigned to.
#include <algorithm>

#include "analyzer/jinja/parser.h"

namespace foreshot::jinja {

using Kind = Token::Kind;

auto Parser::postfix(const Expression* value) -> const Expression* {
  const auto begin = value->begin;
  while (!failed_) {
    if (is_op(".")) {
      take();
      if (peek().kind != Kind::name && peek().kind != Kind::integer) return fail();
      const auto name = take().text;
      value = make<Attribute>(ExpressionKind::attribute, begin, value->depth, value, name);
    } else if (is_op("[")) {
      value = subscript(value);
    } else if (is_op("(")) {
      const auto given = arguments();
      value = make<Call>(ExpressionKind::call, begin, std::max(deepest({value}), deepest(given)), value, given);
    } else {
      break;
    }
  }
  return value;
}

auto Parser::subscript(const Expression* value) -> const Expression* {
  const auto begin = value->begin;
  const auto inner = take().begin;
  std::vector<const Expression*> indexes;
  bool comma = false;
  while (!failed_ && !is_op("]")) {
    indexes.push_back(slice_or_index());
    if (!is_op("]") && !skip_op(",")) return fail();
    comma = comma || !is_op("]");
  }
  if (!skip_op("]") || indexes.empty()) return fail();
  const auto* index = indexes.size() == 1 && !comma ? indexes[0] : make<Sequence>(ExpressionKind::tuple, inner, deepest(indexes), to_.arena.copy(indexes));
  return make<Subscript>(ExpressionKind::subscript, begin, deepest({value, index}), value, index);
}

auto Parser::slice_or_index() -> const Expression* {
  const auto begin = peek().begin;
  const Expression* bounds[3] = {nullptr, nullptr, nullptr};
  std::size_t colons = 0;
  const auto ends = [&] { return is_op("]") || is_op(",") || is_op(":") || at_end(); };
  if (!ends()) bounds[0] = expression();
  while (!failed_ && colons < 2 && skip_op(":")) {
    ++colons;
    if (!ends()) bounds[colons] = expression();
  }
  if (colons == 0) return bounds[0] != nullptr ? bounds[0] : fail();
  return make<Slice>(ExpressionKind::slice, begin, deepest({bounds[0], bounds[1], bounds[2]}), bounds[0], bounds[1], bounds[2]);
}

auto Parser::arguments() -> std::span<const Argument> {
  std::vector<Argument> found;
  if (!skip_op("(") || nesting_ >= max_depth) return fail(), std::span<const Argument>();
  ++nesting_;
  while (!failed_ && !is_op(")")) {
    Argument argument{{}, Argument::Star::none, nullptr};
    if (skip_op("*")) {
      argument.star = Argument::Star::one;
    } else if (skip_op("**")) {
      argument.star = Argument::Star::two;
    } else if (peek().kind == Kind::name && peek(1).kind == Kind::op && peek(1).text == "=") {
      argument.name = take().text;
      take();
    }
    argument.value = expression();
    found.push_back(argument);
    if (!skip_op(",") && !is_op(")")) fail();
  }
  --nesting_;
  if (!failed_ && !skip_op(")")) fail();
  if (failed_) return {};
  return to_.arena.copy(found);
}

// Filters, tests and calls of what they give.
auto Parser::filters(const Expression* value) -> const Expression* {
  while (!failed_) {
    if (skip_op("|")) {
      value = filter(value);
    } else if (is_word("is")) {
      take();
      value = test(value);
    } else if (is_op("(")) {
      const auto begin = value->begin;
      const auto given = arguments();
      value = make<Call>(ExpressionKind::call, begin, std::max(deepest({value}), deepest(given)), value, given);
    } else {
      break;
    }
  }
  return value;
}

// Behind the bar; `value` is null in a filter block.
auto Parser::filter(const Expression* value) -> const Expression* {
  const auto begin = value != nullptr ? value->begin : peek().begin;
  const auto name = dotted_name();
  std::span<const Argument> given;
  if (is_op("(")) given = arguments();
  return make<Filter>(ExpressionKind::filter, begin, std::max(deepest({value}), deepest(given)), value, name, given);
}

auto Parser::test(const Expression* value) -> const Expression* {
  const auto begin = value->begin;
  const bool negated = skip_word("not");
  const auto name = dotted_name();
  std::span<const Argument> given;
  const auto& next = peek();
  if (is_op("(")) {
    given = arguments();
  } else if (next.kind == Kind::string || next.kind == Kind::integer || next.kind == Kind::number || is_op("[") || is_op("{") ||
             (next.kind == Kind::name && next.text != "else" && next.text != "or" && next.text != "and" && next.text != "if" && next.text != "is" &&
              next.text != "in" && next.text != "not" && next.text != "recursive")) {
    const auto* argument = postfix(primary());
    given = to_.arena.copy(std::vector<Argument>{{{}, Argument::Star::none, argument}});
  }
  return make<Test>(ExpressionKind::test, begin, std::max(deepest({value}), deepest(given)), value, name, given, negated);
}

auto Parser::dotted_name() -> std::string_view {
  if (peek().kind != Kind::name) return fail(), std::string_view();
  const auto begin = peek().begin;
  take();
  while (is_op(".") && peek(1).kind == Kind::name) {
    take();
    take();
  }
  return text_.substr(begin, last_end_ - begin);
}

// What is assigned to: a name, an attribute of a namespace, several of them.
auto Parser::target(std::initializer_list<std::string_view> ends) -> const Expression* {
  const auto begin = peek().begin;
  std::vector<const Expression*> names;
  bool comma = false;
  while (!failed_) {
    const auto ended = at_end() || std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return peek().text == end; });
    if (ended && !names.empty()) break;
    const auto first = peek();
    if (skip_op("(")) {
      if (nesting_ >= max_depth) return fail();
      ++nesting_;
      names.push_back(target({")"}));
      --nesting_;
      if (!skip_op(")")) return fail();
    } else if (first.kind == Kind::name) {
      take();
      const auto* name = make<Name>(ExpressionKind::name, first.begin, 0, first.text);
      if (is_op(".") && peek(1).kind == Kind::name) {
        take();
        const auto attribute = take().text;
        name = make<Attribute>(ExpressionKind::attribute, first.begin, name->depth, name, attribute);
      }
      names.push_back(name);
    } else {
      return fail();
    }
    if (!skip_op(",")) break;
    comma = true;
  }
  if (names.empty()) return fail();
  if (!comma) return names[0];
  return make<Sequence>(ExpressionKind::tuple, begin, deepest(names), to_.arena.copy(names));
}

// The text of a literal without its backslashes; what they stand for only matters where it is a name, which has none.
auto Parser::decoded(std::string_view literal) -> std::string_view {
  if (literal.find('\\') == std::string_view::npos) return literal;
  std::string text;
  for (std::size_t i = 0; i < literal.size(); ++i) {
    if (literal[i] == '\\' && i + 1 < literal.size()) ++i;
    text += literal[i];
  }
  return to_.arena.copy(std::string_view(text));
}

}  // namespace foreshot::jinja
