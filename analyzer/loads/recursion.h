// Reads the text of one function: does what is read at a place lead into the function again?
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "analyzer/base/span.h"
#include "analyzer/python/tree.h"

namespace foreshot::loads {

class Recursion {
 public:
  Recursion(const python::Function& function, Span place) : function_(function), place_(place) {}

  // The call that does; unknown when there is none. `type`: the class whose method the function is, null for another.
  // `is_own_method`: calling the function's name on what was read calls this very function.
  auto call(const python::Class* type, const std::function<bool()>& is_own_method) -> Span;
  // `while node: node = node.parent`
  auto while_loop() const -> Span;

 private:
  using Names = std::vector<std::string_view>;

  auto gather() -> void;
  static auto names_any(const python::Expression* expression, const Names& names) -> bool;
  auto leads_on(const python::Expression* value) const -> bool;
  auto given_by(const python::Call& call, const python::Class* type) const -> bool;

  const python::Function& function_;
  Span place_;
  Names items_, whole_;  // names that stand for the items of what was read, and for all of it
};

}  // namespace foreshot::loads
