// Paths as text: absolute and normal, '/' separators. And the few questions that are asked of the file system.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace foreshot::driver {

auto working_directory() -> std::string;
auto join(std::string_view folder, std::string_view path) -> std::string;    // an absolute path stays as it is
auto normal(std::string_view path) -> std::string;                           // without ".", "..", "//" and a last "/"
auto absolute(std::string_view path, std::string_view from) -> std::string;  // normal(join(…))
auto real(const std::string& path) -> std::string;                           // symbolic links resolved where it exists
auto parent(std::string_view path) -> std::string;                           // "" above "/" and of a plain name
auto file_name(std::string_view path) -> std::string;
// `path` seen from `folder`; with "../" when it lies outside.
auto relative(const std::string& path, const std::string& folder) -> std::string;
auto inside(std::string_view path, std::string_view folder) -> bool;         // or equal

enum class PathKind : std::uint8_t { missing, file, folder, other };
auto path_kind(const std::string& path) -> PathKind;

// The bytes of a regular file; nullopt if it cannot be read or is larger than `limit`.
inline constexpr std::size_t file_limit = std::size_t{64} << 20;
auto read_bytes(const std::string& path, std::size_t limit = file_limit) -> std::optional<std::string>;

struct FolderEntry {
  std::string name;
  bool folder = false;
  bool link = false;
};
// Sorted by name; symbolic links to folders are links and not folders. Nullopt if it cannot be read.
auto list_folder(const std::string& path) -> std::optional<std::vector<FolderEntry>>;

}  // namespace foreshot::driver
