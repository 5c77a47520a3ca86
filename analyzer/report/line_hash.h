// The hash of a line and what follows it that code hosting sites use to follow an alert when lines move: SARIF's
// primaryLocationLineHash, computed as github/codeql-action does.
//
// Works on UTF-16 units. Spaces and tabs are dropped, CR and CRLF are LF, the unit 65535 and 100 zero units end the text.
// For each line 100 units from its first kept one on are taken: h = (h * 37 + unit) mod 2^64. The value is h in lower-case
// hex, ":", and how often that hex has occurred so far in the file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace foreshot::report {

// One hash for each line, first line first.
auto line_hashes(std::string_view text) -> std::vector<std::string>;

}  // namespace foreshot::report
