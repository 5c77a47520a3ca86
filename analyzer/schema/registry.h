// A Registry keeps the versions of all objects of one kind, found by name and moment. Private to History.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/facts/name.h"

namespace foreshot {

// How a name is looked up: in one schema, along the search path, or (schema not known) by name alone.
struct Wanted {
  std::string_view name;
  std::string_view schema;                          // given
  const std::vector<std::string>* path = nullptr;   // not given: searched in this order
  bool anywhere = false;

  // 0 is best; negative: another schema. An object of unknown schema matches after all others.
  // Nor is it known whether `{schema}` means the schema of another spelling; two settings are taken for two schemas.
  auto rank(std::string_view slot_schema) const -> int {
    if (anywhere) return 0;
    if (path == nullptr) {
      if (slot_schema == schema) return 0;
      if (slot_schema.empty()) return 1;
      return is_symbolic(slot_schema) != is_symbolic(schema) ? 2 : -1;
    }
    for (std::size_t i = 0; i < path->size(); ++i)
      if ((*path)[i] == slot_schema) return static_cast<int>(i);
    return slot_schema.empty() || path->empty() || is_symbolic(slot_schema) ? static_cast<int>(path->size()) : -1;
  }
};

template <typename T>
class Registry {
 public:
  using Moment = std::uint32_t;
  static constexpr std::uint32_t none = 0xffffffff;

  struct Version {
    Moment begin = 0;
    std::shared_ptr<const T> value;  // null: gone
  };
  struct Slot {
    std::string schema;              // empty: not known
    std::string name;
    std::vector<Version> versions;
  };
  struct Found {
    std::uint32_t slot = none;       // none: never seen
    std::shared_ptr<const T> value;  // null: gone
    Moment since = 0;
    bool elsewhere = false;          // not seen where wanted, but present in another schema
    auto seen() const -> bool { return slot != none; }
  };

  auto find(const Wanted& wanted, Moment moment) const -> Found {
    Found best;
    const auto places = by_name_.find(std::string(wanted.name));
    if (places == by_name_.end()) return best;
    auto best_rank = 0;
    for (const auto place : places->second) {
      const auto* version = at(place, moment);
      if (version == nullptr) continue;
      const auto rank = wanted.rank(slots_[place].schema);
      if (rank < 0) {
        best.elsewhere = best.elsewhere || version->value != nullptr;
        continue;
      }
      const auto better = !best.seen() || (version->value != nullptr) > (best.value != nullptr) ||
                          ((version->value != nullptr) == (best.value != nullptr) && rank < best_rank);
      if (!better) continue;
      best_rank = rank;
      best = {place, version->value, version->begin, best.elsewhere};
    }
    return best;
  }

  auto at(std::uint32_t slot, Moment moment) const -> const Version* {
    const auto& versions = slots_[slot].versions;
    const auto after = std::upper_bound(versions.begin(), versions.end(), moment,
                                        [](Moment wanted, const Version& version) { return wanted < version.begin; });
    return after == versions.begin() ? nullptr : &*std::prev(after);
  }

  auto slot(std::string_view schema, std::string_view name) -> std::uint32_t {
    auto& places = by_name_[std::string(name)];
    for (const auto place : places)
      if (slots_[place].schema == schema) return place;
    places.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.push_back({std::string(schema), std::string(name), {}});
    return places.back();
  }

  // Moments never go back; a second change at one moment replaces the first.
  auto put(std::uint32_t slot, Moment moment, std::shared_ptr<const T> value) -> void {
    auto& versions = slots_[slot].versions;
    if (!versions.empty() && versions.back().begin == moment)
      versions.back().value = std::move(value);
    else
      versions.push_back({moment, std::move(value)});
  }

  // Has this object a version that began by then?
  auto holds(std::string_view schema, std::string_view name, Moment moment) const -> bool {
    const auto places = by_name_.find(std::string(name));
    if (places == by_name_.end()) return false;
    for (const auto place : places->second)
      if (slots_[place].schema == schema && at(place, moment) != nullptr) return true;
    return false;
  }

  auto slots() const -> const std::vector<Slot>& { return slots_; }

 private:
  std::vector<Slot> slots_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> by_name_;
};

}  // namespace foreshot
