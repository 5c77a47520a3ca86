// Writing to stdout and stderr. A reader that went away (a closed pipe) is no error: the rest is dropped quietly.
#pragma once

#include <string>
#include <string_view>

namespace foreshot::driver {

auto put(std::string_view text) -> void;     // stdout
auto warn(std::string_view text) -> void;    // stderr
auto write_file(const char* path, std::string_view text) -> bool;
// Puts a file in the place of another, or of none, in one step: whoever reads it finds the old bytes or the new ones. It
// keeps the permissions.
auto replace_file(const std::string& path, std::string_view text) -> bool;

}  // namespace foreshot::driver
