// SQL expressions and type names, reduced to what rules and the cost model ask: which columns and functions are used,
// is it constant, is it volatile, is it the same text as another. Plain values, printable, no parser types.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/base/span.h"
#include "analyzer/facts/name.h"

namespace foreshot {

// A data type as written, with aliases resolved to PostgreSQL's own catalogue names: "integer" and "int" are int4,
// "character varying" is varchar, "timestamp with time zone" is timestamptz, "serial" stays serial (it is no type).
struct TypeName {
  Identifier schema;                     // "pg_catalog" is dropped
  Identifier name;                       // "int4", "varchar", "numeric", "mood", "serial", "bigserial", …
  std::vector<std::int32_t> modifiers;   // varchar(20) → {20}, numeric(10,2) → {10,2}; timestamp(3) → {3}
  bool modifiers_known = true;
  std::uint8_t array_dimensions = 0;
  std::string interval_fields;           // for people, rarely set

  auto known() const -> bool { return name.known && !name.empty() && !name.symbolic(); }
  auto is_serial() const -> bool;        // smallserial, serial, bigserial
  auto display() const -> std::string;   // "varchar(20)", "timestamptz", "int4[]" in PostgreSQL's everyday spelling
  friend auto operator==(const TypeName&, const TypeName&) -> bool = default;
};

struct Expression {
  enum class Kind : std::uint8_t {
    none,       // there is no expression (no default, no WHERE)
    constant,   // text holds the literal's value; constant says which sort
    column,     // name holds table (schema part) and column
    function,   // name, arguments; now(), nextval('s'), CURRENT_TIMESTAMP (as "current_timestamp")
    operation,  // text is the operator ("=", "AT TIME ZONE", "||", "IS NULL", "IS NOT NULL", "NOT", "AND", "OR", "IN", …)
    cast,       // type, one argument
    array,      // ARRAY[…] or ROW(…): arguments
    conditional,  // CASE, COALESCE, NULLIF, GREATEST …: text names it, arguments flat
    subquery,   // EXISTS (SELECT …), (SELECT …): arguments hold column references seen inside
    parameter,  // a bind parameter: its value is not in the text
    hole,       // part of the text nobody knows
    other,      // understood by PostgreSQL, of no interest; arguments hold what is below
  };
  enum class Constant : std::uint8_t { null, boolean, integer, number, string, bits, default_keyword };

  Kind kind = Kind::none;
  Constant constant = Constant::null;
  ObjectName name;
  std::string text;
  TypeName type;
  std::vector<Expression> arguments;
  bool star = false;  // count(*), t.*

  auto exists() const -> bool { return kind != Kind::none; }
  auto is_constant() const -> bool;      // literals, casts and arrays of them; no function, column or hole
  auto has_hole() const -> bool;
  auto columns() const -> std::vector<std::string>;   // names of all columns used, sorted, once each
  auto functions() const -> std::vector<ObjectName>;  // all functions called, in order
  auto display() const -> std::string;   // canonical SQL-like text; equal expressions print equally
  friend auto operator==(const Expression&, const Expression&) -> bool = default;
};

}  // namespace foreshot
