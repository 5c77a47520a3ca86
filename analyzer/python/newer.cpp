#include "analyzer/python/newer.h"

#include <algorithm>

namespace foreshot::python {
namespace {

auto is_word(char c) -> bool {
  return c == '_' || ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Behind `def name`, `class Name` or `type Name`, where the brackets of type parameters begin; npos when they do not.
auto type_parameters(std::string_view text) -> std::size_t {
  auto at = std::size_t{0};
  const auto blank = [&] {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  };
  const auto word = [&] {
    const auto from = at;
    while (at < text.size() && is_word(text[at])) ++at;
    return text.substr(from, at - from);
  };
  for (;;) {
    blank();
    if (at >= text.size()) return std::string_view::npos;
    const auto keyword = word();
    if (keyword == "def" || keyword == "class" || keyword == "type") {
      blank();
      if (!word().empty()) {
        blank();
        if (at < text.size() && text[at] == '[') return at;
      }
    }
    // Decorators come first, each on a line of its own.
    if (keyword == "async") continue;
    at = text.find('\n', at);
    if (at == std::string_view::npos) return at;
    ++at;
  }
}

// `A[*b.c[d]]` in an annotation: the stars go, what they unpack stays.
auto without_unpacking(std::string_view statement) -> OlderPython {
  auto made = OlderPython{};
  auto text = std::string{statement};
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    if (text[at] != '*' || !is_word(text[at + 1])) continue;
    const auto before = text.find_last_not_of(" \t\r\n", at - 1);
    if (before == std::string::npos || (text[before] != '[' && text[before] != ',')) continue;
    text[at] = ' ';
    if (made.end != 0) continue;
    made.begin = static_cast<std::uint32_t>(at);
    made.end = static_cast<std::uint32_t>(at + 1);
  }
  if (made.end == 0) return made;
  made.text = std::move(text);
  made.message = "an unpacked type of this form needs Python 3.11";
  return made;
}

}  // namespace

auto as_older_python(std::string_view statement) -> OlderPython {
  auto made = OlderPython{};
  const auto open = type_parameters(statement);
  if (open == std::string_view::npos) return without_unpacking(statement);
  auto text = std::string{statement};
  auto depth = 0;
  auto default_begin = std::size_t{0};  // 0: not inside a default
  auto quote = '\0';
  for (auto at = open; at < text.size(); ++at) {
    const auto c = text[at];
    const auto ends = depth == 1 && quote == '\0' && (c == ',' || c == ']');
    if (ends && default_begin != 0) {
      if (made.end == 0) {
        made.begin = static_cast<std::uint32_t>(default_begin);
        made.end = static_cast<std::uint32_t>(at);
      }
      std::fill(text.begin() + static_cast<std::ptrdiff_t>(default_begin),
                text.begin() + static_cast<std::ptrdiff_t>(at), ' ');
      default_begin = 0;
    }
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if (c == ')' || c == ']' || c == '}') {
      if (--depth == 0) break;
    } else if (c == '=' && depth == 1 && default_begin == 0) {
      default_begin = at;
    }
  }
  if (made.end == 0) return without_unpacking(statement);
  made.text = std::move(text);
  made.message = "a default of a type parameter needs Python 3.13";
  return made;
}

}  // namespace foreshot::python
