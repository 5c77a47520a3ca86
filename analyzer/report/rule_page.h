// A rule's page, written once in the rule, in the forms that people and tools read.
#pragma once

#include <string>
#include <vector>

#include "analyzer/check/rule.h"

namespace foreshot::report {

auto rule_markdown(const Rule& rule) -> std::string;                       // one page, without a first heading
auto rules_text(const std::vector<const Rule*>& rules) -> std::string;
auto rules_json(const std::vector<const Rule*>& rules) -> std::string;
auto rules_markdown(const std::vector<const Rule*>& rules) -> std::string; // rules/README.md

auto precision_name(Precision precision) -> const char*;                   // SARIF's words

}  // namespace foreshot::report
