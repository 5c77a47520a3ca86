#include "analyzer/report/frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analyzer/report/drawn_text.h"

namespace foreshot::report {
namespace {

auto repeat(std::string_view what, std::size_t times) -> std::string {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += what;
  return out;
}

auto right_trimmed(std::string line) -> std::string {
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

class Drawer {
 public:
  Drawer(std::size_t digits, Level level, const Style& style)
      : digits_(digits), level_(level), style_(style), bar_(style.ascii ? "|" : "│"), room_(style.width - std::min(style.width / 2, digits + 8)) {}

  auto line(std::uint32_t number, std::string_view text, const std::vector<const Mark*>& marks, std::uint32_t begin) -> void {
    bool primary = false;
    std::size_t mark_begin = 0, mark_end = 0;
    for (const auto* mark : marks)
      if (mark->primary || mark_end == 0) {
        primary = primary || mark->primary;
        mark_begin = mark->span.begin > begin ? mark->span.begin - begin : 0;
        mark_end = mark->span.end > begin ? mark->span.end - begin : 0;
      }
    const auto shown = cut_line(text, mark_begin, std::max(mark_begin, mark_end), room_, style_.ascii);
    const auto arrow = primary ? painted(style_.ascii ? ">" : "▸", level_color(level_), style_) : std::string(" ");
    out_ += right_trimmed(fmt::format("   {} {:>{}} {} {}", arrow, number, digits_, bar_, shown.text)) + "\n";
    for (const auto* mark : marks) {
      const auto from = mark->span.begin > begin ? mark->span.begin - begin : 0;
      const auto to = mark->span.end > begin ? mark->span.end - begin : 0;
      // A second mark of a line that was cut may lie outside of what is shown.
      const auto place = cut_line(text, from, std::max<std::size_t>(from, to), room_, style_.ascii);
      if (place.text != shown.text && !mark->primary) continue;
      under(place.mark_column, place.mark_width, mark->primary, mark->text);
    }
  }

  auto gap() -> void { out_ += repeat(" ", digits_ + 5) + (style_.ascii ? ":" : "⋮") + "\n"; }
  auto take() -> std::string { return std::move(out_); }

 private:
  auto under(std::size_t column, std::size_t width, bool primary, std::string_view text) -> void {
    const std::string_view stroke = style_.ascii ? (primary ? "^" : "-") : (primary ? "━" : "─");
    const auto line = painted(repeat(stroke, width), primary ? level_color(level_) : "34", style_);
    out_ += right_trimmed(fmt::format("{} {} {}{} {}", repeat(" ", digits_ + 5), bar_, repeat(" ", column), line,
                                      with_marks(text, "\""))) + "\n";
  }

  std::size_t digits_;
  Level level_;
  const Style& style_;
  std::string_view bar_;
  std::size_t room_;
  std::string out_;
};

}  // namespace

auto frame(const SourceMap& sources, const std::vector<Mark>& marks, Level level, const Style& style) -> std::string {
  if (marks.empty()) return {};
  const auto file = marks.front().span.file;
  const auto lines = sources.line_count(file);
  std::map<std::uint32_t, std::vector<const Mark*>> shown;
  for (const auto& mark : marks) {
    const auto line = sources.line_column(file, mark.span.begin).line;
    shown[line].push_back(&mark);
    if (!mark.primary) continue;
    for (auto near = line > 3 ? line - 3 : 1; near <= std::min(line + 1, lines); ++near) shown[near];
  }
  // A file's last line is empty when the text ends with a newline: nothing to show.
  if (shown.rbegin()->second.empty() && sources.line_text(file, shown.rbegin()->first).empty() &&
      shown.rbegin()->first == lines)
    shown.erase(std::prev(shown.end()));
  Drawer drawer(std::to_string(shown.rbegin()->first).size(), level, style);
  std::uint32_t last = 0;
  for (auto& [line, on_line] : shown) {
    if (last != 0 && line > last + 1) drawer.gap();
    std::stable_sort(on_line.begin(), on_line.end(), [](const Mark* a, const Mark* b) { return a->span.begin < b->span.begin; });
    drawer.line(line, sources.line_text(file, line), on_line, sources.line_begin(file, line));
    last = line;
  }
  return drawer.take();
}

auto line_frame(std::string_view line, std::uint32_t number, std::size_t begin, std::size_t end, std::string_view text,
                Level level, const Style& style) -> std::string {
  const Mark mark{{0, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}, true, std::string(text)};
  Drawer drawer(std::to_string(number).size(), level, style);
  drawer.line(number, line, {&mark}, 0);
  return drawer.take();
}

}  // namespace foreshot::report
