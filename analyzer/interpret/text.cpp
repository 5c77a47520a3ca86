// Strings as written: literals, f-strings, and how values look inside a text.
#include <algorithm>

#include <fmt/format.h>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {
namespace {

auto is_choice(const Value& value) -> bool { return value.get<std::shared_ptr<const Choice>>() != nullptr; }

auto float_text(double number) -> std::string {
  auto text = fmt::format("{}", number);
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
}

// An optional part such as `schema + "." if schema else ""`: one text of several of which all but one have holes.
auto is_optional_part(const Choice& choice) -> bool {
  auto empty = false;
  auto holes = false;
  for (const auto& option : choice.options) {
    const auto* text = option.mapped_text();
    if (text == nullptr) return false;
    empty = empty || text->empty();
    holes = holes || !text->complete();
    if (text->complete() && !text->empty()) return false;
  }
  return empty && holes;
}

auto padded(MappedText text, std::string_view spec) -> MappedText {
  // [[fill]align][width]; the rest of the little language is for numbers.
  char fill = ' ';
  char align = '<';
  if (spec.size() >= 2 && (spec[1] == '<' || spec[1] == '>' || spec[1] == '^')) {
    fill = spec[0];
    align = spec[1];
    spec.remove_prefix(2);
  } else if (!spec.empty() && (spec[0] == '<' || spec[0] == '>' || spec[0] == '^')) {
    align = spec[0];
    spec.remove_prefix(1);
  }
  std::size_t width = 0;
  for (const auto c : spec)
    if (c >= '0' && c <= '9' && width < 1000) width = width * 10 + static_cast<std::size_t>(c - '0');
  if (text.size() >= width) return text;
  const auto missing = width - text.size();
  const auto before = align == '>' ? missing : align == '^' ? missing / 2 : 0;
  MappedText out;
  out.append(std::string(before, fill), {});
  out.append(text);
  out.append(std::string(missing - before, fill), {});
  return out;
}

auto quoted(const MappedText& text) -> MappedText {
  const auto& bytes = text.text();
  const auto quote = bytes.find('\'') != std::string::npos && bytes.find('"') == std::string::npos ? '"' : '\'';
  MappedText out;
  out.append(std::string(1, quote), {});
  std::size_t from = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto c = bytes[i];
    if (c != quote && c != '\\' && c != '\n' && c != '\t' && c != '\r') continue;
    out.append(text.slice(from, i));
    const std::string escaped = {'\\', c == '\n' ? 'n' : c == '\t' ? 't' : c == '\r' ? 'r' : c};
    out.append(escaped, text.origin(i, i + 1));
    from = i + 1;
  }
  out.append(text.slice(from, bytes.size()));
  out.append(std::string(1, quote), {});
  return out;
}

}  // namespace

auto Interpreter::State::append_hole(MappedText& out, const Value& value, Span span) -> void {
  out.append_hole(source(span), span, {}, std::string(value.constant_name()));
}

auto Interpreter::State::append_hole(MappedText& out, const Value& value) -> void {
  if (const auto* choice = value.get<std::shared_ptr<const Choice>>()) {
    std::vector<std::string> alternatives;
    std::string what;
    std::string constant;
    auto varies = false;  // by more than one constant of the run
    for (const auto& option : (*choice)->options) {
      if (const auto* text = option.mapped_text()) {
        alternatives.push_back(text->display());
        if (!text->empty() && what.empty()) what = text->complete() ? text->text() : text->holes().front().what;
        for (const auto& hole : text->holes()) {
          varies = varies || hole.constant.empty() || (!constant.empty() && constant != hole.constant);
          constant = hole.constant;
        }
        varies = varies || (text->complete() && !text->empty());
      }
    }
    if (alternatives.size() != (*choice)->options.size()) alternatives.clear(), varies = true;
    if (what.empty()) what = source(value.span());
    out.append_hole(std::move(what), value.span(), std::move(alternatives), varies ? std::string() : constant);
    return;
  }
  auto what = source(value.span());
  if (what.empty() && value.is_unknown() && value.get<Unknown>()->reason != nullptr) what = *value.get<Unknown>()->reason;
  out.append_hole(std::move(what), value.span(), {}, std::string(value.constant_name()));
}

auto Interpreter::State::append_value(MappedText& out, const Value& value, char conversion, std::string_view spec) -> void {
  if (out.size() > limits.text_bytes || nesting > 900) {
    append_hole(out, value);
    return;
  }
  const auto put = [&](MappedText text) { spec.empty() ? out.append(text) : out.append(padded(std::move(text), spec)); };
  const auto put_plain = [&](std::string_view text) {
    MappedText mapped;
    mapped.append(text, value.span());
    put(std::move(mapped));
  };
  if (const auto* text = value.mapped_text()) {
    charge(text->size() / 64);
    if (conversion == 'r' || conversion == 'a')
      put(quoted(*text));
    else if (spec.empty() || !text->complete())
      out.append(*text);
    else
      put(*text);
    return;
  }
  if (const auto* number = value.get<std::int64_t>()) {
    auto text = std::to_string(*number);
    if (spec.find(',') != std::string_view::npos)
      for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > (*number < 0 ? 1 : 0); at -= 3) text.insert(static_cast<std::size_t>(at), ",");
    if (!spec.empty() && (spec.back() == 'x' || spec.back() == 'X') && *number >= 0)
      text = spec.back() == 'x' ? fmt::format("{:x}", *number) : fmt::format("{:X}", *number);
    auto width = spec;
    while (!width.empty() && (width.back() < '0' || width.back() > '9') && width.back() != '<' && width.back() != '>') width.remove_suffix(1);
    if (!width.empty() && width[0] == '0') {
      const std::string zeros = "0>" + std::string(width.substr(1));
      MappedText mapped;
      mapped.append(text, value.span());
      out.append(padded(std::move(mapped), zeros));
      return;
    }
    if (!width.empty() && width[0] >= '0' && width[0] <= '9') {
      const auto right = ">" + std::string(width);
      MappedText mapped;
      mapped.append(text, value.span());
      out.append(padded(std::move(mapped), right));
      return;
    }
    spec = width;
    put_plain(text);
    return;
  }
  if (const auto* flag = value.get<bool>()) return put_plain(*flag ? "True" : "False");
  if (value.is_none()) return put_plain("None");
  if (const auto* number = value.get<double>(); number != nullptr && spec.empty()) return put_plain(float_text(*number));
  if (const auto* list = value.sequence(); list != nullptr && list->complete && list->kind != Sequence::Kind::generator &&
                                           (list->kind != Sequence::Kind::set || !list->items.empty()) && charge(list->items.size())) {
    const auto kind = list->kind;
    out.append(kind == Sequence::Kind::list ? "[" : kind == Sequence::Kind::tuple ? "(" : "{", {});
    ++nesting;
    for (std::size_t i = 0; i < list->items.size() && !spent; ++i) {
      if (i != 0) out.append(", ", {});
      append_value(out, list->items[i], 'r', {});
    }
    --nesting;
    if (kind == Sequence::Kind::tuple && list->items.size() == 1) out.append(",", {});
    out.append(kind == Sequence::Kind::list ? "]" : kind == Sequence::Kind::tuple ? ")" : "}", {});
    return;
  }
  if (const auto* path = value.object<Path>(); path != nullptr && conversion != 'r') return append_value(out, path->text, conversion, spec);
  if (const auto* held = value.get<std::shared_ptr<Instance>>(); held != nullptr && conversion != 'r') {
    const auto* name = (*held)->find("_name_");
    if (class_attribute((*held)->of, "__str__") != nullptr) {
      const auto text = call_method(site(value.span(), value.span()), value, "__str__", {});
      if (text.mapped_text() != nullptr) return append_value(out, text, conversion, spec);
    } else if (name != nullptr) {
      const auto* inner = (*held)->find("_value_");
      if (has_base((*held)->of, "StrEnum") || has_base((*held)->of, "IntEnum")) return append_value(out, *inner, conversion, spec);
      // class Color(str, Enum) looks like its value or like Color.RED, by version.
      if (!has_base((*held)->of, "builtins.str")) {
        put_plain((*held)->of->qualified_name + '.' + (name->constant_text() != nullptr ? *name->constant_text() : std::string()));
        return;
      }
    }
  }
  append_hole(out, value);
}

auto Interpreter::State::optional_as_hole(Value value) -> Value {
  const auto* choice = value.get<std::shared_ptr<const Choice>>();
  if (choice == nullptr || !is_optional_part(**choice)) return value;
  MappedText hole;
  append_hole(hole, value);
  return Value::text(std::move(hole), value.span());
}

auto Interpreter::State::to_text(const Value& value, char conversion, Span span) -> Value {
  if (is_choice(value)) {
    const Value* operands[] = {&value};
    return each_option(span, operands, [&](std::span<const Value* const> picked) { return to_text(*picked[0], conversion, span); });
  }
  if (value.mapped_text() != nullptr && conversion != 'r') return value;
  MappedText text;
  append_value(text, value, conversion, {});
  return made_text(std::move(text), span);
}

auto Interpreter::State::build_string(std::span<const python::StringPart> parts, std::span<const Value* const> values, Span span)
    -> Value {
  MappedText text;
  std::size_t next = 0;
  for (const auto& part : parts) {
    const Span origin{span.file, part.begin, part.end};
    if (part.value == nullptr) {
      text.append(part.text, origin, part.verbatim);
      continue;
    }
    const auto& value = *values[next++];
    if (part.debug) {
      auto written = source(span_of(part.value)) + '=';
      text.append(written, origin);
    }
    std::string spec;
    auto spec_known = true;
    for (const auto& piece : part.format) {
      if (piece.value == nullptr) {
        spec += piece.text;
        continue;
      }
      const auto width = evaluate(piece.value);
      if (const auto* number = width.get<std::int64_t>())
        spec += std::to_string(*number);
      else if (const auto* word = width.constant_text())
        spec += *word;
      else
        spec_known = false;
    }
    const auto conversion = part.conversion == 0 && part.debug && part.format.empty() ? 'r' : part.conversion;
    if (value.is_unknown() || !spec_known) {
      append_hole(text, spec_known && spec.empty() ? value : Value(), span_of(part.value));
    } else {
      append_value(text, value, conversion, spec);
    }
  }
  return made_text(std::move(text), span);
}

auto Interpreter::State::evaluate_string(const python::String& node) -> Value {
  const auto span = span_of(&node);
  if (!node.interpolated) {
    auto text = std::make_shared<MappedText>();
    for (const auto& part : node.parts) text->append(part.text, {span.file, part.begin, part.end}, part.verbatim);
    return {Text(std::move(text)), span};
  }
  std::vector<Value> values;
  auto choices = false;
  for (const auto& part : node.parts) {
    if (part.value == nullptr) continue;
    values.push_back(optional_as_hole(evaluate(part.value)));
    choices = choices || is_choice(values.back());
  }
  if (node.template_) return Value::unknown("template string", span);
  std::vector<const Value*> pointers;
  for (const auto& value : values) pointers.push_back(&value);
  if (!choices) return build_string(node.parts, pointers, span);
  auto built = each_option(span, pointers, [&](std::span<const Value* const> picked) { return build_string(node.parts, picked, span); });
  if (!built.is_unknown()) return built;
  // Too many combinations: what varies becomes holes that know what they may be.
  for (auto& value : values) {
    if (!is_choice(value)) continue;
    MappedText hole;
    append_hole(hole, value);
    value = Value::text(std::move(hole), value.span());
  }
  return build_string(node.parts, pointers, span);
}

}  // namespace foreshot::interpret
