#include "analyzer/report/line_hash.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "analyzer/report/utf16.h"

namespace foreshot::report {
namespace {

constexpr std::size_t window = 100;

auto first_power() -> std::uint64_t {
  std::uint64_t power = 1;
  for (std::size_t i = 0; i < window; ++i) power *= 37;
  return power;
}

}  // namespace

auto line_hashes(std::string_view text) -> std::vector<std::string> {
  std::vector<std::uint16_t> units;
  std::vector<std::size_t> begins;   // of lines, in units
  units.reserve(text.size() + window + 1);
  bool line_start = true;
  std::uint16_t previous = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto code = next_code_point(text, at);
    const bool after_return = previous == '\r';
    previous = static_cast<std::uint16_t>(code);
    if (code == ' ' || code == '\t' || (code == '\n' && after_return)) continue;
    if (code == '\r') code = '\n';
    if (line_start) begins.push_back(units.size());
    line_start = code == '\n';
    if (code >= 0x10000) {
      units.push_back(static_cast<std::uint16_t>(0xD800 + ((code - 0x10000) >> 10)));
      units.push_back(static_cast<std::uint16_t>(0xDC00 + ((code - 0x10000) & 0x3FF)));
    } else {
      units.push_back(static_cast<std::uint16_t>(code));
    }
  }
  if (line_start) begins.push_back(units.size());
  units.push_back(65535);
  units.insert(units.end(), window, 0);

  // Rolling: h(i+1) = h(i) * 37 + unit(i+100) - unit(i) * 37^100.
  static const auto power = first_power();
  std::vector<std::string> hashes;
  hashes.reserve(begins.size());
  std::unordered_map<std::uint64_t, unsigned> seen;
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < window && i < units.size(); ++i) hash = hash * 37 + units[i];
  std::size_t line = 0;
  for (std::size_t i = 0; line < begins.size(); ++i) {
    while (line < begins.size() && begins[line] == i) {
      hashes.push_back(fmt::format("{:x}:{}", hash, ++seen[hash]));
      ++line;
    }
    const std::uint64_t entering = i + window < units.size() ? units[i + window] : 0;
    hash = hash * 37 + entering - units[i] * power;
  }
  return hashes;
}

}  // namespace foreshot::report
