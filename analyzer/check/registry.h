// All rules, sorted by code. The list is written by the build from the files that exist under rules/.
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/check/rule.h"

namespace foreshot {

auto all_rules() -> const std::vector<const Rule*>&;   // in the build's order; see sorted_rules
auto sorted_rules() -> const std::vector<const Rule*>&;

// By code or name; null if there is none.
auto find_rule(std::string_view code_or_name) -> const Rule*;

}  // namespace foreshot
