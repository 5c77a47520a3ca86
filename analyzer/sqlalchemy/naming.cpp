#include "analyzer/sqlalchemy/naming.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "analyzer/base/md5.h"

namespace foreshot::sqlalchemy {
namespace {

auto label(const NamedElement& element, const MappedText& column) -> MappedText {
  Render render;
  if (!element.schema.empty()) {
    std::string schema = element.schema.text();
    for (auto& byte : schema)
      if (byte == '.') byte = '_';
    if (element.schema.complete()) render << schema << "_";
    else render << element.schema << "_";
  }
  render << element.table << "_" << column;
  return render.take();
}

// column_0_name, column_1_label, column_0N_name, column_0_N_name, referred_column_0_name.
auto column_token(const NamedElement& element, std::string_view token) -> std::optional<MappedText> {
  const bool referred = token.starts_with("referred_");
  if (referred) token.remove_prefix(9);
  if (!token.starts_with("column_")) return std::nullopt;
  token.remove_prefix(7);
  std::size_t index = 0;
  std::size_t digits = 0;
  while (digits < token.size() && digits < 4 && std::isdigit(static_cast<unsigned char>(token[digits])) != 0)
    index = index * 10 + static_cast<std::size_t>(token[digits++] - '0');
  if (digits == 0) return std::nullopt;
  token.remove_prefix(digits);
  bool all = false;
  bool spaced = false;
  if (token.starts_with("_N")) {
    all = spaced = true;
    token.remove_prefix(2);
  } else if (token.starts_with("N")) {
    all = true;
    token.remove_prefix(1);
  }
  if (token != "_name" && token != "_key" && token != "_label") return std::nullopt;
  const auto& columns = referred ? element.referred_columns : element.columns;
  const auto spelled = [&](const MappedText& column) { return token == "_label" ? label(element, column) : column; };
  Render render;
  if (!all) {
    if (index < columns.size()) render << spelled(columns[index]);
    return render.take();
  }
  bool first = true;
  for (const auto& column : columns) {
    if (!first && spaced) render << "_";
    first = false;
    render << spelled(column);
  }
  return render.take();
}

}  // namespace

auto Naming::find(std::string_view kind) const -> const std::string* {
  for (const auto& [key, value] : templates)
    if (key == kind) return &value;
  return nullptr;
}

auto shortened(MappedText name) -> MappedText {
  constexpr std::size_t longest = 63;
  constexpr std::size_t kept = 55;
  const auto& text = name.text();
  if (!name.complete() || text.size() <= longest) return name;
  const auto begins = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; };
  if (static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins)) <= longest) return name;
  std::size_t end = 0;
  for (std::size_t characters = 0; end < text.size(); ++end)
    if (begins(text[end]) && characters++ == kept) break;
  auto result = name.slice(0, end);
  result.append("_" + md5_hex(text).substr(28), Span{});
  return result;
}

auto conventional_name(const Naming& naming, const NamedElement& element) -> ElementName {
  if (element.name.conventional) return element.name;
  static const std::string default_index = "ix_%(column_0_label)s";
  const auto* words = naming.find(element.kind);
  if (words == nullptr && element.kind == "ix") words = &default_index;
  if (words == nullptr) return element.name;
  const bool uses_name = words->find("%(constraint_name)s") != std::string::npos;
  if (element.name.given && !uses_name) return element.name;
  if (!element.name.given && uses_name) return element.name;
  Render render;
  const std::string_view text = *words;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const auto percent = text.find('%', begin);
    if (percent == std::string_view::npos) {
      render << text.substr(begin);
      break;
    }
    render << text.substr(begin, percent - begin);
    if (text.substr(percent).starts_with("%%")) {
      render << "%";
      begin = percent + 2;
      continue;
    }
    const auto close = text.find(")s", percent);
    if (!text.substr(percent).starts_with("%(") || close == std::string_view::npos) {
      render << text.substr(percent);
      break;
    }
    const auto token = text.substr(percent + 2, close - percent - 2);
    begin = close + 2;
    if (token == "table_name") render << element.table;
    else if (token == "constraint_name") render << element.name.text;
    else if (token == "referred_table_name") render << element.referred_table;
    else if (const auto column = column_token(element, token)) render << *column;
    else render.hole(std::string(token), element.name.span);  // a callable of the project
  }
  ElementName name;
  name.given = true;
  name.conventional = true;
  name.span = element.name.span;
  name.text = shortened(render.take());
  name.unknown = !name.text.identifies();
  return name;
}

}  // namespace foreshot::sqlalchemy
