#include "analyzer/schema/partition_bound.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace foreshot {
namespace {

struct Value {
  bool number = false;
  double amount = 0;
  std::string text;
};

auto value_of(const Expression& expression) -> std::optional<Value> {
  const auto* at = &expression;
  for (auto depth = 0; depth < 16 && at->kind == Expression::Kind::cast && at->arguments.size() == 1; ++depth)
    at = &at->arguments.front();
  auto sign = 1.0;
  if (at->kind == Expression::Kind::operation && at->text == "-" && at->arguments.size() == 1) {
    sign = -1.0;
    at = &at->arguments.front();
  }
  if (at->kind != Expression::Kind::constant) return std::nullopt;
  if (at->constant == Expression::Constant::integer || at->constant == Expression::Constant::number)
    return Value{true, sign * std::strtod(at->text.c_str(), nullptr), at->text};
  if (at->constant == Expression::Constant::string && sign > 0) return Value{false, 0, at->text};
  return std::nullopt;
}

auto is_column(const Expression& expression, std::string_view column) -> bool {
  const auto* at = &expression;
  for (auto depth = 0; depth < 16 && at->kind == Expression::Kind::cast && at->arguments.size() == 1; ++depth)
    at = &at->arguments.front();
  return at->kind == Expression::Kind::column && at->name.name.text == column;
}

// column <operation> value
struct Atom {
  std::string operation;
  Value value;
};

class Prover {
 public:
  Prover(const Table& rows, const TableColumn& column) : rows_(rows), column_(column), name_(column.column.name.text) {}

  // Does one of the CHECKs imply that one of the goals holds?
  auto implies(const std::vector<Atom>& goals) -> Known {
    auto doubtful = !rows_.constraints_complete;
    for (const auto& item : rows_.constraints) {
      const auto& constraint = item.constraint;
      if (constraint.kind != ConstraintKind::check) continue;
      const auto used = constraint.expression.columns();
      if (std::find(used.begin(), used.end(), name_) == used.end()) continue;
      if (!item.certain) {
        doubtful = true;
        continue;
      }
      if (!item.validated || constraint.not_enforced) continue;
      unclear_ = false;
      if (implied(constraint.expression, goals, 0)) return Known::yes;
      doubtful = doubtful || unclear_;
    }
    return doubtful ? Known::unknown : Known::no;
  }

  auto not_null() const -> Known {
    if (column_.not_null == Known::yes || rows_.proof_of_not_null(name_) != nullptr) return Known::yes;
    return column_.certain ? column_.not_null : Known::unknown;
  }

 private:
  auto implied(const Expression& clause, const std::vector<Atom>& goals, int depth) -> bool {
    if (depth > 32) return doubt();
    const auto each = [&](const Expression& part) { return implied(part, goals, depth + 1); };
    const auto& parts = clause.arguments;
    if (clause.kind != Expression::Kind::operation) return doubt();
    if (clause.text == "AND") return std::any_of(parts.begin(), parts.end(), each);
    if (clause.text == "OR") return !parts.empty() && std::all_of(parts.begin(), parts.end(), each);
    if (clause.text == "IS NOT NULL" || clause.text == "IS NULL") return false;
    if (clause.text == "BETWEEN" && parts.size() == 3 && is_column(parts[0], name_))
      return of_value(">=", parts[1], goals) || of_value("<=", parts[2], goals);
    const auto any = clause.text == "IN" ? parts.size() > 1 : clause.text == "= ANY" && parts.size() == 2;
    if (any && is_column(parts[0], name_)) {
      const auto* list = &parts;
      if (clause.text == "= ANY") {
        const auto* array = &parts[1];
        while (array->kind == Expression::Kind::cast && array->arguments.size() == 1) array = &array->arguments.front();
        if (array->kind != Expression::Kind::array) return doubt();
        list = &array->arguments;
      }
      const auto first = clause.text == "= ANY" ? list->begin() : std::next(list->begin());
      return first != list->end() && std::all_of(first, list->end(), [&](const Expression& value) { return of_value("=", value, goals); });
    }
    if (parts.size() != 2) return doubt();
    if (is_column(parts[0], name_)) return of_value(clause.text, parts[1], goals);
    if (!is_column(parts[1], name_)) return false;
    static constexpr std::pair<const char*, const char*> turned[] = {{"<", ">"}, {"<=", ">="}, {"=", "="}, {">=", "<="}, {">", "<"}};
    for (const auto& [from, to] : turned)
      if (clause.text == from) return of_value(to, parts[0], goals);
    return doubt();
  }

  auto doubt() -> bool {
    unclear_ = true;
    return false;
  }

  auto of_value(const std::string& operation, const Expression& written, const std::vector<Atom>& goals) -> bool {
    const auto value = value_of(written);
    if (!value) return doubt();
    if (operation != "<" && operation != "<=" && operation != "=" && operation != ">=" && operation != ">") return doubt();
    return std::any_of(goals.begin(), goals.end(), [&](const Atom& goal) { return follows(operation, *value, goal); });
  }

  // Negative: the first is less.
  auto compared(const Value& a, const Value& b) -> std::optional<int> {
    if (a.number != b.number) return std::nullopt;
    if (a.number) return a.amount < b.amount ? -1 : a.amount > b.amount ? 1 : 0;
    if (a.text == b.text) return 0;
    // Dates written alike sort as their text does.
    const auto& type = column_.column.type.name.text;
    const auto dates = type == "date" || type == "timestamp" || type == "timestamptz";
    const auto alike = a.text.size() == b.text.size() && a.text.size() >= 10 && a.text[4] == '-' && b.text[4] == '-';
    if (!dates || !alike) return std::nullopt;
    return a.text < b.text ? -1 : 1;
  }

  auto follows(const std::string& operation, const Value& value, const Atom& goal) -> bool {
    const auto order = compared(value, goal.value);
    if (!order) {
      // Two strings that differ are different values; more is not known of them.
      if (operation == "=" && goal.operation == "=" && value.number == goal.value.number) return false;
      return doubt();
    }
    const auto at = *order;
    if (operation == "=")
      return goal.operation == "=" ? at == 0 : goal.operation == "<" ? at < 0 : goal.operation == "<=" ? at <= 0 : goal.operation == ">" ? at > 0 : at >= 0;
    if (goal.operation == "<") return operation == "<" ? at <= 0 : operation == "<=" && at < 0;
    if (goal.operation == "<=") return (operation == "<" || operation == "<=") && at <= 0;
    if (goal.operation == ">") return operation == ">" ? at >= 0 : operation == ">=" && at > 0;
    if (goal.operation == ">=") return (operation == ">" || operation == ">=") && at >= 0;
    return false;
  }

  const Table& rows_;
  const TableColumn& column_;
  std::string name_;
  bool unclear_ = false;
};

auto is_unbounded(const Expression& value) -> bool {
  return value.kind == Expression::Kind::column && (value.name.name.text == "minvalue" || value.name.name.text == "maxvalue");
}

auto both(Known a, Known b) -> Known {
  if (a == Known::no || b == Known::no) return Known::no;
  return a == Known::yes && b == Known::yes ? Known::yes : Known::unknown;
}

auto has_check(const Table& rows) -> bool {
  return !rows.constraints_complete || std::any_of(rows.constraints.begin(), rows.constraints.end(), [](const auto& item) {
    return item.constraint.kind == ConstraintKind::check && (item.validated || !item.certain);
  });
}

auto unproven(const Table& rows) -> Known { return has_check(rows) ? Known::unknown : Known::no; }

auto inside_range(const Table& rows, const std::vector<const TableColumn*>& columns, const PartitionBound& bound) -> Known {
  const auto alone = columns.size() == 1;
  Prover first(rows, *columns.front());
  auto all = Known::yes;
  for (const auto* column : columns) all = both(all, Prover(rows, *column).not_null());
  const auto limit = [&](const Expression& written, const char* operation) {
    if (is_unbounded(written)) return Known::yes;
    const auto value = value_of(written);
    if (!value) return unproven(rows);
    const auto proven = first.implies({{operation, *value}});
    // Behind an equal first column the second one decides.
    return proven == Known::no && !alone ? unproven(rows) : proven;
  };
  if (bound.lower.empty() || bound.upper.empty()) return unproven(rows);
  all = both(all, limit(bound.lower.front(), alone ? ">=" : ">"));
  return both(all, limit(bound.upper.front(), "<"));
}

}  // namespace

auto inside(const Table& rows, const Table& parent, const PartitionBound& bound) -> Known {
  if (parent.partition_key.empty()) return unproven(rows);
  if (parent.partition_by == "HASH") return Known::no;
  std::vector<const TableColumn*> columns;
  for (const auto& key : parent.partition_key) {
    const auto* column = key.empty() ? nullptr : rows.column(key.text);
    if (column == nullptr) return unproven(rows);
    columns.push_back(column);
  }
  if (parent.partition_by == "RANGE") return inside_range(rows, columns, bound);
  Prover prover(rows, *columns.front());
  std::vector<Atom> goals;
  for (const auto& written : bound.values) {
    const auto value = value_of(written);
    if (!value) return unproven(rows);
    goals.push_back({"=", *value});
  }
  if (goals.empty()) return unproven(rows);
  return both(prover.not_null(), prover.implies(goals));
}

auto outside(const Table& rows, const Table& parent, const PartitionBound& bound) -> Known {
  if (!has_check(rows)) return Known::no;
  if (parent.partition_key.size() != 1 || parent.partition_by != "RANGE") return Known::unknown;
  const auto& key = parent.partition_key.front();
  const auto* column = key.empty() ? nullptr : rows.column(key.text);
  if (column == nullptr || bound.lower.size() != 1 || bound.upper.size() != 1) return Known::unknown;
  std::vector<Atom> goals;
  for (const auto& [written, operation] : {std::pair(&bound.lower.front(), "<"), std::pair(&bound.upper.front(), ">=")}) {
    if (is_unbounded(*written)) continue;
    const auto value = value_of(*written);
    if (!value) return Known::unknown;
    goals.push_back({operation, *value});
  }
  return Prover(rows, *column).implies(goals);
}

}  // namespace foreshot
