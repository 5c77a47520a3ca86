#include "analyzer/base/md5.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace foreshot {
namespace {

constexpr std::size_t block_size = 64;
using State = std::array<std::uint32_t, 4>;

// The integer part of 2^32 * |sin(i + 1)|.
auto sines() -> const std::array<std::uint32_t, block_size>& {
  static const auto table = [] {
    std::array<std::uint32_t, block_size> result{};
    for (std::size_t i = 0; i < block_size; ++i)
      result[i] = static_cast<std::uint32_t>(std::floor(4294967296.0 * std::fabs(std::sin(static_cast<double>(i + 1)))));
    return result;
  }();
  return table;
}

auto add_block(State& state, std::string_view block) -> void {
  static constexpr std::array<std::array<int, 4>, 4> turns{{{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};
  std::array<std::uint32_t, 16> words{};
  for (std::size_t i = 0; i < block_size; ++i)
    words[i / 4] |= static_cast<std::uint32_t>(static_cast<unsigned char>(block[i])) << (8 * (i % 4));
  auto [a, b, c, d] = state;
  for (std::size_t i = 0; i < block_size; ++i) {
    const auto round = i / 16;
    const auto mixed = round == 0 ? (b & c) | (~b & d) : round == 1 ? (d & b) | (~d & c) : round == 2 ? b ^ c ^ d : c ^ (b | ~d);
    const auto word = round == 0 ? i : round == 1 ? (5 * i + 1) % 16 : round == 2 ? (3 * i + 5) % 16 : (7 * i) % 16;
    const auto turned = std::rotl(a + mixed + sines()[i] + words[word], turns[round][i % 4]);
    a = d;
    d = c;
    c = b;
    b += turned;
  }
  state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d};
}

}  // namespace

auto md5_hex(std::string_view bytes) -> std::string {
  std::string padded(bytes);
  padded += '\x80';
  while (padded.size() % block_size != block_size - 8) padded += '\0';
  const auto bits = static_cast<std::uint64_t>(bytes.size()) * 8;
  for (unsigned i = 0; i < 8; ++i) padded += static_cast<char>(bits >> (8 * i) & 0xff);
  State state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  for (std::size_t at = 0; at < padded.size(); at += block_size) add_block(state, std::string_view(padded).substr(at, block_size));
  std::string hex;
  for (const auto word : state)
    for (unsigned i = 0; i < 4; ++i) {
      const auto byte = word >> (8 * i) & 0xff;
      hex += "0123456789abcdef"[byte >> 4];
      hex += "0123456789abcdef"[byte & 15];
    }
  return hex;
}

}  // namespace foreshot
