#include "analyzer/check/suppression.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <utility>

namespace foreshot {
namespace {

auto is_space(char c) -> bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; }

auto skip_spaces(std::string_view text, std::size_t at) -> std::size_t {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

auto lower(std::string_view text) -> std::string {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

// The end of the compound statement whose header ends at `header_end`: the lines below that are indented deeper.
auto block_end(std::string_view text, std::size_t begin, std::size_t header_end) -> std::size_t {
  auto at = header_end;
  while (at > begin && is_space(text[at - 1])) --at;
  const bool colon = (at > begin && text[at - 1] == ':') || text.substr(skip_spaces(text, at)).starts_with(':');
  if (!colon) return header_end;
  auto line_begin = begin;
  while (line_begin > 0 && text[line_begin - 1] != '\n') --line_begin;
  const auto indent = begin - line_begin;
  auto end = header_end;
  auto line = text.find('\n', header_end);
  while (line != std::string_view::npos) {
    const auto first = line + 1;
    auto content = first;
    while (content < text.size() && (text[content] == ' ' || text[content] == '\t')) ++content;
    const auto next = text.find('\n', content);
    const bool blank = content >= text.size() || text[content] == '\n' || text[content] == '\r';
    if (!blank && content - first <= indent && text[content] != '#') break;
    if (!blank) end = next == std::string_view::npos ? text.size() : next;
    line = next;
  }
  return end;
}

struct Reader {
  const SourceMap& sources;
  FileId file;
  std::string_view text;   // of the file
  const Comment& comment;
  std::vector<Suppression>& to;

  auto shell(std::size_t begin, std::size_t end) const -> Suppression {
    Suppression made;
    made.comment = comment.span;
    made.directive = {file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    made.own_line = comment.own_line;
    made.begin = comment.span.begin;
    made.end = comment.span.end;
    if (comment.statement.known()) {
      made.begin = std::min(comment.span.begin, comment.statement.begin);
      made.end = std::max(comment.span.end, comment.statement.end);
      if (comment.own_line && !comment.sql)
        made.end = std::max(made.end, static_cast<std::uint32_t>(
                                          block_end(text, comment.statement.begin, comment.statement.end)));
    }
    return made;
  }

  // `at` is after "foreshot:". Returns the word and the directive, or an empty word.
  auto directive(std::size_t start, std::size_t at, std::size_t end) const -> std::pair<std::string_view, Suppression> {
    at = skip_spaces(text, at);
    const auto word_begin = at;
    while (at < end && (std::isalpha(static_cast<unsigned char>(text[at])) != 0 || text[at] == '-')) ++at;
    const auto word = text.substr(word_begin, at - word_begin);
    auto made = shell(start, end);
    at = std::min(end, skip_spaces(text, at));
    if (at < end && text[at] == '[') {
      auto close = text.find(']', at);
      if (close == std::string_view::npos || close > end) close = end;
      for (auto i = at + 1; i < close;) {
        while (i < close && (is_space(text[i]) || text[i] == ',')) ++i;
        const auto begin = i;
        while (i < close && !is_space(text[i]) && text[i] != ',') ++i;
        if (i == begin) continue;
        const auto name = text.substr(begin, i - begin);
        if (name.starts_with("until="))
          made.until = std::string(name.substr(6));
        else
          made.names.push_back({std::string(name), {file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(i)}});
      }
      at = std::min(end, close + 1);
    }
    at = std::min(end, skip_spaces(text, at));
    if (text.substr(at, end - at).starts_with("--")) {
      auto from = skip_spaces(text, at + 2);
      auto to_end = end;
      while (to_end > from && is_space(text[to_end - 1])) --to_end;
      if (from < to_end) made.reason = std::string(text.substr(from, to_end - from));
    }
    return {word, std::move(made)};
  }

  auto noqa(std::size_t start, std::size_t at, std::size_t end) const -> void {
    auto made = shell(start, end);
    made.noqa = true;
    at = std::min(end, skip_spaces(text, at));
    if (at >= end || text[at] != ':') {
      made.bare_noqa = true;
      to.push_back(std::move(made));
      return;
    }
    ++at;
    while (at < end) {
      while (at < end && (is_space(text[at]) || text[at] == ',')) ++at;
      const auto begin = at;
      while (at < end && std::isupper(static_cast<unsigned char>(text[at])) != 0) ++at;
      const auto letters = at - begin;
      while (at < end && std::isdigit(static_cast<unsigned char>(text[at])) != 0) ++at;
      if (letters == 0 || at == begin + letters) break;
      made.names.push_back({std::string(text.substr(begin, at - begin)),
                            {file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at)}});
    }
    if (!made.names.empty()) to.push_back(std::move(made));
  }
};

// A range that `disable` opened.
struct Open {
  std::size_t suppression;
  std::vector<std::string> names;
};

auto read_comment(const Reader& reader, std::vector<Open>& open) -> void {
  const std::size_t begin = reader.comment.span.begin;
  auto end = static_cast<std::size_t>(reader.comment.span.end);
  // {# … #} of a template
  if (reader.text.substr(begin, 2) == "{#" && reader.text.substr(begin, end - begin).ends_with("#}")) {
    end = std::max(begin + 2, end - 2);
    if (reader.text[end - 1] == '-' || reader.text[end - 1] == '+') --end;
    while (end > begin + 2 && is_space(reader.text[end - 1])) --end;
  }
  const auto words = lower(reader.text.substr(begin, end - begin));
  if (!reader.comment.sql)
    if (const auto at = words.find("noqa"); at != std::string::npos && (at == 0 || words[at - 1] == ' ' || words[at - 1] == '#') &&
                                            (at + 4 == words.size() || words[at + 4] == ':' || is_space(words[at + 4])))
      reader.noqa(begin + at, begin + at + 4, end);
  for (auto at = words.find("foreshot:"); at != std::string::npos; at = words.find("foreshot:", at + 1)) {
    if (at > 0 && words[at - 1] != ' ' && words[at - 1] != '\t' && words[at - 1] != '#' && words[at - 1] != '-') continue;
    const auto next = words.find("# foreshot:", at + 1);
    const auto stop = next == std::string::npos ? end : begin + next;
    auto [word, made] = reader.directive(begin + at, begin + at + 9, stop);
    const auto comment_begin = made.comment.begin;
    if (word == "ignore") {
      reader.to.push_back(std::move(made));
    } else if (word == "file-ignore") {
      made.begin = 0;
      made.end = static_cast<std::uint32_t>(reader.text.size());
      reader.to.push_back(std::move(made));
    } else if (word == "disable") {
      made.begin = made.comment.begin;
      made.end = static_cast<std::uint32_t>(reader.text.size());
      Open range{reader.to.size(), {}};
      for (const auto& name : made.names) range.names.push_back(name.text);
      reader.to.push_back(std::move(made));
      open.push_back(std::move(range));
    } else if (word == "enable") {
      for (auto range = open.begin(); range != open.end();) {
        const bool ends = made.names.empty() || std::any_of(made.names.begin(), made.names.end(), [&](const auto& name) {
                            return std::find(range->names.begin(), range->names.end(), name.text) != range->names.end();
                          });
        if (ends) reader.to[range->suppression].end = comment_begin;
        range = ends ? open.erase(range) : range + 1;
      }
    }
  }
}

}  // namespace

auto read_suppressions(const SourceMap& sources, FileId file, const std::vector<Comment>& comments)
    -> std::vector<Suppression> {
  std::vector<Suppression> found;
  std::vector<Open> open;
  const std::string_view text = sources.file(file).text;
  for (const auto& comment : comments) {
    if (!comment.span.known() || comment.span.file != file || comment.span.end > text.size()) continue;
    read_comment(Reader{sources, file, text, comment, found}, open);
  }
  return found;
}

}  // namespace foreshot
