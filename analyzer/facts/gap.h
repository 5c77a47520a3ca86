// A Gap is a place that reading did not understand, and why. Gaps are counted and shown (--coverage), never guessed.
#pragma once

#include <cstdint>
#include <string>

#include "analyzer/base/span.h"

namespace foreshot {

struct Gap {
  enum class Kind : std::uint8_t {
    operation_table,   // an op call whose table is not known
    operation_unknown, // a custom directive, an op call with arguments that cannot be bound
    sql_text,          // SQL text with unknown parts, or none of it known
    control_flow,      // a limit was reached: too many steps, too deep, a loop over something unknown
    model,             // a mapping that could not be understood
    query,             // a query that could not be understood
    environment,       // env.py or a configuration file
  };
  Kind kind = Kind::operation_unknown;
  Span span;
  std::string reason;  // "the table name comes from a parameter", short, for people
};

// What Python cannot parse: one per file (SYN101). `grammar_behind` when the file is valid for a newer Python than the
// grammar knows and the rest was read.
struct SyntaxProblem {
  Span span;
  std::string message;
  bool grammar_behind = false;
};

// One comment of a Python file or of an SQL text (suppressions are read from these).
struct Comment {
  Span span;        // with its # or --
  bool sql = false;
  bool own_line = false;      // nothing but white space before it on its line
  Span statement;             // the (simple or header of a compound) statement it belongs to: the one it trails, or,
                              // on a line of its own, the next one; unknown at the end of a file
};

}  // namespace foreshot
