// Turns the bytes of a Python file into UTF-8 as Python would read them: byte order marks, the coding line of PEP 263,
// UTF-8 otherwise. Never fails: invalid bytes become U+FFFD, an encoding nobody knows is read as UTF-8 with a notice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace foreshot::driver {

struct DecodedText {
  std::string text;              // UTF-8, without byte order mark
  std::uint32_t bom_bytes = 0;
  std::string notice;            // empty, or what is odd about the file, for people
};

auto decode_python(std::string bytes) -> DecodedText;

// Writes text as a file is written that holds `bytes`: with its byte order mark and its encoding. Nothing when reading
// that file lost something, or when the encoding has no byte for a character.
auto encode_like(const std::string& bytes, std::string_view text) -> std::optional<std::string>;

// The name in a `# -*- coding: NAME -*-` line among the first two lines, lower case; empty if there is none.
auto coding_line(std::string_view bytes) -> std::string;

}  // namespace foreshot::driver
