// Writes an outcome in the formats that were asked for, each to its place.
#pragma once

#include <string>

#include "analyzer/driver/commands.h"
#include "analyzer/report/outcome.h"

namespace foreshot::driver {

// False when a file could not be written; the reason is on stderr.
auto write_outputs(const report::Outcome& outcome, const Options& options, const Surroundings& surroundings,
                   const std::string& configured_format) -> bool;

}  // namespace foreshot::driver
