// Mistakes in a configuration, in the shape of findings (CFG101), for stderr.
#pragma once

#include <string>
#include <vector>

#include "analyzer/driver/commands.h"
#include "analyzer/driver/configuration.h"
#include "analyzer/report/text.h"

namespace foreshot::driver {

auto configuration_report(const std::vector<ConfigurationProblem>& problems, const Surroundings& surroundings,
                          const Options& options) -> std::string;

// Colours and characters for one of the streams.
auto style_for(const Surroundings& surroundings, const Options& options, bool terminal) -> report::Style;

}  // namespace foreshot::driver
