#include "analyzer/interpret/trail.h"

#include <algorithm>
#include <utility>

namespace foreshot::interpret {
namespace {

constexpr std::size_t searched_in_line = 16;

auto born(const Value& owner) -> std::uint32_t {
  if (auto sequence = owner.sequence()) return sequence->born;
  if (auto mapping = owner.mapping()) return mapping->born;
  if (auto instance = owner.get<std::shared_ptr<Instance>>()) return (*instance)->born;
  return 0;
}

auto copy_of(const Value& container) -> Value {
  if (auto sequence = container.sequence()) return {std::make_shared<Sequence>(*sequence), container.span()};
  if (auto mapping = container.mapping()) return {std::make_shared<Mapping>(*mapping), container.span()};
  return {};
}

auto restore(const Value& container, const Value& copy) -> void {
  if (auto sequence = container.sequence()) {
    const auto kept = sequence->born;
    *sequence = *copy.sequence();
    sequence->born = kept;
  }
  if (auto mapping = container.mapping()) {
    const auto kept = mapping->born;
    *mapping = *copy.mapping();
    mapping->born = kept;
  }
}

auto attribute_of(const Value& owner, std::string_view name) -> Value* {
  auto& attributes = (*owner.get<std::shared_ptr<Instance>>())->attributes;
  for (auto& [key, value] : attributes)
    if (key == name) return &value;
  return nullptr;
}

auto address(const Value& owner) -> const void* {
  if (auto sequence = owner.sequence()) return sequence;
  if (auto mapping = owner.mapping()) return mapping;
  if (auto instance = owner.get<std::shared_ptr<Instance>>()) return instance->get();
  return nullptr;
}

// Whether a cycle of references can lead through it.
auto refers(const Value& value) -> bool {
  return value.sequence() != nullptr || value.mapping() != nullptr || value.get<std::shared_ptr<Instance>>() != nullptr ||
         value.get<std::shared_ptr<const Function>>() != nullptr || value.get<std::shared_ptr<const Class>>() != nullptr ||
         value.get<std::shared_ptr<Object>>() != nullptr || value.get<std::shared_ptr<const Choice>>() != nullptr;
}

auto put_attribute(const Value& owner, std::string_view name, Value value) -> void {
  if (auto* slot = attribute_of(owner, name))
    *slot = std::move(value);
  else
    (*owner.get<std::shared_ptr<Instance>>())->attributes.emplace_back(std::string(name), std::move(value));
}

auto drop_attribute(const Value& owner, std::string_view name) -> void {
  auto& attributes = (*owner.get<std::shared_ptr<Instance>>())->attributes;
  attributes.erase(std::remove_if(attributes.begin(), attributes.end(), [&](const auto& entry) { return entry.first == name; }),
                   attributes.end());
}

}  // namespace

auto Variables::position(std::string_view name) const -> std::size_t {
  if (entries_.size() <= searched_in_line) {
    for (std::size_t i = 0; i < entries_.size(); ++i)
      if (entries_[i].first == name) return i;
    return entries_.size();
  }
  const auto found = index_.find(name);
  return found == index_.end() ? entries_.size() : found->second;
}

auto Variables::find(std::string_view name) -> Value* {
  const auto at = position(name);
  return at == entries_.size() ? nullptr : &entries_[at].second;
}

auto Variables::set(std::string_view name, Value value) -> void {
  const auto at = position(name);
  if (at < entries_.size()) {
    entries_[at].second = std::move(value);
    return;
  }
  entries_.emplace_back(name, std::move(value));
  if (entries_.size() == searched_in_line + 1) {
    for (std::size_t i = 0; i < entries_.size(); ++i) index_[entries_[i].first] = static_cast<std::uint32_t>(i);
  } else if (entries_.size() > searched_in_line) {
    index_[name] = static_cast<std::uint32_t>(entries_.size() - 1);
  }
}

auto Variables::erase(std::string_view name) -> void {
  const auto at = position(name);
  if (at == entries_.size()) return;
  // Order matters only for names that stay; the last takes the place of the erased one.
  const auto many = entries_.size() > searched_in_line;
  if (many) index_.erase(name);
  if (at + 1 != entries_.size()) {
    entries_[at] = std::move(entries_.back());
    if (many) index_[entries_[at].first] = static_cast<std::uint32_t>(at);
  }
  entries_.pop_back();
  if (entries_.size() <= searched_in_line) index_.clear();
}

auto Variables::clear() -> void {
  // Destroying a value may destroy a closure that refers back to this frame: empty first, destroy after.
  std::vector<Entry> old;
  old.swap(entries_);
  index_.clear();
}

Trail::~Trail() {
  // Contents are moved out first: destroying them may destroy their owner.
  for (const auto& [address, container] : holders_) {
    if (const auto* sequence = std::get_if<std::weak_ptr<Sequence>>(&container)) {
      if (const auto held = sequence->lock()) const auto gone = std::exchange(held->items, {});
    } else if (const auto* mapping = std::get_if<std::weak_ptr<Mapping>>(&container)) {
      if (const auto held = mapping->lock()) const auto gone = std::exchange(held->entries, {});
    } else if (const auto held = std::get<std::weak_ptr<Instance>>(container).lock()) {
      const auto gone = std::exchange(held->attributes, {});
    }
  }
}

auto Trail::holds_others(const Value& owner) -> void {
  auto& known = holders_[address(owner)];
  // An address may have had another container before.
  if (auto sequence = owner.get<std::shared_ptr<Sequence>>())
    known = *sequence;
  else if (auto mapping = owner.get<std::shared_ptr<Mapping>>())
    known = *mapping;
  else if (auto instance = owner.get<std::shared_ptr<Instance>>())
    known = *instance;
  if (holders_.size() <= most_holders_) return;
  std::erase_if(holders_, [](const auto& entry) {
    return std::visit([](const auto& weak) { return weak.expired(); }, entry.second);
  });
  most_holders_ = std::max(most_holders_, 2 * holders_.size());
}

auto Trail::Written::place() const -> const void* { return kind == Kind::variable ? frame.get() : address(owner); }

auto Trail::close(std::uint32_t outer, Mark mark) -> void {
  region_ = outer;
  const auto from = changes_.begin() + static_cast<std::ptrdiff_t>(std::min(mark, changes_.size()));
  changes_.erase(std::remove_if(from, changes_.end(), [&](const Change& change) {
    return !logs(change.kind == Change::Kind::variable ? change.frame->born : born(change.owner));
  }), changes_.end());
}

auto Trail::set_variable(const std::shared_ptr<Frame>& frame, std::string_view name, Value value) -> void {
  if (logs(frame->born)) {
    auto* old = frame->variables.find(name);
    changes_.push_back({.kind = Change::Kind::variable,
                        .existed = old != nullptr,
                        .position = 0,
                        .frame = frame,
                        .owner = {},
                        .name = name,
                        .old = old != nullptr ? std::move(*old) : Value()});
  }
  frame->variables.set(name, std::move(value));
}

auto Trail::erase_variable(const std::shared_ptr<Frame>& frame, std::string_view name) -> void {
  auto* old = frame->variables.find(name);
  if (old == nullptr) return;
  if (logs(frame->born))
    changes_.push_back({.kind = Change::Kind::variable, .existed = true, .position = 0, .frame = frame, .owner = {},
                        .name = name, .old = std::move(*old)});
  frame->variables.erase(name);
}

auto Trail::set_attribute(const Value& instance, std::string_view name, Value value) -> void {
  if (logs(born(instance))) {
    auto* old = attribute_of(instance, name);
    changes_.push_back({.kind = Change::Kind::attribute, .existed = old != nullptr, .position = 0, .frame = nullptr,
                        .owner = instance, .name = name, .old = old != nullptr ? *old : Value()});
  }
  if (refers(value)) holds_others(instance);
  put_attribute(instance, name, std::move(value));
}

auto Trail::append(const Value& sequence, Value item) -> void {
  auto* list = sequence.sequence();
  if (logs(list->born))
    changes_.push_back({.kind = Change::Kind::appended, .existed = true,
                        .position = static_cast<std::uint32_t>(list->items.size()), .frame = nullptr, .owner = sequence,
                        .name = {}, .old = {}});
  if (refers(item)) holds_others(sequence);
  list->items.push_back(std::move(item));
}

auto Trail::set_entry(const Value& mapping, const Value& key, Value value) -> void {
  auto* entries = &mapping.mapping()->entries;
  auto at = std::find_if(entries->begin(), entries->end(), [&](const auto& entry) { return same(entry.first, key); });
  if (logs(mapping.mapping()->born))
    changes_.push_back({.kind = Change::Kind::entry, .existed = at != entries->end(),
                        .position = static_cast<std::uint32_t>(at - entries->begin()), .frame = nullptr, .owner = mapping,
                        .name = {}, .old = at != entries->end() ? at->second : Value()});
  if (refers(value)) holds_others(mapping);
  if (at != entries->end())
    at->second = std::move(value);
  else
    entries->emplace_back(key, std::move(value));
}

auto Trail::before_change(const Value& container) -> void {
  if (logs(born(container)))
    changes_.push_back({.kind = Change::Kind::contents, .existed = true, .position = 0, .frame = nullptr,
                        .owner = container, .name = {}, .old = copy_of(container)});
  holds_others(container);
}

auto Trail::compact(Mark mark) -> void {
  const auto place = [](const Change& change) {
    return std::pair(change.kind == Change::Kind::variable ? static_cast<const void*>(change.frame.get()) : address(change.owner),
                     change.name);
  };
  std::vector<std::size_t> order;
  for (auto i = mark; i < changes_.size(); ++i) order.push_back(i);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t left, std::size_t right) { return place(changes_[left]) < place(changes_[right]); });
  std::vector<char> dropped(changes_.size() - mark, 0);
  const Change* first = nullptr;  // what restores all that came later at its place
  for (const auto i : order) {
    const auto& change = changes_[i];
    if (first == nullptr || place(*first) != place(change)) {
      first = &change;
    } else if (first->kind == change.kind ? change.kind != Change::Kind::entry : first->kind == Change::Kind::contents) {
      dropped[i - mark] = 1;
    } else {
      first = &change;
    }
  }
  auto kept = mark;
  for (auto i = mark; i < changes_.size(); ++i) {
    if (dropped[i - mark] != 0) continue;
    if (kept != i) changes_[kept] = std::move(changes_[i]);
    ++kept;
  }
  changes_.resize(kept);
}

auto Trail::collect(Mark mark) const -> Outcome {
  Outcome outcome;
  outcome.reserve(changes_.size() - mark);
  for (auto change = changes_.begin() + static_cast<std::ptrdiff_t>(mark); change != changes_.end(); ++change) {
    const auto kind = change->kind == Change::Kind::variable    ? Written::Kind::variable
                      : change->kind == Change::Kind::attribute ? Written::Kind::attribute
                                                                : Written::Kind::contents;
    outcome.push_back({kind, change->frame, change->owner, change->name, {}, true});
  }
  const auto before = [](const Written& left, const Written& right) {
    return std::pair(left.place(), left.name) < std::pair(right.place(), right.name);
  };
  // Stable, so that one run's order of joins never depends on addresses of equal places.
  std::vector<std::pair<std::size_t, std::size_t>> order;
  order.reserve(outcome.size());
  for (std::size_t i = 0; i < outcome.size(); ++i) order.emplace_back(i, i);
  std::stable_sort(order.begin(), order.end(),
                   [&](const auto& left, const auto& right) { return before(outcome[left.first], outcome[right.first]); });
  std::vector<char> keep(outcome.size(), 1);
  for (std::size_t i = 1; i < order.size(); ++i)
    if (!before(outcome[order[i - 1].first], outcome[order[i].first])) keep[order[i].first] = 0;
  Outcome unique;
  for (std::size_t i = 0; i < outcome.size(); ++i)
    if (keep[i] != 0) unique.push_back(read(outcome[i]));
  return unique;
}

auto Trail::rollback(Mark mark) -> void {
  while (changes_.size() > mark) {
    auto change = std::move(changes_.back());
    changes_.pop_back();
    switch (change.kind) {
      case Change::Kind::variable:
        if (change.existed)
          change.frame->variables.set(change.name, std::move(change.old));
        else
          change.frame->variables.erase(change.name);
        break;
      case Change::Kind::attribute:
        if (change.existed)
          put_attribute(change.owner, change.name, std::move(change.old));
        else
          drop_attribute(change.owner, change.name);
        break;
      case Change::Kind::appended: {
        auto& items = change.owner.sequence()->items;
        if (items.size() > change.position) items.resize(change.position);
        break;
      }
      case Change::Kind::entry: {
        auto& entries = change.owner.mapping()->entries;
        if (change.position >= entries.size()) break;
        if (change.existed)
          entries[change.position].second = std::move(change.old);
        else
          entries.resize(change.position);
        break;
      }
      case Change::Kind::contents: restore(change.owner, change.old); break;
    }
  }
}

auto Trail::write(const Written& state) -> void {
  switch (state.kind) {
    case Written::Kind::variable:
      if (state.exists)
        set_variable(state.frame, state.name, state.value);
      else
        erase_variable(state.frame, state.name);
      break;
    case Written::Kind::attribute:
      if (state.exists) set_attribute(state.owner, state.name, state.value);
      break;
    case Written::Kind::contents:
      before_change(state.owner);
      restore(state.owner, state.value);
      break;
  }
}

auto Trail::read(const Written& place) -> Written {
  auto state = place;
  switch (place.kind) {
    case Written::Kind::variable: {
      auto* value = place.frame->variables.find(place.name);
      state.exists = value != nullptr;
      state.value = value != nullptr ? *value : Value();
      break;
    }
    case Written::Kind::attribute: {
      auto* value = attribute_of(place.owner, place.name);
      state.exists = value != nullptr;
      state.value = value != nullptr ? *value : Value();
      break;
    }
    case Written::Kind::contents: state.value = copy_of(place.owner); break;
  }
  return state;
}

}  // namespace foreshot::interpret
