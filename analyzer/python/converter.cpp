#include "analyzer/python/converter.h"

#include <algorithm>

namespace foreshot::python {

auto Converter::node(TSNode raw) const -> Node {
  return {raw, grammar_.kind(raw), base_ + ts_node_start_byte(raw), base_ + ts_node_end_byte(raw)};
}

auto Converter::only_child(const Node& of) -> Node {
  auto children = Children{*this, of};
  auto found = of;
  auto first = true;
  while (children.next()) {
    if (first) found = children.current;
    first = false;
  }
  return found;
}

auto Converter::statements(TSNode root, std::uint32_t base, std::span<const ReadBody> bodies, int depth)
    -> StatementList {
  base_ = base;
  depth_ = depth;
  bodies_ = bodies;
  auto found = Pile{statements_};
  auto children = Children{*this, node(root)};
  while (children.next()) {
    if (children.current.kind != Kind::other) found.push(statement(children.current));
  }
  const auto kept = found.keep(module_.arena);
  check_indentation(kept);
  return kept;
}

auto Converter::unreadable_statement(std::uint32_t begin, std::uint32_t end) -> const Statement* {
  extents_.push_back({begin, end, end});
  return module_.arena.make<Statement>(StatementKind::unreadable, begin, end);
}

auto Converter::note_comment(std::uint32_t begin, std::uint32_t end) -> void {
  while (end > begin && text_[end - 1] == '\r') --end;
  auto& comment = module_.comments.emplace_back();
  comment.span = {file_, begin, end};
  auto before = begin;
  while (before > 0 && (text_[before - 1] == ' ' || text_[before - 1] == '\t' || text_[before - 1] == '\f')) --before;
  comment.own_line = before == 0 || text_[before - 1] == '\n' || text_[before - 1] == '\r';
}

auto Converter::note_problem(std::uint32_t begin, std::uint32_t end, std::string_view message) -> void {
  for (auto& known : module_.problems) {
    if (known.grammar_behind) continue;
    if (begin < known.span.begin) known = {{file_, begin, end}, std::string{message}, false};
    return;
  }
  module_.problems.push_back({{file_, begin, end}, std::string{message}, false});
}

auto Converter::finish_comments() -> void {
  auto& comments = module_.comments;
  const auto earlier = [](const Comment& a, const Comment& b) { return a.span.begin < b.span.begin; };
  if (!std::is_sorted(comments.begin(), comments.end(), earlier)) {
    std::sort(comments.begin(), comments.end(), earlier);
  }
  if (comments.empty()) return;
  const auto before = [](const Extent& a, const Extent& b) { return a.begin < b.begin; };
  if (!std::is_sorted(extents_.begin(), extents_.end(), before)) {
    std::stable_sort(extents_.begin(), extents_.end(), before);
  }

  const auto column = [this](std::uint32_t at) {
    auto line = at;
    while (line > 0 && text_[line - 1] != '\n') --line;
    return at - line;
  };
  auto next = std::size_t{0};  // the first statement that begins after the comment
  for (auto& comment : comments) {
    while (next < extents_.size() && extents_[next].begin < comment.span.begin) ++next;
    const auto* last = next > 0 ? &extents_[next - 1] : nullptr;
    if (last != nullptr && (!comment.own_line || comment.span.begin < last->end)) {
      comment.statement = {file_, last->begin, last->end};
    } else if (next < extents_.size() && column(comment.span.begin) <= column(extents_[next].begin)) {
      comment.statement = {file_, extents_[next].begin, extents_[next].whole_end};
    }
  }
}

auto Converter::scan_comments(const Node& below) -> void {
  // Also of what is too deep to become nodes the comments count: by a cursor, because recursion ended here.
  auto cursor = ts_tree_cursor_new(below.raw);
  for (auto more = true; more;) {
    const auto at = node(ts_tree_cursor_current_node(&cursor));
    if (at.kind == Kind::comment) note_comment(at.begin, at.end);
    if (ts_tree_cursor_goto_first_child(&cursor)) continue;
    while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
      if (!ts_tree_cursor_goto_parent(&cursor)) {
        more = false;
        break;
      }
    }
  }
  ts_tree_cursor_delete(&cursor);
}

}  // namespace foreshot::python
