#include "analyzer/base/word_search.h"

#include <algorithm>

namespace foreshot {

WordSearch::WordSearch(std::initializer_list<std::string_view> words) : words_(words), next_(words.size()) {
  shortest_ = std::min(std::min_element(words.begin(), words.end(), [](auto a, auto b) { return a.size() < b.size(); })->size(), std::size_t{200});
  skip_.fill(static_cast<std::uint8_t>(shortest_ - 1));
  for (std::size_t i = 0; i < words_.size(); ++i) {
    for (std::size_t end = 1; end < shortest_; ++end) {
      auto& skip = skip_[block(words_[i][end - 1], words_[i][end])];
      skip = std::min(skip, static_cast<std::uint8_t>(shortest_ - 1 - end));
    }
    auto& first = first_[block(words_[i][shortest_ - 2], words_[i][shortest_ - 1])];
    next_[i] = first;
    first = static_cast<std::uint8_t>(i + 1);
  }
}

auto WordSearch::in(std::string_view text) const -> bool {
  for (auto at = shortest_ - 1; at < text.size();) {
    const auto here = block(text[at - 1], text[at]);
    if (skip_[here] > 0) {
      at += skip_[here];
      continue;
    }
    const auto rest = text.substr(at - (shortest_ - 1));
    for (auto word = first_[here]; word != 0; word = next_[word - 1])
      if (rest.starts_with(words_[word - 1])) return true;
    ++at;
  }
  return false;
}

}  // namespace foreshot
