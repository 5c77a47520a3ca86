// Which rules run. A selector is a code ("MIG101"), a prefix of codes ("MIG1", "MIG"), a rule's name or "ALL". Layers
// (configuration file, then command line) apply in turn: `select` starts anew, the rest adds and takes away; inside a
// layer the more specific selector wins, and `ignore` wins a tie. Rules whose default is off must be named in full.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/check/finding.h"

namespace foreshot {

struct RuleLayer {
  std::optional<std::vector<std::string>> select;
  std::vector<std::string> extend_select;
  std::vector<std::string> ignore;
};

// How closely a selector matches a rule: -1 not at all, else the more the closer.
auto selector_match(std::string_view selector, const Rule& rule) -> int;

// Whether a selector names a rule, a family or a hundred of one. `nearest_rule` is for the message when it does not.
auto selector_known(std::string_view selector) -> bool;
auto nearest_rule(std::string_view selector) -> std::string;

auto select_rules(const std::vector<RuleLayer>& layers) -> std::vector<const Rule*>;

// The level of each rule that `severities` (in order; the closest selector wins, then the later) names.
auto user_levels(const std::vector<std::pair<std::string, Level>>& severities) -> std::map<std::string, Level>;

auto parse_level(std::string_view word) -> std::optional<Level>;  // "error", "warning", "info", "off"
auto level_name(Level level) -> const char*;

// The candidate with the fewest edits away from `word`, empty if none is near.
auto nearest_word(std::string_view word, const std::vector<std::string>& candidates) -> std::string;

}  // namespace foreshot
