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

// The text with a question mark for every byte that is no UTF-8 or is zero; empty when there is none.
auto without_broken_bytes(std::string_view text) -> std::string {
  auto cleaned = std::string{};
  const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = byte(at);
    const auto size = std::size_t{lead < 0x80 ? 1U : lead < 0xc2 ? 0U : lead < 0xe0 ? 2U : lead < 0xf0 ? 3U : lead < 0xf5 ? 4U : 0U};
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
  if (const auto tree = parser.parse_unless_broken(text)) {
    module->body = converter.statements(ts_tree_root_node(tree.get()), 0);
  } else {
    // The parser stumbles over bytes that are no text, also in comments and strings, where they do no harm.
    const auto readable = without_broken_bytes(text);
    const auto cleaned = readable.empty() ? nullptr : parser.parse_unless_broken(readable);
    if (cleaned != nullptr) {
      module->body = converter.statements(ts_tree_root_node(cleaned.get()), 0);
    } else {
      module->body = Recovery{*module, parser, converter, readable.empty() ? text : readable}.statements();
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
