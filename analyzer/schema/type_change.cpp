// How PostgreSQL carries out ALTER COLUMN TYPE from one built-in type to another.
//
// The server leaves the rows alone when the cast does nothing to the stored bytes: the types are binary compatible and
// the new modifier takes every old value. Everything else is evaluated for each row: a rewrite.
#include <algorithm>
#include <array>
#include <string_view>

#include "analyzer/schema/cost.h"
#include "analyzer/schema/type_change.h"

namespace foreshot {
namespace {

constexpr std::array<std::string_view, 57> builtin = {
    "bit",       "bool",      "box",     "bpchar",  "bytea",     "\"char\"", "cidr",     "circle",  "citext",
    "date",      "daterange", "float4",  "float8",  "hstore",    "inet",    "int2",     "int4",    "int4range",
    "int8",      "int8range", "interval", "json",   "jsonb",     "jsonpath", "line",    "lseg",    "macaddr",
    "macaddr8",  "money",     "name",    "numeric", "numrange",  "oid",     "path",     "point",   "polygon",
    "regclass",  "regtype",   "text",    "time",    "timestamp", "timestamptz", "timetz", "tsquery", "tsrange",
    "tstzrange", "tsvector",  "uuid",    "varbit",  "varchar",   "xid",     "xml",      "int4multirange", "ltree",
    "pg_lsn",    "txid_snapshot", "xid8",
};

auto is_string(std::string_view name) -> bool {
  return name == "text" || name == "varchar" || name == "bpchar" || name == "name" || name == "citext";
}

// 0: not an integer.
auto integer_size(std::string_view name) -> int {
  return name == "int2" ? 2 : name == "int4" ? 4 : name == "int8" ? 8 : 0;
}

// Names of catalogue rows, stored as their number.
auto is_registered(std::string_view name) -> bool {
  static constexpr std::string_view names[] = {"regclass", "regtype", "regproc", "regprocedure", "regoper", "regoperator",
                                               "regconfig", "regdictionary", "regrole", "regnamespace", "regcollation"};
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

auto is_number(std::string_view name) -> bool {
  return integer_size(name) != 0 || name == "numeric" || name == "float4" || name == "float8";
}

auto has_precision(std::string_view name) -> bool {
  return name == "timestamp" || name == "timestamptz" || name == "time" || name == "timetz" || name == "interval";
}

constexpr auto no_limit = std::int32_t{-1};
constexpr auto full_precision = std::int32_t{6};

auto modifier(const TypeName& type, std::size_t i = 0) -> std::int32_t {
  return i < type.modifiers.size() ? type.modifiers[i] : no_limit;
}

// Does a limit on the new type (a length, a precision) take all that the old one allowed?
auto widens(std::int32_t from, std::int32_t to) -> bool { return to == no_limit || (from != no_limit && to >= from); }

auto serial_as_integer(TypeName type) -> TypeName {
  if (!type.is_serial()) return type;
  const auto& name = type.name.text;
  type.name = name == "bigserial" ? "int8" : name == "smallserial" ? "int2" : "int4";
  return type;
}

// Casts that an assignment may use, so that no USING is needed.
auto assigns(std::string_view from, std::string_view to, int version) -> bool {
  if (from == to) return true;
  // Every type is written as text; strings become other types only explicitly.
  if (is_string(to)) return true;
  // Up to version 14 the one-byte type counts as a string.
  const auto short_strings = from == "text" || from == "varchar" || from == "bpchar";
  if (to == "\"char\"") return short_strings || (version < 15 && from != "int4");
  if (is_string(from)) return to == "regclass" && (from == "text" || from == "varchar");
  const auto as_number = [](std::string_view name) { return integer_size(name) == 4 || integer_size(name) == 8 || name == "oid"; };
  if (is_registered(to) && (as_number(from) || integer_size(from) == 2)) return true;
  if (is_registered(from) && as_number(to)) return true;
  if (is_number(from) && is_number(to)) return true;
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 34> casts = {{
      {"date", "timestamp"},     {"date", "timestamptz"},  {"timestamp", "date"},    {"timestamp", "time"},
      {"timestamp", "timestamptz"}, {"timestamptz", "date"}, {"timestamptz", "time"}, {"timestamptz", "timetz"},
      {"timestamptz", "timestamp"}, {"time", "interval"},  {"time", "timetz"},       {"timetz", "time"},
      {"interval", "time"},      {"json", "jsonb"},        {"jsonb", "json"},        {"cidr", "inet"},
      {"inet", "cidr"},          {"bit", "varbit"},        {"varbit", "bit"},        {"int4", "money"},
      {"int8", "money"},         {"numeric", "money"},     {"money", "numeric"},     {"int2", "oid"},
      {"int4", "oid"},           {"int8", "oid"},          {"oid", "int4"},          {"oid", "int8"},
      {"macaddr", "macaddr8"},   {"macaddr8", "macaddr"},  {"point", "box"},
      {"polygon", "path"},       {"path", "polygon"},      {"box", "polygon"},
  }};
  return std::find(casts.begin(), casts.end(), std::pair(from, to)) != casts.end();
}

auto narrows(const TypeName& from, const TypeName& to) -> bool {
  const auto& a = from.name.text;
  const auto& b = to.name.text;
  if (integer_size(a) != 0 && integer_size(b) != 0) return integer_size(b) < integer_size(a);
  const auto is_float = [](std::string_view name) { return name == "float4" || name == "float8"; };
  if ((a == "numeric" || is_float(a)) && integer_size(b) != 0) return true;
  if (a == "float8" && b == "float4") return true;
  if (a == "numeric" && b == "numeric") {
    if (to.modifiers.empty()) return false;
    if (from.modifiers.empty()) return true;
    const auto scale = [](const TypeName& type) { return std::max(modifier(type, 1), 0); };
    return scale(to) < scale(from) || modifier(to) - scale(to) < modifier(from) - scale(from);
  }
  if (integer_size(a) != 0 && b == "numeric" && !to.modifiers.empty()) {
    const auto digits = integer_size(a) == 2 ? 5 : integer_size(a) == 4 ? 10 : 19;
    return modifier(to) - std::max(modifier(to, 1), 0) < digits;
  }
  if (is_string(a) && is_string(b)) return !widens(a == "text" || a == "citext" ? no_limit : modifier(from), modifier(to));
  if ((a == "varbit" || a == "bit") && (b == "varbit" || b == "bit")) return !widens(modifier(from), modifier(to));
  if (a == b && has_precision(a)) {
    const auto new_precision = modifier(to) == no_limit ? full_precision : modifier(to);
    return new_precision < (modifier(from) == no_limit ? full_precision : modifier(from));
  }
  const auto is_timestamp = a == "timestamp" || a == "timestamptz";
  return is_timestamp && (b == "date" || b == "time" || b == "timetz");
}

// The answer for two types of the same name that differ in their modifiers.
auto same_name_rewrites(const TypeName& from, const TypeName& to) -> bool {
  const auto& name = from.name.text;
  if (name == "varchar" || name == "varbit") return !widens(modifier(from), modifier(to));
  if (name == "numeric") {
    if (to.modifiers.empty()) return false;
    if (from.modifiers.empty()) return true;
    return std::max(modifier(from, 1), 0) != std::max(modifier(to, 1), 0) || modifier(to) < modifier(from);
  }
  if (has_precision(name)) return modifier(to) != full_precision && !widens(modifier(from), modifier(to));
  if (name == "bpchar" || name == "bit") return modifier(from) != modifier(to) && modifier(to) != no_limit;
  return from.modifiers != to.modifiers;
}

}  // namespace

auto is_builtin_type(const TypeName& type) -> bool {
  if (type.is_serial() || is_registered(type.name.text)) return true;
  return std::find(builtin.begin(), builtin.end(), type.name.text) != builtin.end();
}

auto is_utc(std::string_view zone) -> bool {
  std::string folded(zone);
  std::transform(folded.begin(), folded.end(), folded.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  static constexpr std::array<std::string_view, 15> names = {
      "utc", "gmt", "etc/utc", "etc/gmt", "zulu", "etc/zulu", "universal", "etc/universal", "uct", "etc/uct", "greenwich",
      "etc/greenwich", "gmt0", "0", "+00:00"};
  return std::find(names.begin(), names.end(), folded) != names.end();
}

auto type_change(const TypeName& old_type, const TypeName& new_type, const Settings& settings, int version) -> TypeChange {
  TypeChange change;
  const auto unknown = [&] {
    change.known = false;
    return change;
  };
  if (!old_type.known() || !new_type.known()) return unknown();
  if (!old_type.modifiers_known || !new_type.modifiers_known) return unknown();
  const auto from = serial_as_integer(old_type);
  const auto to = serial_as_integer(new_type);
  const std::string_view a = from.name.text;
  const std::string_view b = to.name.text;
  const auto same_schema = from.schema == to.schema || from.schema.empty() || to.schema.empty();
  if (a == b && !same_schema) return unknown();
  if (a == b && (from.array_dimensions > 0) == (to.array_dimensions > 0) && from.modifiers == to.modifiers &&
      from.interval_fields == to.interval_fields)
    return change;
  if ((from.array_dimensions > 0) != (to.array_dimensions > 0)) {
    change.rewrites = true;
    change.needs_using = to.array_dimensions > 0 || !(is_string(b) || (b == "\"char\"" && version < 15));
    return change;
  }
  const auto arrays = from.array_dimensions > 0;
  if (!is_builtin_type(from) || !is_builtin_type(to)) {
    if (a == b) return unknown();  // a type of an extension, with modifiers of its own
    change.rewrites = true;
    change.needs_using = !is_string(b) && !(b == "\"char\"" && version < 15);
    return change;
  }
  change.needs_using = !assigns(a, b, version);
  change.narrows = narrows(from, to);
  if (a == "interval" && b == "interval" && from.interval_fields != to.interval_fields) return unknown();
  if (a == b) {
    change.rewrites = same_name_rewrites(from, to);
    // The elements of an array are coerced one by one when only their modifier differs.
    if (arrays && change.rewrites == false && !to.modifiers.empty()) change.rewrites = true;
    return change;
  }
  // The elements of an array are cast one by one.
  if (arrays) {
    change.rewrites = true;
    return change;
  }
  const auto unlimited = to.modifiers.empty();
  // varchar and text are stored alike and sort by the same operators.
  if (a == "varchar" && b == "text") return change;
  if (a == "text" && b == "varchar" && unlimited) return change;
  if (a == "cidr" && b == "inet") return change;
  if (a == "xml" && (b == "text" || (b == "varchar" && unlimited))) return change;
  // Stored alike, but compared by other operators.
  const auto rebuilds = [&] {
    change.rebuilds_indexes = true;
    return change;
  };
  if ((a == "text" || a == "varchar") && b == "citext") return rebuilds();
  if (a == "citext" && (b == "text" || (b == "varchar" && unlimited))) return rebuilds();
  if (a == "bit" && b == "varbit" && unlimited) return rebuilds();
  const auto numbers_rows = [](std::string_view name) { return name == "oid" || is_registered(name); };
  if ((a == "int4" && numbers_rows(b)) || (b == "int4" && numbers_rows(a))) return rebuilds();
  if ((a == "oid" && is_registered(b)) || (is_registered(a) && b == "oid")) return change;
  const auto across_zones = (a == "timestamp" && b == "timestamptz") || (a == "timestamptz" && b == "timestamp");
  if (across_zones && (unlimited || modifier(to) == full_precision)) {
    if (!settings.time_zone_known) return unknown();
    if (is_utc(settings.time_zone)) return rebuilds();
  }
  change.rewrites = true;
  return change;
}

}  // namespace foreshot
