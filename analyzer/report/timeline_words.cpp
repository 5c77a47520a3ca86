#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analyzer/report/timeline.h"
#include "analyzer/schema/lock_chart.h"

namespace foreshot::report {
namespace {

auto doing(Work work) -> const char* {
  switch (work) {
    case Work::none: return "";
    case Work::scan: return "reads all of";
    case Work::index_build: return "builds an index on";
    case Work::rewrite: return "rewrites";
  }
  return "";
}

auto add(std::string& text, const std::string& part) -> void {
  if (part.empty()) return;
  if (!text.empty()) text += "; ";
  text += part;
}

auto kind_in_words(Difference::Kind kind) -> const char* {
  switch (kind) {
    case Difference::Kind::table: return "table";
    case Difference::Kind::column: return "column";
    case Difference::Kind::index: return "index";
    case Difference::Kind::constraint: return "constraint";
    case Difference::Kind::default_value: return "default of";
    case Difference::Kind::nullability: return "NOT NULL of";
    case Difference::Kind::type: return "type of";
    case Difference::Kind::enum_type: return "enum type";
  }
  return "";
}

constexpr std::ptrdiff_t most_named = 3;

// "rewrites orders": what takes longer the more rows there are.
auto table_work(const Timeline& timeline, const Step& step) -> std::vector<std::string> {
  std::vector<std::string> parts;
  for (const auto& effect : step.cost.effects) {
    if (effect.work == Work::none || effect.created_here || effect.kind == ObjectKind::index) continue;
    if (timeline.before(step).table(effect.relation) != nullptr && !timeline.may_hold_rows(step, effect.relation)) continue;
    auto part = fmt::format("{} {}", doing(effect.work), effect.relation.display());
    if (std::find(parts.begin(), parts.end(), part) == parts.end()) parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace

auto waiting(LockMode mode) -> const char* {
  if (blocks_reads(mode)) return "reads and writes";
  if (blocks_writes(mode)) return "writes";
  if (mode == LockMode::share_update_exclusive) return "other schema changes";
  return "";
}

auto end_in_words(const Transaction& transaction) -> std::string {
  auto text = transaction.ends_text;
  while (text.ends_with(',')) text.pop_back();
  return text;
}

auto remarks(const Timeline& timeline, const Step& step) -> std::string {
  std::string text;
  for (const auto& part : table_work(timeline, step)) add(text, part);
  if (!step.cost.known) add(text, "what it locks is not known: " + step.cost.unknown_reason);
  if (step.cost.fails) add(text, "fails: " + step.cost.failure);
  if (step.conditional) add(text, "may be skipped");
  if (!timeline.transactions()[step.transaction].known) add(text, "in which transaction is not known");
  return text;
}

auto waits_in_words(const Timeline& timeline, std::size_t begin, std::size_t end) -> std::vector<std::string> {
  const auto chart = LockChart::of(timeline, begin, end);
  // Table-sized work by transaction, in order of rows.
  std::map<std::size_t, std::vector<std::pair<std::size_t, std::string>>> work;
  for (std::size_t row = 0; row < chart.rows.size(); ++row) {
    const auto& step = *chart.rows[row].step;
    for (const auto& part : table_work(timeline, step)) work[step.transaction].push_back({row, fmt::format("statement {} {}", row + 1, part)});
  }
  std::vector<std::string> lines;
  for (const auto& hold : chart.holds) {
    const auto* who = waiting(hold.strongest());
    if (!blocks_writes(hold.strongest())) continue;
    const auto from = std::find_if(hold.grades.begin(), hold.grades.end(), [&](const auto& g) { return g.mode == hold.strongest(); })->row;
    const auto& step = *chart.rows[from].step;
    auto line = fmt::format("{}: {} wait from {} until {}", chart.relations[hold.relation].name, who,
                            hold.taken_before ? "an earlier revision" : fmt::format("{}", from + 1),
                            end_in_words(timeline.transactions()[step.transaction]));
    const auto& done = work[hold.transaction];
    const auto begun = std::lower_bound(done.begin(), done.end(), from, [](const auto& w, auto row) { return w.first < row; });
    const auto ended = std::upper_bound(begun, done.end(), hold.last, [](auto row, const auto& w) { return row < w.first; });
    for (auto at = begun; at != ended && at - begun < most_named; ++at) line += (at == begun ? "; meanwhile " : ", ") + at->second;
    if (ended - begun > most_named) line += fmt::format(" and {} more do such work", ended - begun - most_named);
    lines.push_back(std::move(line));
  }
  return lines;
}

auto differences_in_words(const Timeline& timeline, RevisionIndex revision) -> std::vector<std::string> {
  std::vector<std::string> lines;
  for (const auto& difference : timeline.differences(revision)) {
    const auto* what = difference.what == Difference::What::left   ? "leaves"
                       : difference.what == Difference::What::lost ? "loses"
                                                                   : "changes";
    const auto name = difference.name.empty() ? difference.table.display() : difference.name;
    const auto of = difference.name.empty() || difference.table.empty() ? std::string() : " of " + difference.table.display();
    lines.push_back(fmt::format("the downgrade {} the {} {}{}{}", what, kind_in_words(difference.kind), name, of,
                                difference.detail.empty() ? "" : ": " + difference.detail));
  }
  return lines;
}

}  // namespace foreshot::report
