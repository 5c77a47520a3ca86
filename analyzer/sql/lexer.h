// The tokens of an SQL text, as PostgreSQL's scanner cuts them: used to split statements, to keep comments and to find
// the places that the parse tree does not carry. Never fails: what is not closed reaches to the end of the text.
// A hole (MappedText::hole_byte) counts as a letter, so `\x01_users` is one word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace foreshot::sql {

struct Token {
  enum class Kind : std::uint8_t {
    word,           // keyword or unquoted identifier
    quoted_word,    // "Name", U&"…"
    string,         // '…', N'…', B'…', X'…'
    escape_string,  // E'…', U&'…'
    dollar_string,  // $tag$…$tag$
    number,
    parameter,      // $1
    symbol,         // operators and punctuation
    semicolon,
    open,           // ( or [
    close,          // ) or ]
    comma,
    dot,
    line_comment,
    block_comment,
  };
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  Kind kind = Kind::symbol;
  bool hole = false;    // a hole lies inside
  bool closed = true;   // false: the closing quote or comment end is missing
};

using Tokens = std::span<const Token>;

struct Lexed {
  std::vector<Token> tokens;    // without comments
  std::vector<Token> comments;
};

auto lex(std::string_view text) -> Lexed;

inline auto text_of(std::string_view text, const Token& token) -> std::string_view {
  return text.substr(token.begin, token.end - token.begin);
}

// Is the token the unquoted word `word` (lower case)?
auto is_word(std::string_view text, const Token& token, std::string_view word) -> bool;

// Does tokens[at] exist, and is it that word?
inline auto is_word(std::string_view text, Tokens tokens, std::size_t at, std::string_view word) -> bool {
  return at < tokens.size() && is_word(text, tokens[at], word);
}

// The range inside the quotes of a string or dollar string token: [begin, end) in the text.
struct Inside {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};
auto inside_of(std::string_view text, const Token& token) -> Inside;

}  // namespace foreshot::sql
