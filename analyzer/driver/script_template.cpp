#include "analyzer/driver/script_template.h"

#include <algorithm>
#include <array>

namespace foreshot::driver {

auto template_settings(std::string_view text) -> std::vector<std::string> {
  static constexpr std::array<std::string_view, 4> names{"lock_timeout", "statement_timeout", "transaction_timeout",
                                                         "idle_in_transaction_session_timeout"};
  std::vector<std::string> found;
  while (!text.empty()) {
    const auto newline = text.find('\n');
    auto line = text.substr(0, newline);
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
    line = line.substr(0, line.find('#'));
    const bool sets = line.find("SET ") != std::string_view::npos || line.find("set ") != std::string_view::npos ||
                      line.find("set_config") != std::string_view::npos;
    if (!sets) continue;
    for (const auto name : names) {
      const auto at = line.find(name);
      if (at == std::string_view::npos) continue;
      const char before = at == 0 ? ' ' : line[at - 1];
      // Not the end of a longer name.
      if (before == '_' || std::find(found.begin(), found.end(), name) != found.end()) continue;
      found.emplace_back(name);
    }
  }
  return found;
}

}  // namespace foreshot::driver
