// Takes a template apart: text, comments, raw sections, and the tokens between two delimiters. Private to jinja/.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace foreshot::jinja {

struct Token {
  enum class Kind : std::uint8_t { name, string, integer, number, op, end };  // end: the closing delimiter, or the end of the text
  Kind kind = Kind::end;
  std::string_view text;      // of a string: between its quotes, not decoded
  std::uint32_t begin = 0, end = 0;
};

struct Piece {
  enum class Kind : std::uint8_t { text, output, tag, comment, end };
  Kind kind = Kind::end;
  std::uint32_t begin = 0, end = 0;   // delimiters included
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  // The next piece. Of an output or a tag the tokens are in tokens(), with one of kind end at last; a raw section is text.
  auto next() -> Piece;
  auto tokens() const -> const std::vector<Token>& { return tokens_; }
  // The last output or tag has no closing delimiter.
  auto open() const -> bool { return open_; }

 private:
  auto tokenize(std::size_t from, std::string_view closing) -> std::size_t;
  auto raw_end(std::size_t from) const -> std::size_t;

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
  bool open_ = false;
  bool broken_ = false;   // one had none
};

}  // namespace foreshot::jinja
