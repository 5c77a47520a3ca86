#include "analyzer/sql/lexer.h"

#include <algorithm>
#include <array>

#include "analyzer/base/mapped_text.h"

namespace foreshot::sql {
namespace {

auto lower(char c) -> char { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
auto is_digit(char c) -> bool { return c >= '0' && c <= '9'; }
auto is_space(char c) -> bool { return c == ' ' || (c >= '\t' && c <= '\r'); }
auto starts_word(char c) -> bool {
  return (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' || c == MappedText::hole_byte ||
         static_cast<unsigned char>(c) >= 0x80;
}
auto continues_word(char c) -> bool { return starts_word(c) || is_digit(c) || c == '$'; }
auto is_operator(char c) -> bool { return std::string_view("~!@#^&|`?+-*/%<>=").find(c) != std::string_view::npos; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  auto run() -> Lexed {
    while (at_ < text_.size()) {
      if (is_space(text_[at_]) || text_[at_] == '\0') {
        ++at_;
        continue;
      }
      Token token;
      token.begin = static_cast<std::uint32_t>(at_);
      next(token);
      token.end = static_cast<std::uint32_t>(at_);
      if (token.kind == Token::Kind::line_comment || token.kind == Token::Kind::block_comment)
        lexed_.comments.push_back(token);
      else
        lexed_.tokens.push_back(token);
    }
    return std::move(lexed_);
  }

 private:
  auto peek(std::size_t ahead = 1) const -> char { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  auto next(Token& token) -> void {
    const char c = text_[at_];
    if (c == '-' && peek() == '-') return line_comment(token);
    if (c == '/' && peek() == '*') return block_comment(token);
    if (c == '\'') return quoted(token, Token::Kind::string, '\'', false);
    if (c == '"') return quoted(token, Token::Kind::quoted_word, '"', false);
    if (starts_word(c)) return word(token);
    if (is_digit(c) || (c == '.' && is_digit(peek()))) return number(token);
    if (c == '$') return dollar(token);
    punctuation(token);
  }

  auto line_comment(Token& token) -> void {
    token.kind = Token::Kind::line_comment;
    while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
  }

  auto block_comment(Token& token) -> void {
    token.kind = Token::Kind::block_comment;
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      if (text_[at_] == '/' && peek() == '*') {
        ++depth;
        at_ += 2;
      } else if (text_[at_] == '*' && peek() == '/') {
        at_ += 2;
        if (--depth == 0) return;
      } else {
        ++at_;
      }
    }
    token.closed = false;
  }

  auto quoted(Token& token, Token::Kind kind, char quote, bool backslashes) -> void {
    token.kind = kind;
    ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == quote) {
        if (peek() != quote) {
          ++at_;
          return;
        }
        ++at_;
      } else if (c == '\\' && backslashes) {
        ++at_;
      } else if (c == MappedText::hole_byte) {
        token.hole = true;
      }
      ++at_;
    }
    at_ = std::min(at_, text_.size());
    token.closed = false;
  }

  auto word(Token& token) -> void {
    const char first = lower(text_[at_]);
    if (peek() == '\'' && (first == 'e' || first == 'n' || first == 'b' || first == 'x')) {
      ++at_;
      return quoted(token, first == 'e' ? Token::Kind::escape_string : Token::Kind::string, '\'', first == 'e');
    }
    if (first == 'u' && peek() == '&' && (peek(2) == '\'' || peek(2) == '"')) {
      at_ += 2;
      const char quote = text_[at_];
      return quoted(token, quote == '"' ? Token::Kind::quoted_word : Token::Kind::escape_string, quote, false);
    }
    token.kind = Token::Kind::word;
    for (; at_ < text_.size() && continues_word(text_[at_]); ++at_)
      token.hole = token.hole || text_[at_] == MappedText::hole_byte;
  }

  auto number(Token& token) -> void {
    token.kind = Token::Kind::number;
    const auto digits = [&] {
      for (; at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '_' || text_[at_] == MappedText::hole_byte);
           ++at_)
        token.hole = token.hole || text_[at_] == MappedText::hole_byte;
    };
    if (text_[at_] == '0' && std::string_view("xob").find(lower(peek())) != std::string_view::npos) {
      at_ += 2;
      while (at_ < text_.size() && continues_word(text_[at_])) ++at_;
      return;
    }
    digits();
    if (at_ < text_.size() && text_[at_] == '.' && peek() != '.') {
      ++at_;
      digits();
    }
    if (at_ < text_.size() && lower(text_[at_]) == 'e' &&
        (is_digit(peek()) || ((peek() == '-' || peek() == '+') && is_digit(peek(2))))) {
      at_ += 2;
      digits();
    }
  }

  auto dollar(Token& token) -> void {
    if (is_digit(peek())) {
      token.kind = Token::Kind::parameter;
      ++at_;
      while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
      return;
    }
    auto tag_end = at_ + 1;
    if (tag_end < text_.size() && starts_word(text_[tag_end]))
      while (tag_end < text_.size() && (starts_word(text_[tag_end]) || is_digit(text_[tag_end]))) ++tag_end;
    if (tag_end >= text_.size() || text_[tag_end] != '$') {
      ++at_;
      return;
    }
    const auto delimiter = text_.substr(at_, tag_end + 1 - at_);
    token.kind = Token::Kind::dollar_string;
    const auto body = tag_end + 1;
    const auto close = text_.find(delimiter, body);
    token.closed = close != std::string_view::npos;
    at_ = token.closed ? close + delimiter.size() : text_.size();
    token.hole = text_.substr(body, at_ - body).find(MappedText::hole_byte) != std::string_view::npos;
  }

  auto punctuation(Token& token) -> void {
    const char c = text_[at_];
    if (is_operator(c)) {
      ++at_;
      while (at_ < text_.size() && is_operator(text_[at_]) && !(text_[at_] == '-' && peek() == '-') &&
             !(text_[at_] == '/' && peek() == '*'))
        ++at_;
      return;
    }
    ++at_;
    switch (c) {
      case ';':
        token.kind = Token::Kind::semicolon;
        break;
      case ',':
        token.kind = Token::Kind::comma;
        break;
      case '(':
      case '[':
        token.kind = Token::Kind::open;
        break;
      case ')':
      case ']':
        token.kind = Token::Kind::close;
        break;
      case '.':
        if (at_ < text_.size() && text_[at_] == '.')
          ++at_;
        else
          token.kind = Token::Kind::dot;
        break;
      case ':':
        if (at_ < text_.size() && (text_[at_] == ':' || text_[at_] == '=')) ++at_;
        break;
      default:
        break;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Lexed lexed_;
};

}  // namespace

auto lex(std::string_view text) -> Lexed { return Lexer(text).run(); }

auto is_word(std::string_view text, const Token& token, std::string_view word) -> bool {
  if (token.kind != Token::Kind::word || token.end - token.begin != word.size()) return false;
  return std::equal(word.begin(), word.end(), text.begin() + token.begin,
                    [](char expected, char c) { return expected == lower(c); });
}

auto inside_of(std::string_view text, const Token& token) -> Inside {
  Inside inside{token.begin, token.end};
  if (token.kind == Token::Kind::dollar_string) {
    const auto tag = static_cast<std::uint32_t>(text.find('$', token.begin + 1) + 1 - token.begin);
    inside.begin = token.begin + tag;
    if (token.closed) inside.end = token.end - tag;
    return inside;
  }
  while (inside.begin < token.end && text[inside.begin] != '\'' && text[inside.begin] != '"') ++inside.begin;
  if (inside.begin < token.end) ++inside.begin;
  if (token.closed) --inside.end;
  return inside;
}

}  // namespace foreshot::sql
