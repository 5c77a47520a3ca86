// PostgreSQL's keywords.
#pragma once

#include <string_view>

namespace foreshot::sql {

auto is_keyword(std::string_view word) -> bool;           // of any sort; upper or lower case
auto must_be_quoted(std::string_view word) -> bool;       // a keyword that quote_identifier() quotes

}  // namespace foreshot::sql
