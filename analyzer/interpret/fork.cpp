#include <algorithm>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {

Fork::Fork(Interpreter::State& state)
    : state_(state), outer_region_(state.trail.open()), mark_(state.trail.mark()), conditions_(state.conditions.size()) {
  ++state_.fork_depth;
}

Fork::~Fork() {
  if (!open_) return;
  --state_.fork_depth;
  state_.trail.close(outer_region_, mark_);
}

auto Fork::begin(const Condition& condition) -> void { state_.push_condition(condition, Hold::branch); }

auto Fork::end(Flow flow, const Condition& condition) -> void {
  auto at = state_.conditions.size();
  while (at > conditions_ && state_.holds[at - 1] != Hold::branch) --at;
  auto guards = state_.take_guards(at > conditions_ ? at - 1 : conditions_);
  if (flow == Flow::next) {
    outcomes_.push_back(state_.trail.collect(mark_));
    guards_.insert(guards_.end(), guards.begin(), guards.end());
    falling_ = condition;
    falls_ = true;
  } else {
    ends_ = true;
    ending_ = std::max(ending_, flow);
  }
  state_.trail.rollback(mark_);
}

auto Fork::fall(const Condition& condition) -> void {
  outcomes_.emplace_back();
  falling_ = condition;
  falls_ = true;
}

auto Fork::join(Span test) -> Flow {
  open_ = false;
  --state_.fork_depth;
  state_.take_guards(conditions_);
  state_.trail.close(outer_region_, mark_);
  state_.join_outcomes(std::move(outcomes_), test);
  for (const auto& [condition, hold] : guards_) state_.push_condition(condition, hold);
  if (!falls_) return Flow::ended;
  if (ends_ && guard_rest_) {
    const auto hold = ending_ == Flow::ended ? Hold::function : ending_ == Flow::break_ ? Hold::loop : Hold::round;
    const auto telling = falling_.kind == Condition::Kind::inspection || falling_.kind == Condition::Kind::offline;
    state_.push_condition({telling ? falling_.kind : Condition::Kind::guard, falling_.test, falling_.branch}, hold);
  }
  return Flow::next;
}

}  // namespace foreshot::interpret
