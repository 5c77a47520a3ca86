#include "analyzer/sqlalchemy/argument.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace foreshot::sqlalchemy {

using interpret::Argument;
using interpret::Arguments;
using interpret::Site;
using interpret::Value;

auto source_words(const Site& site, Span span) -> std::string {
  constexpr std::size_t longest = 40;
  std::string words;
  for (const char byte : site.interpreter.sources().text(span)) {
    const bool space = byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
    if (space && (words.empty() || words.back() == ' ')) continue;
    words += space ? ' ' : byte;
    if (words.size() > longest) return "…";
  }
  return words.empty() ? "?" : words;
}

auto last_part(std::string_view dotted) -> std::string_view {
  const auto dot = dotted.rfind('.');
  return dot == std::string_view::npos ? dotted : dotted.substr(dot + 1);
}

auto last_part(std::string&& dotted) -> std::string { return std::string(last_part(std::string_view(dotted))); }

auto is_text(const Value& value) -> bool { return value.constant_text() != nullptr; }

auto text_of(const Site& site, const Value& value, Span span) -> MappedText {
  if (const auto* mapped = value.mapped_text()) return *mapped;
  MappedText result;
  if (const auto* number = value.get<std::int64_t>()) {
    result.append(std::to_string(*number), Span{});
    return result;
  }
  if (const auto* conventional = value.object<ConventionalName>()) return conventional->text;
  if (const auto* column = value.object<Column>(); column != nullptr && column->name.given) return column->name.text;
  if (const auto* table = value.object<Table>(); table != nullptr && table->name_known) return table->name;
  if (const auto* clause = value.object<Clause>()) return clause->bare;
  std::vector<std::string> alternatives;
  std::string constant(value.constant_name());
  if (const auto* choice = value.get<std::shared_ptr<const interpret::Choice>>()) {
    for (const auto& option : (*choice)->options) {
      const auto* text = option.constant_text();
      if (text == nullptr) {
        alternatives.clear();
        break;
      }
      alternatives.push_back(*text);
    }
  }
  result.append_hole(source_words(site, span.known() ? span : value.span()), span.known() ? span : value.span(),
                     std::move(alternatives), std::move(constant));
  return result;
}

auto text_of(const Site& site, const Argument& argument) -> MappedText {
  return text_of(site, argument.value, argument.span);
}

auto flag_of(const Value& value) -> std::optional<bool> {
  switch (value.truth()) {
    case Value::Truth::yes: return true;
    case Value::Truth::no: return false;
    default: return std::nullopt;
  }
}

auto flag(const Arguments& arguments, std::string_view name) -> std::optional<bool> {
  const auto* argument = arguments.keyword(name);
  return present(argument) ? flag_of(argument->value) : std::nullopt;
}

auto read_flag(const Arguments& arguments, std::string_view name) -> Flag {
  const auto* argument = arguments.keyword(name);
  if (!present(argument)) return {};
  return {flag_of(argument->value), true, argument->span};
}

auto present(const Argument* argument) -> bool { return argument != nullptr && !argument->value.is_none(); }

auto name_of(const Site& site, const Argument* argument) -> ElementName {
  ElementName name;
  if (argument == nullptr) return name;
  name.span = argument->span;
  if (argument->value.is_none()) {
    name.no_name = true;
    return name;
  }
  name.given = true;
  name.text = text_of(site, *argument);
  name.conventional = argument->value.object<ConventionalName>() != nullptr;
  name.unknown = !name.text.identifies();
  return name;
}

auto names_of(const Site& site, const Value& value, Span span, bool& known) -> std::vector<MappedText> {
  std::vector<MappedText> names;
  if (const auto* sequence = value.sequence()) {
    known = known && sequence->complete;
    for (const auto& item : sequence->items) {
      names.push_back(text_of(site, item, item.span()));
      known = known && names.back().identifies();
    }
    return names;
  }
  names.push_back(text_of(site, value, span));
  known = known && names.back().identifies();
  return names;
}

auto optional_text(const Site& site, const Arguments& arguments, std::string_view name) -> std::optional<MappedText> {
  const auto* argument = arguments.keyword(name);
  if (!present(argument)) return std::nullopt;
  return text_of(site, *argument);
}

auto literal_of(const Value& value) -> std::optional<MappedText> {
  if (value.is_none()) return MappedText("NULL");
  if (const auto* truth = value.get<bool>()) return MappedText(*truth ? "true" : "false");
  if (const auto* number = value.get<std::int64_t>()) return MappedText(std::to_string(*number));
  if (const auto* number = value.get<double>()) {
    if (!std::isfinite(*number)) return std::nullopt;
    char shortest[40];
    for (int digits = 1; digits <= 17; ++digits) {
      std::snprintf(shortest, sizeof shortest, "%.*g", digits, *number);
      if (std::strtod(shortest, nullptr) == *number) break;
    }
    std::string text = shortest;
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return MappedText(text);
  }
  if (const auto* text = value.mapped_text()) return string_literal(*text);
  return std::nullopt;
}

}  // namespace foreshot::sqlalchemy
