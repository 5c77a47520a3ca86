#include <algorithm>

#include "analyzer/python/converter.h"
#include "analyzer/python/recover.h"

namespace foreshot::python {
namespace {

// Offsets are 32 bits; no program is longer.
constexpr auto longest_text = std::size_t{1} << 31;

auto find_docstring(Module& module) -> void {
  if (module.body.empty()) return;
  const auto* first = as<ExpressionStatement>(module.body.front(), StatementKind::expression);
  if (first == nullptr) return;
  const auto* text = as<String>(first->value, ExpressionKind::string);
  if (text == nullptr || text->bytes || text->interpolated || text->template_) return;
  module.docstring_span = {module.file, text->begin, text->end};
  if (text->parts.size() == 1) {
    module.docstring = text->parts.front().text;
    return;
  }
  auto joined = std::string{};
  for (const auto& part : text->parts) joined += part.text;
  module.docstring = module.arena.copy(joined);
}

// The text with spaces for its continued lines where hundreds of them follow each other with nothing between: the
// parser's time is quadratic in their number. Empty when there are none.
auto without_long_continuations(std::string_view text) -> std::string {
  constexpr auto many = 256;
  auto cleaned = std::string{};
  auto run_begin = std::size_t{0};
  auto count = 0;
  const auto finish = [&](std::size_t end) {
    if (count >= many) {
      if (cleaned.empty()) cleaned = text;
      std::fill(cleaned.begin() + static_cast<std::ptrdiff_t>(run_begin),
                cleaned.begin() + static_cast<std::ptrdiff_t>(end), ' ');
    }
    count = 0;
  };
  auto end = std::size_t{0};  // of the run
  for (auto at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at + 1)) {
    auto next = at + 1;
    if (next < text.size() && text[next] == '\r') ++next;
    if (next >= text.size() || text[next] != '\n') continue;
    const auto joins = count > 0 && text.substr(end, at - end).find_first_not_of(" \t") == std::string_view::npos;
    if (!joins) {
      finish(end);
      run_begin = at;
    }
    ++count;
    end = next + 1;
  }
  finish(end);
  return cleaned;
}

// The text without the comments of long runs of comment lines, but for the last of each run: in a body the parser's time is
// quadratic in their number. They are blank lines then; what is inside a string is read from the source in any case.
// Empty when there are none.
auto without_long_comments(std::string_view text) -> std::string {
  constexpr auto many = 256;
  constexpr auto kept = 16;
  auto cleaned = std::string{};
  auto run = std::vector<std::pair<std::size_t, std::size_t>>{};
  const auto finish = [&] {
    if (run.size() >= many) {
      if (cleaned.empty()) cleaned = text;
      for (std::size_t index = 0; index + kept < run.size(); ++index) {
        std::fill(cleaned.begin() + static_cast<std::ptrdiff_t>(run[index].first),
                  cleaned.begin() + static_cast<std::ptrdiff_t>(run[index].second), ' ');
      }
    }
    run.clear();
  };
  // Only lines that begin with a comment are looked at; a line between two of them that is not blank ends the run.
  auto last = std::size_t{0};
  for (auto at = text.find('#'); at != std::string_view::npos;) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
    if (text.substr(line, at - line).find_first_not_of(" \t") != std::string_view::npos) {
      finish();
    } else {
      if (!run.empty() && text.substr(last, at - last).find_first_not_of(" \t\r\n") != std::string_view::npos) finish();
      run.emplace_back(at, end);
      last = end;
    }
    at = text.find('#', end);
  }
  finish();
  return cleaned;
}

// The text with a question mark for every byte that is no UTF-8 or is zero; empty when there is none.
auto without_broken_bytes(std::string_view text) -> std::string {
  auto cleaned = std::string{};
  const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = byte(at);
    const auto size = std::size_t{lead < 0x80   ? 1U
                                  : lead < 0xc2 ? 0U
                                  : lead < 0xe0 ? 2U
                                  : lead < 0xf0 ? 3U
                                  : lead < 0xf5 ? 4U
                                                : 0U};
    auto good = size > 0 && lead != 0;
    for (std::size_t next = 1; next < size; ++next) good = good && (byte(at + next) & 0xc0) == 0x80;
    if (!good) {
      if (cleaned.empty()) cleaned = text;
      cleaned[at] = '?';
    }
    at += good ? size : 1;
  }
  return cleaned;
}

}  // namespace

auto parse(FileId file, std::string_view text) -> std::unique_ptr<Module> {
  auto module = std::make_unique<Module>();
  module->file = file;
  auto converter = Converter{*module, file, text};
  if (text.size() >= longest_text) {
    converter.note_problem(0, 0, "the file is too long");
    return module;
  }
  auto parser = Parser{};
  const auto joined = without_long_continuations(text);
  const auto bare = without_long_comments(joined.empty() ? text : joined);
  const auto source = !bare.empty() ? std::string_view{bare} : !joined.empty() ? std::string_view{joined} : text;
  if (const auto tree = is_long(source) ? nullptr : parser.parse_unless_broken(source)) {
    module->body = converter.statements(ts_tree_root_node(tree.get()), 0);
  } else {
    // The parser stumbles over bytes that are no text, also in comments and strings, where they do no harm.
    const auto readable = without_broken_bytes(source);
    const auto cleaned = readable.empty() || is_long(source) ? nullptr : parser.parse_unless_broken(readable);
    if (cleaned != nullptr) {
      module->body = converter.statements(ts_tree_root_node(cleaned.get()), 0);
    } else {
      module->body = Recovery{*module, parser, converter, readable.empty() ? source : readable}.statements();
    }
  }
  converter.finish_comments();
  find_docstring(*module);
  return module;
}

auto parse_only(std::string_view text) -> void {
  auto parser = Parser{};
  parser.parse(text);
}

}  // namespace foreshot::python
