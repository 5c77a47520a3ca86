// Values that a program writes into the text of a statement, where a bind parameter could stand: f"… = '{name}'".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/mapped_text.h"
#include "analyzer/python/tree.h"

namespace foreshot::sqlalchemy {

struct InterpolatedValue {
  std::string what;   // the expression as written
  Span where;
};

// Of statements that read or change rows: holes inside string literals, and those that something is compared with. Names,
// lists, clauses, constants of the run and what is one of a few texts are none.
auto interpolated_values(const MappedText& text) -> std::vector<InterpolatedValue>;

// By its words the expression is a number, a constant or the name of a parameter; by its annotation a number or the like.
auto is_harmless(std::string_view expression, const python::Function& function) -> bool;

}  // namespace foreshot::sqlalchemy
