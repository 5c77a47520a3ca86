#include "analyzer/report/drawn_text.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

namespace foreshot::report {
namespace {

// One code point at text[at]; invalid bytes count as themselves.
auto decode(std::string_view text, std::size_t& at) -> std::uint32_t {
  const auto first = static_cast<unsigned char>(text[at++]);
  if (first < 0xC0) return first;
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  std::uint32_t code = first & (0x3FU >> more);
  for (int i = 0; i < more && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; ++i)
    code = code << 6 | (static_cast<unsigned char>(text[at++]) & 0x3F);
  return code;
}

struct Range { std::uint32_t first, last; };

template <std::size_t N>
auto in(const Range (&ranges)[N], std::uint32_t code) -> bool {
  const auto* after = std::upper_bound(std::begin(ranges), std::end(ranges), code,
                                       [](std::uint32_t c, const Range& range) { return c < range.first; });
  return after != std::begin(ranges) && code <= (after - 1)->last;
}

// East Asian wide and full-width blocks, and the emoji that terminals draw wide.
constexpr Range wide[] = {{0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},
                          {0x2614, 0x2615},   {0x2648, 0x2653},   {0x26A1, 0x26A1},   {0x2705, 0x2705},
                          {0x270A, 0x270B},   {0x2728, 0x2728},   {0x274C, 0x274C},   {0x2753, 0x2755},
                          {0x2757, 0x2757},   {0x2795, 0x2797},   {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},
                          {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},
                          {0xA000, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
                          {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
                          {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD}};
constexpr Range without_width[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A},
                                   {0x064B, 0x065F}, {0x0900, 0x0902}, {0x093C, 0x093C}, {0x0E31, 0x0E31},
                                   {0x0E34, 0x0E3A}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F},
                                   {0x202A, 0x202E}, {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F},
                                   {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF}};

auto width_of(std::uint32_t code) -> std::size_t {
  if (code == '\t') return 4;
  if (code < 0x300) return 1;
  return in(without_width, code) ? 0 : in(wide, code) ? 2 : 1;
}

// Text that could reorder or hide what follows it in a terminal is drawn as a replacement character.
auto harmful(std::uint32_t code) -> bool {
  return (code < 0x20 && code != '\t') || code == 0x7F || (code >= 0x80 && code < 0xA0) ||
         (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

}  // namespace

auto drawn_width(std::string_view text) -> std::size_t {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) columns += width_of(decode(text, at));
  return columns;
}

auto drawn(std::string_view text) -> std::string {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto begin = at;
    const auto code = decode(text, at);
    if (code == '\t')
      out += "    ";
    else if (harmful(code))
      out += "\xEF\xBF\xBD";
    else
      out += text.substr(begin, at - begin);
  }
  return out;
}

auto cut_line(std::string_view line, std::size_t mark_begin, std::size_t mark_end, std::size_t width, bool ascii)
    -> CutLine {
  // Only the neighbourhood of the mark can be shown: a line of megabytes is not drawn whole.
  const std::size_t reach = width * 4;
  const std::string_view ellipsis = ascii ? "..." : "\xE2\x80\xA6";
  mark_begin = std::min(mark_begin, line.size());
  mark_end = std::clamp(mark_end, mark_begin, line.size());
  const auto edge = [&](std::size_t at) {
    while (at > 0 && at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0) == 0x80) --at;
    return at;
  };
  std::size_t from = 0, to = line.size();
  if (line.size() > reach || drawn_width(line) > width) {
    const auto lead = drawn_width(line.substr(0, std::min(mark_begin, reach)));
    if (mark_begin > reach || lead + std::min<std::size_t>(drawn_width(line.substr(mark_begin, std::min(mark_end - mark_begin, reach))), 40) > width)
      from = edge(mark_begin > 20 ? mark_begin - 20 : 0);
    std::size_t columns = from > 0 ? drawn_width(ellipsis) : 0;
    std::size_t at = from;
    while (at < line.size()) {
      auto next = at;
      const auto more = width_of(decode(line, next));
      if (columns + more + drawn_width(ellipsis) > width) break;
      columns += more;
      at = next;
    }
    to = at;
  }
  CutLine cut;
  if (from > 0) cut.text += ellipsis;
  const auto shown_begin = std::clamp(mark_begin, from, to);
  const auto shown_end = std::clamp(mark_end, shown_begin, to);
  const auto before = drawn(line.substr(from, shown_begin - from));
  cut.mark_column = drawn_width(cut.text) + drawn_width(before);
  const auto marked = drawn(line.substr(shown_begin, shown_end - shown_begin));
  cut.mark_width = std::max<std::size_t>(1, drawn_width(marked));
  cut.text += before + marked + drawn(line.substr(shown_end, to - shown_end));
  if (to < line.size()) cut.text += ellipsis;
  while (cut.text.ends_with(' ')) cut.text.pop_back();
  return cut;
}

auto one_line(std::string_view text, std::size_t width, bool ascii) -> std::string {
  std::string out;
  bool space = false;
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto begin = at;
    const auto code = decode(text, at);
    if (code == ' ' || code == '\n' || code == '\t' || code == '\r') {
      space = !out.empty();
      continue;
    }
    if (columns + 2 > width) {
      out += ascii ? "..." : "\xE2\x80\xA6";
      break;
    }
    if (space) {
      out += ' ';
      ++columns;
    }
    space = false;
    if (harmful(code))
      out += "\xEF\xBF\xBD";
    else
      out += text.substr(begin, at - begin);
    columns += width_of(code);
  }
  return out;
}

}  // namespace foreshot::report
