#include "analyzer/loads/dialect.h"

#include <algorithm>
#include <array>

namespace foreshot::loads {
namespace {

using interpret::Value;

enum class Database : std::uint8_t { none, postgresql, other };

auto database_of(const Value& value) -> Database {
  static constexpr std::array<std::string_view, 2> own{"postgresql", "postgres"};
  static constexpr std::array<std::string_view, 5> others{"sqlite", "mysql", "mariadb", "mssql", "oracle"};
  const auto* text = value.constant_text();
  if (text == nullptr) return Database::none;
  if (std::find(own.begin(), own.end(), *text) != own.end()) return Database::postgresql;
  return std::find(others.begin(), others.end(), *text) != others.end() ? Database::other : Database::none;
}

}  // namespace

auto is_postgresql(std::string_view op, const Value& left, const Value& right) -> std::optional<bool> {
  // What differs from round to round is data.
  if (left.rounds() != 0 || right.rounds() != 0) return std::nullopt;
  if (op == "==" || op == "!=") {
    if (left.is_unknown() == right.is_unknown()) return std::nullopt;
    const auto named = database_of(left.is_unknown() ? right : left);
    if (named == Database::none) return std::nullopt;
    return (named == Database::postgresql) == (op == "==");
  }
  if ((op != "in" && op != "not in") || !left.is_unknown()) return std::nullopt;
  const auto* list = right.sequence();
  if (list == nullptr || !list->complete || list->items.empty()) return std::nullopt;
  bool among = false;
  for (const auto& item : list->items) {
    const auto named = database_of(item);
    if (named == Database::none) return std::nullopt;
    among = among || named == Database::postgresql;
  }
  return among == (op == "in");
}

}  // namespace foreshot::loads
