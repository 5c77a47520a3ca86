// Methods of str. Whatever part of a text stays keeps the place it came from.
#include <algorithm>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {
namespace {

constexpr std::string_view blanks = " \t\n\r\f\v";

auto stripped(const MappedText& text, std::string_view letters, bool left, bool right) -> MappedText {
  const auto& bytes = text.text();
  std::size_t begin = 0;
  auto end = bytes.size();
  if (left) begin = std::min(bytes.find_first_not_of(letters), end);
  if (right)
    while (end > begin && letters.find(bytes[end - 1]) != std::string_view::npos) --end;
  return text.slice(begin, end);
}

// Bytes changed one by one, places kept.
template <typename Change>
auto changed(const MappedText& text, Change change) -> MappedText {
  MappedText out;
  for (const auto& piece : text.pieces()) {
    const auto part = text.slice(piece.begin, piece.end);
    if (piece.hole >= 0) {
      out.append(part);
      continue;
    }
    auto bytes = part.text();
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = change(bytes[i], piece.begin + i);
    out.append(bytes, piece.origin, piece.verbatim);
  }
  return out;
}

auto lower(char c) -> char { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
auto upper(char c) -> char { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
auto letter(char c) -> bool { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; }

auto replaced(const MappedText& text, const std::string& what, const MappedText& with, std::int64_t times, std::size_t most)
    -> MappedText {
  MappedText out;
  const auto& bytes = text.text();
  std::size_t from = 0;
  while (times != 0 && !what.empty() && out.size() <= most) {
    const auto at = bytes.find(what, from);
    if (at == std::string::npos) break;
    out.append(text.slice(from, at));
    out.append(with);
    from = at + what.size();
    --times;
  }
  out.append(text.slice(from, bytes.size()));
  return out;
}

// The tests of what a text begins or ends with; a tuple asks for any.
auto fits(const MappedText& text, const Value& wanted, bool at_end) -> Value::Truth {
  if (const auto* list = wanted.sequence()) {
    auto result = list->complete ? Value::Truth::no : Value::Truth::unknown;
    for (const auto& item : list->items) {
      const auto one = item.sequence() != nullptr ? Value::Truth::unknown : fits(text, item, at_end);
      if (one == Value::Truth::yes) return one;
      if (one == Value::Truth::unknown) result = one;
    }
    return result;
  }
  const auto* word = wanted.constant_text();
  if (word == nullptr) return Value::Truth::unknown;
  const auto& bytes = text.text();
  const auto length = std::min(word->size(), bytes.size());
  const std::string_view part = at_end ? std::string_view(bytes).substr(bytes.size() - length) : std::string_view(bytes).substr(0, length);
  if (part == *word) return Value::Truth::yes;
  return text.complete() ? Value::Truth::no : Value::Truth::unknown;
}

}  // namespace

auto Interpreter::State::join_text(const MappedText& separator, const Value& parts, Span span) -> Value {
  const auto* list = parts.sequence();
  auto items = known_items(parts, span);
  if (!items) {
    if (list == nullptr && !parts.is_unknown() && parts.mapping() == nullptr) return Value::unknown(source(span), span);
    // A hole stands for all of it: how many there are is not known.
    MappedText out;
    out.append_hole(source(span), span);
    return made_text(std::move(out), span);
  }
  if (std::any_of(items->begin(), items->end(), [](const Value& item) { return item.get<std::shared_ptr<const Choice>>() != nullptr; })) {
    std::vector<const Value*> operands;
    for (const auto& item : *items) operands.push_back(&item);
    return each_option(span, operands, [&](std::span<const Value* const> picked) {
      std::vector<Value> chosen;
      for (const auto* item : picked) chosen.push_back(*item);
      return join_text(separator, sequence(std::move(chosen), span), span);
    });
  }
  MappedText out;
  for (std::size_t i = 0; i < items->size(); ++i) {
    if (!charge() || out.size() > limits.text_bytes) return made_text(std::move(out), span);
    if (i != 0) out.append(separator);
    append_value(out, (*items)[i], 0, {});
  }
  return made_text(std::move(out), span);
}

auto Interpreter::State::text_method(const Site& at, const Value& object, std::string_view name, const Arguments& arguments)
    -> std::optional<Value> {
  const auto& text = *object.mapped_text();
  const auto span = at.span;
  if (!charge(1 + text.size() / 64)) return std::nullopt;
  const auto* first = arguments.positional(0);
  const auto* second = arguments.positional(1);
  const auto* word = first != nullptr ? first->value.constant_text() : nullptr;
  const auto made = [&](MappedText result) { return made_text(std::move(result), span); };
  const auto truth = [&](Value::Truth answer) -> Value {
    if (answer == Value::Truth::unknown) return Value::unknown(source(span), span);
    return {answer == Value::Truth::yes, span};
  };
  if (name == "format") {
    if (arguments.unknown_positional && arguments.items.empty() && text.text().find('{') == std::string::npos) return object;
    return format(text, arguments, span);
  }
  if (name == "format_map" && first != nullptr && first->value.mapping() != nullptr) {
    Arguments named;
    for (const auto& [key, value] : first->value.mapping()->entries)
      if (const auto* key_text = key.constant_text()) named.items.push_back({intern(*key_text), value, value.span()});
    return format(text, named, span);
  }
  if (name == "join" && first != nullptr) return join_text(text, first->value, span);
  if (name == "strip" || name == "lstrip" || name == "rstrip") {
    if (first != nullptr && word == nullptr && !first->value.is_none()) return Value::unknown(source(span), span);
    return made(stripped(text, word != nullptr ? std::string_view(*word) : blanks, name != "rstrip", name != "lstrip"));
  }
  if (name == "lower" || name == "casefold") return made(changed(text, [](char c, std::size_t) { return lower(c); }));
  if (name == "upper") return made(changed(text, [](char c, std::size_t) { return upper(c); }));
  if (name == "capitalize") return made(changed(text, [](char c, std::size_t i) { return i == 0 ? upper(c) : lower(c); }));
  if (name == "title")
    return made(changed(text, [&](char c, std::size_t i) { return i == 0 || !letter(text.text()[i - 1]) ? upper(c) : lower(c); }));
  if (name == "swapcase") return made(changed(text, [](char c, std::size_t) { return lower(c) != c ? lower(c) : upper(c); }));
  if (name == "replace" && first != nullptr && second != nullptr) {
    if (word == nullptr || word->empty()) return Value::unknown(source(span), span);
    MappedText with;
    if (second->value.mapped_text() != nullptr)
      with = *second->value.mapped_text();
    else
      append_hole(with, second->value, second->span);
    const auto* count = arguments.get(2, "count");
    const auto* times = count != nullptr ? count->value.get<std::int64_t>() : nullptr;
    auto result = replaced(text, *word, with, times != nullptr ? *times : -1, limits.text_bytes);
    charge(result.size() / 64);
    return made(std::move(result));
  }
  if ((name == "startswith" || name == "endswith") && first != nullptr) return truth(fits(text, first->value, name == "endswith"));
  if ((name == "removeprefix" || name == "removesuffix") && word != nullptr) {
    const auto suffix = name == "removesuffix";
    const auto answer = fits(text, first->value, suffix);
    if (answer == Value::Truth::unknown) return Value::unknown(source(span), span);
    if (answer == Value::Truth::no) return object;
    return made(suffix ? text.slice(0, text.size() - word->size()) : text.slice(word->size(), text.size()));
  }
  if (name == "encode" || name == "decode" || name == "expandtabs") return object;
  if (name == "split" || name == "rsplit" || name == "splitlines" || name == "partition" || name == "rpartition") {
    if (!text.complete() || (first != nullptr && word == nullptr && !first->value.is_none() && name != "splitlines"))
      return Value::unknown(source(span), span);
    const auto& bytes = text.text();
    std::vector<Value> parts;
    const auto part = [&](std::size_t begin, std::size_t end) {
      parts.push_back(Value::text(text.slice(begin, end), begin < end ? text.origin(begin, end) : span));
    };
    if (name == "partition" || name == "rpartition") {
      if (word == nullptr || word->empty()) return Value::unknown(source(span), span);
      const auto found = name == "partition" ? bytes.find(*word) : bytes.rfind(*word);
      if (found == std::string::npos) {
        if (name == "rpartition") parts = {Value::text("", span), Value::text("", span), object};
        else parts = {object, Value::text("", span), Value::text("", span)};
      } else {
        part(0, found);
        part(found, found + word->size());
        part(found + word->size(), bytes.size());
      }
      return sequence(std::move(parts), span, Sequence::Kind::tuple);
    }
    const auto* most = arguments.get(1, "maxsplit");
    const auto* limit = most != nullptr ? most->value.get<std::int64_t>() : nullptr;
    auto left = limit != nullptr && *limit >= 0 ? *limit : std::int64_t{20000};
    if (name == "splitlines") {
      for (std::size_t from = 0; from < bytes.size() && parts.size() < 20000;) {
        auto end = std::min(bytes.find_first_of("\r\n", from), bytes.size());
        part(from, end);
        from = end + (end + 1 < bytes.size() && bytes[end] == '\r' && bytes[end + 1] == '\n' ? 2 : 1);
      }
    } else if (word == nullptr) {
      for (auto from = bytes.find_first_not_of(blanks); from != std::string::npos;) {
        const auto end = left-- == 0 ? bytes.size() : std::min(bytes.find_first_of(blanks, from), bytes.size());
        part(from, end);
        from = end == bytes.size() ? std::string::npos : bytes.find_first_not_of(blanks, end);
      }
    } else if (name == "rsplit" && limit != nullptr) {
      auto end = bytes.size();
      for (; left > 0; --left) {
        const auto found = end == 0 ? std::string::npos : bytes.rfind(*word, end - word->size());
        if (found == std::string::npos || word->empty() || end < word->size()) break;
        part(found + word->size(), end);
        end = found;
      }
      part(0, end);
      std::reverse(parts.begin(), parts.end());
    } else if (!word->empty()) {
      std::size_t from = 0;
      for (; left > 0; --left) {
        const auto found = bytes.find(*word, from);
        if (found == std::string::npos) break;
        part(from, found);
        from = found + word->size();
      }
      part(from, bytes.size());
    }
    if (!charge(parts.size())) return std::nullopt;
    return sequence(std::move(parts), span);
  }
  if ((name == "zfill" || name == "ljust" || name == "rjust" || name == "center") && text.complete() && first != nullptr) {
    const auto* width = first->value.get<std::int64_t>();
    if (width == nullptr || *width > 10000) return Value::unknown(source(span), span);
    const auto missing = std::max<std::int64_t>(*width - static_cast<std::int64_t>(text.size()), 0);
    const auto fill = name == "zfill" ? '0' : second != nullptr && second->value.constant_text() != nullptr &&
                                              second->value.constant_text()->size() == 1 ? (*second->value.constant_text())[0] : ' ';
    const auto before = name == "ljust" ? 0 : name == "center" ? missing / 2 : missing;
    MappedText out;
    out.append(std::string(static_cast<std::size_t>(before), fill), {});
    out.append(text);
    out.append(std::string(static_cast<std::size_t>(missing - before), fill), {});
    return made(std::move(out));
  }
  if (!text.complete()) return std::nullopt;
  const auto& bytes = text.text();
  if ((name == "find" || name == "index" || name == "rfind" || name == "count") && word != nullptr && second == nullptr) {
    if (name == "count") {
      std::int64_t count = 0;
      for (auto found = bytes.find(*word); found != std::string::npos && !word->empty(); found = bytes.find(*word, found + word->size())) ++count;
      return Value(count, span);
    }
    const auto found = name == "rfind" ? bytes.rfind(*word) : bytes.find(*word);
    return Value(found == std::string::npos ? std::int64_t{-1} : static_cast<std::int64_t>(found), span);
  }
  const auto all = [&](auto test) { return Value(!bytes.empty() && std::all_of(bytes.begin(), bytes.end(), test), span); };
  if (name == "isdigit" || name == "isnumeric" || name == "isdecimal") return all([](char c) { return c >= '0' && c <= '9'; });
  if (name == "isalpha") return all(letter);
  if (name == "isalnum") return all([](char c) { return letter(c) || (c >= '0' && c <= '9'); });
  if (name == "isspace") return all([](char c) { return blanks.find(c) != std::string_view::npos; });
  if (name == "isidentifier")
    return Value(!bytes.empty() && !(bytes[0] >= '0' && bytes[0] <= '9') &&
                     std::all_of(bytes.begin(), bytes.end(), [](char c) { return letter(c) || c == '_' || (c >= '0' && c <= '9'); }), span);
  if (name == "islower" || name == "isupper") {
    const auto any = std::any_of(bytes.begin(), bytes.end(), letter);
    return Value(any && std::all_of(bytes.begin(), bytes.end(), [&](char c) { return (name == "islower" ? lower(c) : upper(c)) == c; }), span);
  }
  return std::nullopt;
}

}  // namespace foreshot::interpret
