#include "analyzer/sqlalchemy/quoting.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace foreshot::sqlalchemy {
namespace {

// The words that SQLAlchemy's PostgreSQL dialect quotes, sorted.
constexpr std::array<std::string_view, 99> reserved{
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization", "between", "binary",
    "both", "case", "cast", "check", "collate", "column", "constraint", "create", "cross", "current_catalog",
    "current_date", "current_role", "current_schema", "current_time", "current_timestamp", "current_user", "default",
    "deferrable", "desc", "distinct", "do", "else", "end", "except", "false", "fetch", "for", "foreign", "freeze",
    "from", "full", "grant", "group", "having", "ilike", "in", "initially", "inner", "intersect", "into", "is",
    "isnull", "join", "leading", "left", "like", "limit", "localtime", "localtimestamp", "natural", "new", "not",
    "notnull", "null", "of", "off", "offset", "old", "on", "only", "or", "order", "outer", "over", "overlaps",
    "placing", "primary", "references", "returning", "right", "select", "session_user", "similar", "some", "symmetric",
    "table", "then", "to", "trailing", "true", "union", "unique", "user", "using", "variadic", "verbose", "when"};
constexpr std::array<std::string_view, 3> reserved_rest{"where", "window", "with"};

auto doubled(const MappedText& text, char quote) -> MappedText {
  const auto& bytes = text.text();
  if (bytes.find(quote) == std::string::npos) return text;
  MappedText result;
  std::size_t begin = 0;
  for (auto at = bytes.find(quote); at != std::string::npos; at = bytes.find(quote, at + 1)) {
    result.append(text.slice(begin, at + 1));
    result.append(std::string_view(&quote, 1), Span{});
    begin = at + 1;
  }
  result.append(text.slice(begin, bytes.size()));
  return result;
}

}  // namespace

auto needs_quotes(std::string_view name) -> bool {
  if (name.empty()) return true;
  if ((name[0] >= '0' && name[0] <= '9') || name[0] == '$') return true;
  for (const char byte : name) {
    const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' || byte == '$';
    if (!plain) return true;
  }
  return std::binary_search(reserved.begin(), reserved.end(), name) ||
         std::find(reserved_rest.begin(), reserved_rest.end(), name) != reserved_rest.end();
}

auto quoted(const MappedText& name) -> MappedText {
  // Nothing has an empty name: it is one that is given later, or elsewhere.
  if (name.empty() && name.complete()) {
    MappedText unknown;
    unknown.append_hole("name", Span{});
    return unknown;
  }
  if (!name.complete()) {
    // Quotes are certain where the known part asks for them, and what else there is is one constant.
    std::string known = name.text();
    std::erase(known, MappedText::hole_byte);
    const bool plain = std::all_of(known.begin(), known.end(), [](char byte) {
      return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' || byte == '$';
    });
    if (plain || !name.identifies()) return name;
  } else if (!needs_quotes(name.text())) {
    return name;
  }
  return quoted_always(name);
}

auto quoted_always(const MappedText& name) -> MappedText {
  MappedText result;
  result.append("\"", Span{});
  result.append(doubled(name, '"'));
  result.append("\"", Span{});
  return result;
}

auto quoted_dotted(const MappedText& name) -> MappedText {
  const auto& bytes = name.text();
  if (bytes.find('.') == std::string::npos) return quoted(name);
  MappedText result;
  std::size_t begin = 0;
  while (true) {
    const auto dot = std::min(bytes.find('.', begin), bytes.size());
    result.append(quoted(name.slice(begin, dot)));
    if (dot == bytes.size()) return result;
    result.append(".", Span{});
    begin = dot + 1;
  }
}

auto string_literal(const MappedText& text) -> MappedText {
  MappedText result;
  result.append("'", Span{});
  result.append(doubled(text, '\''));
  result.append("'", Span{});
  return result;
}

}  // namespace foreshot::sqlalchemy
