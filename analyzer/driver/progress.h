// One changing line on stderr while a long run works: only on a terminal, only after 300 ms, gone at the end.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace foreshot::driver {

class Progress {
 public:
  explicit Progress(bool shown) : shown_(shown) {}
  ~Progress() { end(); }
  Progress(const Progress&) = delete;
  auto operator=(const Progress&) -> Progress& = delete;

  auto say(std::string what) -> void;
  auto end() -> void;

 private:
  bool shown_;
  bool ending_ = false;
  std::string what_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace foreshot::driver
