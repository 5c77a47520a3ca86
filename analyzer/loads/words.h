// Small questions about words and bytes that readers of names ask.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace foreshot::loads {

// Whether the word is one of these.
inline auto in(std::string_view word, std::initializer_list<std::string_view> words) -> bool {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Whether the text holds one of these. For fixed words and many texts there is WordSearch.
inline auto has_any(std::string_view text, std::initializer_list<std::string_view> words) -> bool {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

// A byte of a name, of what ASCII has.
inline auto is_word(char c) -> bool { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

}  // namespace foreshot::loads
