#include "analyzer/driver/paths.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <memory>

namespace foreshot::driver {

auto working_directory() -> std::string {
  char buffer[PATH_MAX];
  return getcwd(buffer, sizeof buffer) != nullptr ? buffer : "/";
}

auto join(std::string_view folder, std::string_view path) -> std::string {
  if (path.starts_with('/') || folder.empty()) return std::string(path);
  if (path.empty()) return std::string(folder);
  auto joined = std::string(folder);
  if (!joined.ends_with('/')) joined += '/';
  return joined += path;
}

auto normal(std::string_view path) -> std::string {
  const bool rooted = path.starts_with('/');
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at < path.size();) {
    auto end = path.find('/', at);
    if (end == std::string_view::npos) end = path.size();
    const auto part = path.substr(at, end - at);
    if (part == ".." && !parts.empty() && parts.back() != "..")
      parts.pop_back();
    else if (part == ".." ? !rooted : !part.empty() && part != ".")
      parts.push_back(part);
    at = end + 1;
  }
  std::string out = rooted ? "/" : "";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += '/';
    out += parts[i];
  }
  return out;
}

auto absolute(std::string_view path, std::string_view from) -> std::string { return normal(join(from, path)); }

auto real(const std::string& path) -> std::string {
  const std::unique_ptr<char, decltype(&std::free)> resolved(realpath(path.c_str(), nullptr), &std::free);
  return resolved != nullptr ? resolved.get() : path;
}

auto parent(std::string_view path) -> std::string {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos || path == "/") return {};
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

auto file_name(std::string_view path) -> std::string {
  const auto slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

auto relative(const std::string& path, const std::string& folder) -> std::string {
  if (path == folder) return {};
  std::string from = folder, up;
  while (!from.empty() && !inside(path, from)) {
    from = parent(from);
    up += "../";
  }
  return up + path.substr(from == "/" || from.empty() ? from.size() : std::min(path.size(), from.size() + 1));
}

auto inside(std::string_view path, std::string_view folder) -> bool {
  if (folder == "/") return path.starts_with('/');
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

auto path_kind(const std::string& path) -> PathKind {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return PathKind::missing;
  if (S_ISREG(status.st_mode)) return PathKind::file;
  return S_ISDIR(status.st_mode) ? PathKind::folder : PathKind::other;
}

auto read_bytes(const std::string& path, std::size_t limit) -> std::optional<std::string> {
  const int handle = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (handle < 0) return std::nullopt;
  struct stat status {};
  if (fstat(handle, &status) != 0 || !S_ISREG(status.st_mode) || static_cast<std::size_t>(status.st_size) > limit) {
    close(handle);
    return std::nullopt;
  }
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t got = 0;
  while (got < bytes.size()) {
    const auto some = read(handle, bytes.data() + got, bytes.size() - got);
    if (some < 0) {
      close(handle);
      return std::nullopt;
    }
    if (some == 0) break;
    got += static_cast<std::size_t>(some);
  }
  close(handle);
  bytes.resize(got);
  return bytes;
}

auto list_folder(const std::string& path) -> std::optional<std::vector<FolderEntry>> {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir(path.c_str()), &closedir);
  if (folder == nullptr) return std::nullopt;
  std::vector<FolderEntry> entries;
  while (const auto* entry = readdir(folder.get())) {
    FolderEntry made{entry->d_name};
    if (made.name == "." || made.name == "..") continue;
    auto type = entry->d_type;
    struct stat status {};
    if (type == DT_UNKNOWN && lstat(join(path, made.name).c_str(), &status) == 0)
      type = S_ISDIR(status.st_mode) ? DT_DIR : S_ISLNK(status.st_mode) ? DT_LNK : S_ISREG(status.st_mode) ? DT_REG : DT_UNKNOWN;
    made.folder = type == DT_DIR;
    made.link = type == DT_LNK;
    // Pipes, sockets and devices are nobody's source code.
    if (type == DT_REG || made.folder || made.link) entries.push_back(std::move(made));
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

}  // namespace foreshot::driver
