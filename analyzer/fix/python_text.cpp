#include "analyzer/fix/python_text.h"

#include <algorithm>

namespace foreshot::fix {
namespace {

constexpr std::size_t line_length = 84;   // a call stands at least four columns to the right

auto several_lines(std::string_view text) -> bool { return text.find('\n') != std::string_view::npos; }

// Calls body(line, inside): `inside` when the line begins in a triple-quoted string.
template <typename Body>
auto each_line(std::string_view text, Body body) -> void {
  char quote = 0;      // the triple quote that is open
  while (true) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    body(line, quote != 0);
    for (std::size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      const bool triple = (c == '"' || c == '\'') && line.substr(i, 3) == std::string(3, c);
      if (quote != 0) {
        if (c == '\\') {
          ++i;
        } else if (triple && c == quote) {
          quote = 0;
          i += 2;
        }
      } else if (triple) {
        quote = c;
        i += 2;
      } else if (c == '#') {
        break;
      } else if (c == '"' || c == '\'') {
        for (++i; i < line.size() && line[i] != c; ++i)
          if (line[i] == '\\') ++i;
      }
    }
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

auto literal(std::string_view text) -> std::string {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out + '"';
}

auto literals(const std::vector<std::string>& texts) -> std::string {
  std::string out = "[";
  for (const auto& text : texts) out += (out.size() > 1 ? ", " : "") + literal(text);
  return out + "]";
}

auto call_text(std::string_view callee, const std::vector<std::string>& arguments) -> std::string {
  const auto joined = [&](std::string_view between) {
    std::string out;
    for (const auto& argument : arguments) out += (out.empty() ? "" : std::string(between)) + argument;
    return out;
  };
  const bool long_argument = std::any_of(arguments.begin(), arguments.end(), [](const auto& argument) { return several_lines(argument); });
  const auto flat = joined(", ");
  if (!long_argument && callee.size() + flat.size() + 2 <= line_length) return std::string(callee) + "(" + flat + ")";
  if (!long_argument && flat.size() + 4 <= line_length) return std::string(callee) + "(\n    " + flat + "\n)";
  auto out = std::string(callee) + "(\n";
  for (const auto& argument : arguments) out += indented(argument, "    ") + ",\n";
  return out + ")";
}

auto execute_text(std::string_view sql) -> std::string {
  const auto callee = std::string(op_mark) + ".execute";
  if (sql.size() + 14 <= line_length) return callee + "(" + literal(sql) + ")";
  std::string out = callee + "(\n";
  while (!sql.empty()) {
    auto size = sql.size();
    if (size > line_length - 8) {
      size = sql.rfind(' ', line_length - 8);
      size = size == std::string_view::npos || size == 0 ? std::min(sql.size(), sql.find(' ')) : size;
      size = std::min(sql.size(), size + 1);
    }
    out += "    " + literal(sql.substr(0, size)) + "\n";
    sql.remove_prefix(size);
  }
  return out + ")";
}

auto indented(std::string_view text, std::string_view indent) -> std::string {
  std::string out;
  bool first = true;
  each_line(text, [&](std::string_view line, bool inside) {
    if (!first) out += '\n';
    first = false;
    if (!inside && !line.empty()) out += indent;
    out += line;
  });
  return out;
}

auto unindented(std::string_view text, std::string_view indent) -> std::string {
  std::string out;
  bool first = true;
  each_line(text, [&](std::string_view line, bool inside) {
    if (!first) out += '\n';
    if (!first && !inside && line.starts_with(indent)) line.remove_prefix(indent.size());
    first = false;
    out += line;
  });
  return out;
}

auto named(std::string text, std::string_view op, std::string_view sa) -> std::string {
  std::string out;
  for (const char c : text) {
    if (c == *op_mark)
      out += op;
    else if (c == *sa_mark)
      out += sa;
    else
      out += c;
  }
  return out;
}

}  // namespace foreshot::fix
