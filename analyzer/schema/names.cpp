// PostgreSQL's own names for constraints and indexes that have none.
#include <algorithm>
#include <vector>

#include "analyzer/schema/history_state.h"

namespace foreshot {
namespace {

constexpr std::size_t longest_name = 63;

// Cuts to at most `bytes`, never inside a UTF-8 character.
auto clip(std::string& text, std::size_t bytes) -> void {
  if (text.size() <= bytes) return;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  text.resize(bytes);
}

auto joined(const std::vector<std::string>& names) -> std::string {
  std::string all;
  for (const auto& name : names) {
    if (!all.empty()) all += '_';
    all += name;
    if (all.size() > longest_name) break;
  }
  clip(all, longest_name);
  return all;
}

// The name that the server gives an expression: that of the function, the cast column or its type.
auto expression_name(const Expression& expression) -> std::string {
  const auto* at = &expression;
  std::string type;
  for (auto depth = 0; depth < 64; ++depth) {
    switch (at->kind) {
      case Expression::Kind::column:
      case Expression::Kind::function: return at->name.name.text;
      case Expression::Kind::array: return at->text == "ROW" ? "row" : "array";
      case Expression::Kind::conditional: {
        std::string name = at->text;
        std::transform(name.begin(), name.end(), name.begin(), [](char c) { return static_cast<char>(c | 0x20); });
        return name;
      }
      case Expression::Kind::cast:
        if (type.empty()) type = at->type.name.text;
        if (at->arguments.empty()) return type;
        at = &at->arguments.front();
        break;
      default: return type.empty() ? "expr" : type;
    }
  }
  return "expr";
}

auto index_column_names(const CreateIndex& index) -> std::vector<std::string> {
  std::vector<std::string> names;
  const auto add = [&](std::string name) {
    auto unique = name;
    for (auto number = 1; std::find(names.begin(), names.end(), unique) != names.end(); ++number) {
      const auto suffix = std::to_string(number);
      unique = name;
      clip(unique, longest_name - suffix.size());
      unique += suffix;
    }
    names.push_back(std::move(unique));
  };
  for (const auto& key : index.keys) add(key.column.empty() ? expression_name(key.expression) : key.column.text);
  for (const auto& column : index.include) add(column.text);
  return names;
}

auto texts(const std::vector<Identifier>& identifiers) -> std::vector<std::string> {
  std::vector<std::string> result;
  for (const auto& identifier : identifiers) result.push_back(identifier.text);
  return result;
}

struct Parts {
  std::string addition, label;
};

auto constraint_parts(const Constraint& constraint) -> Parts {
  switch (constraint.kind) {
    case ConstraintKind::primary_key: return {"", "pkey"};
    case ConstraintKind::foreign_key: return {joined(texts(constraint.columns)), "fkey"};
    case ConstraintKind::not_null: return {joined(texts(constraint.columns)), "not_null"};
    case ConstraintKind::check: {
      const auto columns = constraint.expression.columns();
      return {columns.size() == 1 ? columns.front() : "", "check"};
    }
    case ConstraintKind::unique:
    case ConstraintKind::exclusion: {
      auto names = texts(constraint.columns);
      for (const auto& column : constraint.include) names.push_back(column.text);
      return {joined(names), constraint.kind == ConstraintKind::unique ? "key" : "excl"};
    }
  }
  return {};
}

template <typename Taken>
auto numbered(const std::string& table, const Parts& parts, Taken taken) -> std::string {
  auto name = make_object_name(table, parts.addition, parts.label);
  for (auto pass = 1; taken(name) && pass < 1000; ++pass)
    name = make_object_name(table, parts.addition, parts.label + std::to_string(pass));
  return name;
}

}  // namespace

auto make_object_name(std::string name1, std::string name2, const std::string& label) -> std::string {
  auto overhead = label.size() + 1;
  if (!name2.empty()) ++overhead;
  const auto available = longest_name > overhead ? longest_name - overhead : 0;
  auto length1 = name1.size();
  auto length2 = name2.size();
  while (length1 + length2 > available) {
    if (length1 > length2)
      --length1;
    else
      --length2;
  }
  clip(name1, length1);
  clip(name2, length2);
  return name1 + (name2.empty() ? "" : "_" + name2) + "_" + label;
}

auto generated_constraint_name(const ObjectName& table, const Constraint& constraint) -> std::string {
  const auto parts = constraint_parts(constraint);
  return make_object_name(table.name.text, parts.addition, parts.label);
}

auto generated_index_name(const ObjectName& table, const CreateIndex& index) -> std::string {
  return make_object_name(table.name.text, joined(index_column_names(index)), "idx");
}

auto History::State::name_constraint(const Table& table, Constraint& constraint) const -> bool {
  if (!constraint.name.empty()) return false;
  if (!constraint.using_index.empty()) {
    constraint.name = constraint.using_index;
    return true;
  }
  constraint.name = numbered(table.name.name.text, constraint_parts(constraint), [&](const std::string& name) {
    return table.constraint(name) != nullptr || table.index(name) != nullptr;
  });
  return true;
}

auto History::State::name_index(const Table& table, CreateIndex& index) const -> bool {
  if (!index.name.empty()) return false;
  const Parts parts{joined(index_column_names(index)), "idx"};
  index.name = numbered(table.name.name.text, parts, [&](const std::string& name) {
    return table.index(name) != nullptr || find(&State::tables, {table.name.schema, name}, moment).value != nullptr;
  });
  return true;
}

}  // namespace foreshot
