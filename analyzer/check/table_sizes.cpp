#include "analyzer/check/table_sizes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace foreshot {

auto TableSizes::measure(const std::string& schema, const std::string& name, MeasuredTable table) -> void {
  measured_[name][schema] = std::move(table);
}

auto TableSizes::of(const ObjectName& table) const -> TableSize {
  if (!table.known() || table.name.symbolic() || table.schema.symbolic()) return {};
  const auto& name = table.name.text;
  auto schema = table.schema.empty() ? std::string("public") : table.schema.text;
  const auto* measured = static_cast<const MeasuredTable*>(nullptr);
  if (const auto places = measured_.find(name); places != measured_.end()) {
    const auto& schemas = places->second;
    auto place = schemas.find(schema);
    if (place == schemas.end() && table.schema.empty() && schemas.size() == 1) place = schemas.begin();
    if (place != schemas.end()) {
      schema = place->first;
      measured = &place->second;
    }
  }
  const auto any = [&](const std::vector<Pattern>& patterns) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const Pattern& pattern) { return pattern.matches(schema, name); });
  };
  TableSize size;
  size.measured = measured;
  size.hot = any(hot_);
  const auto few = measured != nullptr && measured->rows >= 0 && measured->rows <= small_rows && measured->bytes >= 0 &&
                   measured->bytes <= small_bytes;
  size.small = !size.hot && (few || any(small_));
  return size;
}

auto duration_text(double seconds) -> std::string {
  if (seconds < 1) return "under 1 s";
  if (seconds < 90) return fmt::format("{:.0f} s", seconds);
  const auto minutes = std::round(seconds / 60);
  if (minutes < 90) return fmt::format("{:.0f} min", minutes);
  const auto hours = std::floor(minutes / 60);
  if (hours >= 48) return fmt::format("{:.0f} days", std::round(hours / 24));
  const auto rest = std::round((minutes - hours * 60) / 10) * 10;
  if (rest >= 60) return fmt::format("{:.0f} h", hours + 1);
  return rest == 0 || hours >= 10 ? fmt::format("{:.0f} h", hours) : fmt::format("{:.0f} h {:.0f} min", hours, rest);
}

auto amount_text(double amount) -> std::string {
  if (amount >= 9.95e8) return fmt::format("{:.1f} billion", amount / 1e9);
  if (amount >= 1e7) return fmt::format("{:.0f} million", amount / 1e6);
  if (amount >= 9.95e5) return fmt::format("{:.1f} million", amount / 1e6);
  auto digits = fmt::format("{:.0f}", amount);
  for (auto at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

auto bytes_text(double bytes) -> std::string {
  if (bytes >= 9.995e11) return fmt::format("{:.1f} TB", bytes / 1e12);
  if (bytes >= 9.995e8) return fmt::format("{:.1f} GB", bytes / 1e9);
  if (bytes >= 9.995e5) return fmt::format("{:.0f} MB", bytes / 1e6);
  return fmt::format("{:.0f} kB", std::ceil(bytes / 1e3));
}

}  // namespace foreshot
