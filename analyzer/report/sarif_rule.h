// A rule as SARIF's reportingDescriptor.
#pragma once

#include <nlohmann/json.hpp>

#include "analyzer/report/outcome.h"

namespace foreshot::report {

auto sarif_rule(const Rule& rule, const Outcome& outcome) -> nlohmann::ordered_json;

}  // namespace foreshot::report
