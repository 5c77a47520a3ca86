#include "analyzer/base/parallel_for.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace foreshot {

auto parallel_for(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& body) -> void {
  const auto workers = static_cast<unsigned>(std::min<std::size_t>(std::max(threads, 1U), count));
  if (workers <= 1) {
    for (std::size_t i = 0; i < count; ++i) body(i);
    return;
  }
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (auto i = next.fetch_add(1); i < count; i = next.fetch_add(1)) body(i);
  };
  std::vector<std::thread> others;
  others.reserve(workers - 1);
  for (unsigned i = 1; i < workers; ++i) others.emplace_back(work);
  work();
  for (auto& other : others) other.join();
}

auto hardware_threads() -> unsigned { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace foreshot
