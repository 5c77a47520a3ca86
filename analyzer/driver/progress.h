// One changing line on stderr while a long run works: only on a terminal, only after 300 ms, gone at the end.
#pragma once

#include <atomic>
#include <deque>
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
  std::deque<std::string> said_;                    // a deque: what the other thread reads stays where it is
  std::atomic<const std::string*> what_ = nullptr;
  int bell_[2] = {-1, -1};                          // a pipe whose closing ends the other thread's sleep
  std::thread thread_;
};

}  // namespace foreshot::driver
