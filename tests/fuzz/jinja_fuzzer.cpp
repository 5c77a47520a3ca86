// Any bytes as a template: every span lies inside the text, children lie inside their parents' depth, and the tree prints.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "analyzer/jinja/tree.h"

namespace {

using namespace foreshot::jinja;

auto check(NodeList nodes, std::size_t size, int depth) -> void {
  if (depth > max_depth + 1) std::abort();
  for (const auto* node : nodes) {
    if (node->begin > node->end || node->end > size) std::abort();
    if (const auto* loop = as<For>(node, NodeKind::for_)) {
      if (loop->head_begin > loop->head_end || loop->head_end > size || loop->iterable->depth > max_depth) std::abort();
      check(loop->body, size, depth + 1);
      check(loop->otherwise, size, depth + 1);
    } else if (const auto* branch = as<If>(node, NodeKind::if_)) {
      check(branch->body, size, depth + 1);
      check(branch->otherwise, size, depth + 1);
    } else if (const auto* output = as<Output>(node, NodeKind::output)) {
      if (output->value->begin > output->value->end || output->value->end > size || output->value->depth > max_depth) std::abort();
    } else if (const auto* block = as<Block>(node, NodeKind::block)) {
      check(block->body, size, depth + 1);
    } else if (const auto* macro = as<Macro>(node, NodeKind::macro)) {
      check(macro->body, size, depth + 1);
    }
  }
}

}  // namespace

extern "C" auto LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) -> int {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto tree = parse(0, text);
  check(tree->body, size, 0);
  for (const auto& comment : tree->comments)
    if (comment.span.begin > comment.span.end || comment.span.end > size) std::abort();
  for (const auto& gap : tree->gaps)
    if (gap.span.begin > gap.span.end || gap.span.end > size) std::abort();
  (void)dump(*tree);
  return 0;
}
