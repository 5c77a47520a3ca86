// A Span is a range of bytes in one file of the project: the only kind of position below report/.
#pragma once

#include <cstdint>

namespace foreshot {

using FileId = std::uint32_t;  // index into the SourceMap
inline constexpr FileId no_file = 0xffffffff;

struct Span {
  FileId file = no_file;
  std::uint32_t begin = 0;  // byte offset into SourceFile::text
  std::uint32_t end = 0;    // one past the last byte

  auto known() const -> bool { return file != no_file; }
  auto size() const -> std::uint32_t { return end - begin; }
  auto contains(const Span& other) const -> bool {
    return file == other.file && begin <= other.begin && other.end <= end;
  }
  friend auto operator==(const Span&, const Span&) -> bool = default;
  friend auto operator<=>(const Span&, const Span&) = default;
};

}  // namespace foreshot
