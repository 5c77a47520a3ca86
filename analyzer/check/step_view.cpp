#include <algorithm>
#include <string>
#include <utility>

#include "analyzer/check/rule.h"

namespace foreshot {
namespace {

auto work_name(Work work) -> const char* {
  switch (work) {
    case Work::none: return "none";
    case Work::scan: return "scan";
    case Work::index_build: return "index build";
    case Work::rewrite: return "rewrite";
  }
  return "none";
}

}  // namespace

auto StepView::subcommand_span(std::size_t index) const -> Span {
  const auto* alter = action<AlterTable>();
  // A part whose text is a constant from elsewhere in the file is told at the statement.
  if (alter != nullptr && index < alter->spans.size() && step.sql->span.contains(alter->spans[index])) return alter->spans[index];
  return step.sql->span;
}

auto StepView::finding() const -> Draft {
  Draft draft(step.sql->span);
  auto& finding = draft.finding_;
  finding.runs.push_back(step.sql->sql);
  for (const auto& call : step.op->called_from)
    if (call.file == revision().file) finding.called_at = call;
  // A Column from elsewhere is told at the call that adds it.
  if (!finding.called_at.known() && step.op->span.file == revision().file) finding.called_at = step.op->span;
  auto strongest = LockMode::none;
  std::vector<LockMode> modes;  // of finding.locks, same order
  for (const auto& effect : step.cost.effects) {
    if (effect.created_here || effect.lock < LockMode::share_update_exclusive) continue;
    strongest = std::max(strongest, effect.lock);
    const auto table = effect.relation.display();
    const auto known = std::find_if(finding.locks.begin(), finding.locks.end(),
                                    [&](const LockShown& lock) { return lock.table == table; });
    const auto place = static_cast<std::size_t>(known - finding.locks.begin());
    if (known == finding.locks.end()) {
      finding.locks.push_back({table, "", work_name(effect.work), false, false});
      modes.push_back(effect.lock);
    } else if (known->work == work_name(Work::none)) {
      known->work = work_name(effect.work);
    }
    modes[place] = std::max(modes[place], effect.lock);
  }
  for (std::size_t i = 0; i < modes.size(); ++i) {
    finding.locks[i].mode = lock_name(modes[i]);
    finding.locks[i].blocks_reads = blocks_reads(modes[i]);
    finding.locks[i].blocks_writes = blocks_writes(modes[i]);
  }
  if (blocks_reads(strongest))
    finding.waits = "SELECT, INSERT, UPDATE, DELETE";
  else if (blocks_writes(strongest))
    finding.waits = "INSERT, UPDATE, DELETE";
  if (!finding.waits.empty()) {
    const auto& around = transaction();
    finding.until = around.ends_text;
    finding.until_span = around.ends;
  }
  return draft;
}

}  // namespace foreshot
