#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/drawn_text.h"
#include "analyzer/report/svg.h"
#include "analyzer/report/timeline.h"
#include "analyzer/schema/lock_chart.h"

namespace foreshot::report {
namespace {

constexpr double row_height = 20, column_width = 34, sql_letters = 76;
constexpr std::size_t most_relations = 60, most_rows = 2000;  // a larger picture is of no use to anybody

auto class_of(LockMode mode) -> const char* { return blocks_reads(mode) ? "reads" : blocks_writes(mode) ? "writes" : "weak"; }

class Drawing {
 public:
  Drawing(Svg& svg, double& y, const Timeline& timeline) : svg_(svg), y_(y), timeline_(timeline) {}

  auto body(const char* name, std::size_t begin, std::size_t end) -> void {
    if (begin == end) return;
    const auto chart = LockChart::of(timeline_, begin, end);
    const auto relations = std::min(chart.relations.size(), most_relations);
    const auto rows = std::min(chart.rows.size(), most_rows);
    std::size_t longest = 0;
    for (std::size_t i = 0; i < relations; ++i) longest = std::max(longest, drawn_width(chart.relations[i].name));
    y_ += std::max(2 * row_height, Svg::letter * static_cast<double>(longest) * 0.87 + row_height);
    svg_.text(12, y_ - 6, "strong", name);
    for (std::size_t i = 0; i < relations; ++i) svg_.turned_text(column(i) + 12, y_ - 6, "", chart.relations[i].name);
    const auto top = y_;
    for (const auto& hold : chart.holds) {
      if (hold.relation >= relations) continue;
      for (std::size_t g = 0; g < hold.grades.size(); ++g) {
        const auto from = hold.grades[g].row, to = std::min(g + 1 < hold.grades.size() ? hold.grades[g + 1].row : hold.last + 1, rows);
        if (from >= to) continue;
        const auto mode = hold.grades[g].mode;
        const auto& transaction = timeline_.transactions()[hold.transaction];
        svg_.rectangle(column(hold.relation) + 4, top + row_height * static_cast<double>(from) + 2, column_width - 8,
                       row_height * static_cast<double>(to - from) - 4, class_of(mode),
                       fmt::format("{} on {} until {}", lock_name(mode), chart.relations[hold.relation].name, end_in_words(transaction)));
      }
    }
    for (std::size_t row = 0; row < rows; ++row) {
      const auto& step = *chart.rows[row].step;
      const auto base = top + row_height * static_cast<double>(row) + 14;
      svg_.text(12, base, "dim", fmt::format("{:>3}", row + 1));
      svg_.text(44, base, "", one_line(step.sql->sql, static_cast<std::size_t>(sql_letters), false));
      for (const auto& taken : chart.rows[row].taken)
        if (taken.relation < relations) svg_.text(column(taken.relation) + 6, base, "strong", lock_letters(taken.mode));
      svg_.text(column(relations) + 8, base, "dim", one_line(remarks(timeline_, step), 90, false));
      if (step.in_transaction && chart.ends_transaction(row))
        svg_.rectangle(12, base + 5, column(relations) - 12, 1, "rule", "until " + end_in_words(timeline_.transactions()[step.transaction]));
    }
    y_ = top + row_height * static_cast<double>(rows);
    if (rows < chart.rows.size() || relations < chart.relations.size())
      line("dim", fmt::format("not drawn: {} statements, {} relations", chart.rows.size() - rows, chart.relations.size() - relations));
    for (const auto& text : waits_in_words(timeline_, begin, end)) line("", text);
  }

  auto line(const char* classes, const std::string& text) -> void {
    y_ += row_height;
    svg_.text(44, y_, classes, text);
  }

 private:
  static auto column(std::size_t relation) -> double { return 44 + Svg::letter * (sql_letters + 2) + column_width * static_cast<double>(relation); }
  Svg& svg_;
  double& y_;
  const Timeline& timeline_;
};

}  // namespace

auto timeline_svg(const Project& project, const std::vector<ChosenRevision>& chosen) -> std::string {
  Svg svg;
  double y = 0;
  std::string title;
  for (const auto& one : chosen) {
    const auto& source = one.tree->source.revisions[one.revision];
    const auto& steps = one.tree->timeline->revision(one.revision);
    title += (title.empty() ? "" : ", ") + ("lock timeline of revision " + source.id);
    y += row_height;
    svg.text(12, y, "strong", fmt::format("revision {}  {}", source.id, source.message));
    svg.text(12, y += row_height, "dim", project.sources.file(source.file).path);
    Drawing drawing(svg, y, *one.tree->timeline);
    drawing.body("upgrade", steps.upgrade_begin, steps.upgrade_end);
    drawing.body("downgrade", steps.downgrade_begin, steps.downgrade_end);
    for (const auto& text : differences_in_words(*one.tree->timeline, one.revision)) drawing.line("", text);
    y += row_height;
  }
  y += 14;
  double x = 12;
  for (const auto& [classes, text] : {std::pair{"reads", "reads and writes wait"}, {"writes", "writes wait"}, {"weak", "both pass"}}) {
    svg.rectangle(x, y - 10, 12, 12, classes);
    svg.text(x + 18, y, "dim", text);
    x += 190;
  }
  return svg.finish(title);
}

}  // namespace foreshot::report
