#include "analyzer/report/replacement.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "analyzer/report/drawn_text.h"

namespace foreshot::report {
namespace {

// More lines than this nobody compares by eye.
constexpr std::size_t most_lines = 12;

class Drawing {
 public:
  Drawing(std::size_t digits, const Style& style) : digits_(digits), style_(style) {}

  // `changed`: the byte at which the two sides begin to differ; a long line is cut around it.
  auto lines(char sign, std::string_view text, std::size_t changed) -> void {
    const auto width = style_.width - std::min(style_.width / 2, digits_ + 8);
    const auto* mark = style_.ascii ? "..." : "…";
    std::size_t count = 0;
    while (!text.empty()) {
      auto line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (++count > most_lines) return put(sign, mark);
      const auto focus = std::min(changed, line.size());
      put(sign, cut_line(line, focus, std::min(line.size(), focus + 16), width, style_.ascii).text);
      changed -= std::min(changed, line.size() + 1);
    }
  }
  auto take() -> std::string { return std::move(out_); }

 private:
  auto put(char sign, std::string_view text) -> void {
    const auto* color = sign == '-' ? "31" : "32";
    const auto signed_line = painted(fmt::format("{} {} {}", sign, style_.ascii ? "|" : "│", text), color, style_);
    auto line = std::string(digits_ + 4, ' ') + signed_line;
    while (line.ends_with(' ')) line.pop_back();
    out_ += line + "\n";
  }

  std::size_t digits_;
  const Style& style_;
  std::string out_;
};

}  // namespace

auto new_text(std::string_view text, std::size_t digits, const Style& style) -> std::string {
  Drawing drawing(digits, style);
  drawing.lines('+', text, 0);
  return drawing.take();
}

auto replacement(const SourceMap& sources, const std::vector<Edit>& edits, std::size_t digits, const Style& style) -> std::string {
  auto ordered = edits;
  std::stable_sort(ordered.begin(), ordered.end(), [](const Edit& a, const Edit& b) {
    return a.span.file != b.span.file ? a.span.file < b.span.file : a.span.begin < b.span.begin;
  });
  Drawing drawing(digits, style);
  for (std::size_t first = 0; first < ordered.size();) {
    const auto file = ordered[first].span.file;
    const std::string_view text = sources.file(file).text;
    const auto line_end = [&](std::size_t at) { return std::min(text.find('\n', at), text.size()); };
    // The whole lines that an edit touches, and those of the edits that follow on the same lines.
    const std::size_t begin = sources.line_begin(file, sources.line_column(file, ordered[first].span.begin).line);
    std::size_t end = begin;
    std::string after;
    auto kept = begin;
    auto last = first;
    for (; last < ordered.size() && ordered[last].span.file == file && (last == first || ordered[last].span.begin <= end); ++last) {
      const auto& edit = ordered[last];
      if (edit.span.begin < kept || edit.span.end > text.size()) continue;
      after += text.substr(kept, edit.span.begin - kept);
      after += edit.text;
      kept = edit.span.end;
      // An edit that takes a line with its end leaves the next one as it is.
      const bool whole = kept > begin && text[kept - 1] == '\n';
      end = std::max(end, whole ? kept - 1 : line_end(kept));
    }
    if (kept < end) after += text.substr(kept, end - kept);
    const auto before = text.substr(begin, end - begin);
    std::size_t same = 0;
    while (same < before.size() && same < after.size() && before[same] == after[same]) ++same;
    while (same > 0 && (static_cast<unsigned char>(before[std::min(same, before.size() - 1)]) & 0xC0) == 0x80) --same;
    drawing.lines('-', before, same);
    drawing.lines('+', after, same);
    first = std::max(last, first + 1);
  }
  return drawing.take();
}

}  // namespace foreshot::report
