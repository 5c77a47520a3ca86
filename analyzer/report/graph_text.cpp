#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "analyzer/report/drawn_text.h"
#include "analyzer/report/graph.h"

namespace foreshot::report {
namespace {

struct Letters {
  const char *line, *across, *split_right, *split_left, *join_right, *join_left, *tee_right, *tee_left, *both, *split, *join, *fresh, *released;
};
constexpr Letters lines = {"│", "─", "╮", "╭", "╯", "╰", "├", "┤", "┼", "┬", "┴", "●", "○"};
constexpr Letters ascii = {"|", "-", ".", ".", "'", "'", "+", "+", "+", "+", "+", "*", "o"};

class Drawing {
 public:
  Drawing(const RevisionTree& tree, const Style& style) : tree_(tree), style_(style), letters_(style.ascii ? ascii : lines) {}

  auto text() -> std::string {
    bool history = false;
    for (const auto& row : graph_rows(tree_)) {
      if (tree_.released[row.revision] && !history) {
        history = true;
        out_ += plain(row.above) + painted(style_.ascii ? "---- start-after: released from here on ----" : "──── start-after: released from here on ────", "36", style_) + "\n";
      }
      if (row.joins != 0) out_ += trimmed(bridge(row.above, row.lane, row.joins, letters_.join_left, letters_.join, letters_.join_right));
      draw(row);
      if (row.splits != 0) out_ += trimmed(bridge(row.below, row.lane, row.splits, letters_.split_left, letters_.split, letters_.split_right));
    }
    return std::move(out_);
  }

 private:
  static auto has(std::uint64_t lanes, std::size_t lane) -> bool { return lane < 64 && ((lanes >> lane) & 1U) != 0; }
  static auto trimmed(std::string line) -> std::string {
    while (line.ends_with(' ')) line.pop_back();
    return line + "\n";
  }

  auto plain(std::uint64_t lanes) const -> std::string {
    std::string line;
    for (std::size_t i = 0; i < static_cast<std::size_t>(std::bit_width(lanes)); ++i) line += has(lanes, i) ? std::string(letters_.line) + " " : "  ";
    return line;
  }

  // A row that leads from `lane` to the lanes `to`, across the others.
  auto bridge(std::uint64_t lanes, std::size_t lane, std::uint64_t to, const char* left, const char* middle, const char* right) const -> std::string {
    const auto first = std::min<std::size_t>(lane, static_cast<std::size_t>(std::countr_zero(to)));
    const auto last = std::max<std::size_t>(lane, static_cast<std::size_t>(std::bit_width(to)) - 1);
    std::string line;
    for (std::size_t i = 0; i < static_cast<std::size_t>(std::bit_width(lanes | to)); ++i) {
      const auto inside = i >= first && i <= last;
      const char* letter = inside ? letters_.across : " ";
      if (i == lane)
        letter = i == first ? letters_.tee_right : i == last ? letters_.tee_left : letters_.both;
      else if (has(to, i))
        letter = i == first ? left : i == last ? right : middle;
      else if (has(lanes, i))
        letter = letters_.line;
      line += letter;
      line += i >= first && i < last ? letters_.across : " ";
    }
    return line;
  }

  auto draw(const GraphRow& row) -> void {
    const auto& source = tree_.source.revisions[row.revision];
    const auto released = tree_.released[row.revision];
    const auto passing = row.above & ~row.joins;
    std::string line;
    const auto width = std::max<std::size_t>(static_cast<std::size_t>(std::bit_width(passing)), row.lane + 1);
    for (std::size_t i = 0; i < width; ++i) {
      if (i == row.lane)
        line += painted(released ? letters_.released : letters_.fresh, released ? "2" : "32", style_);
      else
        line += has(passing, i) ? letters_.line : " ";
      line += " ";
    }
    line += " " + painted(source.id.empty() ? "(no id)" : drawn(source.id), "33", style_);
    auto marks = graph_marks(tree_, row.revision);
    if (row.words) marks.push_back("lines to some parents are not drawn");
    std::string joined;
    for (const auto& mark : marks) joined += (joined.empty() ? "" : ", ") + drawn(mark);
    if (!joined.empty()) line += " " + painted("(" + joined + ")", "36", style_);
    if (!source.message.empty()) line += "  " + one_line(source.message, style_.width, style_.ascii);
    out_ += line + "\n";
  }

  const RevisionTree& tree_;
  const Style& style_;
  const Letters& letters_;
  std::string out_;
};

}  // namespace

auto graph_text(const Project& project, const Style& style) -> std::string {
  std::string out;
  for (const auto& tree : project.trees) {
    if (!out.empty()) out += "\n";
    out += painted(drawn(tree.source.name.empty() ? "." : tree.source.name), "1", style) + ": " + graph_summary(tree) + "\n";
    out += Drawing(tree, style).text();
  }
  return out;
}

}  // namespace foreshot::report
