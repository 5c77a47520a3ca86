// Walks all expressions of a function in the order they are written, with what stands around each.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analyzer/python/tree.h"

namespace foreshot::loads {

struct Surroundings {
  const python::Expression* parent = nullptr;   // the expression around; null: the statement's own
  const python::Statement* statement = nullptr;
  std::vector<const python::Statement*> blocks;  // statements around that one, outermost first: loops, tries, withs
  bool nested = false;                           // in a function or lambda inside
  bool repeated = false;                         // in a loop or a comprehension
  bool in_finally = false, in_handler = false;
};
using ExpressionVisitor = std::function<void(const python::Expression&, const Surroundings&)>;

auto walk_expressions(python::StatementList body, const ExpressionVisitor& visitor) -> void;
// One expression and what is in it.
auto walk_expression(const python::Expression* expression, const ExpressionVisitor& visitor) -> void;

// Whether a statement of the block, or of the blocks in it, passes the test; functions and classes inside are left out.
auto any_statement(python::StatementList body, const std::function<bool(const python::Statement&)>& test) -> bool;

// `self.session` of names and attributes; empty for anything else.
auto dotted_name(const python::Expression* expression) -> std::string;

}  // namespace foreshot::loads
