// Findings as one JSON document: {"version": 1, "tool", "summary", "findings"}. Columns are code points, offsets bytes.
#pragma once

#include <string>

#include "analyzer/report/outcome.h"

namespace foreshot::report {

auto json(const Outcome& outcome) -> std::string;

}  // namespace foreshot::report
