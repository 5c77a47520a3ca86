// UTF-8 read as code points and counted in UTF-16 units.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace foreshot::report {

// The code point at text[at], which moves behind it. Bytes that are no UTF-8 count as one code point each.
inline auto next_code_point(std::string_view text, std::size_t& at) -> std::uint32_t {
  const auto first = static_cast<unsigned char>(text[at++]);
  if (first < 0xC0) return first;
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  std::uint32_t code = first & (0x3FU >> more);
  for (int i = 0; i < more && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; ++i)
    code = code << 6 | (static_cast<unsigned char>(text[at++]) & 0x3F);
  return code;
}

inline auto utf16_units(std::string_view text) -> std::size_t {
  std::size_t units = 0;
  for (std::size_t at = 0; at < text.size();) units += next_code_point(text, at) >= 0x10000 ? 2 : 1;
  return units;
}

}  // namespace foreshot::report
