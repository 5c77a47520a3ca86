#include "analyzer/driver/progress.h"

#include <chrono>
#include <utility>

#include "analyzer/driver/streams.h"

namespace foreshot::driver {

auto Progress::say(std::string what) -> void {
  if (!shown_) return;
  const std::lock_guard lock(mutex_);
  what_ = std::move(what);
  if (thread_.joinable()) return;
  thread_ = std::thread([this] {
    std::unique_lock waiting(mutex_);
    bool drawn = false;
    while (!ending_) {
      wake_.wait_for(waiting, std::chrono::milliseconds(300));
      if (ending_) break;
      warn("\r\x1b[Kforeshot: checking " + what_);
      drawn = true;
    }
    if (drawn) warn("\r\x1b[K");
  });
}

auto Progress::end() -> void {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

}  // namespace foreshot::driver
