// WordSearch finds out whether a text holds one of some words, in one pass whatever their number.
//
// The pass looks at two bytes at a time and skips as many as the shortest word allows (Wu and Manber, "A fast algorithm
// for multi-pattern searching", 1994): long texts that hold none of the words cost a fraction of a step for each byte.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace foreshot {

class WordSearch {
 public:
  // Two bytes each at least, 200 words at most; the bytes must outlive this.
  WordSearch(std::initializer_list<std::string_view> words);

  auto in(std::string_view text) const -> bool;

 private:
  static constexpr std::size_t blocks = 4096;
  static auto block(char left, char right) -> std::size_t {
    return (static_cast<std::size_t>(static_cast<unsigned char>(left)) * 37U + static_cast<unsigned char>(right)) % blocks;
  }

  std::size_t shortest_;
  std::array<std::uint8_t, blocks> skip_;     // by the two bytes that end where the shortest word may end
  std::vector<std::string_view> words_;
  std::vector<std::uint8_t> next_;            // the next word that ends in the same block there, and 0 after the last
  std::array<std::uint8_t, blocks> first_{};  // the first, counted from 1
};

}  // namespace foreshot
