// An ini file as Python's configparser reads it: sections, `key = value` and `key: value`, values that go on on indented
// lines, full-line comments, %(name)s interpolation with [DEFAULT] and `here`.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace foreshot::driver {

class Ini {
 public:
  Ini(std::string_view text, std::string here);

  auto sections() const -> const std::vector<std::string>& { return order_; }
  auto has(const std::string& section) const -> bool { return sections_.contains(section); }
  // Interpolated; nullopt when there is no such key. What cannot be interpolated is kept as written.
  auto get(const std::string& section, const std::string& key) const -> std::optional<std::string>;
  auto raw(const std::string& section, const std::string& key) const -> std::optional<std::string>;

 private:
  auto interpolate(const std::string& section, std::string_view value, int depth, std::size_t& left, std::string& out) const -> void;

  std::vector<std::string> order_;
  std::map<std::string, std::map<std::string, std::string>> sections_;
};

}  // namespace foreshot::driver
