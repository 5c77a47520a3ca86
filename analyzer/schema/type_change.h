// What cost() asks about types beyond type_change().
#pragma once

#include <string_view>

#include "analyzer/facts/expression.h"

namespace foreshot {

// A type that PostgreSQL or a well-known extension brings; no domain and no enum.
auto is_builtin_type(const TypeName& type) -> bool;

// A time zone that is always zero hours from UTC.
auto is_utc(std::string_view zone) -> bool;

}  // namespace foreshot
