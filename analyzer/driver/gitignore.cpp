#include "analyzer/driver/gitignore.h"

#include <cstddef>

namespace foreshot::driver {
namespace {

// Spaces at the end do not count, unless a backslash protects them.
auto without_trailing_spaces(std::string_view line) -> std::string_view {
  std::size_t end = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
      end = i + 1;
    } else if (line[i] != ' ') {
      end = i + 1;
    }
  }
  return line.substr(0, end < line.size() ? end : line.size());
}

}  // namespace

Gitignore::Gitignore(std::string folder, std::string_view text) : folder_(std::move(folder)) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    const auto newline = text.find('\n');
    auto line = text.substr(0, newline);
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    line = without_trailing_spaces(line);
    bool negated = false, folders_only = false;
    if (line.starts_with('!')) {
      negated = true;
      line.remove_prefix(1);
    }
    if (line.ends_with('/')) {
      folders_only = true;
      line.remove_suffix(1);
    }
    const bool anchored = line.find('/') != std::string_view::npos;
    if (line.starts_with('/')) line.remove_prefix(1);
    if (line.empty()) continue;
    rules_.push_back({Glob(line), negated, folders_only, anchored});
  }
}

auto Gitignore::verdict(std::string_view path, bool is_folder) const -> Verdict {
  if (!folder_.empty()) path.remove_prefix(folder_.size() + 1);
  const auto slash = path.rfind('/');
  const auto name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
    if (rule->folders_only && !is_folder) continue;
    if (rule->glob.matches(rule->anchored ? path : name)) return rule->negated ? Verdict::kept : Verdict::ignored;
  }
  return Verdict::undecided;
}

}  // namespace foreshot::driver
