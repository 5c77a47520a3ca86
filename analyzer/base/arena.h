// An Arena owns many small objects that are freed together: the nodes of one file's tree.
// Objects are never moved. Only trivially destructible types: nobody runs destructors.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace foreshot {

class Arena {
 public:
  Arena() = default;
  Arena(Arena&&) noexcept = default;
  auto operator=(Arena&&) noexcept -> Arena& = default;

  template <typename T, typename... Arguments>
  auto make(Arguments&&... arguments) -> T* {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T), alignof(T))) T{std::forward<Arguments>(arguments)...};
  }

  template <typename T>
  auto copy(const std::vector<T>& items) -> std::span<const T> {
    return copy(std::span<const T>{items});
  }

  template <typename T>
  auto copy(std::span<const T> items) -> std::span<const T> {
    static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);
    if (items.empty()) return {};
    auto* to = static_cast<T*>(allocate(sizeof(T) * items.size(), alignof(T)));
    std::memcpy(static_cast<void*>(to), items.data(), sizeof(T) * items.size());
    return {to, items.size()};
  }

  auto copy(std::string_view bytes) -> std::string_view {
    if (bytes.empty()) return {};
    auto* to = static_cast<char*>(allocate(bytes.size(), 1));
    std::memcpy(to, bytes.data(), bytes.size());
    return {to, bytes.size()};
  }

  auto bytes() const -> std::size_t { return total_; }

 private:
  auto allocate(std::size_t size, std::size_t alignment) -> void* {
    auto aligned = (used_ + alignment - 1) / alignment * alignment;
    if (blocks_.empty() || aligned + size > capacity_) {
      capacity_ = size > block_size ? size : block_size;
      blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(capacity_));
      total_ += capacity_;
      aligned = 0;
    }
    used_ = aligned + size;
    return blocks_.back().get() + aligned;
  }

  static constexpr std::size_t block_size = 1 << 14;
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::size_t used_ = 0;
  std::size_t capacity_ = 0;
  std::size_t total_ = 0;
};

}  // namespace foreshot
