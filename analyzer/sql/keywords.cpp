#include "analyzer/sql/keywords.h"

#include <string>

#include "analyzer/sql/read.h"
#include "analyzer/sql/tree.h"

extern "C" {
#include "common/keywords.h"
}

namespace foreshot::sql {
namespace {

auto keyword_number(std::string_view word) -> int {
  constexpr std::size_t longest = 32;
  if (word.empty() || word.size() > longest) return -1;
  return ScanKeywordLookup(std::string(word).c_str(), &ScanKeywords);
}

}  // namespace

auto is_keyword(std::string_view word) -> bool { return keyword_number(word) >= 0; }

auto must_be_quoted(std::string_view word) -> bool {
  const auto number = keyword_number(word);
  return number >= 0 && ScanKeywordCategories[number] != UNRESERVED_KEYWORD;
}

auto quote_identifier(std::string_view name) -> std::string {
  const auto plain_first = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  bool plain = !name.empty() && plain_first(name.front());
  for (const char c : name) plain = plain && (plain_first(c) || (c >= '0' && c <= '9'));
  if (plain && !must_be_quoted(name)) return std::string(name);
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  quoted += '"';
  return quoted;
}

auto quote_literal(std::string_view text) -> std::string {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += c;
    quoted += c;
  }
  quoted += '\'';
  return quoted;
}

}  // namespace foreshot::sql
