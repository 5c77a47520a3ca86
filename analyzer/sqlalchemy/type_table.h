// The table of type classes that foreshot knows by name, and how each spells itself for PostgreSQL.
#pragma once

#include <cstdint>
#include <string_view>

#include "analyzer/sqlalchemy/schema_element.h"

namespace foreshot::sqlalchemy {

enum class TypeShape : std::uint8_t {
  plain,       // the text, whatever the arguments
  text,        // name(length) COLLATE c
  numeric,     // name(precision, scale)
  floating,    // FLOAT(precision)
  temporal,    // name(precision) WITH TIME ZONE; timezone first
  always_zoned,
  interval, generic_interval, bit, enumeration, domain, array, uuid, spatial, vector, fixed_text, first_is_type,
};

struct KnownType {
  std::string_view name;  // the class
  TypeShape shape;
  std::string_view sql;
  Type::Family family = Type::Family::other;
};

// The entry for a dotted name, or null.
auto find_type(std::string_view dotted) -> const KnownType*;

}  // namespace foreshot::sqlalchemy
