#include "analyzer/sqlalchemy/interpolated.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "analyzer/sql/lexer.h"

namespace foreshot::sqlalchemy {
namespace {

using sql::Token;

auto is_dml(std::string_view text, const std::vector<Token>& tokens) -> bool {
  if (tokens.empty()) return false;
  for (const auto* word : {"select", "insert", "update", "delete", "with", "merge"})
    if (sql::is_word(text, tokens[0], word)) return true;
  return false;
}

auto is_comparison(std::string_view symbol) -> bool {
  static constexpr std::array<std::string_view, 7> all{"=", "<", ">", "<=", ">=", "<>", "!="};
  return std::find(all.begin(), all.end(), symbol) != all.end();
}

auto lower(std::string_view text) -> std::string {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return made;
}

}  // namespace

auto interpolated_values(const MappedText& text) -> std::vector<InterpolatedValue> {
  std::vector<InterpolatedValue> found;
  const std::string_view words = text.text();
  constexpr std::size_t longest = 32768;
  if (words.size() > longest) return found;
  const auto lexed = sql::lex(words);
  const auto& tokens = lexed.tokens;
  if (!is_dml(words, tokens)) return found;
  const auto add = [&](std::uint32_t begin, std::uint32_t end) {
    for (const auto& piece : text.pieces()) {
      if (piece.hole < 0 || piece.begin < begin || piece.end > end) continue;
      const auto& hole = text.holes()[static_cast<std::size_t>(piece.hole)];
      if (!hole.alternatives.empty() || !hole.constant.empty() || !hole.where.known()) continue;
      found.push_back({hole.what, hole.where});
    }
  };
  for (std::size_t at = 1; at < tokens.size(); ++at) {
    const auto& token = tokens[at];
    if (!token.hole) continue;
    const auto& before = tokens[at - 1];
    if (token.kind == Token::Kind::string || token.kind == Token::Kind::escape_string) {
      // 'schema.table'::regclass, nextval('name'): a name, and the text of it.
      const bool cast = at + 1 < tokens.size() && sql::text_of(words, tokens[at + 1]) == "::";
      const bool argument = before.kind == Token::Kind::open && at > 1 && tokens[at - 2].kind == Token::Kind::word && !sql::is_word(words, tokens[at - 2], "in") &&
                            !sql::is_word(words, tokens[at - 2], "values") && !sql::is_word(words, tokens[at - 2], "lower") && !sql::is_word(words, tokens[at - 2], "upper");
      if (!cast && !argument && !sql::is_word(words, before, "as")) add(token.begin, token.end);
      continue;
    }
    const bool alone = token.end == token.begin + 1;
    if (!alone || before.kind != Token::Kind::symbol || !is_comparison(sql::text_of(words, before))) continue;
    // `{x}.y` is a column, `{x}(…)` a function.
    if (at + 1 < tokens.size() && (tokens[at + 1].kind == Token::Kind::dot || tokens[at + 1].kind == Token::Kind::open)) continue;
    add(token.begin, token.end);
  }
  return found;
}

auto is_harmless(std::string_view expression, const python::Function& function) -> bool {
  const auto words = lower(expression);
  for (const auto* word : {"int(", "float(", "len(", "round(", "placeholder", "bind", "param", "escape", "quote", "literal", "sanitize", "dialect", "schema", "table", "column", "uuid",
                           "clause", "condition", "where", "filter", "isoformat", "time", "date", "query", "sql", "expr", "field"})
    if (words.find(word) != std::string::npos) return true;
  // Enum.MEMBER.value, a constant.
  if (!expression.empty() && std::isupper(static_cast<unsigned char>(expression[0])) != 0) return true;
  if (const auto dot = expression.rfind('.'); dot != std::string_view::npos && dot + 1 < expression.size() && std::isupper(static_cast<unsigned char>(expression[dot + 1])) != 0) return true;
  for (const auto& parameter : function.parameters) {
    if (parameter.name != expression || parameter.annotation == nullptr) continue;
    const auto* type = python::as<python::Name>(parameter.annotation, python::ExpressionKind::name);
    if (type == nullptr) continue;
    for (const auto* name : {"int", "float", "bool", "UUID", "Decimal", "datetime", "date"})
      if (type->id == name) return true;
  }
  return false;
}

}  // namespace foreshot::sqlalchemy
