// Findings as SARIF 2.1.0, one run: for code hosting sites and editors. Columns are UTF-16 units, paths are relative to
// the repository's root, the same bytes wherever the program was started.
#pragma once

#include <string>

#include "analyzer/report/outcome.h"

namespace foreshot::report {

auto sarif(const Outcome& outcome) -> std::string;

// As SARIF and URIs want them: "index-without-concurrently" → "IndexWithoutConcurrently"; spaces percent-encoded.
auto pascal_case(std::string_view name) -> std::string;
auto percent_encoded(std::string_view path) -> std::string;

}  // namespace foreshot::report
