#include "analyzer/sqlalchemy/join_condition.h"

#include <algorithm>
#include <optional>

namespace foreshot::sqlalchemy {
namespace {

constexpr std::size_t most_pairs = 16;
constexpr std::size_t longest = 4000;

auto is_name_byte(char c) -> bool {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

auto trimmed(std::string_view text) -> std::string_view {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The operand that ends the text: `a.b`, `remote(a.b)`.
auto last_operand(std::string_view text) -> std::string_view {
  text = trimmed(text);
  auto begin = text.size();
  if (text.ends_with(")")) {
    int open = 0;
    while (begin > 0) {
      --begin;
      open += text[begin] == ')' ? 1 : text[begin] == '(' ? -1 : 0;
      if (open == 0) break;
    }
    if (open != 0) return {};
  }
  while (begin > 0 && is_name_byte(text[begin - 1])) --begin;
  return text.substr(begin);
}

// The operand that begins it.
auto first_operand(std::string_view text) -> std::string_view {
  text = trimmed(text);
  std::size_t end = 0;
  while (end < text.size() && is_name_byte(text[end])) ++end;
  if (end < text.size() && text[end] == '(') {
    int open = 0;
    for (; end < text.size(); ++end) {
      open += text[end] == '(' ? 1 : text[end] == ')' ? -1 : 0;
      if (open == 0) return text.substr(0, end + 1);
    }
    return {};
  }
  return text.substr(0, end);
}

auto side_of(std::string_view words) -> std::optional<JoinSide> {
  JoinSide side;
  for (int depth = 0; words.ends_with(")"); ++depth) {
    const auto open = words.find('(');
    if (open == std::string_view::npos || depth > 4) return std::nullopt;
    const auto name = words.substr(0, open);
    const auto last = name.substr(name.rfind('.') == std::string_view::npos ? 0 : name.rfind('.') + 1);
    if (last == "foreign") side.foreign = true;
    else if (last == "remote") side.remote = true;
    else if (!last.empty()) return std::nullopt;
    words = trimmed(words.substr(open + 1, words.size() - open - 2));
  }
  if (words.empty() || (words.front() >= '0' && words.front() <= '9') || words == "None" || words == "True" || words == "False") return std::nullopt;
  const auto dot = words.rfind('.');
  side.column = std::string(words.substr(dot == std::string_view::npos ? 0 : dot + 1));
  if (dot != std::string_view::npos) {
    auto owner = words.substr(0, dot);
    // orders.c.user_id, Order.__table__.c.user_id
    if (owner.ends_with(".c")) owner.remove_suffix(2);
    if (owner.ends_with(".columns")) owner.remove_suffix(8);
    if (owner.ends_with(".__table__")) owner.remove_suffix(10);
    if (owner != "cls" && owner != "self") side.owner = std::string(owner);
  }
  if (side.column.empty()) return std::nullopt;
  return side;
}

}  // namespace

auto read_join(std::string_view words) -> std::vector<std::pair<JoinSide, JoinSide>> {
  std::vector<std::pair<JoinSide, JoinSide>> pairs;
  words = words.substr(0, longest);
  // Rendered to SQL it is ` = `.
  const std::string_view equals = words.find("==") != std::string_view::npos ? "==" : " = ";
  for (auto at = words.find(equals); at != std::string_view::npos && pairs.size() < most_pairs; at = words.find(equals, at + equals.size())) {
    auto left = side_of(last_operand(words.substr(0, at)));
    auto right = side_of(first_operand(words.substr(at + equals.size())));
    if (left && right) pairs.emplace_back(std::move(*left), std::move(*right));
  }
  return pairs;
}

}  // namespace foreshot::sqlalchemy
