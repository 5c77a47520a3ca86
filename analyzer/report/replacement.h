// What a fix makes of the source, drawn as lines that go and lines that come.
//
//      - │     op.drop_column("users", "name")  # noqa: MIG302
//      + │     op.drop_column("users", "name")
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/source_map.h"
#include "analyzer/check/finding.h"
#include "analyzer/report/text.h"

namespace foreshot::report {

// `digits`: how wide the line numbers above are, so that the bars stand in one column.
// Lines that come, by themselves.
auto new_text(std::string_view text, std::size_t digits, const Style& style) -> std::string;
auto replacement(const SourceMap& sources, const std::vector<Edit>& edits, std::size_t digits, const Style& style) -> std::string;

}  // namespace foreshot::report
