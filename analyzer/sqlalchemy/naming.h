// Naming conventions: the names that a MetaData's templates give to constraints and indexes without one.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/sqlalchemy/schema_element.h"

namespace foreshot::sqlalchemy {

struct Naming {
  std::vector<std::pair<std::string, std::string>> templates;  // "fk" → "fk_%(table_name)s_%(column_0_name)s"
  bool known = true;                                            // false: there is a convention that nobody could read
  auto find(std::string_view kind) const -> const std::string*;
};

// What a template may ask for.
struct NamedElement {
  std::string_view kind;   // "ix", "uq", "ck", "fk", "pk"
  ElementName name;        // as given
  MappedText table;
  MappedText schema;
  std::vector<MappedText> columns;
  MappedText referred_table;
  std::vector<MappedText> referred_columns;
};

// A conventional name as PostgreSQL gets it: of more than 63 characters, the first 55, `_` and four digits of its MD5.
// A plain name of that length is refused before it is sent; it stays as it is.
auto shortened(MappedText name) -> MappedText;

// The name that is rendered: the given one, the template's, or none. Indexes always get one: ix_table_column.
auto conventional_name(const Naming& naming, const NamedElement& element) -> ElementName;

}  // namespace foreshot::sqlalchemy
