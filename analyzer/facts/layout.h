// How a Python file is written, as far as an edit of it has to know: what is imported at its top, and in revisions where
// functions, statements, calls and their arguments stand. Places only; what a call means is told by the other facts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/base/span.h"

namespace foreshot {

// `import a.b as c` is {module a.b, as c}; `from a import b as c` is {module a, name b, as c}. Relative imports keep
// their dots: {module ".models"}.
struct ImportPlace {
  std::string module;
  std::string name;                   // empty: the module itself
  std::string as;                     // empty: not renamed
  Span statement;                     // the whole import statement
};

struct ArgumentPlace {
  std::string name;                   // of a keyword; empty: by position
  Span span;                          // with the keyword
  Span value;
};

struct CallPlace {
  Span span;                          // the whole call; equal to Operation::span for an operation
  Span callee;
  std::vector<ArgumentPlace> arguments;
  bool starred = false;               // *args or **kwargs are among the arguments (and not in the list)
  std::vector<std::string> names;     // that its text uses, the callee's included, sorted, once each: "op", "sa"
  Span statement;                     // known when the call is a whole statement, alone on its lines
  Span block;                         // the compound statement around that statement, if it is a `with` that stands in a function; else unknown
  Span context;                       // of that `with`, if it has one item: what stands between `with` and `as`
  std::uint32_t block_size = 0;       // statements of the block, or of the function
  bool in_function = false;           // the statement stands in a function of the module, in no block or in `block`
};

// A function at a module's own level.
struct FunctionPlace {
  std::string name;
  Span span;                          // decorators included
  std::vector<Span> statements;       // of its body, in order
  bool docstring = false;             // the first statement is one
};

struct FileLayout {
  std::vector<ImportPlace> imports;   // of the module's own level, in order
  std::uint32_t next_import = 0;      // where the line of a further import begins
  std::vector<FunctionPlace> functions;  // of revisions
  std::vector<CallPlace> calls;       // of revisions: those in functions, by their begin
};

}  // namespace foreshot
