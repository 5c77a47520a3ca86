#include "analyzer/sqlalchemy/expression.h"

#include <array>
#include <string>

#include "analyzer/sqlalchemy/column.h"
#include "analyzer/sqlalchemy/core_dml.h"

namespace foreshot::sqlalchemy {

using interpret::Arguments;
using interpret::Site;
using interpret::Value;

namespace {

auto parameter() -> ClausePointer { return make_clause(Clause::Kind::literal, MappedText("$1")); }

// `\:` in a text() is a colon.
auto without_escapes(const MappedText& text) -> MappedText {
  const auto& bytes = text.text();
  if (bytes.find("\\:") == std::string::npos) return text;
  MappedText result;
  std::size_t begin = 0;
  for (auto at = bytes.find("\\:"); at != std::string::npos; at = bytes.find("\\:", at + 2)) {
    result.append(text.slice(begin, at));
    begin = at + 1;
  }
  result.append(text.slice(begin, bytes.size()));
  return result;
}

auto text_clause(const Site& site, const interpret::Argument* argument) -> ClausePointer {
  MappedText raw;
  if (argument != nullptr) raw = text_of(site, *argument);
  auto clause = make_clause(Clause::Kind::text, raw);
  clause->bare = without_escapes(raw);
  clause->binds = true;
  return clause;
}

auto operands(const Site& site, const Arguments& arguments, std::size_t first = 0) -> std::vector<ClausePointer> {
  std::vector<ClausePointer> all;
  for (std::size_t at = first; at < arguments.positional_count(); ++at)
    all.push_back(operand(site, arguments.positional(at)->value));
  return all;
}

// What and_() and or_() join. Of a list that nobody can count, *(… for row in rows), two items stand for all.
auto joined_conditions(const Site& site, const Arguments& arguments) -> std::vector<ClausePointer> {
  auto all = operands(site, arguments);
  if (arguments.unknown_positional && all.size() < 2) all.push_back(all.empty() ? parameter() : all.front());
  return all;
}

// The functions that SQLAlchemy renders without parentheses.
auto negated_word(std::string_view op) -> std::string_view {
  static constexpr std::array<std::array<std::string_view, 2>, 14> pairs{{{"=", "!="},
                                                                          {"!=", "="},
                                                                          {"<", ">="},
                                                                          {">", "<="},
                                                                          {"<=", ">"},
                                                                          {">=", "<"},
                                                                          {"IS", "IS NOT"},
                                                                          {"IS NOT", "IS"},
                                                                          {"LIKE", "NOT LIKE"},
                                                                          {"ILIKE", "NOT ILIKE"},
                                                                          {"NOT LIKE", "LIKE"},
                                                                          {"NOT ILIKE", "ILIKE"},
                                                                          {"BETWEEN", "NOT BETWEEN"},
                                                                          {"IN", "NOT IN"}}};
  for (const auto& [word, opposite] : pairs)
    if (word == op) return opposite;
  return {};
}

// left op right, with what its negation renders.
auto compare(const Clause& left, std::string_view op, const Clause& right) -> ClausePointer {
  auto result = combine(left, op, right, Binding::comparison);
  if (const auto opposite = negated_word(op); !opposite.empty()) {
    result->negation = combine(left, opposite, right, Binding::comparison);
    // NOT IN stands in parentheses, as SQLAlchemy writes it.
    if (opposite == "NOT IN") result->negation = around("(", *result->negation, ")", Binding::atom);
  }
  return result;
}

auto is_bare_function(std::string_view name) -> bool {
  static constexpr std::array<std::string_view, 8> bare{"current_timestamp", "current_date",   "current_time", "localtime",
                                                        "localtimestamp",    "current_user", "session_user", "user"};
  for (const auto candidate : bare)
    if (candidate == name) return true;
  return false;
}

auto function_clause(const Site& site, std::string_view name, const Arguments& arguments) -> ClausePointer {
  std::string lower(name);
  std::string upper(name);
  for (auto& byte : lower)
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  for (auto& byte : upper)
    if (byte >= 'a' && byte <= 'z') byte = static_cast<char>(byte - 'a' + 'A');
  if (lower == "current_timestamp" || (is_bare_function(lower) && arguments.items.empty())) {
    return make_clause(Clause::Kind::function, MappedText(upper));
  }
  auto parts = operands(site, arguments);
  if (arguments.unknown_positional) parts.push_back(parameter());
  if (name == "count" && parts.empty()) parts.push_back(make_clause(Clause::Kind::literal, MappedText("*")));
  return joined(std::string(name) + "(", parts, ", ", ")");
}

auto chain(const std::vector<ClausePointer>& parts, std::string_view op, Binding binding) -> ClausePointer {
  if (parts.empty()) return make_clause(Clause::Kind::literal, MappedText("true"));
  auto result = parts.front();
  for (std::size_t at = 1; at < parts.size(); ++at) result = combine(*result, op, *parts[at], binding);
  return result;
}

auto type_clause(const Site& site, const interpret::Argument* argument, const Versions& versions) -> MappedText {
  if (argument == nullptr) return MappedText("text");
  return type_of(site, argument->value, argument->span, versions)->sql;
}

auto cast_clause(const ClausePointer& value, const MappedText& type) -> ClausePointer {
  const auto named = make_clause(Clause::Kind::literal, type);
  return joined("CAST(", {value, named}, " AS ", ")");
}

auto case_clause(const Site& site, const Arguments& arguments) -> ClausePointer {
  std::vector<ClausePointer> parts{make_clause(Clause::Kind::literal, MappedText("CASE"))};
  const auto add = [&](std::string_view word, const Value& value) {
    parts.push_back(around(word, *operand(site, value), "", Binding::atom));
  };
  if (const auto* subject = arguments.keyword("value"); present(subject)) add("", subject->value);
  std::vector<Value> pairs;
  for (std::size_t at = 0; at < arguments.positional_count(); ++at) {
    const auto& value = arguments.positional(at)->value;
    const auto* items = value.sequence();
    if (items != nullptr && items->kind == interpret::Sequence::Kind::list)
      pairs.insert(pairs.end(), items->items.begin(), items->items.end());
    else
      pairs.push_back(value);
  }
  for (const auto& pair : pairs) {
    if (const auto* mapping = pair.mapping()) {
      for (const auto& [key, value] : mapping->entries) add("WHEN ", key), add("THEN ", value);
      continue;
    }
    const auto* items = pair.sequence();
    if (items == nullptr || items->items.size() != 2) continue;
    add("WHEN ", items->items[0]);
    add("THEN ", items->items[1]);
  }
  if (const auto* otherwise = arguments.keyword("else_"); otherwise != nullptr) add("ELSE ", otherwise->value);
  parts.push_back(make_clause(Clause::Kind::literal, MappedText("END")));
  return joined("", parts, " ", "", Clause::Kind::function);
}

}  // namespace

auto column_operand(const ColumnPointer& column) -> ClausePointer {
  if (const auto table = column->table.lock()) return column_clause(table, column, column->span);
  return column_clause(column->name.text);
}

auto operand(const Site& site, const Value& value) -> ClausePointer {
  if (auto clause = shared_object<Clause>(value)) return clause;
  if (auto column = shared_object<Column>(value)) return column->name.given ? column_operand(column) : parameter();
  if (const auto statement = shared_object<CoreStatement>(value)) return subquery_clause(*statement);
  if (const auto table = table_of(value)) {
    auto clause = make_clause(Clause::Kind::literal, quoted(table->name));
    clause->tables.push_back(table);
    return clause;
  }
  if (const auto* items = value.sequence()) {
    std::vector<ClausePointer> parts;
    for (const auto& item : items->items) parts.push_back(operand(site, item));
    if (!items->complete || parts.empty()) parts.push_back(parameter());
    return joined("(", parts, ", ", ")", Clause::Kind::list);
  }
  if (auto literal = literal_of(value); literal && literal->complete()) return make_clause(Clause::Kind::literal, *literal);
  return parameter();
}

auto make_expression(const Site& site, std::string_view dotted, const Arguments& arguments, const Versions& versions)
    -> ClausePointer {
  // func.cast and func.extract are the constructs of these names.
  if (const auto at = dotted.find(".func."); at != std::string_view::npos && !dotted.ends_with(".func.cast") && !dotted.ends_with(".func.extract"))
    return function_clause(site, dotted.substr(at + 6), arguments);
  const auto name = last_part(dotted);
  const auto first = [&]() -> ClausePointer {
    const auto* argument = arguments.positional(0);
    return argument != nullptr ? operand(site, argument->value) : parameter();
  };
  if (name == "text") return text_clause(site, arguments.get(0, "text"));
  if (name == "DDL") {
    auto clause = make_clause(Clause::Kind::ddl, text_clause(site, arguments.get(0, "statement"))->sql);
    return clause;
  }
  if (name == "literal_column") {
    auto clause = text_clause(site, arguments.get(0, "text"));
    clause->kind = Clause::Kind::column;
    clause->sql = clause->bare;
    clause->key = clause->bare.text();
    return clause;
  }
  if (name == "column") {
    auto clause = column_clause(text_clause(site, arguments.get(0, "text"))->sql);
    if (const auto* type = arguments.get(1, "type_"); present(type)) clause->type = type_of(site, type->value, type->span, versions);
    return clause;
  }
  if (name == "literal" || name == "bindparam" || name == "inline_literal") {
    const auto* value = name == "bindparam" ? arguments.get(1, "value") : arguments.get(0, "value");
    return value != nullptr ? operand(site, value->value) : parameter();
  }
  if (name == "null") return make_clause(Clause::Kind::literal, MappedText("NULL"));
  if (name == "true" || name == "false") {
    auto clause = make_clause(Clause::Kind::literal, MappedText(name));
    (name == "true" ? clause->boolean_true : clause->boolean_false) = true;
    return clause;
  }
  if (name == "and_") return chain(joined_conditions(site, arguments), "AND", Binding::both);
  if (name == "or_") return chain(joined_conditions(site, arguments), "OR", Binding::either);
  if (name == "not_") return clause_operation(site, "~", object_value(first(), site.span), {});
  if (name == "desc" || name == "asc" || name.starts_with("nulls") || name == "collate" || name == "between" ||
      name == "distinct") {
    Arguments rest = arguments;
    if (!rest.items.empty()) rest.items.erase(rest.items.begin());
    return clause_method(site, first(), name, rest, versions);
  }
  if (name == "cast" || name == "try_cast") return cast_clause(first(), type_clause(site, arguments.get(1, "type_"), versions));
  if (name == "type_coerce") return first();
  if (name == "case") return case_clause(site, arguments);
  if (name == "extract") {
    const auto* field = arguments.get(0, "field");
    Render words;
    words << "EXTRACT(" << (field != nullptr ? text_of(site, *field) : MappedText("epoch")) << " FROM ";
    const auto* source = arguments.get(1, "expr");
    return around(words.text().display(), source != nullptr ? *operand(site, source->value) : *parameter(), ")", Binding::atom,
                  Clause::Kind::function);
  }
  if (name == "exists") return around("EXISTS ", *first(), "", Binding::atom);
  if (name == "tuple_") return joined("(", operands(site, arguments), ", ", ")");
  if (name == "array") {
    const auto list = first();
    std::vector<ClausePointer> parts;
    if (const auto* argument = arguments.positional(0); argument != nullptr && argument->value.sequence() != nullptr)
      for (const auto& item : argument->value.sequence()->items) parts.push_back(operand(site, item));
    return joined("ARRAY[", parts, ", ", "]");
  }
  if (name == "any_") return around("ANY (", *first(), ")", Binding::atom, Clause::Kind::function);
  if (name == "all_") return around("ALL (", *first(), ")", Binding::atom, Clause::Kind::function);
  return nullptr;
}

auto clause_method(const Site& site, const ClausePointer& clause, std::string_view name, const Arguments& arguments,
                   const Versions& versions) -> ClausePointer {
  const auto other = [&]() -> ClausePointer {
    const auto* argument = arguments.positional(0);
    if (argument == nullptr && !arguments.items.empty()) argument = &arguments.items.front();
    return argument != nullptr ? operand(site, argument->value) : parameter();
  };
  const auto comparison = [&](std::string_view op) {
    auto right = other();
    return compare(*clause, op, *right);
  };
  if (name == "in_" || name == "not_in" || name == "notin_") {
    auto right = other();
    const bool listed = right->kind == Clause::Kind::list || right->kind == Clause::Kind::subquery;
    if (!listed) right = around("(", *right, ")", Binding::atom);
    auto result = compare(*clause, "IN", *right);
    return name == "in_" ? result : result->negation;
  }
  if (name == "is_") return comparison("IS");
  if (name == "is_not" || name == "isnot") return comparison("IS NOT");
  if (name == "like" || name == "ilike") return comparison(name == "like" ? "LIKE" : "ILIKE");
  if (name == "not_like" || name == "notlike") return comparison("NOT LIKE");
  if (name == "not_ilike" || name == "notilike") return comparison("NOT ILIKE");
  if (name == "is_distinct_from") return comparison("IS DISTINCT FROM");
  if (name == "is_not_distinct_from") return comparison("IS NOT DISTINCT FROM");
  if (name == "concat") return comparison("||");
  if (name == "contains" || name == "startswith" || name == "endswith") {
    const auto value = other();
    if (name == "contains" && clause->type != nullptr && clause->type->family != Type::Family::string)
      return combine(*clause, "@>", *value, Binding::comparison);
    const auto pattern = around(name == "startswith" ? "" : "'%' || ", *value, name == "endswith" ? "" : " || '%'", Binding::comparison);
    return around("", *combine(*clause, "LIKE", *pattern, Binding::loosest), "", Binding::comparison);
  }
  if (name == "between") {
    const auto parts = operands(site, arguments);
    if (parts.size() < 2) return nullptr;
    return compare(*clause, "BETWEEN", *joined("", {parts[0], parts[1]}, " AND ", ""));
  }
  if (name == "desc" || name == "asc")
    return around("", *clause, name == "desc" ? " DESC" : " ASC", Binding::atom, Clause::Kind::ordering);
  if (name == "nulls_first" || name == "nullsfirst") return around("", *clause, " NULLS FIRST", Binding::atom, Clause::Kind::ordering);
  if (name == "nulls_last" || name == "nullslast") return around("", *clause, " NULLS LAST", Binding::atom, Clause::Kind::ordering);
  if (name == "distinct") return around("DISTINCT ", *clause, "", Binding::atom);
  if (name == "collate") {
    const auto* words = arguments.get(0, "collation");
    Render render;
    render << " COLLATE " << (words != nullptr ? quoted(text_of(site, *words)) : MappedText("\"C\""));
    return around("", *clause, render.text().display(), Binding::negation);
  }
  if (name == "cast") return cast_clause(clause, type_clause(site, arguments.get(0, "type_"), versions));
  if (name == "op" || name == "bool_op") return nullptr;
  if (name == "label" || name == "self_group" || name == "execution_options" || name == "columns" ||
      name == "bindparams" || name == "with_variant" || name == "unique_params" || name == "params")
    return clause;
  if (name == "execute_if") return clause;
  if (name == "any") return nullptr;
  return nullptr;
}

auto clause_operation(const Site& site, std::string_view op, const Value& left, const Value& right) -> ClausePointer {
  auto first = operand(site, left);
  if (op == "~" || op == "not") {
    if (first->negation != nullptr) return first->negation;
    if (first->kind == Clause::Kind::subquery || first->binding > Binding::comparison)
      return around("NOT ", *first, "", Binding::comparison);
    return around("NOT (", *first, ")", Binding::comparison);
  }
  if (op == "-" && right.is_unknown() && !right.span().known()) return around("-", *first, "", Binding::product);
  auto second = operand(site, right);
  if (op == "&" || op == "and") return combine(*first, "AND", *second, Binding::both);
  if (op == "|" || op == "or") return combine(*first, "OR", *second, Binding::either);
  const bool null = right.is_none() || second->bare.text() == "NULL";
  if (op == "==") return compare(*first, null ? "IS" : "=", *second);
  if (op == "!=") return compare(*first, null ? "IS NOT" : "!=", *second);
  if (op == "<" || op == ">" || op == "<=" || op == ">=") return compare(*first, op, *second);
  if (op == "+") {
    const auto is_string = [](const ClausePointer& side) {
      return (side->type != nullptr && side->type->family == Type::Family::string) ||
             (side->kind == Clause::Kind::literal && side->bare.text().starts_with("'"));
    };
    const bool text = is_string(first) || is_string(second);
    return combine(*first, text ? "||" : "+", *second, text ? Binding::comparison : Binding::sum);
  }
  if (op == "-") return combine(*first, "-", *second, Binding::sum);
  if (op == "*" || op == "/" || op == "%") return combine(*first, op, *second, Binding::product);
  if (op == "in") return nullptr;
  return nullptr;
}

}  // namespace foreshot::sqlalchemy
