#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/drawn_text.h"
#include "analyzer/report/timeline.h"
#include "analyzer/schema/lock_chart.h"

namespace foreshot::report {
namespace {

constexpr std::size_t most_relations = 10;  // more do not fit beside the SQL
constexpr std::size_t column = 4;

auto color_of(LockMode mode) -> const char* { return blocks_reads(mode) ? "31" : blocks_writes(mode) ? "33" : "2"; }

class Drawing {
 public:
  Drawing(const Project& project, const Timeline& timeline, std::size_t begin, std::size_t end, const Style& style)
      : project_(project), timeline_(timeline), chart_(LockChart::of(timeline, begin, end)), style_(style), begin_(begin), end_(end) {
    choose_relations();
    number_width_ = std::max<std::size_t>(2, std::to_string(chart_.rows.size()).size());
    const auto taken = number_width_ + 4 + column * shown_.size();
    sql_width_ = std::clamp<std::size_t>(style.width > taken + 34 ? style.width - taken - 34 : 0, 24, 64);
  }

  auto text() -> std::string {
    if (chart_.rows.empty()) return "    no statement\n";
    draw_header();
    std::size_t next = 0;
    for (std::size_t row = 0; row < chart_.rows.size(); ++row) {
      while (next < chart_.holds.size() && chart_.holds[next].first <= row) open_.push_back(next++);
      draw_row(row);
      if (chart_.ends_transaction(row)) draw_end(row);
      std::erase_if(open_, [&](auto h) { return chart_.holds[h].last <= row; });
    }
    if (chart_.relations.size() > shown_.size())
      out_ += fmt::format("    and {} more relations; --output-format json lists all\n", chart_.relations.size() - shown_.size());
    const auto waits = waits_in_words(timeline_, begin_, end_);
    if (!waits.empty()) out_ += "\n";
    for (const auto& line : waits) out_ += "    " + line + "\n";
    if (waits.empty() && all_known()) out_ += "\n    no reads or writes of a table that was there before have to wait\n";
    return std::move(out_);
  }

 private:
  auto all_known() const -> bool {
    return std::all_of(chart_.rows.begin(), chart_.rows.end(), [](const auto& row) { return row.step->cost.known; });
  }

  // Those with the strongest locks, in order of first mention.
  auto choose_relations() -> void {
    for (std::size_t i = 0; i < chart_.relations.size(); ++i) shown_.push_back(i);
    std::stable_sort(shown_.begin(), shown_.end(),
                     [&](auto a, auto b) { return chart_.relations[a].strongest > chart_.relations[b].strongest; });
    if (shown_.size() > most_relations) shown_.resize(most_relations);
    std::sort(shown_.begin(), shown_.end());
  }

  auto bar(LockMode mode) const -> const char* {
    if (mode == LockMode::none) return "";
    if (blocks_reads(mode)) return style_.ascii ? "#" : "█";
    if (blocks_writes(mode)) return style_.ascii ? "|" : "┃";
    return style_.ascii ? ":" : "│";
  }

  auto indent() const -> std::string { return std::string(2 + number_width_ + 2 + sql_width_ + 2, ' '); }

  auto draw_header() -> void {
    for (std::size_t i = 0; i < shown_.size(); ++i) {
      auto line = indent();
      for (std::size_t before = 0; before < i; ++before) line += painted(style_.ascii ? "|" : "│", "2", style_) + std::string(column - 1, ' ');
      out_ += line + drawn(chart_.relations[shown_[i]].name) + "\n";
    }
  }

  auto cell(std::size_t row, std::size_t relation) const -> std::pair<std::string, LockMode> {
    for (const auto& taken : chart_.rows[row].taken)
      if (taken.relation == relation) return {lock_letters(taken.mode), taken.mode};
    auto mode = LockMode::none;
    for (const auto h : open_)
      if (chart_.holds[h].relation == relation) mode = std::max(mode, chart_.holds[h].mode_at(row));
    return {bar(mode), mode};
  }

  auto draw_row(std::size_t row) -> void {
    const auto& step = *chart_.rows[row].step;
    const auto sql = one_line(step.sql->sql, sql_width_, style_.ascii);
    auto line = fmt::format("  {:>{}}  {}", row + 1, number_width_, sql);
    line += std::string(sql_width_ + 2 - std::min(sql_width_ + 2, drawn_width(sql)), ' ');
    for (const auto relation : shown_) {
      const auto [text, mode] = cell(row, relation);
      line += painted(text, color_of(mode), style_);
      line += std::string(column - std::min(column, drawn_width(text)), ' ');
    }
    auto notes = remarks(timeline_, step);
    if (!chart_.rows[row].made.empty()) notes = "new: " + chart_.rows[row].made.front() + (notes.empty() ? "" : "; ") + notes;
    line += one_line(notes, std::max<std::size_t>(24, style_.width > drawn_column() ? style_.width - drawn_column() : 0), style_.ascii);
    while (line.ends_with(' ')) line.pop_back();
    out_ += line + "\n";
  }

  auto drawn_column() const -> std::size_t { return 2 + number_width_ + 2 + sql_width_ + 2 + column * shown_.size(); }

  auto draw_end(std::size_t row) -> void {
    const auto& step = *chart_.rows[row].step;
    const auto releases = std::any_of(open_.begin(), open_.end(), [&](auto h) { return chart_.holds[h].last == row; });
    if (!step.in_transaction || !releases) return;
    const auto& transaction = timeline_.transactions()[step.transaction];
    const auto text = row + 1 < chart_.rows.size() ? std::string("locks are released") : "locks are held until " + end_in_words(transaction);
    out_ += std::string(4 + number_width_, ' ') + painted((style_.ascii ? "-- " : "── ") + text, "2", style_) + "\n";
  }

  const Project& project_;
  const Timeline& timeline_;
  LockChart chart_;
  const Style& style_;
  std::size_t begin_, end_;
  std::vector<std::size_t> shown_;  // relations
  std::vector<std::size_t> open_;   // holds that last to the row at least
  std::size_t number_width_ = 2, sql_width_ = 40;
  std::string out_;
};

}  // namespace

auto timeline_text(const Project& project, const ChosenRevision& chosen, const Style& style) -> std::string {
  const auto& tree = *chosen.tree;
  const auto& source = tree.source.revisions[chosen.revision];
  const auto& steps = tree.timeline->revision(chosen.revision);
  auto text = fmt::format("{}{}  {}\n", painted("revision " + source.id, "1", style), source.message.empty() ? "" : "  " + drawn(source.message),
                          project.sources.file(source.file).path);
  text += "\n  upgrade\n" + Drawing(project, *tree.timeline, steps.upgrade_begin, steps.upgrade_end, style).text();
  if (steps.downgrade_begin < steps.downgrade_end)
    text += "\n  downgrade\n" + Drawing(project, *tree.timeline, steps.downgrade_begin, steps.downgrade_end, style).text();
  const auto lines = differences_in_words(*tree.timeline, chosen.revision);
  if (!lines.empty()) text += "\n";
  for (const auto& line : lines) text += "    " + line + "\n";
  const auto* legend = style.ascii ? "\n  AX and # make reads and writes wait; SRX, S, X and | make writes wait; SUX, RX, RS, AS and : let both pass\n"
                                   : "\n  AX and █ make reads and writes wait; SRX, S, X and ┃ make writes wait; SUX, RX, RS, AS and │ let both pass\n";
  return text + painted(legend, "2", style);
}

}  // namespace foreshot::report
