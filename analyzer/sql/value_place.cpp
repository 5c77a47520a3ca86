// Where a text has a value and nothing else.
#include <array>
#include <optional>

#include "analyzer/sql/holes.h"
#include "analyzer/sql/keywords.h"

namespace foreshot::sql {
namespace {

// The token that opens the parentheses around `at`.
auto opening(Tokens tokens, std::size_t at) -> std::optional<std::size_t> {
  std::size_t closed = 0;
  while (at-- > 0) {
    if (tokens[at].kind == Token::Kind::close) ++closed;
    if (tokens[at].kind != Token::Kind::open) continue;
    if (closed == 0) return at;
    --closed;
  }
  return std::nullopt;
}

// VALUES (…), (…) and VALUES {rows}, {more}: is `at` behind VALUES, with nothing but rows between?
auto follows_values(std::string_view text, Tokens tokens, std::size_t at) -> bool {
  std::size_t open = 0;
  while (at-- > 0) {
    const auto kind = tokens[at].kind;
    if (kind == Token::Kind::close) ++open;
    else if (kind == Token::Kind::open && open > 0) --open;
    else if (open > 0 || kind == Token::Kind::comma || tokens[at].hole) continue;
    else return is_word(text, tokens[at], "values") && !(at > 0 && is_word(text, tokens[at - 1], "default"));
  }
  return false;
}

auto is_comparison(std::string_view symbol) -> bool {
  static constexpr std::array<std::string_view, 15> all{"=", "<", ">", "<=", ">=", "<>", "!=", "||", "+", "-", "~", "~*", "!~", "@>", "->>"};
  for (const auto each : all)
    if (symbol == each) return true;
  return false;
}

}  // namespace

auto is_value_place(const Source& source, Tokens tokens, std::size_t at) -> bool {
  const auto text = source.text();
  const auto& token = tokens[at];
  const bool alone = token.hole && token.end == token.begin + 1;
  if (!alone || at == 0) return false;
  // `{x}(…)` calls a function, `{x}.y` is a column.
  if (at + 1 < tokens.size() && (tokens[at + 1].kind == Token::Kind::open || tokens[at + 1].kind == Token::Kind::dot)) return false;
  const auto& before = tokens[at - 1];
  if (before.kind == Token::Kind::symbol) return is_comparison(text_of(text, before));
  if (before.kind == Token::Kind::word) {
    static constexpr std::array<std::string_view, 7> leads{"like", "ilike", "limit", "offset", "between", "in", "values"};
    for (const auto lead : leads)
      if (is_word(text, before, lead)) return true;
    // BETWEEN a AND {b}
    return is_word(text, before, "and") && at > 2 && is_word(text, tokens[at - 3], "between");
  }
  if (before.kind != Token::Kind::open && before.kind != Token::Kind::comma) return false;
  const auto open = opening(tokens, at);
  if (!open) return before.kind == Token::Kind::comma && follows_values(text, tokens, at);
  if (*open == 0) return false;
  const auto& lead = tokens[*open - 1];
  if (is_word(text, lead, "in") || is_word(text, lead, "any") || is_word(text, lead, "all") || is_word(text, lead, "array")) return true;
  return follows_values(text, tokens, *open);
}

}  // namespace foreshot::sql
