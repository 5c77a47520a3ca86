#include "analyzer/driver/progress.h"

#include <poll.h>
#include <unistd.h>

#include <utility>

#include "analyzer/driver/streams.h"

namespace foreshot::driver {

auto Progress::say(std::string what) -> void {
  if (!shown_) return;
  said_.push_back(std::move(what));
  what_.store(&said_.back(), std::memory_order_release);
  if (thread_.joinable() || pipe(bell_) != 0) return;
  thread_ = std::thread([this] {
    constexpr int pause = 300;  // milliseconds
    bool drawn = false;
    for (pollfd ear{bell_[0], POLLIN, 0}; poll(&ear, 1, pause) == 0; drawn = true)
      warn("\r\x1b[Kforeshot: checking " + *what_.load(std::memory_order_acquire));
    if (drawn) warn("\r\x1b[K");
  });
}

auto Progress::end() -> void {
  if (!thread_.joinable()) return;
  close(bell_[1]);
  thread_.join();
  close(bell_[0]);
}

}  // namespace foreshot::driver
