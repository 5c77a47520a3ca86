// Values that nobody knows but that are the same throughout a run: what options, settings and the environment say.
//
//     schema = os.environ["APP_SCHEMA"]             the constant APP_SCHEMA
//     prefix = config.get_main_option("prefix")     the constant prefix
//     name = make_name()                            a constant of its own: another call may make another name
#include <algorithm>
#include <array>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {
namespace {

constexpr std::size_t longest_name = 80;

auto last_part(std::string_view dotted) -> std::string_view {
  const auto dot = dotted.rfind('.');
  return dot == std::string_view::npos ? dotted : dotted.substr(dot + 1);
}

// A call that looks something up gives the same answer each time; any other may make something new.
auto looks_up(std::string_view callee) -> bool {
  static constexpr std::array<std::string_view, 9> beginnings{"get", "load", "read", "config", "env", "setting", "conf", "current", "lookup"};
  auto name = last_part(callee);
  while (name.starts_with('_')) name.remove_prefix(1);
  return std::any_of(beginnings.begin(), beginnings.end(), [&](std::string_view begin) { return name.starts_with(begin); });
}

// dict.get(key, default) and its like: the key alone says what is read.
auto has_default(std::string_view object, std::string_view name) -> bool {
  if (name == "getenv") return true;
  const auto of = last_part(object);
  return name == "get" && (of == "environ" || of == "opts" || of == "attributes" || of.ends_with("get_x_argument()"));
}

// A text or a number as it stands in a call; nullopt when it is no constant.
auto spelled(const Value& value) -> std::optional<std::string> {
  if (const auto* text = value.constant_text()) return *text;
  if (const auto* number = value.get<std::int64_t>()) return std::to_string(*number);
  if (value.is_none() || value.get<bool>() != nullptr || value.get<double>() != nullptr) return std::string();
  if (const auto name = value.constant_name(); !name.empty()) return std::string(name);
  return std::nullopt;
}

// What a name is made of may not end it: a placeholder is read back from the text of a name.
auto plain(std::string name) -> std::string {
  std::erase_if(name, [](char c) { return c == '{' || c == '}' || c == '\n' || c == '"' || c == MappedText::hole_byte; });
  return name;
}

}  // namespace

auto Interpreter::State::unknown_part(const Value& object, std::string_view part, Span span) const -> Value {
  if (object.constant_name().empty() || part.empty() || part.size() > longest_name) return Value::unknown(source(span), span);
  return Value::run_constant(plain(std::string(part)), source(span), span);
}

auto Interpreter::State::unknown_item(const Value& object, const Value& index, Span span) const -> Value {
  if (const auto* key = index.constant_text()) return unknown_part(object, *key, span);
  const auto name = object.constant_name();
  const auto* number = index.get<std::int64_t>();
  if (name.empty() || number == nullptr) return Value::unknown(source(span), span);
  return unknown_part(object, std::string(name) + '[' + std::to_string(*number) + ']', span);
}

auto Interpreter::State::unknown_result(const Site& at, const Value& object, std::string_view name, const Arguments& arguments) -> Value {
  const auto of = object.constant_name();
  if ((of.empty() && object.external_name().empty()) || arguments.unknown_positional || arguments.unknown_keywords) return unknown_result(at);
  std::string words;
  std::string first;
  std::size_t texts = 0;
  for (const auto& argument : arguments.items) {
    const auto word = spelled(argument.value);
    if (!word) return unknown_result(at);
    if (word->empty()) continue;
    if (texts++ == 0) first = *word;
    words += (words.empty() ? "" : ".") + *word;
  }
  std::string constant;
  if (looks_up(name))
    constant = has_default(object.external_name().empty() ? of : object.external_name(), name) ? first : words;
  else if (object.is_unknown())
    constant = std::string(of) + '.' + std::string(name) + '(' + words + ')';
  if (constant.empty()) {
    constant = std::string(name) + '(' + words + ')';
    if (!looks_up(name)) constant += " #" + std::to_string(at.span.begin);
  }
  if (constant.size() > longest_name) return unknown_result(at);
  auto result = unknown_result(at);
  return Value::run_constant(plain(std::move(constant)), *result.get<Unknown>()->reason, at.span);
}

}  // namespace foreshot::interpret
