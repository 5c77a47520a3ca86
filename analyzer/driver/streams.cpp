#include "analyzer/driver/streams.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

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

auto replace_file(const std::string& path, std::string_view text) -> bool {
  struct stat known {};
  const bool there = stat(path.c_str(), &known) == 0;
  // A file that may not be written is not replaced either, though the folder would allow it.
  if (there && access(path.c_str(), W_OK) != 0) return false;
  auto beside = path + ".foreshot-XXXXXX";
  const int handle = mkstemp(beside.data());
  if (handle < 0) return false;
  const auto mask = umask(0);
  umask(mask);
  bool done = write_all(handle, text) && fchmod(handle, there ? known.st_mode & 07777 : 0666 & ~mask) == 0;
  // Only root can give a file to its former owner.
  if (there && known.st_uid != geteuid() && fchown(handle, known.st_uid, known.st_gid) != 0) done = false;
  done = close(handle) == 0 && done && rename(beside.c_str(), path.c_str()) == 0;
  if (!done) unlink(beside.c_str());
  return done;
}

}  // namespace foreshot::driver
