#include "analyzer/jinja/lexer.h"

#include <algorithm>
#include <array>

namespace foreshot::jinja {
namespace {

auto is_space(char c) -> bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }
auto is_digit(char c) -> bool { return c >= '0' && c <= '9'; }
auto begins_name(char c) -> bool {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
auto continues_name(char c) -> bool { return begins_name(c) || is_digit(c); }
auto narrow(std::size_t offset) -> std::uint32_t { return static_cast<std::uint32_t>(offset); }

constexpr std::array<std::string_view, 6> long_ops{"//", "**", "==", "!=", ">=", "<="};

}  // namespace

auto Lexer::next() -> Piece {
  tokens_.clear();
  if (at_ >= text_.size()) return {Piece::Kind::end, narrow(text_.size()), narrow(text_.size())};
  const auto begin = at_;
  auto opening = begin;
  while (true) {
    opening = text_.find('{', opening);
    if (opening == std::string_view::npos || opening + 1 >= text_.size()) {
      at_ = text_.size();
      return {Piece::Kind::text, narrow(begin), narrow(at_)};
    }
    const auto c = text_[opening + 1];
    if (c == '{' || c == '%' || c == '#') break;
    ++opening;
  }
  if (opening > begin) {
    at_ = opening;
    return {Piece::Kind::text, narrow(begin), narrow(opening)};
  }
  const auto mark = text_[opening + 1];
  if (mark == '#') {
    const auto closing = text_.find("#}", opening + 2);
    at_ = closing == std::string_view::npos ? text_.size() : closing + 2;
    return {Piece::Kind::comment, narrow(opening), narrow(at_)};
  }
  auto from = opening + 2;
  if (from < text_.size() && (text_[from] == '-' || text_[from] == '+')) ++from;
  at_ = tokenize(from, mark == '{' ? "}}" : "%}");
  if (mark == '%' && tokens_.size() == 2 && tokens_[0].text == "raw") {
    at_ = raw_end(at_);
    tokens_.clear();
    return {Piece::Kind::text, narrow(opening), narrow(at_)};
  }
  return {mark == '{' ? Piece::Kind::output : Piece::Kind::tag, narrow(opening), narrow(at_)};
}

// Behind `{% endraw %}`.
auto Lexer::raw_end(std::size_t from) const -> std::size_t {
  for (auto at = text_.find("{%", from); at != std::string_view::npos; at = text_.find("{%", at + 2)) {
    auto word = at + 2;
    if (word < text_.size() && (text_[word] == '-' || text_[word] == '+')) ++word;
    while (word < text_.size() && is_space(text_[word])) ++word;
    if (text_.substr(word, 6) != "endraw") continue;
    word += 6;
    while (word < text_.size() && is_space(text_[word])) ++word;
    if (word < text_.size() && (text_[word] == '-' || text_[word] == '+')) ++word;
    if (text_.substr(word, 2) == "%}") return word + 2;
  }
  return text_.size();
}

// Inside brackets the closing delimiter is not one: `{{ {"a": {}} }}`.
auto Lexer::tokenize(std::size_t from, std::string_view closing) -> std::size_t {
  // Where a bracket or a quote was left open before, each tag ends with the first closing delimiter, so that all stays linear.
  const auto first = broken_ ? text_.find(closing, from) : std::string_view::npos;
  const auto text = first == std::string_view::npos ? text_ : text_.substr(0, first + 2);
  std::size_t at = from, brackets = 0;
  const auto push = [&](Token::Kind kind, std::size_t end, std::size_t strip = 0) {
    tokens_.push_back({kind, text.substr(at + strip, end - at - 2 * strip), narrow(at), narrow(end)});
    at = end;
  };
  open_ = false;
  while (at < text.size()) {
    const auto c = text[at];
    if (is_space(c)) {
      ++at;
      continue;
    }
    if (brackets == 0 || broken_) {
      const auto sign = (c == '-' || c == '+') && text.substr(at + 1, 2) == closing ? 1U : 0U;
      if (text.substr(at + sign, 2) == closing) {
        tokens_.push_back({Token::Kind::end, {}, narrow(at), narrow(at)});
        return at + sign + 2;
      }
    }
    if (begins_name(c)) {
      auto end = at + 1;
      while (end < text.size() && continues_name(text[end])) ++end;
      push(Token::Kind::name, end);
    } else if (is_digit(c)) {
      auto end = at + 1;
      while (end < text.size() && (continues_name(text[end]))) ++end;
      auto kind = Token::Kind::integer;
      const bool after_dot = at > 0 && text[at - 1] == '.';  // x.0.1 reads two items
      if (!after_dot && end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) {
        kind = Token::Kind::number;
        ++end;
        while (end < text.size() && continues_name(text[end])) ++end;
      }
      push(kind, end);
    } else if (c == '"' || c == '\'') {
      auto end = at + 1;
      while (end < text.size() && text[end] != c) end += text[end] == '\\' ? 2 : 1;
      if (end >= text.size()) break;
      push(Token::Kind::string, end + 1, 1);
    } else {
      const auto two = text.substr(at, 2);
      const bool is_long = std::find(long_ops.begin(), long_ops.end(), two) != long_ops.end();
      if (c == '(' || c == '[' || c == '{') ++brackets;
      if ((c == ')' || c == ']' || c == '}') && brackets > 0) --brackets;
      push(Token::Kind::op, at + (is_long ? 2 : 1));
    }
  }
  // Never closed, perhaps because of a bracket or a quote: the rest of the text is no tag.
  open_ = broken_ = true;
  const auto end = text_.find(closing, from);
  const auto stop = end == std::string_view::npos ? text_.size() : end + 2;
  while (!tokens_.empty() && tokens_.back().end > stop) tokens_.pop_back();
  tokens_.push_back({Token::Kind::end, {}, narrow(stop), narrow(stop)});
  return stop;
}

}  // namespace foreshot::jinja
