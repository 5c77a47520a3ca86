// Enumerations and domains: named types that are created beside the tables that use them.
#pragma once

#include <vector>

#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::sqlalchemy {

// Reads the arguments of Enum(…) and postgresql.ENUM(…), of postgresql.DOMAIN(…), into `type`.
auto fill_enumeration(const interpret::Site& site, const interpret::Arguments& arguments, const Versions& versions,
                      Type& type) -> void;
auto fill_domain(const interpret::Site& site, const interpret::Arguments& arguments, const Versions& versions,
                 Type& type) -> void;

// CREATE TYPE e AS ENUM ('a', 'b'), CREATE DOMAIN …, and their DROP.
auto create_named_type(const Type& type) -> MappedText;
auto drop_named_type(const Type& type) -> MappedText;

// The named type that a column's type is or holds (an array of an enumeration), or null.
auto named_part(const TypePointer& type) -> TypePointer;

}  // namespace foreshot::sqlalchemy
