#include "analyzer/driver/decode.h"

#include <cctype>
#include <cstddef>
#include <map>

#include "analyzer/driver/code_page.h"

namespace foreshot::driver {
namespace {

// The length of the valid UTF-8 sequence at `at`, or 0.
auto sequence_length(std::string_view s, std::size_t at) -> std::size_t {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const auto first = byte(at);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || at + length > s.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  const auto second = byte(at + 1);
  if (first == 0xE0 && second < 0xA0) return 0;
  if (first == 0xED && second > 0x9F) return 0;  // surrogates
  if (first == 0xF0 && second < 0x90) return 0;
  if (first == 0xF4 && second > 0x8F) return 0;
  return length;
}

auto replace_invalid(std::string bytes, bool& replaced) -> std::string {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const auto length = sequence_length(bytes, at);
    if (length == 0) break;
    at += length;
  }
  if (at == bytes.size()) return bytes;
  replaced = true;
  std::string out = bytes.substr(0, at);
  while (at < bytes.size()) {
    const auto length = sequence_length(bytes, at);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      ++at;
    } else {
      out.append(bytes, at, length);
      at += length;
    }
  }
  return out;
}

auto decode_utf16(std::string_view bytes, bool big_endian) -> std::string {
  std::string out;
  const auto unit = [&](std::size_t i) {
    const auto a = static_cast<unsigned char>(bytes[i]), b = static_cast<unsigned char>(bytes[i + 1]);
    return static_cast<std::uint32_t>(big_endian ? a << 8 | b : b << 8 | a);
  };
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    auto code = unit(i);
    if (code >= 0xD800 && code < 0xDC00 && i + 3 < bytes.size()) {
      const auto low = unit(i + 2);
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        i += 2;
      }
    }
    if (code >= 0xD800 && code < 0xE000) code = 0xFFFD;
    append_utf8(out, code);
  }
  return out;
}

// The code point at `at`, which moves behind it; the text is valid.
auto next_code(std::string_view s, std::size_t& at) -> std::uint32_t {
  const auto length = sequence_length(s, at);
  std::uint32_t code = static_cast<unsigned char>(s[at]);
  if (length > 1) code &= 0xFFU >> (length + 1);
  for (std::size_t i = 1; i < length; ++i) code = code << 6 | (static_cast<unsigned char>(s[at + i]) & 0x3F);
  at += length == 0 ? 1 : length;
  return code;
}

auto encode_page(const CodePage& page, std::string_view text) -> std::optional<std::string> {
  std::map<std::uint32_t, char> bytes;
  for (int byte = 255; byte >= 0; --byte) bytes[page.decode(static_cast<unsigned char>(byte))] = static_cast<char>(byte);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto found = bytes.find(next_code(text, at));
    if (found == bytes.end()) return std::nullopt;
    out += found->second;
  }
  return out;
}

auto encode(const std::string& like, std::string_view text) -> std::optional<std::string> {
  if (like.starts_with("\xEF\xBB\xBF")) return "\xEF\xBB\xBF" + std::string(text);
  const auto name = coding_line(like);
  if (const auto* page = name.empty() ? nullptr : find_code_page(name); page != nullptr) return encode_page(*page, text);
  return std::string(text);
}

}  // namespace

auto encode_like(const std::string& bytes, std::string_view text) -> std::optional<std::string> {
  if (encode(bytes, decode_python(bytes).text) != bytes) return std::nullopt;
  return encode(bytes, text);
}

auto append_utf8(std::string& out, std::uint32_t code) -> void {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

auto coding_line(std::string_view bytes) -> std::string {
  for (int line = 0; line < 2 && !bytes.empty(); ++line) {
    const auto end = bytes.find_first_of("\r\n");
    auto text = bytes.substr(0, end);
    const auto start = text.find_first_not_of(" \t\f");
    if (start != std::string_view::npos && text[start] != '#') return {};
    if (start != std::string_view::npos) {
      for (auto at = text.find("coding"); at != std::string_view::npos; at = text.find("coding", at + 1)) {
        auto i = at + 6;
        if (i >= text.size() || (text[i] != ':' && text[i] != '=')) continue;
        ++i;
        while (i < text.size() && (text[i] == ' ' || text[i] == '\t')) ++i;
        std::string name;
        for (; i < text.size(); ++i) {
          const auto c = static_cast<unsigned char>(text[i]);
          if (std::isalnum(c) == 0 && c != '-' && c != '_' && c != '.') break;
          name += c == '_' ? '-' : static_cast<char>(std::tolower(c));
        }
        if (!name.empty()) return name;
      }
    }
    if (end == std::string_view::npos) return {};
    bytes.remove_prefix(end + (bytes[end] == '\r' && end + 1 < bytes.size() && bytes[end + 1] == '\n' ? 2 : 1));
  }
  return {};
}

auto decode_python(std::string bytes) -> DecodedText {
  DecodedText decoded;
  if (bytes.starts_with("\xEF\xBB\xBF")) {
    decoded.bom_bytes = 3;
    bytes.erase(0, 3);
  } else if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    // Python itself refuses UTF-16; editors on Windows write it all the same.
    decoded.bom_bytes = 2;
    decoded.text = decode_utf16(std::string_view(bytes).substr(2), bytes.starts_with("\xFE\xFF"));
    decoded.notice = "is UTF-16, which Python does not read";
    return decoded;
  } else if (const auto name = coding_line(bytes); !name.empty()) {
    if (const auto* page = find_code_page(name); page != nullptr) {
      for (const char c : bytes) append_utf8(decoded.text, page->decode(static_cast<unsigned char>(c)));
      return decoded;
    }
    if (!is_utf8_name(name)) decoded.notice = "names the encoding " + name + ", which is read as UTF-8";
  }
  bool replaced = false;
  decoded.text = replace_invalid(std::move(bytes), replaced);
  if (replaced && decoded.notice.empty()) decoded.notice = "is not valid UTF-8; what is invalid is read as U+FFFD";
  return decoded;
}

}  // namespace foreshot::driver
