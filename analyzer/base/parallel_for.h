// parallel_for runs body(0) … body(count - 1) on up to `threads` threads and returns when all are done.
// Indexes are handed out one by one, so long items do not hold up short ones. Results go into slots by index: output
// never depends on which thread ran what. The body must not throw.
#pragma once

#include <cstddef>
#include <functional>

namespace foreshot {

auto parallel_for(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& body) -> void;

// The number of hardware threads, at least 1.
auto hardware_threads() -> unsigned;

}  // namespace foreshot
