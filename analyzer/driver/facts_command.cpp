#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "analyzer/base/parallel_for.h"
#include "analyzer/driver/analyze.h"
#include "analyzer/driver/commands.h"
#include "analyzer/driver/configuration_report.h"
#include "analyzer/driver/streams.h"
#include "analyzer/report/facts.h"
#include "analyzer/schema/print.h"

namespace foreshot::driver {
namespace {

// Analyses each project that the paths name; 2 if one cannot be.
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

}  // namespace

auto run_facts(const Options& options, const Surroundings& surroundings) -> int {
  return each_project(options, surroundings, [](const Analysis& analysis) { put(report::facts(*analysis.project)); });
}

auto run_timeline(const Options& options, const Surroundings& surroundings) -> int {
  bool found = false;
  std::string out;
  const auto& name = options.subjects.front();
  const auto code = each_project(options, surroundings, [&](const Analysis& analysis) {
    for (const auto& tree : analysis.project->trees) {
      std::optional<RevisionIndex> revision = tree.graph->find(name);
      if (!revision && name == "head" && tree.graph->heads().size() == 1) revision = tree.graph->heads().front();
      if (!revision) continue;
      found = true;
      if (analysis.project->trees.size() > 1) out += fmt::format("tree {}\n", tree.source.name);
      out += print_revision(*tree.timeline, tree.source, *revision);
    }
  });
  if (code != 0) return code;
  if (!found) {
    warn(fmt::format("foreshot: there is no revision '{}'\n", name));
    return 2;
  }
  put(out);
  return 0;
}

}  // namespace foreshot::driver
