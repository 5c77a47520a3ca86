#include "analyzer/loads/reached.h"

#include <algorithm>
#include <array>

namespace foreshot::loads {

using interpret::Loop;
using interpret::Site;
using interpret::Value;

// Does the value hold the entity, or one that it was reached from?
auto holds(const Value& value, const Entity& entity, int depth) -> bool {
  if (const auto* other = value.object<Entity>()) {
    for (const auto* each = &entity; each != nullptr; each = each->parent.get())
      if (each == other) return true;
    return false;
  }
  if (depth == 0) return false;
  if (const auto* list = value.sequence()) {
    const auto count = std::min<std::size_t>(list->items.size(), 8);
    return std::any_of(list->items.begin(), list->items.begin() + static_cast<std::ptrdiff_t>(count),
                       [&](const Value& item) { return holds(item, entity, depth - 1); });
  }
  if (const auto* row = value.object<Row>())
    return std::any_of(row->items.begin(), row->items.end(), [&](const Value& item) { return holds(item, entity, depth - 1); });
  if (const auto* choice = value.get<std::shared_ptr<const interpret::Choice>>())
    return std::any_of((*choice)->options.begin(), (*choice)->options.end(), [&](const Value& item) { return holds(item, entity, depth - 1); });
  return false;
}

auto reached_from(const Site& site, const Loop& loop) -> Reached {
  Reached reached{site.span, {}};
  for (std::size_t i = 0; i < site.called_from.size(); ++i)
    if (loop.whole.contains(site.called_from[i])) {
      reached.access = site.called_from[i];
      reached.through.assign(site.called_from.begin() + static_cast<std::ptrdiff_t>(i) + 1, site.called_from.end());
      reached.through.push_back(site.span);
      break;
    }
  return reached;
}

// `next(x for x in xs if …)` ends with the first that is found.
auto is_search(const Loop& loop, std::string_view text) -> bool {
  auto before = text.substr(0, loop.whole.begin);
  while (!before.empty() && (before.back() == ' ' || before.back() == '\n' || before.back() == '(')) {
    const bool opens = before.back() == '(';
    before.remove_suffix(1);
    if (opens && before.ends_with("next")) return true;
  }
  return text.substr(loop.whole.begin, loop.whole.size()).starts_with("(") && before.ends_with("next");
}

auto product(std::size_t levels) -> std::string {
  static constexpr std::array<std::string_view, 4> names{"N", "M", "K", "L"};
  std::string text;
  for (std::size_t i = 0; i < std::min(levels, names.size()); ++i) text += (i > 0 ? " × " : "") + std::string(names[i]);
  return text;
}

}  // namespace foreshot::loads
