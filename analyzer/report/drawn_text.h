// Text as a terminal draws it: how many columns it takes, tabs and control characters made visible, long lines cut.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace foreshot::report {

// Columns of a UTF-8 text: wide characters count two, combining ones none.
auto drawn_width(std::string_view text) -> std::size_t;

// Tabs become four spaces, control characters U+FFFD.
auto drawn(std::string_view text) -> std::string;

// A line of source around a mark, at most `width` columns; what is left out is shown as "…" (or "..." for ASCII).
struct CutLine {
  std::string text;
  std::size_t mark_column = 0;  // columns before the mark
  std::size_t mark_width = 0;   // at least 1
};
auto cut_line(std::string_view line, std::size_t mark_begin, std::size_t mark_end, std::size_t width, bool ascii) -> CutLine;

// White space runs become one space; cut after `width` columns.
auto one_line(std::string_view text, std::size_t width, bool ascii) -> std::string;

}  // namespace foreshot::report
