#include "analyzer/facts/expression.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace foreshot {
namespace {

auto joined(const std::vector<Expression>& parts, std::string_view separator) -> std::string {
  std::string text;
  for (const auto& part : parts) {
    if (!text.empty()) text += separator;
    text += part.display();
  }
  return text;
}

auto quoted(std::string_view text) -> std::string {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') result += c;
    result += c;
  }
  return result + "'";
}

// An operand in parentheses where it is an operation itself, so that equal texts have equal structure.
auto operand(const Expression& expression) -> std::string {
  return expression.kind == Expression::Kind::operation ? "(" + expression.display() + ")" : expression.display();
}

auto operands(const Expression& expression, std::string_view separator) -> std::string {
  std::string text;
  for (const auto& argument : expression.arguments) {
    if (!text.empty()) text += separator;
    text += operand(argument);
  }
  return text;
}

auto ends_with(std::string_view text, std::string_view end) -> bool {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

auto display_operation(const Expression& expression) -> std::string {
  const auto& text = expression.text;
  const auto& arguments = expression.arguments;
  if (arguments.empty()) return text;
  if (text == "AND" || text == "OR") return operands(expression, " " + text + " ");
  if (arguments.size() == 1) {
    const bool after = text.rfind("IS ", 0) == 0 || text == "AT LOCAL";
    if (after) return operand(arguments[0]) + " " + text;
    const bool symbol = text.find_first_not_of("~!@#^&|`?+-*/%<>=") == std::string::npos;
    return text + (symbol ? "" : " ") + operand(arguments[0]);
  }
  if (ends_with(text, "BETWEEN") || ends_with(text, "BETWEEN SYMMETRIC")) {
    if (arguments.size() == 3)
      return operand(arguments[0]) + " " + text + " " + operand(arguments[1]) + " AND " + operand(arguments[2]);
  }
  if (text == "IN" || text == "NOT IN") {
    const bool query = arguments.size() == 2 && arguments[1].kind == Expression::Kind::subquery;
    const auto list = joined({arguments.begin() + 1, arguments.end()}, ", ");
    return operand(arguments[0]) + " " + text + " " + (query ? list : "(" + list + ")");
  }
  if (ends_with(text, " ANY") || ends_with(text, " ALL"))
    return operand(arguments[0]) + " " + text + " (" + arguments[1].display() + ")";
  return operands(expression, " " + text + " ");
}

auto display_conditional(const Expression& expression) -> std::string {
  const auto& arguments = expression.arguments;
  if (expression.text != "CASE" || arguments.size() < 2) return expression.text + "(" + joined(arguments, ", ") + ")";
  // The tested value, pairs, the default; the first and the last may be absent.
  std::string text = "CASE";
  if (arguments.front().exists()) text += " " + arguments.front().display();
  for (std::size_t at = 1; at + 2 < arguments.size(); at += 2)
    text += " WHEN " + arguments[at].display() + " THEN " + arguments[at + 1].display();
  if (arguments.back().exists()) text += " ELSE " + arguments.back().display();
  return text + " END";
}

auto display_function(const Expression& expression) -> std::string {
  static constexpr std::array<std::string_view, 13> bare{
      "current_catalog",   "current_date", "current_role", "current_schema", "current_time",
      "current_timestamp", "current_user", "localtime",    "localtimestamp", "session_user",
      "system_user",       "user",         "merge_action"};
  const auto name = expression.name.display();
  if (expression.star) return name + "(*)";
  if (expression.arguments.empty() && expression.text.empty() && expression.name.schema.empty() &&
      std::find(bare.begin(), bare.end(), name) != bare.end())
    return name;
  return name + "(" + (expression.text.empty() ? "" : expression.text + " ") + joined(expression.arguments, ", ") + ")";
}

auto collect_columns(const Expression& expression, std::vector<std::string>& names) -> void {
  if (expression.kind == Expression::Kind::column && !expression.star && expression.name.name.known)
    names.push_back(expression.name.name.text);
  for (const auto& argument : expression.arguments) collect_columns(argument, names);
}

auto collect_functions(const Expression& expression, std::vector<ObjectName>& names) -> void {
  if (expression.kind == Expression::Kind::function) names.push_back(expression.name);
  for (const auto& argument : expression.arguments) collect_functions(argument, names);
}

}  // namespace

auto TypeName::is_serial() const -> bool {
  return schema.empty() && array_dimensions == 0 &&
         (name.text == "serial" || name.text == "bigserial" || name.text == "smallserial");
}

auto TypeName::display() const -> std::string {
  std::string shown = schema.empty() ? name.text : schema.text + "." + name.text;
  if (schema.empty() && shown == "bpchar" && !modifiers.empty()) shown = "char";
  if (!interval_fields.empty()) shown += " " + interval_fields;
  if (!modifiers_known) {
    shown += "(?)";
  } else if (!modifiers.empty()) {
    shown += '(';
    for (std::size_t at = 0; at < modifiers.size(); ++at) shown += (at > 0 ? "," : "") + std::to_string(modifiers[at]);
    shown += ')';
  }
  for (std::uint8_t dimension = 0; dimension < array_dimensions; ++dimension) shown += "[]";
  return shown;
}

auto Expression::is_constant() const -> bool {
  switch (kind) {
    case Kind::constant:
      return true;
    case Kind::cast:
      if (!type.known()) return false;
      break;
    case Kind::array:
    case Kind::operation:
      break;
    default:
      return false;
  }
  return std::all_of(arguments.begin(), arguments.end(), [](const Expression& part) { return part.is_constant(); });
}

auto Expression::has_hole() const -> bool {
  if (kind == Kind::hole) return true;
  if (kind == Kind::column && !name.name.known) return true;
  if (kind == Kind::function && !name.name.known) return true;
  if (kind == Kind::cast && (!type.name.known || !type.modifiers_known)) return true;
  return std::any_of(arguments.begin(), arguments.end(), [](const Expression& part) { return part.has_hole(); });
}

auto Expression::columns() const -> std::vector<std::string> {
  std::vector<std::string> names;
  collect_columns(*this, names);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

auto Expression::functions() const -> std::vector<ObjectName> {
  std::vector<ObjectName> names;
  collect_functions(*this, names);
  return names;
}

auto Expression::display() const -> std::string {
  switch (kind) {
    case Kind::none:
      return "";
    case Kind::constant:
      return constant == Constant::string ? quoted(text) : text;
    case Kind::column:
      return star ? (name.schema.empty() ? "*" : name.schema.text + ".*") : name.display();
    case Kind::function:
      return display_function(*this);
    case Kind::operation:
      return display_operation(*this);
    case Kind::cast:
      return (arguments.empty() ? "" : operand(arguments[0])) + "::" + type.display();
    case Kind::array:
      return (text == "ROW" ? "ROW(" : "ARRAY[") + joined(arguments, ", ") + (text == "ROW" ? ")" : "]");
    case Kind::conditional:
      return display_conditional(*this);
    case Kind::subquery:
      return text;
    case Kind::parameter:
    case Kind::hole:
      return text;
    case Kind::other:
      return arguments.empty() ? text : text + "(" + joined(arguments, ", ") + ")";
  }
  return text;
}

}  // namespace foreshot
