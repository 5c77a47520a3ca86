// What several rules ask about a step.
#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot {

auto StepView::strong_lock() const -> const Effect* {
  // LOCK TABLE has a rule of its own.
  if (action<LockTable>() != nullptr) return nullptr;
  for (const auto& effect : step.cost.effects) {
    if (effect.created_here || effect.kind != ObjectKind::table || !blocks_writes(effect.lock)) continue;
    if (live(effect.relation)) return &effect;
  }
  return nullptr;
}

auto StepView::fills(const ObjectName& table, const Identifier& column) const -> bool {
  const auto& range = tree.timeline->revision(step.revision);
  for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i) {
    const auto& other = tree.timeline->steps()[i].action();
    // What could not be read may be what fills it.
    if (std::holds_alternative<Unreadable>(other) || std::holds_alternative<SyntaxError>(other)) return true;
    if (const auto* block = std::get_if<Block>(&other); block != nullptr && !block->understood) return true;
    const auto* dml = std::get_if<Dml>(&other);
    if (dml == nullptr || dml->verb == Dml::Verb::select) continue;
    if (!dml->table.known()) return true;
    if (!before().same_table(dml->table, table)) continue;
    if (dml->columns.empty()) return true;
    if (std::any_of(dml->columns.begin(), dml->columns.end(),
                    [&](const Identifier& assigned) { return !assigned.known || assigned == column; }))
      return true;
  }
  return false;
}

auto milliseconds(std::string_view timeout) -> double {
  constexpr auto unknown = -1.0;
  constexpr std::size_t longest = 15;
  const auto is_digit = [](char byte) { return byte >= '0' && byte <= '9'; };
  while (!timeout.empty() && timeout.front() == ' ') timeout.remove_prefix(1);
  while (!timeout.empty() && timeout.back() == ' ') timeout.remove_suffix(1);
  double amount = 0;
  std::size_t at = 0;
  while (at < timeout.size() && is_digit(timeout[at])) amount = amount * 10 + (timeout[at++] - '0');
  if (at == 0 || at > longest) return unknown;
  double part = 0.1;
  if (at < timeout.size() && timeout[at] == '.')
    for (++at; at < timeout.size() && is_digit(timeout[at]); ++at, part /= 10) amount += part * (timeout[at] - '0');
  while (at < timeout.size() && timeout[at] == ' ') ++at;
  const auto unit = timeout.substr(at);
  if (unit.empty() || unit == "ms") return amount;
  if (unit == "us") return amount / 1000;
  if (unit == "s") return amount * 1000;
  if (unit == "min") return amount * 60 * 1000;
  if (unit == "h") return amount * 3600 * 1000;
  if (unit == "d") return amount * 24 * 3600 * 1000;
  return unknown;
}

}  // namespace foreshot
