// Which default expressions PostgreSQL has to evaluate for each row: those that call a volatile function.
#include <string_view>
#include <unordered_set>

#include "analyzer/schema/cost.h"

namespace foreshot {
namespace {

using Names = std::unordered_set<std::string_view>;

auto volatile_functions() -> const Names& {
  static const Names names = {
      "clock_timestamp", "currval", "gen_random_bytes", "gen_random_uuid", "gen_salt", "lastval", "nextval",
      "pg_sleep", "random", "random_normal", "set_config", "setseed", "setval", "timeofday", "uuid_generate_v1",
      "uuid_generate_v1mc", "uuid_generate_v4", "uuidv4", "uuidv7", "array_shuffle", "array_sample", "query_to_xml",
      "dblink", "pg_advisory_lock", "pg_try_advisory_lock", "pg_advisory_xact_lock", "pg_notify",
  };
  return names;
}

auto other_functions() -> const Names& {
  static const Names names = {
      // the time at which the statement or transaction began, and who asks
      "now", "transaction_timestamp", "statement_timestamp", "current_timestamp", "current_date", "current_time",
      "localtime", "localtimestamp", "timezone", "age", "current_user", "session_user", "user", "current_role",
      "current_schema", "current_schemas", "current_catalog", "current_database", "current_setting", "inet_client_addr",
      "inet_server_addr", "version", "pg_backend_pid", "txid_current", "txid_current_if_assigned",
      // dates
      "date_trunc", "date_part", "extract", "date_bin", "date", "make_date", "make_time", "make_timestamp",
      "make_timestamptz", "make_interval", "to_timestamp", "to_date", "to_char", "to_number", "justify_days",
      "justify_hours", "justify_interval", "isfinite", "timestamp", "timestamptz", "time", "interval",
      // text
      "lower", "upper", "initcap", "concat", "concat_ws", "substr", "substring", "left", "right", "length",
      "char_length", "character_length", "octet_length", "bit_length", "trim", "btrim", "ltrim", "rtrim", "replace",
      "translate", "repeat", "reverse", "lpad", "rpad", "split_part", "strpos", "position", "md5", "encode", "decode",
      "ascii", "chr", "format", "quote_literal", "quote_ident", "quote_nullable", "regexp_replace", "regexp_match",
      "regexp_matches", "regexp_split_to_array", "string_to_array", "array_to_string", "starts_with", "overlay",
      "to_hex", "sha224", "sha256", "sha384", "sha512", "convert_from", "convert_to", "digest", "hmac", "crypt",
      "text", "varchar", "bpchar", "name", "citext", "hashtext",
      // numbers
      "abs", "ceil", "ceiling", "floor", "round", "trunc", "sqrt", "power", "pow", "exp", "ln", "log", "log10", "mod",
      "div", "sign", "pi", "degrees", "radians", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "int2", "int4",
      "int8", "float4", "float8", "numeric", "width_bucket", "gcd", "lcm", "factorial", "scale", "bool",
      // json, arrays, ranges, search, identifiers
      "to_json", "to_jsonb", "json_build_object", "jsonb_build_object", "json_build_array", "jsonb_build_array",
      "json_object", "jsonb_object", "row_to_json", "array_to_json", "jsonb_set", "jsonb_insert", "jsonb_pretty",
      "jsonb_strip_nulls", "json_strip_nulls", "jsonb_extract_path", "jsonb_extract_path_text", "json_extract_path",
      "json_extract_path_text", "json_typeof", "jsonb_typeof", "jsonb_array_length", "json_array_length",
      "array_append", "array_prepend", "array_cat", "array_remove", "array_replace", "array_fill", "array_length",
      "array_position", "cardinality", "unnest", "int4range", "int8range", "numrange", "daterange", "tsrange",
      "tstzrange", "lower_inc", "upper_inc", "isempty", "to_tsvector", "to_tsquery", "plainto_tsquery", "setweight",
      "uuid_nil", "uuid_ns_dns", "uuid_ns_url", "uuid_generate_v3", "uuid_generate_v5", "hstore", "row", "array",
      "coalesce", "nullif", "greatest", "least", "xmlelement", "xmlparse", "host", "network", "family", "masklen",
      "point", "box", "circle", "polygon", "line", "lseg", "path", "st_geomfromtext", "st_makepoint", "st_setsrid",
      "st_point", "st_geogfromtext", "st_geometryfromtext", "st_buffer", "st_makeenvelope",
  };
  return names;
}

auto of_function(const ObjectName& name, const Schema& schema) -> Known {
  if (!name.known()) return Known::unknown;
  // What the migrations made comes before what the server has.
  if (const auto* own = schema.function(name)) {
    if (own->volatility == "immutable" || own->volatility == "stable") return Known::no;
    // A volatile function in SQL may be inlined to something that is not.
    if (own->volatility == "volatile" && own->language != "sql") return Known::yes;
    return Known::unknown;
  }
  const std::string_view text = name.name.text;
  if (volatile_functions().count(text) > 0) return Known::yes;
  if (other_functions().count(text) > 0) return Known::no;
  return Known::unknown;
}

}  // namespace

auto is_volatile(const Expression& expression, const Schema& schema) -> Known {
  auto result = Known::no;
  std::vector<const Expression*> pending{&expression};
  while (!pending.empty()) {
    const auto& at = *pending.back();
    pending.pop_back();
    auto here = Known::no;
    switch (at.kind) {
      case Expression::Kind::function: here = of_function(at.name, schema); break;
      case Expression::Kind::hole:
      case Expression::Kind::parameter:
      case Expression::Kind::subquery: here = Known::unknown; break;
      default: break;
    }
    if (here == Known::yes) return Known::yes;
    if (here == Known::unknown) result = Known::unknown;
    for (const auto& argument : at.arguments) pending.push_back(&argument);
  }
  return result;
}

}  // namespace foreshot
