// The SourceMap owns the text of every file that was read, as UTF-8, and turns bytes into lines and columns.
// Filled by driver/ (the only reader of files), then frozen: every string_view and Span of the program points into it.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/base/span.h"

namespace foreshot {

struct SourceFile {
  FileId id = no_file;
  std::string path;  // relative to the project root, '/' separators
  std::string text;  // UTF-8; other encodings (PEP 263) are converted when read; invalid bytes became U+FFFD; no BOM
  std::uint32_t bom_bytes = 0;  // bytes of the byte order mark that the file has before `text`
};

struct LineColumn {
  std::uint32_t line = 1;    // from 1; "\n", "\r\n" and "\r" end a line
  std::uint32_t column = 1;  // from 1, in Unicode code points
};

class SourceMap {
 public:
  auto add(std::string path, std::string text) -> FileId;
  auto size() const -> std::size_t { return files_.size(); }
  auto file(FileId id) const -> const SourceFile& { return files_[id]; }
  auto set_bom_bytes(FileId id, std::uint32_t bytes) -> void { files_[id].bom_bytes = bytes; }
  auto find(std::string_view path) const -> const SourceFile*;  // by its path, or null
  auto text(Span span) const -> std::string_view;  // empty for an unknown span
  auto line_column(FileId file, std::uint32_t offset) const -> LineColumn;
  auto line_text(FileId file, std::uint32_t line) const -> std::string_view;  // without its end; empty past the last
  auto line_count(FileId file) const -> std::uint32_t;
  auto line_begin(FileId file, std::uint32_t line) const -> std::uint32_t;  // byte offset of a line's first byte

  // Computes the line table of a file. Call for the files that are reported on before sharing the map between threads;
  // line_column and line_* are const and thread-safe afterwards (they scan when there is no table).
  auto index_lines(FileId file) -> void;

 private:
  std::unordered_map<std::string_view, FileId> by_path_;
  std::deque<SourceFile> files_;  // a deque: files never move, views into them stay valid
  std::vector<std::vector<std::uint32_t>> line_begins_;
};

}  // namespace foreshot
