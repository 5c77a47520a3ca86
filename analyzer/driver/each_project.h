// For the commands that print what was understood: analyses each project that the paths name.
#pragma once

#include <functional>

#include "analyzer/driver/analyze.h"
#include "analyzer/driver/commands.h"

namespace foreshot::driver {

// 2 if one cannot be analysed; the reason is on stderr then.
auto each_project(const Options& options, const Surroundings& surroundings, const std::function<void(const Analysis&)>& body) -> int;

}  // namespace foreshot::driver
