// A Frame is the part of a finding that shows source lines with marks under them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/source_map.h"
#include "analyzer/report/text.h"

namespace foreshot::report {

struct Mark {
  Span span;
  bool primary = false;
  std::string text;      // after the underline
};

// `marks` are all in one file. Lines between marks that are far apart are left out.
auto frame(const SourceMap& sources, const std::vector<Mark>& marks, Level level, const Style& style) -> std::string;

// The same for a text that is no file of a project: one line, one mark.
auto line_frame(std::string_view line, std::uint32_t number, std::size_t begin, std::size_t end, std::string_view text,
                Level level, const Style& style) -> std::string;

}  // namespace foreshot::report
