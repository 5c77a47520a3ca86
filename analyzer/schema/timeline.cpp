#include "analyzer/schema/timeline.h"

#include <algorithm>
#include <unordered_map>

#include "analyzer/schema/replay.h"

namespace foreshot {
namespace {

// Are the two operations on different sides of one test, so that only one of them runs?
auto exclude_each_other(const Operation& a, const Operation& b) -> bool {
  for (const auto& one : a.conditions)
    for (const auto& other : b.conditions)
      if (one.kind == other.kind && one.test == other.test && one.test.known() && one.branch != other.branch) return true;
  return false;
}

// Did the same upgrade make a table whose name nobody knows? A table that nobody saw may be that one.
auto makes_unnamed_table(const std::vector<Step>& steps, const RevisionSteps& range, const Step& until) -> bool {
  if (until.downgrade) return false;
  constexpr std::size_t looked_at = 1000;  // enough for any revision that people write
  const auto end = static_cast<std::size_t>(&until - steps.data());
  const auto begin = std::max(range.upgrade_begin, end > looked_at ? end - looked_at : 0);
  return std::any_of(steps.begin() + static_cast<std::ptrdiff_t>(begin), steps.begin() + static_cast<std::ptrdiff_t>(end), [](const Step& step) {
    const auto* create = std::get_if<CreateTable>(&step.action());
    return create != nullptr && !create->table.known();
  });
}

}  // namespace

auto Timeline::replay(const TreeSource& tree, const RevisionGraph& graph, Options options) -> Timeline {
  Timeline timeline;
  timeline.options_ = std::move(options);
  Replay(tree, graph, timeline).run();
  return timeline;
}

auto Timeline::before(const Step& step) const -> Schema {
  const auto& history = step.downgrade ? *downgrade_histories_[step.revision] : history_;
  return history.at(step.before);
}

auto Timeline::after(const Step& step) const -> Schema {
  const auto& history = step.downgrade ? *downgrade_histories_[step.revision] : history_;
  return history.at(step.after);
}

auto Timeline::held_before(const Step& step) const -> std::vector<HeldLock> {
  std::vector<HeldLock> held;
  std::unordered_map<std::string, std::size_t> places;
  for (auto at = step.held; at != 0xffffffff; at = taken_[at].previous) {
    const auto& lock = taken_[at].lock;
    if (step.op != nullptr && exclude_each_other(*steps_[lock.step].op, *step.op)) continue;
    const auto [place, fresh] = places.emplace(lock.relation.display(), held.size());
    if (fresh)
      held.push_back(lock);
    else if (held[place->second].mode <= lock.mode)
      held[place->second] = lock;
  }
  std::reverse(held.begin(), held.end());
  return held;
}

auto Timeline::made_here(const Step& step, const Origin& origin) const -> bool {
  if (!origin.known() || origin.revision != step.revision) return false;
  // In a downgrade, what the upgrade of the same revision made has lived since.
  return !step.downgrade || origin.transaction >= steps_[revisions_[step.revision].downgrade_begin].transaction;
}

auto Timeline::may_hold_rows(const Step& step, const ObjectName& name) const -> bool {
  const auto schema = before(step);
  const auto* table = schema.table(name);
  return live(step, name) && (table == nullptr || !made_here(step, table->emptied));
}

auto Timeline::live(const Step& step, const ObjectName& name) const -> bool {
  const auto schema = before(step);
  const auto* table = schema.table(name);
  if (table == nullptr) return schema.exists(name) != Existence::no && !makes_unnamed_table(steps_, revisions_[step.revision], step);
  if (table->temporary) return false;
  if (made_here(step, table->origin)) return false;
  if (table->rows == Known::no && made_here(step, table->rows_origin)) return false;
  if (step.downgrade || !any_released_ || !table->origin.known()) return true;
  const auto released = [&](RevisionIndex r) { return r < options_.released.size() && options_.released[r]; };
  return released(step.revision) || released(table->origin.revision);
}

}  // namespace foreshot
