// The logical lines of a text, found without a grammar: brackets, strings and comments are all it knows. Used only where
// the grammar failed, so it expects mistakes: a bracket that is never closed ends before the next line that begins a
// statement, a string that is never closed ends with its line. Linear. Private to python/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/span.h"

namespace foreshot::python {

struct Line {
  std::uint32_t begin;  // of its first token
  std::uint32_t end;  // of its last token, comments not counted
  std::uint32_t indent;  // columns
  bool clause;  // begins with else, elif, except or finally: continues the statement before it
  bool decorator;  // begins with @
  bool compound;  // begins with a keyword that wants a colon
  bool opens;  // ends with a colon
};

struct LexicalProblem {
  std::uint32_t begin;
  std::uint32_t end;
  std::string message;
};

// The rest of a very long list, tuple, set, dictionary or list of arguments, from behind a comma to the closing bracket.
struct Excess {
  std::uint32_t begin;
  std::uint32_t end;
  bool pairs;  // of a dictionary
};

struct Lines {
  std::vector<Line> lines;
  std::vector<Span> comments;  // without a file
  std::vector<LexicalProblem> problems;  // in order
  std::vector<Excess> excess;  // in order, apart from each other
};

auto find_lines(std::string_view text) -> Lines;

}  // namespace foreshot::python
