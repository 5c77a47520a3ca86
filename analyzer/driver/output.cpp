#include "analyzer/driver/output.h"

#include <algorithm>

#include "analyzer/driver/configuration_report.h"
#include "analyzer/driver/paths.h"
#include "analyzer/driver/streams.h"
#include "analyzer/report/json.h"
#include "analyzer/report/sarif.h"
#include "analyzer/report/text.h"

namespace foreshot::driver {
namespace {

constexpr std::size_t full_on_terminal = 10;

auto text_output(const report::Outcome& outcome, const Options& options, const report::Style& style, const std::string& format,
                 std::size_t full_limit) -> std::string {
  std::string out;
  if (options.statistics)
    out = report::statistics(outcome, style);
  else
    out = format == "concise" ? report::concise(outcome, style) : report::full(outcome, style, full_limit);
  if (options.quiet > 0) return out;
  if (!out.empty()) out += "\n";
  out += report::summary(outcome, style);
  if (options.coverage) out += "\n" + report::coverage_report(outcome, style);
  return out;
}

}  // namespace

auto write_outputs(const report::Outcome& outcome, const Options& options, const Surroundings& surroundings,
                   const std::string& configured_format) -> bool {
  auto requests = options.outputs;
  if (requests.empty()) requests.push_back({"", ""});
  bool written = true;
  for (auto& request : requests) {
    const bool chosen = !request.format.empty();
    if (!chosen) request.format = configured_format.empty() ? "full" : configured_format;
    const bool terminal = request.file.empty() && surroundings.stdout_is_terminal;
    std::string text;
    if (request.format == "json")
      text = report::json(outcome);
    else if (request.format == "sarif")
      text = report::sarif(outcome);
    else
      text = text_output(outcome, options, style_for(surroundings, options, terminal), request.format, terminal && !chosen ? full_on_terminal : 0);
    if (request.file.empty()) {
      if (options.quiet < 2) put(text);
    } else if (!write_file(request.file.c_str(), text)) {
      warn("foreshot: cannot write '" + request.file + "'\n");
      written = false;
    }
  }
  const bool all_for_machines = std::all_of(requests.begin(), requests.end(), [](const auto& r) { return r.format == "json" || r.format == "sarif"; });
  if (all_for_machines && options.coverage) warn(report::coverage_report(outcome, {}));
  return written;
}

}  // namespace foreshot::driver
