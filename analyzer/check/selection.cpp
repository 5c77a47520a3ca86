#include "analyzer/check/selection.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <iterator>

#include "analyzer/check/registry.h"

namespace foreshot {
namespace {

constexpr std::array families = {"MIG", "REV", "SCH", "MAP", "ORM", "SES", "ENG", "VEC", "PLN", "SYN", "SUP", "CFG"};
constexpr int exact = 100;

auto edits(std::string_view a, std::string_view b) -> std::size_t {
  std::vector<std::size_t> row(b.size() + 1), two(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto above_left = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto above = row[j + 1];
      auto best = std::min({above + 1, row[j] + 1, above_left + (a[i] == b[j] ? 0U : 1U)});
      if (i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j]) best = std::min(best, two[j - 1] + 1);
      two[j] = above_left;
      row[j + 1] = best;
      above_left = above;
    }
    two[b.size()] = above_left;
  }
  return row[b.size()];
}

auto best_match(const std::vector<std::string>& selectors, const Rule& rule) -> int {
  int best = -1;
  for (const auto& selector : selectors) {
    const auto match = selector_match(selector, rule);
    if (rule.level == Level::off && match < exact) continue;
    best = std::max(best, match);
  }
  return best;
}

auto closest(const std::vector<std::string>& selectors, const Rule& rule) -> int {
  int best = -1;
  for (const auto& selector : selectors) best = std::max(best, selector_match(selector, rule));
  return best;
}

}  // namespace

auto selector_match(std::string_view selector, const Rule& rule) -> int {
  if (selector == rule.code || selector == rule.name) return exact;
  if (selector == "ALL") return 0;
  const std::string_view code = rule.code;
  if (selector.size() >= 3 && selector.size() < code.size() && code.starts_with(selector))
    return static_cast<int>(selector.size());
  return -1;
}

auto selector_known(std::string_view selector) -> bool {
  if (selector == "ALL" || find_rule(selector) != nullptr) return true;
  if (selector.size() < 3 || selector.size() > 5) return false;
  if (std::find(families.begin(), families.end(), selector.substr(0, 3)) == families.end()) return false;
  return std::all_of(selector.begin() + 3, selector.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

auto nearest_rule(std::string_view selector) -> std::string {
  std::vector<std::string> names;
  for (const auto* rule : sorted_rules()) {
    names.emplace_back(rule->code);
    names.emplace_back(rule->name);
  }
  std::string upper(selector);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
  if (selector_known(upper)) return upper;
  return nearest_word(selector, names);
}

auto select_rules(const std::vector<RuleLayer>& layers) -> std::vector<const Rule*> {
  std::vector<const Rule*> selected;
  for (const auto* rule : sorted_rules()) {
    bool in = rule->level != Level::off;
    for (const auto& layer : layers) {
      int chosen = best_match(layer.extend_select, *rule);
      if (layer.select) {
        chosen = std::max(chosen, best_match(*layer.select, *rule));
        in = false;
      }
      if (chosen >= 0) in = true;
      const auto ignored = closest(layer.ignore, *rule);
      if (ignored >= 0 && ignored >= chosen) in = false;
    }
    if (in) selected.push_back(rule);
  }
  return selected;
}

auto user_levels(const std::vector<std::pair<std::string, Level>>& severities) -> std::map<std::string, Level> {
  std::map<std::string, Level> levels;
  for (const auto* rule : sorted_rules()) {
    int best = -1;
    for (const auto& [selector, level] : severities) {
      const auto match = selector_match(selector, *rule);
      if (match < 0 || match < best) continue;
      best = match;
      levels[rule->code] = level;
    }
  }
  return levels;
}

auto parse_level(std::string_view word) -> std::optional<Level> {
  if (word == "error") return Level::error;
  if (word == "warning") return Level::warning;
  if (word == "info") return Level::info;
  if (word == "off") return Level::off;
  return std::nullopt;
}

auto level_name(Level level) -> const char* {
  switch (level) {
    case Level::off: return "off";
    case Level::info: return "info";
    case Level::warning: return "warning";
    case Level::error: return "error";
  }
  return "off";
}

auto nearest_word(std::string_view word, const std::vector<std::string>& candidates) -> std::string {
  std::string best;
  auto fewest = std::max<std::size_t>(1, word.size() / 3) + 1;
  if (word.size() > 200) return best;
  for (const auto& candidate : candidates) {
    const auto distance = edits(word, candidate);
    if (distance < fewest) {
      fewest = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace foreshot
