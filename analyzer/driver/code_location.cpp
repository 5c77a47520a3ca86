#include "analyzer/driver/code_location.h"

#include <cctype>

namespace foreshot::driver {
namespace {

auto quote_end(std::string_view text, std::size_t at) -> std::size_t {
  const auto quote = text[at];
  for (auto i = at + 1; i < text.size() && text[i] != '\n'; ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == quote)
      return i;
  }
  return std::string_view::npos;
}

auto assigns(std::string_view text, std::string_view name) -> bool {
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    if (at > 0 && text[at - 1] != '\n') continue;
    auto i = at + name.size();
    while (i < text.size() && (text[i] == ' ' || text[i] == '\t')) ++i;
    if (i < text.size() && (text[i] == '=' || text[i] == ':')) return true;
  }
  return false;
}

}  // namespace

auto locations_in(std::string_view python) -> std::vector<std::string> {
  std::vector<std::string> found;
  for (const auto* name : {"\"script_location\"", "'script_location'"}) {
    const std::string_view key = name;
    for (auto at = python.find(key); at != std::string_view::npos; at = python.find(key, at + 1)) {
      auto i = at + key.size();
      while (i < python.size() && std::isspace(static_cast<unsigned char>(python[i])) != 0) ++i;
      if (i >= python.size() || python[i] != ',') continue;
      std::string location;
      int depth = 0;
      for (++i; i < python.size() && depth >= 0 && i - at < 1000; ++i) {
        const char c = python[i];
        if (c == '(' || c == '[') ++depth;
        if (c == ')' || c == ']') --depth;
        if (c == ',' && depth == 0) break;
        if (c != '"' && c != '\'') continue;
        const auto end = quote_end(python, i);
        if (end == std::string_view::npos) break;
        const auto part = python.substr(i + 1, end - i - 1);
        if (!part.empty()) location += (location.empty() ? "" : "/") + std::string(part);
        i = end;
      }
      if (!location.empty() && location.find('{') == std::string::npos) found.push_back(location);
    }
  }
  return found;
}

auto looks_like_revision(std::string_view python) -> bool { return assigns(python, "down_revision") && assigns(python, "revision"); }

}  // namespace foreshot::driver
