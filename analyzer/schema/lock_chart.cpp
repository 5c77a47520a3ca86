#include "analyzer/schema/lock_chart.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace foreshot {
namespace {

class Charting {
 public:
  Charting(const Timeline& timeline, LockChart& chart) : timeline_(timeline), chart_(chart) {}

  auto add(const Step& step) -> void {
    const auto row = chart_.rows.size();
    if (row == 0 && step.in_transaction)
      for (const auto& held : timeline_.held_before(step)) take(step, row, relation(held.relation.display(), held.mode), held.mode, true);
    auto& added = chart_.rows.emplace_back();
    added.step = &step;
    for (const auto& effect : step.cost.effects) {
      const auto name = effect.relation.display();
      if (effect.created_here) {
        if (effect.kind != ObjectKind::index) added.made.push_back(name);
        made_.insert(name);
        continue;
      }
      if (effect.kind == ObjectKind::index || made_.contains(name)) continue;
      if (effect.lock == LockMode::none && effect.work == Work::none) continue;
      const auto index = relation(name, effect.lock);
      auto taken = std::find_if(added.taken.begin(), added.taken.end(), [&](const auto& t) { return t.relation == index; });
      if (taken == added.taken.end()) taken = added.taken.insert(added.taken.end(), {index, LockMode::none, Work::none, {}});
      taken->mode = std::max(taken->mode, effect.lock);
      if (effect.work > taken->work || taken->cause.empty()) taken->cause = effect.cause;
      taken->work = std::max(taken->work, effect.work);
    }
    for (const auto& taken : added.taken) take(step, row, taken.relation, taken.mode, false);
    last_row_[step.transaction] = row;
  }

  auto finish() -> void {
    for (auto& hold : chart_.holds) hold.last = std::max(hold.last, autocommit_.contains(&hold - chart_.holds.data()) ? hold.first : last_row_[hold.transaction]);
  }

 private:
  auto relation(const std::string& name, LockMode mode) -> std::size_t {
    const auto [at, is_new] = relations_.try_emplace(name, chart_.relations.size());
    if (is_new) chart_.relations.push_back({name, mode});
    auto& strongest = chart_.relations[at->second].strongest;
    strongest = std::max(strongest, mode);
    return at->second;
  }

  auto take(const Step& step, std::size_t row, std::size_t relation, LockMode mode, bool before) -> void {
    const std::pair key{step.transaction, relation};
    const auto open = step.in_transaction ? open_.find(key) : open_.end();
    if (open != open_.end()) {
      auto& grades = chart_.holds[open->second].grades;
      if (mode > grades.back().mode) grades.push_back({row, mode});
      return;
    }
    if (step.in_transaction)
      open_[key] = chart_.holds.size();
    else
      autocommit_.insert(static_cast<std::ptrdiff_t>(chart_.holds.size()));
    chart_.holds.push_back({relation, step.transaction, row, row, before, {{row, mode}}});
  }

  const Timeline& timeline_;
  LockChart& chart_;
  std::map<std::string, std::size_t> relations_;
  std::map<std::pair<std::uint32_t, std::size_t>, std::size_t> open_;
  std::map<std::size_t, std::size_t> last_row_;
  std::set<std::string> made_;
  std::set<std::ptrdiff_t> autocommit_;
};

}  // namespace

auto LockChart::of(const Timeline& timeline, std::size_t begin, std::size_t end) -> LockChart {
  LockChart chart;
  Charting charting(timeline, chart);
  for (auto i = begin; i < end; ++i) charting.add(timeline.steps()[i]);
  charting.finish();
  return chart;
}

auto LockChart::ends_transaction(std::size_t row) const -> bool {
  return row + 1 == rows.size() || rows[row + 1].step->transaction != rows[row].step->transaction ||
         rows[row + 1].step->in_transaction != rows[row].step->in_transaction;
}

auto LockChart::Hold::mode_at(std::size_t row) const -> LockMode {
  if (row < first || row > last) return LockMode::none;
  auto mode = LockMode::none;
  for (const auto& grade : grades)
    if (grade.row <= row) mode = grade.mode;
  return mode;
}

auto lock_letters(LockMode mode) -> const char* {
  switch (mode) {
    case LockMode::none: return "";
    case LockMode::access_share: return "AS";
    case LockMode::row_share: return "RS";
    case LockMode::row_exclusive: return "RX";
    case LockMode::share_update_exclusive: return "SUX";
    case LockMode::share: return "S";
    case LockMode::share_row_exclusive: return "SRX";
    case LockMode::exclusive: return "X";
    case LockMode::access_exclusive: return "AX";
  }
  return "";
}

auto work_name(Work work) -> const char* {
  switch (work) {
    case Work::none: return "no work";
    case Work::scan: return "scan";
    case Work::index_build: return "index build";
    case Work::rewrite: return "rewrite";
  }
  return "";
}

auto on_one_line(const std::string& sql) -> std::string {
  std::string text;
  for (const auto letter : sql) {
    const auto blank = letter == ' ' || letter == '\n' || letter == '\t' || letter == '\r';
    if (!blank)
      text += letter;
    else if (!text.empty() && text.back() != ' ')
      text += ' ';
  }
  return text;
}

}  // namespace foreshot
