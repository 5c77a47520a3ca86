// What each command does, once the command line is parsed. Returns the exit code.
#pragma once

#include "analyzer/driver/options.h"

namespace foreshot::driver {

// What only the outermost layer may know: the clock and the terminal.
struct Surroundings {
  Variables variables;
  std::string today;                 // UTC, "2027-01-31"; FORESHOT_TODAY puts another day in its place
  bool stdout_is_terminal = false;
  bool stderr_is_terminal = false;
  std::size_t columns = 100;
  bool utf8 = true;
};

auto run(const Options& options, const Surroundings& surroundings) -> int;

auto run_check(const Options& options, const Surroundings& surroundings) -> int;
auto run_rule(const Options& options, const Surroundings& surroundings) -> int;
auto run_facts(const Options& options, const Surroundings& surroundings) -> int;
auto run_timeline(const Options& options, const Surroundings& surroundings) -> int;
auto run_graph(const Options& options, const Surroundings& surroundings) -> int;
auto run_config(const Options& options) -> int;

}  // namespace foreshot::driver
