// Recovery reads what is readable of a text with a syntax error.
//
// The text is cut into statements by indentation (lines.h), each statement is parsed on its own, and a compound
// statement that does not parse is cut again: its bodies are read one by one, and what remains, its heads, is parsed with
// the bodies blanked. So an error loses the simple statement or the head that holds it, and nothing else.
//
//   def upgrade():             def upgrade():          head, parsed with a stand-in for the body
//       op.add_column(…)           0
//       op.drop_table(         op.add_column(…)        read
//       op.execute("…")        op.drop_table(          unreadable: '(' was never closed
//                              op.execute("…")         read
//
// The rest of a very long literal is not read either: an element `*...` or `**...` stands for it, whose value nobody knows.
//
// Private to python/.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/python/converter.h"
#include "analyzer/python/lines.h"

namespace foreshot::python {

// Each error costs the parser a third of a millisecond, and it cannot be stopped at the first. So a long text is read by
// recovery from the start, in pieces of which the bad ones are few or small.
inline auto is_long(std::string_view text) -> bool { return text.size() > std::size_t{1} << 17; }

class Recovery {
 public:
  // `text` is the converter's, or of its length.
  Recovery(Module& module, Parser& parser, Converter& converter, std::string_view text);
  auto statements() -> StatementList;

 private:
  using Unit = std::span<const Line>;
  using Into = std::vector<const Statement*>;

  auto read(Unit lines, int depth, Into& into) -> void;
  auto read_one(Unit lines, int depth, Into& into) -> void;
  auto read_parts(Unit lines, int depth, Into& into) -> bool;
  auto read_newer(std::string_view parsed, Unit lines) -> TreeHandle;
  auto append(const TreeHandle& tree, Unit lines, std::span<const ReadBody> bodies, int depth, Into& into) -> void;
  auto give_up(Unit lines, Into& into) -> void;
  auto unreadable(Unit lines) -> const Statement*;
  auto report(Unit lines) -> void;

  Module& module_;
  Parser& parser_;
  Converter& converter_;
  std::string_view text_;
  Lines found_;
  std::string shortened_;  // text_ is of it when there is excess
  int broken_ = 0;
};

}  // namespace foreshot::python
