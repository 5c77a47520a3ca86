// Operators, literals and brackets, level by level as Jinja's own parser has them.
#include <algorithm>
#include <array>

#include "analyzer/jinja/parser.h"

namespace foreshot::jinja {
namespace {

using Kind = Token::Kind;

constexpr std::array<std::string_view, 6> comparisons{"==", "!=", "<", "<=", ">", ">="};

}  // namespace

auto Parser::fail() -> const Expression* {
  failed_ = true;
  return to_.arena.make<Expression>(Expression{ExpressionKind::unreadable, 1, peek().begin, peek().begin});
}

auto Parser::expression() -> const Expression* { return conditional(); }

auto Parser::conditional() -> const Expression* {
  if (failed_ || nesting_ >= max_depth) return fail();
  ++nesting_;
  const auto begin = peek().begin;
  const auto* value = disjunction();
  while (!failed_ && skip_word("if")) {
    const auto* test = disjunction();
    const Expression* otherwise = skip_word("else") ? conditional() : nullptr;
    value = make<Conditional>(ExpressionKind::conditional, begin, deepest({value, test, otherwise}), value, test, otherwise);
  }
  --nesting_;
  return value;
}

auto Parser::disjunction() -> const Expression* {
  const auto begin = peek().begin;
  const auto* left = conjunction();
  while (!failed_ && skip_word("or")) {
    const auto* right = conjunction();
    left = make<Boolean>(ExpressionKind::boolean, begin, deepest({left, right}), false, left, right);
  }
  return left;
}

auto Parser::conjunction() -> const Expression* {
  const auto begin = peek().begin;
  const auto* left = negation();
  while (!failed_ && skip_word("and")) {
    const auto* right = negation();
    left = make<Boolean>(ExpressionKind::boolean, begin, deepest({left, right}), true, left, right);
  }
  return left;
}

auto Parser::negation() -> const Expression* {
  const auto begin = peek().begin;
  if (!skip_word("not")) return comparison();
  if (nesting_ >= max_depth) return fail();
  ++nesting_;
  const auto* operand = negation();
  --nesting_;
  return make<Unary>(ExpressionKind::unary, begin, operand->depth, std::string_view("not"), operand);
}

auto Parser::comparison() -> const Expression* {
  const auto begin = peek().begin;
  std::vector<const Expression*> operands{sum()};
  std::vector<std::string_view> ops;
  while (!failed_) {
    if (peek().kind == Kind::op && std::find(comparisons.begin(), comparisons.end(), peek().text) != comparisons.end()) {
      ops.push_back(take().text);
    } else if (skip_word("in")) {
      ops.emplace_back("in");
    } else if (is_word("not") && peek(1).kind == Kind::name && peek(1).text == "in") {
      take();
      take();
      ops.emplace_back("not in");
    } else {
      break;
    }
    operands.push_back(sum());
  }
  if (ops.empty() || failed_) return operands[0];
  return make<Compare>(ExpressionKind::compare, begin, deepest(operands), to_.arena.copy(operands), to_.arena.copy(ops));
}

auto Parser::sum() -> const Expression* {
  const auto begin = peek().begin;
  const auto* left = concatenation();
  while (!failed_ && (is_op("+") || is_op("-"))) {
    const auto op = take().text;
    const auto* right = concatenation();
    left = make<Binary>(ExpressionKind::binary, begin, deepest({left, right}), op, left, right);
  }
  return left;
}

auto Parser::concatenation() -> const Expression* {
  const auto begin = peek().begin;
  const auto* left = product();
  while (!failed_ && is_op("~")) {
    const auto op = take().text;
    const auto* right = product();
    left = make<Binary>(ExpressionKind::binary, begin, deepest({left, right}), op, left, right);
  }
  return left;
}

auto Parser::product() -> const Expression* {
  const auto begin = peek().begin;
  const auto* left = power();
  while (!failed_ && (is_op("*") || is_op("/") || is_op("//") || is_op("%"))) {
    const auto op = take().text;
    const auto* right = power();
    left = make<Binary>(ExpressionKind::binary, begin, deepest({left, right}), op, left, right);
  }
  return left;
}

auto Parser::power() -> const Expression* {
  const auto begin = peek().begin;
  const auto* left = unary(true);
  while (!failed_ && is_op("**")) {
    const auto op = take().text;
    const auto* right = unary(true);
    left = make<Binary>(ExpressionKind::binary, begin, deepest({left, right}), op, left, right);
  }
  return left;
}

auto Parser::unary(bool with_filters) -> const Expression* {
  if (failed_ || nesting_ >= max_depth) return fail();
  const auto begin = peek().begin;
  const Expression* value = nullptr;
  if (is_op("-") || is_op("+")) {
    const auto op = take().text;
    ++nesting_;
    const auto* operand = unary(false);
    --nesting_;
    value = make<Unary>(ExpressionKind::unary, begin, operand->depth, op, operand);
  } else {
    value = primary();
  }
  value = postfix(value);
  return with_filters ? filters(value) : value;
}

auto Parser::primary() -> const Expression* {
  const auto token = peek();
  if (token.kind == Kind::name) {
    take();
    const auto constant = [&](ExpressionKind kind) { return make<Expression>(kind, token.begin, 0); };
    if (token.text == "true" || token.text == "True") return constant(ExpressionKind::true_);
    if (token.text == "false" || token.text == "False") return constant(ExpressionKind::false_);
    if (token.text == "none" || token.text == "None") return constant(ExpressionKind::none);
    return make<Name>(ExpressionKind::name, token.begin, 0, token.text);
  }
  if (token.kind == Kind::string) {
    take();
    auto text = decoded(token.text);
    std::string joined;
    while (peek().kind == Kind::string) {
      if (joined.empty()) joined = text;
      joined += decoded(take().text);
    }
    if (!joined.empty()) text = to_.arena.copy(std::string_view(joined));
    return make<String>(ExpressionKind::string, token.begin, 0, text);
  }
  if (token.kind == Kind::integer || token.kind == Kind::number) {
    take();
    return make<Number>(ExpressionKind::number, token.begin, 0, token.text);
  }
  if (token.kind != Kind::op || nesting_ >= max_depth) return fail();
  ++nesting_;
  const Expression* found = nullptr;
  if (token.text == "(") {
    take();
    found = is_op(")") ? nullptr : tuple(true, {")"});
    if (!skip_op(")")) found = fail();
    if (found == nullptr) found = make<Sequence>(ExpressionKind::tuple, token.begin, 0, ExpressionList{});
  } else if (token.text == "[") {
    found = list();
  } else if (token.text == "{") {
    found = dictionary();
  } else {
    found = fail();
  }
  --nesting_;
  return found;
}

auto Parser::list() -> const Expression* {
  const auto begin = take().begin;
  std::vector<const Expression*> elements;
  while (!failed_ && !is_op("]")) {
    elements.push_back(expression());
    if (!skip_op(",") && !is_op("]")) return fail();
  }
  if (!skip_op("]")) return fail();
  return make<Sequence>(ExpressionKind::list, begin, deepest(elements), to_.arena.copy(elements));
}

auto Parser::dictionary() -> const Expression* {
  const auto begin = take().begin;
  std::vector<DictionaryEntry> entries;
  int depth = 0;
  while (!failed_ && !is_op("}")) {
    const auto* key = expression();
    if (!skip_op(":")) return fail();
    const auto* value = expression();
    entries.push_back({key, value});
    depth = std::max(depth, deepest({key, value}));
    if (!skip_op(",") && !is_op("}")) return fail();
  }
  if (!skip_op("}")) return fail();
  return make<Dictionary>(ExpressionKind::dictionary, begin, depth, to_.arena.copy(entries));
}

// One expression, or several with commas between; `ends` are words and brackets that end a list with a comma at its end.
auto Parser::tuple(bool with_conditions, std::initializer_list<std::string_view> ends) -> const Expression* {
  const auto begin = peek().begin;
  std::vector<const Expression*> elements;
  bool comma = false;
  while (!failed_) {
    const auto ended = at_end() || std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return peek().text == end && peek().kind != Kind::string; });
    if (ended && !elements.empty()) break;
    elements.push_back(with_conditions ? conditional() : disjunction());
    if (!skip_op(",")) break;
    comma = true;
  }
  if (elements.empty()) return fail();
  if (!comma) return elements[0];
  return make<Sequence>(ExpressionKind::tuple, begin, deepest(elements), to_.arena.copy(elements));
}

}  // namespace foreshot::jinja
