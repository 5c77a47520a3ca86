// One line for a statement: what the tests of analyzer/sql compare. Names that are unknown end with '?'.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "analyzer/facts/action.h"
#include "analyzer/sql/read.h"

namespace foreshot::sql::testing {

// A text in which {{what}} is a hole, {{what|a|b}} one with alternatives, {{=what}} a constant of the run; the file is the
// text itself.
auto marked(std::string_view text) -> MappedText;

auto describe(const Action& action, std::string_view file = {}) -> std::string;

// All statements of the text, separated by "; ".
auto read_all(std::string_view text, Binds binds = Binds::none) -> std::string;

// A statement and what read_all() says of it.
struct Expected {
  std::string_view sql;
  std::string_view described;
};
auto expect_all(std::initializer_list<Expected> rows, Binds binds = Binds::none) -> void;

// The part of the file that a span covers.
inline auto part(std::string_view file, Span span) -> std::string {
  return span.known() ? std::string(file.substr(span.begin, span.size())) : std::string("?");
}

}  // namespace foreshot::sql::testing
