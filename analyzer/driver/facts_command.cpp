#include "analyzer/base/parallel_for.h"
#include "analyzer/driver/configuration_report.h"
#include "analyzer/driver/each_project.h"
#include "analyzer/driver/streams.h"
#include "analyzer/report/facts.h"

namespace foreshot::driver {

auto each_project(const Options& options, const Surroundings& surroundings, const std::function<void(const Analysis&)>& body) -> int {
  const auto requests = plan_requests(options);
  if (!requests.error.empty()) {
    warn("foreshot: " + requests.error + "\n");
    return 2;
  }
  if (!requests.problems.empty()) {
    warn(configuration_report(requests.problems, surroundings, options));
    return 2;
  }
  const auto threads = options.threads == 0 ? hardware_threads() : options.threads;
  for (const auto& request : requests.projects) {
    const auto analysis = analyze(request, options, threads);
    if (!analysis.problems.empty()) {
      warn(configuration_report(analysis.problems, surroundings, options));
      return 2;
    }
    if (options.quiet == 0)
      for (const auto& notice : analysis.notices) warn("foreshot: " + notice + "\n");
    body(analysis);
  }
  return 0;
}

auto run_facts(const Options& options, const Surroundings& surroundings) -> int {
  return each_project(options, surroundings, [](const Analysis& analysis) { put(report::facts(*analysis.project)); });
}

}  // namespace foreshot::driver
