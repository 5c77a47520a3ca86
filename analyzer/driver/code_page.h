// Single-byte encodings that Python sources are found in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace foreshot::driver {

struct CodePage {
  const char* names;                // separated by spaces, as PEP 263 comments spell them, '-' for '_'
  const char16_t* upper;            // code points of 0x80 … 0xFF; null: the same as Latin-1
  auto decode(unsigned char byte) const -> std::uint32_t {
    return byte < 0x80 || upper == nullptr ? byte : upper[byte - 0x80];
  }
};

auto find_code_page(std::string_view name) -> const CodePage*;
auto is_utf8_name(std::string_view name) -> bool;  // ASCII is a part of UTF-8
auto append_utf8(std::string& out, std::uint32_t code) -> void;

}  // namespace foreshot::driver
