#include "analyzer/driver/ini.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace foreshot::driver {
namespace {

constexpr std::size_t longest_value = 1 << 20;

auto stripped(std::string_view text) -> std::string_view {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

auto lower(std::string_view text) -> std::string {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

}  // namespace

Ini::Ini(std::string_view text, std::string here) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::map<std::string, std::string>* section = nullptr;
  std::string* value = nullptr;
  std::size_t value_indent = 0;
  while (!text.empty()) {
    const auto newline = text.find('\n');
    const auto line = text.substr(0, newline);
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
    const auto content = stripped(line);
    if (content.empty()) {
      if (value != nullptr) *value += '\n';
      continue;
    }
    if (content.front() == '#' || content.front() == ';') continue;
    const auto indent = static_cast<std::size_t>(content.data() - line.data());
    if (value != nullptr && indent > value_indent) {
      *value += '\n';
      *value += content;
      continue;
    }
    value = nullptr;
    if (content.front() == '[') {
      const auto close = content.find(']');
      const auto name = std::string(content.substr(1, close == std::string_view::npos ? close : close - 1));
      if (!sections_.contains(name)) order_.push_back(name);
      section = &sections_[name];
      continue;
    }
    if (section == nullptr) continue;
    const auto separator = content.find_first_of("=:");
    const auto key = lower(stripped(content.substr(0, separator)));
    if (key.empty()) continue;
    value = &(*section)[key];
    *value = separator == std::string_view::npos ? std::string() : std::string(stripped(content.substr(separator + 1)));
    value_indent = indent;
  }
  for (auto& [name, keys] : sections_)
    for (auto& [key, written] : keys)
      while (!written.empty() && std::isspace(static_cast<unsigned char>(written.back())) != 0) written.pop_back();
  sections_["DEFAULT"].emplace("here", std::move(here));
}

auto Ini::raw(const std::string& section, const std::string& key) const -> std::optional<std::string> {
  for (const auto& name : {section, std::string("DEFAULT")}) {
    const auto found = sections_.find(name);
    if (found == sections_.end()) continue;
    const auto value = found->second.find(key);
    if (value != found->second.end()) return value->second;
  }
  return std::nullopt;
}

auto Ini::interpolate(const std::string& section, std::string_view value, int depth, std::size_t& left, std::string& out) const -> void {
  for (std::size_t i = 0; i < value.size() && out.size() < longest_value; ++i) {
    if (value[i] != '%' || i + 1 >= value.size()) {
      out += value[i];
      continue;
    }
    if (value[i + 1] == '%') {
      out += '%';
      ++i;
      continue;
    }
    const auto close = value.find(")s", i);
    if (value[i + 1] == '(' && close != std::string_view::npos && depth < 10 && left > 0) {
      if (const auto found = raw(section, lower(value.substr(i + 2, close - i - 2)))) {
        --left;
        interpolate(section, *found, depth + 1, left, out);
        i = close + 1;
        continue;
      }
    }
    out += value[i];
  }
}

auto Ini::get(const std::string& section, const std::string& key) const -> std::optional<std::string> {
  const auto value = raw(section, key);
  if (!value) return std::nullopt;
  // References multiply: ten keys of ten references each would be ten billion.
  std::size_t left = 1000;
  std::string out;
  interpolate(section, *value, 0, left, out);
  return out;
}

}  // namespace foreshot::driver
