#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analyzer/driver/commands.h"
#include "analyzer/driver/options.h"
#include "analyzer/driver/streams.h"

extern char** environ;

namespace {

using foreshot::driver::Surroundings;

auto read_variables() -> foreshot::driver::Variables {
  foreshot::driver::Variables variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    const auto name = text.substr(0, equals);
    if (name.starts_with("FORESHOT_") || name == "NO_COLOR" || name == "FORCE_COLOR" || name == "TERM" || name == "CI" ||
        name == "LC_ALL" || name == "LC_CTYPE" || name == "LANG" || name == "COLUMNS")
      variables[std::string(name)] = text.substr(equals + 1);
  }
  return variables;
}

auto surroundings() -> Surroundings {
  Surroundings around;
  around.variables = read_variables();
  const auto now = std::time(nullptr);
  std::tm day{};
  char text[16];
  if (gmtime_r(&now, &day) != nullptr && std::strftime(text, sizeof text, "%Y-%m-%d", &day) != 0) around.today = text;
  if (const auto given = around.variables.find("FORESHOT_TODAY"); given != around.variables.end() && !given->second.empty())
    around.today = given->second;
  around.stdout_is_terminal = isatty(STDOUT_FILENO) != 0;
  around.stderr_is_terminal = isatty(STDERR_FILENO) != 0;
  winsize size{};
  if (around.stdout_is_terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) around.columns = size.ws_col;
  // Only a terminal can be unable to draw; a file or pipe gets UTF-8.
  if (around.stdout_is_terminal) {
    for (const auto* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
      const auto found = around.variables.find(name);
      if (found == around.variables.end() || found->second.empty()) continue;
      around.utf8 = found->second.find("UTF-8") != std::string::npos || found->second.find("utf8") != std::string::npos;
      break;
    }
    const auto term = around.variables.find("TERM");
    if (term != around.variables.end() && term->second == "dumb") around.utf8 = false;
  }
  return around;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto around = surroundings();
  const auto parsed = foreshot::driver::parse_options({argv + 1, argv + argc}, around.variables);
  if (const auto* stop = std::get_if<foreshot::driver::Stop>(&parsed)) {
    foreshot::driver::put(stop->out);
    foreshot::driver::warn(stop->error);
    return stop->exit_code;
  }
  return foreshot::driver::run(std::get<foreshot::driver::Options>(parsed), around);
}
