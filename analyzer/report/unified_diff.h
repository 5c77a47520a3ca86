// Two texts compared line by line, as `diff -u` prints it and `patch` takes it.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/report/text.h"

namespace foreshot::report {

struct Compared {
  std::string path;
  std::string_view before, after;
  bool created = false;   // there was no file before
};

// Empty when nothing differs.
auto unified_diff(const Compared& compared, const Style& style) -> std::string;

}  // namespace foreshot::report
