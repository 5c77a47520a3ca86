// A SharedList is a sequence whose copies share their elements: versions of a table that differ in one column hold all
// other columns in common. Reading is like a vector of T; an element is changed by replacing it (edit).
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <unordered_set>
#include <utility>
#include <vector>

namespace foreshot {

template <typename T>
class SharedList {
 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = const T*;
    using reference = const T&;

    Iterator() = default;
    explicit Iterator(const std::shared_ptr<const T>* place) : place_(place) {}
    auto operator*() const -> const T& { return **place_; }
    auto operator->() const -> const T* { return place_->get(); }
    auto operator++() -> Iterator& { ++place_; return *this; }
    auto operator++(int) -> Iterator { auto old = *this; ++place_; return old; }
    auto operator-(const Iterator& other) const -> std::ptrdiff_t { return place_ - other.place_; }
    friend auto operator==(const Iterator&, const Iterator&) -> bool = default;

   private:
    const std::shared_ptr<const T>* place_ = nullptr;
  };
  using value_type = T;
  using const_iterator = Iterator;
  using iterator = Iterator;

  auto begin() const -> Iterator { return Iterator(items_.data()); }
  auto end() const -> Iterator { return Iterator(items_.data() + items_.size()); }
  auto size() const -> std::size_t { return items_.size(); }
  auto empty() const -> bool { return items_.empty(); }
  auto operator[](std::size_t i) const -> const T& { return *items_[i]; }
  auto front() const -> const T& { return *items_.front(); }
  auto back() const -> const T& { return *items_.back(); }

  auto push_back(T value) -> void { items_.push_back(std::make_shared<const T>(std::move(value))); }
  // Takes an element of another list without copying it.
  auto share(const SharedList& other, std::size_t i) -> void { items_.push_back(other.items_[i]); }
  // A copy of element i that replaces it in this list only. The reference is good until the next change.
  auto edit(std::size_t i) -> T& {
    auto copy = std::make_shared<T>(*items_[i]);
    auto& value = *copy;
    items_[i] = std::move(copy);
    return value;
  }
  auto erase(std::size_t i) -> void { items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(i)); }
  template <typename Predicate>
  auto erase_if(Predicate gone) -> void {
    std::erase_if(items_, [&](const std::shared_ptr<const T>& item) { return gone(*item); });
  }
  auto clear() -> void { items_.clear(); }
  // The elements that `other` does not hold in common with this list, in their order.
  auto not_in(const SharedList& other) const -> std::vector<const T*> {
    std::size_t first = 0, last = 0;
    const auto least = std::min(items_.size(), other.items_.size());
    while (first < least && items_[first] == other.items_[first]) ++first;
    while (last < least - first && items_[items_.size() - 1 - last] == other.items_[other.items_.size() - 1 - last]) ++last;
    std::unordered_set<const T*> theirs;
    for (auto i = first; i < other.items_.size() - last; ++i) theirs.insert(other.items_[i].get());
    std::vector<const T*> found;
    for (auto i = first; i < items_.size() - last; ++i)
      if (!theirs.contains(items_[i].get())) found.push_back(items_[i].get());
    return found;
  }
  auto same(const SharedList& other) const -> bool { return items_ == other.items_; }

 private:
  std::vector<std::shared_ptr<const T>> items_;
};

}  // namespace foreshot
