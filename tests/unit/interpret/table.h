// A table of snippets and what they record: `from lib import op` stands in front of each.
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "tests/unit/interpret/recording.h"

namespace foreshot::interpret {

struct Snippet {
  std::string name;
  std::string code;
  std::vector<std::string> recorded;
  friend auto operator<<(std::ostream& out, const Snippet& snippet) -> std::ostream& { return out << snippet.name; }
};

class Snippets : public testing::TestWithParam<Snippet> {};

inline auto snippet_name(const testing::TestParamInfo<Snippet>& info) -> std::string { return info.param.name; }

}  // namespace foreshot::interpret
