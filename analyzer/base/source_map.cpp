#include "analyzer/base/source_map.h"

#include <algorithm>
#include <utility>

namespace foreshot {
namespace {

// Offsets at which lines begin. "\r\n" counts once.
auto line_table(std::string_view text) -> std::vector<std::uint32_t> {
  std::vector<std::uint32_t> begins{0};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')))
      begins.push_back(static_cast<std::uint32_t>(i + 1));
  }
  return begins;
}

auto code_points(std::string_view bytes) -> std::uint32_t {
  return static_cast<std::uint32_t>(
      std::count_if(bytes.begin(), bytes.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

auto SourceMap::add(std::string path, std::string text) -> FileId {
  const auto id = static_cast<FileId>(files_.size());
  files_.push_back({.id = id, .path = std::move(path), .text = std::move(text)});
  line_begins_.emplace_back();
  by_path_.emplace(files_.back().path, id);
  return id;
}

auto SourceMap::find(std::string_view path) const -> const SourceFile* {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : &files_[found->second];
}

auto SourceMap::text(Span span) const -> std::string_view {
  if (span.file >= files_.size()) return {};
  const std::string_view all = files_[span.file].text;
  const auto begin = std::min<std::size_t>(span.begin, all.size());
  return all.substr(begin, std::min<std::size_t>(span.end, all.size()) - begin);
}

auto SourceMap::index_lines(FileId file) -> void {
  if (line_begins_[file].empty()) line_begins_[file] = line_table(files_[file].text);
}

auto SourceMap::line_column(FileId file, std::uint32_t offset) const -> LineColumn {
  const std::string_view all = files_[file].text;
  offset = std::min(offset, static_cast<std::uint32_t>(all.size()));
  const auto& known = line_begins_[file];
  const auto computed = known.empty() ? line_table(all) : std::vector<std::uint32_t>{};
  const auto& begins = known.empty() ? computed : known;
  const auto after = std::upper_bound(begins.begin(), begins.end(), offset);
  const auto begin = *(after - 1);
  return {static_cast<std::uint32_t>(after - begins.begin()), code_points(all.substr(begin, offset - begin)) + 1};
}

auto SourceMap::line_count(FileId file) const -> std::uint32_t {
  const auto& known = line_begins_[file];
  return static_cast<std::uint32_t>(known.empty() ? line_table(files_[file].text).size() : known.size());
}

auto SourceMap::line_begin(FileId file, std::uint32_t line) const -> std::uint32_t {
  const auto& known = line_begins_[file];
  const auto computed = known.empty() ? line_table(files_[file].text) : std::vector<std::uint32_t>{};
  const auto& begins = known.empty() ? computed : known;
  if (line == 0 || line > begins.size()) return static_cast<std::uint32_t>(files_[file].text.size());
  return begins[line - 1];
}

auto SourceMap::line_text(FileId file, std::uint32_t line) const -> std::string_view {
  const std::string_view all = files_[file].text;
  const auto begin = line_begin(file, line);
  auto end = static_cast<std::size_t>(begin);
  while (end < all.size() && all[end] != '\n' && all[end] != '\r') ++end;
  return all.substr(begin, end - begin);
}

}  // namespace foreshot
