// Names, types and positions of the parse tree.
#include <algorithm>
#include <array>
#include <string_view>

#include "analyzer/sql/keywords.h"
#include "analyzer/sql/tree_reader.h"

#include "analyzer/sql/tree.h"

extern "C" {
#include "utils/datetime.h"
#include "utils/timestamp.h"
}

namespace foreshot::sql {

auto TreeReader::identifier(const char* text) const -> Identifier {
  return text == nullptr ? Identifier() : identifier_of(text, source_);
}

auto TreeReader::string(const char* text) const -> std::string {
  if (text == nullptr) return {};
  return has_mark(text) ? without_marks(text, source_) : std::string(text);
}

auto TreeReader::identifiers(const ::List* strings) const -> std::vector<Identifier> {
  std::vector<Identifier> names;
  for (const auto* part : Items<::Node>(strings)) {
    if (tag_of(part) == T_String) names.push_back(identifier(as<const ::String>(part)->sval));
    if (tag_of(part) == T_IndexElem) names.push_back(identifier(as<const ::IndexElem>(part)->name));
    if (tag_of(part) == T_ResTarget) names.push_back(identifier(as<const ::ResTarget>(part)->name));
  }
  return names;
}

auto TreeReader::name(const ::List* parts) const -> ObjectName {
  ObjectName result;
  const int count = length_of(parts);
  const auto part = [&](int index) {
    const auto* node = item<::Node>(parts, index);
    return tag_of(node) == T_String ? identifier(as<const ::String>(node)->sval) : Identifier();
  };
  if (count > 0) result.name = part(count - 1);
  if (count > 1) result.schema = part(count - 2);
  return result;
}

auto TreeReader::relation(const ::RangeVar* range) const -> ObjectName {
  if (range == nullptr) return {};
  return {identifier(range->schemaname), identifier(range->relname)};
}

auto TreeReader::relations(const ::List* ranges) const -> std::vector<ObjectName> {
  std::vector<ObjectName> names;
  for (const auto* range : Items<::Node>(ranges))
    if (tag_of(range) == T_RangeVar) names.push_back(relation(as<const ::RangeVar>(range)));
  return names;
}

// The name in a DROP, COMMENT or RENAME of anything.
auto TreeReader::object_name(const ::Node* node) const -> ObjectName {
  switch (tag_of(node)) {
    case T_List:
      return name(as<const ::List>(node));
    case T_String:
      return {{}, identifier(as<const ::String>(node)->sval)};
    case T_TypeName:
      return name(as<const ::TypeName>(node)->names);
    case T_ObjectWithArgs:
      return name(as<const ::ObjectWithArgs>(node)->objname);
    case T_RangeVar:
      return relation(as<const ::RangeVar>(node));
    default:
      return {};
  }
}

auto TreeReader::value_text(const ::Node* node) const -> std::string {
  switch (tag_of(node)) {
    case T_Integer:
      return std::to_string(as<const ::Integer>(node)->ival);
    case T_Float:
      return as<const ::Float>(node)->fval;
    case T_Boolean:
      return as<const ::Boolean>(node)->boolval ? "true" : "false";
    case T_String:
      return string(as<const ::String>(node)->sval);
    case T_TypeName:
      return name(as<const ::TypeName>(node)->names).name.text;
    case T_A_Const: {
      const auto* constant = as<const ::A_Const>(node);
      return constant->isnull ? std::string() : value_text(&constant->val.node);
    }
    case T_TypeCast:
      return value_text(as<const ::TypeCast>(node)->arg);
    default:
      return {};
  }
}

auto TreeReader::type(const ::TypeName* written) -> foreshot::TypeName {
  foreshot::TypeName result;
  if (written == nullptr) return result;
  auto full = name(written->names);
  const bool system = full.schema.known && full.schema.text == "pg_catalog";
  result.name = std::move(full.name);
  if (!system) result.schema = std::move(full.schema);
  if (!system && result.schema.empty() && result.name.known) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> serials{
        {{"serial4", "serial"}, {"serial8", "bigserial"}, {"serial2", "smallserial"}}};
    for (const auto& [alias, canonical] : serials)
      if (result.name.text == alias) result.name.text = canonical;
    // A bare "char" is PostgreSQL's one-byte type; the keyword CHAR came as pg_catalog.bpchar.
    if (result.name.text == "char") result.name.text = "\"char\"";
  }
  for (const auto* modifier : Items<::Node>(written->typmods)) {
    const bool integer = tag_of(modifier) == T_A_Const && as<const ::A_Const>(modifier)->val.node.type == T_Integer;
    const auto value = integer ? as<const ::A_Const>(modifier)->val.ival.ival : first_number;
    if (value < first_number)
      result.modifiers.push_back(value);
    else
      result.modifiers_known = false;
  }
  if (system && result.name.text == "interval" && !result.modifiers.empty()) {
    const auto fields = result.modifiers.front();
    result.modifiers.erase(result.modifiers.begin());
    static constexpr std::array<std::pair<int, std::string_view>, 13> names{{
        {INTERVAL_MASK(YEAR), "YEAR"},
        {INTERVAL_MASK(MONTH), "MONTH"},
        {INTERVAL_MASK(DAY), "DAY"},
        {INTERVAL_MASK(HOUR), "HOUR"},
        {INTERVAL_MASK(MINUTE), "MINUTE"},
        {INTERVAL_MASK(SECOND), "SECOND"},
        {INTERVAL_MASK(YEAR) | INTERVAL_MASK(MONTH), "YEAR TO MONTH"},
        {INTERVAL_MASK(DAY) | INTERVAL_MASK(HOUR), "DAY TO HOUR"},
        {INTERVAL_MASK(DAY) | INTERVAL_MASK(HOUR) | INTERVAL_MASK(MINUTE), "DAY TO MINUTE"},
        {INTERVAL_MASK(DAY) | INTERVAL_MASK(HOUR) | INTERVAL_MASK(MINUTE) | INTERVAL_MASK(SECOND), "DAY TO SECOND"},
        {INTERVAL_MASK(HOUR) | INTERVAL_MASK(MINUTE), "HOUR TO MINUTE"},
        {INTERVAL_MASK(HOUR) | INTERVAL_MASK(MINUTE) | INTERVAL_MASK(SECOND), "HOUR TO SECOND"},
        {INTERVAL_MASK(MINUTE) | INTERVAL_MASK(SECOND), "MINUTE TO SECOND"},
    }};
    for (const auto& [mask, shown] : names)
      if (mask == fields) result.interval_fields = shown;
  }
  result.array_dimensions = static_cast<std::uint8_t>(std::min(length_of(written->arrayBounds), 255));
  return result;
}

// The token at or after a location of the tree; tokens_.size() when there is none.
auto TreeReader::token_at(int location) const -> std::size_t {
  if (location < 0) return tokens_.size();
  const auto offset = prepared_.source_offset(static_cast<std::uint32_t>(location));
  const auto found = std::lower_bound(tokens_.begin(), tokens_.end(), offset,
                                      [](const Token& token, std::uint32_t at) { return token.end <= at; });
  return static_cast<std::size_t>(found - tokens_.begin());
}

// From a location to the comma or parenthesis that ends its clause.
auto TreeReader::clause_span(int location) const -> Span {
  const auto first = token_at(location);
  if (first >= tokens_.size()) return {};
  auto last = first;
  int depth = 0;
  for (auto at = first; at < tokens_.size(); ++at) {
    const auto kind = tokens_[at].kind;
    if (kind == Token::Kind::open) ++depth;
    if (kind == Token::Kind::close && --depth < 0) break;
    if (kind == Token::Kind::comma && depth == 0) break;
    last = at;
  }
  return source_.span(tokens_[first].begin, tokens_[last].end);
}

// From one location to before another; to the end of the clause when that is further or unknown.
auto TreeReader::span_until(int location, int end) const -> Span {
  const auto first = token_at(location);
  const auto stop = token_at(end);
  if (first >= tokens_.size() || stop >= tokens_.size() || stop <= first) return clause_span(location);
  return source_.span(tokens_[first].begin, tokens_[stop - 1].end);
}

// Tokens [first, last) with single spaces, unquoted words in lower case.
auto TreeReader::normalised(std::size_t first, std::size_t last) const -> std::string {
  std::string text;
  const auto is_name = [&](const Token& token) {
    return token.kind == Token::Kind::quoted_word ||
           (token.kind == Token::Kind::word && !is_keyword(text_of(source_.text(), token)));
  };
  for (auto at = first; at < last && at < tokens_.size(); ++at) {
    const auto& token = tokens_[at];
    if (at > first && tokens_[at - 1].kind != Token::Kind::open && tokens_[at - 1].kind != Token::Kind::dot &&
        token.kind != Token::Kind::close && token.kind != Token::Kind::comma && token.kind != Token::Kind::dot &&
        !(token.kind == Token::Kind::open && is_name(tokens_[at - 1])))
      text += ' ';
    auto shown = source_.display(token.begin, token.end);
    if (token.kind == Token::Kind::word && !token.hole)
      for (auto& c : shown)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    text += shown;
  }
  return text;
}

}  // namespace foreshot::sql
