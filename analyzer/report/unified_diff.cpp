#include "analyzer/report/unified_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace foreshot::report {
namespace {

constexpr std::size_t around = 3;
// Cells of the table that finds common lines; a larger middle is shown as wholly replaced.
constexpr std::size_t most_cells = std::size_t{4} << 20;

auto lines_of(std::string_view text) -> std::vector<std::string_view> {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto size = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

struct Line {
  char sign;               // ' ', '-', '+'
  std::string_view text;   // with its end
};

class Comparison {
 public:
  Comparison(std::string_view before, std::string_view after) : a_(lines_of(before)), b_(lines_of(after)) {}

  auto lines() -> std::vector<Line> {
    std::size_t head = 0;
    while (head < a_.size() && head < b_.size() && a_[head] == b_[head]) ++head;
    std::size_t tail = 0;
    while (tail < a_.size() - head && tail < b_.size() - head && a_[a_.size() - 1 - tail] == b_[b_.size() - 1 - tail]) ++tail;
    for (std::size_t i = 0; i < head; ++i) out_.push_back({' ', a_[i]});
    middle(head, a_.size() - tail, b_.size() - tail);
    for (std::size_t i = a_.size() - tail; i < a_.size(); ++i) out_.push_back({' ', a_[i]});
    return std::move(out_);
  }

 private:
  // The longest common subsequence of what is left.
  auto middle(std::size_t begin, std::size_t a_end, std::size_t b_end) -> void {
    const auto rows = a_end - begin, columns = b_end - begin;
    const auto width = columns + 1;
    std::vector<std::uint32_t> common;
    if ((rows + 1) * width <= most_cells) {
      common.assign((rows + 1) * width, 0);
      for (auto i = rows; i-- > 0;)
        for (auto j = columns; j-- > 0;)
          common[i * width + j] = a_[begin + i] == b_[begin + j] ? common[(i + 1) * width + j + 1] + 1
                                                                : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
    std::size_t i = 0, j = 0;
    while (i < rows || j < columns) {
      if (!common.empty() && i < rows && j < columns && a_[begin + i] == b_[begin + j]) {
        out_.push_back({' ', a_[begin + i++]});
        ++j;
      } else if (i < rows && (j == columns || common.empty() || common[(i + 1) * width + j] >= common[i * width + j + 1])) {
        out_.push_back({'-', a_[begin + i++]});
      } else {
        out_.push_back({'+', b_[begin + j++]});
      }
    }
  }

  std::vector<std::string_view> a_, b_;
  std::vector<Line> out_;
};

// "12,3": where a hunk begins and how long it is, as `diff` counts.
auto range(std::size_t begin, std::size_t count) -> std::string {
  if (count == 0) return fmt::format("{},0", begin);
  return count == 1 ? fmt::format("{}", begin + 1) : fmt::format("{},{}", begin + 1, count);
}

}  // namespace

auto unified_diff(const Compared& compared, const Style& style) -> std::string {
  if (compared.before == compared.after && !compared.created) return {};
  const auto lines = Comparison(compared.before, compared.after).lines();
  auto out = painted("--- " + (compared.created ? std::string("/dev/null") : compared.path), "1", style) + "\n" +
             painted("+++ " + compared.path, "1", style) + "\n";
  std::size_t a = 0, b = 0;
  for (std::size_t i = 0; i < lines.size();) {
    if (lines[i].sign == ' ') {
      ++i, ++a, ++b;
      continue;
    }
    // A hunk ends where two times `around` lines are the same.
    auto end = i + 1;
    std::size_t same = 0;
    for (auto k = i + 1; k < lines.size() && same <= 2 * around; ++k) {
      same = lines[k].sign == ' ' ? same + 1 : 0;
      if (lines[k].sign != ' ') end = k + 1;
    }
    const auto first = i - std::min(i, around), last = std::min(lines.size(), end + around);
    const auto lead = i - first;
    std::size_t gone = 0, come = 0;
    std::string body;
    for (auto k = first; k < last; ++k) {
      gone += lines[k].sign != '+' ? 1 : 0;
      come += lines[k].sign != '-' ? 1 : 0;
      auto text = lines[k].text;
      const bool whole = text.ends_with('\n');
      if (whole) text.remove_suffix(1);
      const auto line = std::string(1, lines[k].sign) + std::string(text);
      body += (lines[k].sign == ' ' ? line : painted(line, lines[k].sign == '-' ? "31" : "32", style)) + "\n";
      if (!whole) body += "\\ No newline at end of file\n";
    }
    out += painted(fmt::format("@@ -{} +{} @@", range(a - lead, gone), range(b - lead, come)), "36", style) + "\n" + body;
    a += gone - lead;
    b += come - lead;
    i = last;
  }
  return out;
}

}  // namespace foreshot::report
