#include "analyzer/driver/configuration_report.h"

#include <fmt/format.h>

#include "analyzer/driver/paths.h"
#include "analyzer/report/frame.h"
#include "analyzer/report/outcome.h"

namespace foreshot::driver {

auto style_for(const Surroundings& surroundings, const Options& options, bool terminal) -> report::Style {
  const auto set = [&](const char* name) {
    const auto found = surroundings.variables.find(name);
    return found != surroundings.variables.end() && !found->second.empty();
  };
  report::Style style;
  style.color = terminal;
  const auto term = surroundings.variables.find("TERM");
  if (term != surroundings.variables.end() && term->second == "dumb") style.color = false;
  if (set("FORCE_COLOR") && surroundings.variables.at("FORCE_COLOR") != "0") style.color = true;
  if (set("NO_COLOR")) style.color = false;
  if (options.color == "always") style.color = true;
  if (options.color == "never") style.color = false;
  style.ascii = options.ascii || !surroundings.utf8;
  style.width = surroundings.columns;
  return style;
}

auto configuration_report(const std::vector<ConfigurationProblem>& problems, const Surroundings& surroundings,
                          const Options& options) -> std::string {
  const auto style = style_for(surroundings, options, surroundings.stderr_is_terminal);
  const auto here = working_directory();
  std::string out;
  for (const auto& problem : problems) {
    const auto path = problem.file.starts_with('/') ? relative(problem.file, here) : problem.file;
    out += fmt::format("{}:{}:{}: {}[CFG101] {}\n", path, problem.line, problem.column,
                       report::painted("error", report::level_color(Level::error), style), report::with_marks(problem.message, "\""));
    if (!problem.source_line.empty())
      out += report::line_frame(problem.source_line, problem.line, problem.begin, problem.end, problem.hint, Level::error, style);
    else if (!problem.hint.empty())
      out += "   " + problem.hint + "\n";
  }
  return out;
}

}  // namespace foreshot::driver
