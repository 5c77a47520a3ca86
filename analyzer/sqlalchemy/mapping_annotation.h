// An Annotation is a type annotation taken apart: Mapped[list["Order"] | None]. Quotes make no difference, and names are
// kept as written; who knows the module resolves them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace foreshot::sqlalchemy {

struct Annotation {
  std::string name;                   // dotted, "|" for a union, empty for what is no type
  std::vector<Annotation> arguments;  // of the subscript, or of the union

  auto last() const -> std::string_view;        // the name's last part
  auto is_optional() const -> bool;             // Optional[X], X | None, Union[X, None]
  auto without_none() const -> const Annotation&;  // the one type beside None; itself when there is no None
  auto is_collection() const -> bool;           // list, set, Sequence, dict …
};

// Reads the text of an annotation. Never fails; what it cannot read has an empty name. Nesting is bounded.
auto read_annotation(std::string_view text) -> Annotation;

}  // namespace foreshot::sqlalchemy
