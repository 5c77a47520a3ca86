#include "analyzer/fix/sql_text.h"

#include <algorithm>
#include <iterator>

namespace foreshot::fix {
namespace {

// What PostgreSQL does not take as a name of a table or a column.
constexpr std::string_view reserved[] = {
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization", "binary", "both", "case", "cast",
    "check", "collate", "collation", "column", "concurrently", "constraint", "create", "cross", "current_catalog", "current_date",
    "current_role", "current_schema", "current_time", "current_timestamp", "current_user", "default", "deferrable", "desc", "distinct",
    "do", "else", "end", "except", "false", "fetch", "for", "foreign", "freeze", "from", "full", "grant", "group", "having", "ilike", "in",
    "initially", "inner", "intersect", "into", "is", "isnull", "join", "lateral", "leading", "left", "like", "limit", "localtime",
    "localtimestamp", "natural", "not", "notnull", "null", "offset", "on", "only", "or", "order", "outer", "overlaps", "placing",
    "primary", "references", "returning", "right", "select", "session_user", "similar", "some", "symmetric", "system_user", "table",
    "tablesample", "then", "to", "trailing", "true", "union", "unique", "user", "using", "variadic", "verbose", "when", "where", "window",
    "with"};

}  // namespace

auto quoted_name(std::string_view name) -> std::string {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  const bool bare = !name.empty() && !(name.front() >= '0' && name.front() <= '9') && std::all_of(name.begin(), name.end(), plain) &&
                    !std::binary_search(std::begin(reserved), std::end(reserved), name);
  if (bare) return std::string(name);
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

auto quoted_name(const ObjectName& name) -> std::string {
  return (name.schema.empty() ? "" : quoted_name(std::string_view(name.schema.text)) + ".") + quoted_name(std::string_view(name.name.text));
}

auto quoted_names(const std::vector<Identifier>& names) -> std::string {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + quoted_name(std::string_view(name.text));
  return out;
}

auto text_literal(std::string_view text) -> std::string {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

auto alter(const ObjectName& table, std::string_view what) -> std::string {
  return "ALTER TABLE " + quoted_name(table) + " " + std::string(what);
}

}  // namespace foreshot::fix
