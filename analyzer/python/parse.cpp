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
    module->body = converter.statements(ts_tree_root_node(tree.get()), 0, {});
  } else {
    module->body = Recovery{*module, parser, converter}.statements();
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
