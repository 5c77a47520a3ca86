// A Use is a place in the application that fails when a table, or a column of it, is not in the database: a mapped
// attribute, a query that names it, SQL text. Gathered only for what some upgrade takes away.
#pragma once

#include <cstdint>
#include <string>

#include "analyzer/base/span.h"
#include "analyzer/facts/name.h"

namespace foreshot {

struct Use {
  // The most convincing first: what is mapped is named by every query of the class.
  enum class Kind : std::uint8_t { model, query, sql };
  Kind kind = Kind::model;
  ObjectName table;
  std::string column;   // empty: the table itself
  Span span;            // the attribute, the class name, `User.name`, the statement in its string
  std::string shown;    // "User.name", "class User", "SELECT"
};

}  // namespace foreshot
