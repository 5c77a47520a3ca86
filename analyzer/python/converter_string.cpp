#include <algorithm>
#include <array>

#include "analyzer/python/converter.h"

namespace foreshot::python {
namespace {

// Every byte once, so that the text of a one-byte escape is a view of something that lives as long as the program.
constexpr auto all_bytes = [] {
  auto bytes = std::array<char, 256>{};
  for (auto value = 0; value < 256; ++value) bytes[static_cast<std::size_t>(value)] = static_cast<char>(value);
  return bytes;
}();

auto one_byte(unsigned value) -> std::string_view { return {&all_bytes[value & 0xff], 1}; }

auto hexadecimal(char digit) -> int {
  if ('0' <= digit && digit <= '9') return digit - '0';
  if ('a' <= digit && digit <= 'f') return digit - 'a' + 10;
  if ('A' <= digit && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

auto encode(std::uint32_t point, char (&to)[4]) -> std::size_t {
  // Halves of surrogate pairs have no UTF-8 form.
  if (point > 0x10ffff || (0xd800 <= point && point <= 0xdfff)) point = 0xfffd;
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  if (point < 0x80) {
    to[0] = byte(point);
    return 1;
  }
  if (point < 0x800) {
    to[0] = byte(0xc0 | point >> 6);
    to[1] = byte(0x80 | (point & 0x3f));
    return 2;
  }
  if (point < 0x10000) {
    to[0] = byte(0xe0 | point >> 12);
    to[1] = byte(0x80 | (point >> 6 & 0x3f));
    to[2] = byte(0x80 | (point & 0x3f));
    return 3;
  }
  to[0] = byte(0xf0 | point >> 18);
  to[1] = byte(0x80 | (point >> 12 & 0x3f));
  to[2] = byte(0x80 | (point >> 6 & 0x3f));
  to[3] = byte(0x80 | (point & 0x3f));
  return 4;
}

}  // namespace

auto Converter::string(const Node& at) -> const Expression* {
  auto* made = module_.arena.make<String>(Expression{ExpressionKind::string, at.begin, at.end},
                                          std::span<const StringPart>{}, false, false, false);
  auto parts = Pile{parts_};
  if (at.kind == Kind::string) {
    literal(at, *made);
  } else {
    auto children = Children{*this, at};
    while (children.next()) {
      if (children.current.kind == Kind::string) literal(children.current, *made);
    }
  }
  made->parts = parts.keep(module_.arena);
  return made;
}

auto Converter::literal(const Node& at, String& to) -> void {
  auto how = Decoding{false, false, false};
  auto begin = at.begin;
  for (; begin < at.end && text_[begin] != '\'' && text_[begin] != '"' && text_[begin] != '`'; ++begin) {
    switch (text_[begin] | 0x20) {
      case 'r':
        how.raw = true;
        break;
      case 'b':
        how.bytes = true;
        break;
      case 't':
        to.template_ = true;
        [[fallthrough]];
      case 'f':
        how.braces = true;
        break;
      default:
        break;
    }
  }
  to.bytes = to.bytes || how.bytes;
  to.interpolated = to.interpolated || how.braces;
  if (begin >= at.end) return;
  const auto quote = text_[begin];
  if (quote == '`') note_problem(at.begin, at.end, "invalid syntax");
  const auto triple = at.end - begin >= 6 && text_[begin + 1] == quote && text_[begin + 2] == quote;
  const auto quotes = std::uint32_t{triple ? 3U : 1U};
  begin += quotes;
  const auto end = std::max(begin, at.end - quotes);
  if (!how.braces) return decode(begin, end, how);

  // Only the interpolations are taken from the tree; what lies between them is literal text.
  auto children = Children{*this, at};
  while (children.next()) {
    if (children.current.kind != Kind::interpolation) continue;
    decode(begin, children.current.begin, how);
    begin = children.current.end;
    parts_.push_back(interpolation(children.current, how.raw));
  }
  decode(begin, end, how);
}

auto Converter::interpolation(const Node& at, bool raw) -> StringPart {
  auto made = StringPart{{}, at.begin, at.end, false, nullptr, 0, {}, false};
  auto children = Children{*this, at};
  while (children.next()) {
    const auto& child = children.current;
    if (child.kind == Kind::left_brace || child.kind == Kind::other) continue;
    if (child.kind == Kind::equals) {
      made.debug = true;
    } else if (child.kind == Kind::type_conversion) {
      made.conversion = text_[child.end - 1];
    } else if (child.kind == Kind::format_specifier) {
      ++depth_;
      made.format = depth_ < max_depth ? format(child, raw) : std::span<const StringPart>{};
      --depth_;
    } else {
      made.value = expression(child);
    }
  }
  if (made.value == nullptr) made.value = unreadable(at);
  return made;
}

auto Converter::format(const Node& at, bool raw) -> std::span<const StringPart> {
  auto parts = Pile{parts_};
  const auto how = Decoding{raw, false, true};
  auto begin = at.begin + 1;  // the colon
  auto children = Children{*this, at};
  while (children.next()) {
    if (children.current.kind != Kind::interpolation) continue;
    decode(begin, children.current.begin, how);
    begin = children.current.end;
    const auto part = interpolation(children.current, raw);
    parts.push(part);
  }
  decode(begin, at.end, how);
  return parts.keep(module_.arena);
}

auto Converter::decode(std::uint32_t begin, std::uint32_t end, Decoding how) -> void {
  const auto push = [&](std::string_view text, std::uint32_t from, std::uint32_t to, bool verbatim) {
    parts_.push_back({text, from, to, verbatim, nullptr, 0, {}, false});
  };
  auto run = begin;
  const auto flush = [&](std::uint32_t to) {
    if (run < to) push(source(run, to), run, to, true);
  };
  auto at = begin;
  while (at < end) {
    const auto c = text_[at];
    if (c == '\\' && !how.raw && at + 1 < end) {
      const auto known = parts_.size();
      flush(at);
      const auto next = escape(at, end, how.bytes);
      if (next == at) {
        // Python knows no such escape: the backslash stays, as a part of the run.
        parts_.resize(known);
        ++at;
      } else {
        run = at = next;
      }
    } else if (c == '\r') {
      // Python reads every line end as a line feed.
      flush(at);
      const auto next = at + (at + 1 < end && text_[at + 1] == '\n' ? 2 : 1);
      push(one_byte('\n'), at, next, false);
      run = at = next;
    } else if (how.braces && (c == '{' || c == '}') && at + 1 < end && text_[at + 1] == c) {
      flush(at);
      push(one_byte(static_cast<unsigned char>(c)), at, at + 2, false);
      run = at = at + 2;
    } else {
      ++at;
    }
  }
  flush(end);
}

// Reads the escape at `at`, pushes its part, and returns its end; `at` itself when Python knows no such escape.
auto Converter::escape(std::uint32_t at, std::uint32_t end, bool bytes) -> std::uint32_t {
  const auto push = [&](std::string_view text, std::uint32_t to) {
    parts_.push_back({text, at, to, false, nullptr, 0, {}, false});
    return to;
  };
  const auto point = [&](std::uint32_t value, std::uint32_t to) {
    if (bytes || value < 0x80) return push(one_byte(value), to);
    char encoded[4];
    const auto size = encode(value, encoded);
    return push(module_.arena.copy(std::string_view{encoded, size}), to);
  };
  const auto hex = [&](std::uint32_t digits) {
    auto value = std::uint32_t{0};
    auto from = at + 2;
    if (end - from < digits) return at;
    for (const auto to = from + digits; from < to; ++from) {
      const auto digit = hexadecimal(text_[from]);
      if (digit < 0) return at;
      value = value << 4 | static_cast<std::uint32_t>(digit);
    }
    return point(value, from);
  };
  const auto c = text_[at + 1];
  switch (c) {
    case '\n':
      return at + 2;
    case '\r':
      return at + (at + 2 < end && text_[at + 2] == '\n' ? 3 : 2);
    case '\\':
    case '\'':
    case '"':
      return push(one_byte(static_cast<unsigned char>(c)), at + 2);
    case 'a':
      return push("\a", at + 2);
    case 'b':
      return push("\b", at + 2);
    case 'f':
      return push("\f", at + 2);
    case 'n':
      return push("\n", at + 2);
    case 'r':
      return push("\r", at + 2);
    case 't':
      return push("\t", at + 2);
    case 'v':
      return push("\v", at + 2);
    case 'x':
      return hex(2);
    case 'u':
      return bytes ? at : hex(4);
    case 'U':
      return bytes ? at : hex(8);
    case 'N': {
      // The names of all characters are not worth their megabyte here: one replacement character stands for any.
      if (bytes || at + 2 >= end || text_[at + 2] != '{') return at;
      const auto close = text_.find('}', at + 3);
      if (close == std::string_view::npos || close >= end) return at;
      return push("\xef\xbf\xbd", static_cast<std::uint32_t>(close) + 1);
    }
    default:
      break;
  }
  if (c < '0' || c > '7') return at;
  auto value = 0U;
  auto to = at + 1;
  for (; to < end && to < at + 4 && '0' <= text_[to] && text_[to] <= '7'; ++to) {
    value = value * 8 + static_cast<unsigned>(text_[to] - '0');
  }
  return point(value, to);
}

}  // namespace foreshot::python
