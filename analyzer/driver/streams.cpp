#include "analyzer/driver/streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace foreshot::driver {
namespace {

auto write_all(int handle, std::string_view text) -> bool {
  while (!text.empty()) {
    const auto some = write(handle, text.data(), text.size());
    if (some < 0 && errno == EINTR) continue;
    if (some <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(some));
  }
  return true;
}

}  // namespace

auto put(std::string_view text) -> void { write_all(STDOUT_FILENO, text); }
auto warn(std::string_view text) -> void { write_all(STDERR_FILENO, text); }

auto write_file(const char* path, std::string_view text) -> bool {
  const int handle = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (handle < 0) return false;
  const bool written = write_all(handle, text);
  return close(handle) == 0 && written;
}

}  // namespace foreshot::driver
