#include "analyzer/check/registry.h"

#include <algorithm>
#include <string_view>

namespace foreshot {

auto sorted_rules() -> const std::vector<const Rule*>& {
  static const auto sorted = [] {
    auto rules = all_rules();
    std::sort(rules.begin(), rules.end(), [](const Rule* a, const Rule* b) {
      return std::string_view(a->code) < std::string_view(b->code);
    });
    return rules;
  }();
  return sorted;
}

auto find_rule(std::string_view code_or_name) -> const Rule* {
  for (const auto* rule : sorted_rules())
    if (code_or_name == rule->code || code_or_name == rule->name) return rule;
  return nullptr;
}

}  // namespace foreshot
