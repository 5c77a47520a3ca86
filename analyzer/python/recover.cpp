#include "analyzer/python/recover.h"

namespace foreshot::python {

auto Recovery::statements() -> StatementList {
  const auto text = converter_.text();
  const auto tree = parser_.parse(text);
  const auto root = ts_tree_root_node(tree.get());
  auto found = std::vector<const Statement*>{};
  const auto count = ts_node_child_count(root);
  for (std::uint32_t index = 0; index < count; ++index) {
    const auto child = ts_node_child(root, index);
    const auto begin = ts_node_start_byte(child);
    const auto end = ts_node_end_byte(child);
    if (ts_node_has_error(child) || ts_node_is_missing(child)) {
      converter_.note_problem(begin, end, "invalid syntax");
      found.push_back(converter_.unreadable_statement(begin, end));
      module_.error_bytes += end - begin;
      continue;
    }
    const auto alone = parser_.parse_unless_broken(text.substr(begin, end - begin));
    if (alone == nullptr) continue;
    for (const auto* statement : converter_.statements(ts_tree_root_node(alone.get()), begin, {})) {
      found.push_back(statement);
    }
  }
  return module_.arena.copy(found);
}

}  // namespace foreshot::python
