#include "analyzer/sql/variables.h"

#include <algorithm>

namespace foreshot::sql {
namespace {

// The end of the statement that begins at `at`, its semicolon or the end of the tokens.
auto end_of(Tokens tokens, std::size_t at) -> std::size_t {
  int parentheses = 0;
  for (; at < tokens.size(); ++at) {
    if (tokens[at].kind == Token::Kind::open) ++parentheses;
    if (tokens[at].kind == Token::Kind::close) --parentheses;
    if (tokens[at].kind == Token::Kind::semicolon && parentheses <= 0) break;
  }
  return at;
}

}  // namespace

auto is_string(const Token& token) -> bool {
  return token.kind == Token::Kind::string || token.kind == Token::Kind::escape_string ||
         token.kind == Token::Kind::dollar_string;
}

auto lowered(std::string_view text) -> std::string {
  std::string result(text);
  for (auto& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return result;
}

Variables::Variables(std::string_view text, Tokens tokens) : text_(text) {
  bool filled = false;  // INTO and only names and commas stand before
  std::size_t assigned_until = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    if (token.kind != Token::Kind::word) {
      filled = filled && (token.kind == Token::Kind::comma || token.kind == Token::Kind::dot);
      continue;
    }
    if (is_word(text, token, "call")) calls_ = true;
    if (is_word(text, token, "into") || (filled && is_word(text, token, "strict"))) {
      filled = true;
      continue;
    }
    const auto next = i + 1 < tokens.size() ? text_of(text, tokens[i + 1]) : std::string_view();
    const auto starts = i == 0 || tokens[i - 1].kind == Token::Kind::semicolon || tokens[i - 1].kind == Token::Kind::word;
    const auto looped = i > 0 && (is_word(text, tokens[i - 1], "for") || is_word(text, tokens[i - 1], "foreach"));
    const bool assigned = i >= assigned_until && (next == ":=" || (next == "=" && starts));
    if (!assigned && !filled && !looped) continue;
    auto& target = targets_[lowered(text_of(text, token))];
    ++target.times;
    target.value = {};
    if (!assigned || filled || looped) continue;
    const auto end = end_of(tokens, i + 2);
    target.value = tokens.subspan(i + 2, end - i - 2);
    assigned_until = next == ":=" ? 0 : end;
  }
}

auto Variables::mentions(Tokens expression, std::string_view name) const -> bool {
  return std::any_of(expression.begin(), expression.end(), [&](const Token& token) { return is_word(text_, token, name); });
}

// name [CONSTANT] type [:= expression]
auto Variables::declare(Tokens declaration, Constants& to) const -> void {
  if (calls_ || declaration.size() < 2 || declaration.front().kind != Token::Kind::word) return;
  const auto name = lowered(text_of(text_, declaration.front()));
  Tokens value;
  for (std::size_t i = 1; i + 1 < declaration.size() && value.empty(); ++i) {
    const auto sign = text_of(text_, declaration[i]);
    if (sign == ":=" || sign == "=" || is_word(text_, declaration[i], "default")) value = declaration.subspan(i + 1);
  }
  const auto target = targets_.find(name);
  if (target != targets_.end()) {
    if (!value.empty() || target->second.times != 1) return;
    value = target->second.value;
  }
  if (value.empty() || mentions(value, name)) return;
  to.insert_or_assign(name, value);
}

auto array_elements(std::string_view text, Tokens expression, const Constants& constants) -> std::vector<Tokens> {
  constexpr std::size_t most = 100;
  if (expression.size() == 1 && expression.front().kind == Token::Kind::word) {
    const auto known = constants.find(lowered(text_of(text, expression.front())));
    if (known == constants.end()) return {};
    expression = known->second;
  }
  while (expression.size() > 2 && text_of(text, expression.front()) == "(" && text_of(text, expression.back()) == ")")
    expression = expression.subspan(1, expression.size() - 2);
  if (expression.size() < 4 || !is_word(text, expression.front(), "array") || text_of(text, expression[1]) != "[") return {};
  std::vector<Tokens> found;
  std::size_t at = 2;
  for (; at < expression.size() && is_string(expression[at]) && found.size() < most; ++at) {
    found.push_back(expression.subspan(at, 1));
    // 'a'::text
    if (at + 2 < expression.size() && text_of(text, expression[at + 1]) == "::") at += 2;
    ++at;
    if (at >= expression.size() || expression[at].kind != Token::Kind::comma) break;
  }
  if (at >= expression.size() || text_of(text, expression[at]) != "]") return {};
  const auto cast = expression.subspan(at + 1);
  if (!cast.empty() && text_of(text, cast.front()) != "::") return {};
  return found;
}

}  // namespace foreshot::sql
