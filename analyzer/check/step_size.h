// What a step's tables being small or large means for a finding about it. Private to check/.
#pragma once

#include "analyzer/check/rule.h"

namespace foreshot {

auto work_shown(Work work) -> const char*;

// Fills in what the step does to whole tables, how long that may take, and a hot table that it locks or works on.
auto add_sizes(const StepView& at, Finding& finding) -> void;

// The level that a finding has by itself, one step up where a hot table waits. Off: it is about work on small tables only.
auto sized_level(const Rule& rule, const Finding& finding, Level level) -> Level;

}  // namespace foreshot
