#include "analyzer/python/recover.h"

#include <algorithm>
#include <string>

#include "analyzer/python/newer.h"

namespace foreshot::python {
namespace {

// Indentation levels that are taken apart; whoever nests deeper loses the whole statement.
constexpr auto deepest = 40;
// Looking for the exact place of an error is not worth more than this.
constexpr auto longest_report = std::size_t{1} << 16;

// Every broken statement costs the parser a third of a millisecond; what has more of them is no Python.
constexpr auto most_broken = 1000;
constexpr auto together_at_most = std::uint32_t{1} << 15;
// Python's own limit of indentation.
constexpr auto most_levels = std::size_t{100};

// Where the lines nest deeper than Python allows; null where they do not.
auto too_deep(std::span<const Line> lines) -> const Line* {
  auto levels = std::vector<std::uint32_t>{};
  for (const auto& line : lines) {
    while (!levels.empty() && levels.back() >= line.indent) levels.pop_back();
    levels.push_back(line.indent);
    if (levels.size() > most_levels) return &line;
  }
  return nullptr;
}

auto begin_of(std::span<const Line> lines) -> std::uint32_t { return lines.front().begin; }
auto end_of(std::span<const Line> lines) -> std::uint32_t { return lines.back().end; }

// The first place of a tree that the parser could not read.
auto first_error(TSNode root) -> TSNode {
  auto at = root;
  for (auto deeper = true; deeper;) {
    deeper = false;
    if (ts_node_is_error(at) && !ts_node_eq(at, root)) return at;
    const auto count = ts_node_child_count(at);
    for (std::uint32_t index = 0; index < count; ++index) {
      const auto child = ts_node_child(at, index);
      if (ts_node_is_missing(child)) return child;
      if (!ts_node_has_error(child)) continue;
      at = child;
      deeper = true;
      break;
    }
  }
  return at;
}

}  // namespace

Recovery::Recovery(Module& module, Parser& parser, Converter& converter, std::string_view text)
    : module_(module), parser_(parser), converter_(converter), text_(text), found_(find_lines(text)) {
  if (found_.excess.empty()) return;
  shortened_ = text_;
  for (const auto& [begin, end, pairs] : found_.excess) {
    std::fill(shortened_.begin() + begin, shortened_.begin() + end, ' ');
    shortened_.replace(begin, pairs ? 5 : 4, pairs ? "**..." : "*...");
  }
  text_ = shortened_;
}

auto Recovery::statements() -> StatementList {
  auto into = Into{};
  read(found_.lines, 0, into);
  module_.comments.clear();
  for (const auto& comment : found_.comments) converter_.note_comment(comment.begin, comment.end);
  return module_.arena.copy(into);
}

auto Recovery::read(Unit lines, int depth, Into& into) -> void {
  // In a long text, small statements are parsed together, and one by one only where that fails.
  auto pending = std::vector<Unit>{};
  const auto flush = [&] {
    if (pending.empty()) return;
    const auto first = static_cast<std::size_t>(pending.front().data() - lines.data());
    const auto last = static_cast<std::size_t>(pending.back().data() - lines.data()) + pending.back().size();
    const auto together = lines.subspan(first, last - first);
    const auto tree =
        pending.size() > 1 && broken_ < most_broken && too_deep(together) == nullptr
            ? parser_.parse_unless_broken(text_.substr(begin_of(together), end_of(together) - begin_of(together)))
            : nullptr;
    if (tree != nullptr) {
      append(tree, together, {}, depth, into);
    } else {
      for (const auto unit : pending) read_one(unit, depth, into);
    }
    pending.clear();
  };
  for (std::size_t first = 0; first < lines.size();) {
    // A statement: decorators, its first line, what is indented below, and the clauses that continue it.
    const auto indent = lines[first].indent;
    if (indent != lines.front().indent) {
      converter_.note_problem(
          lines[first].begin, lines[first].begin + 1,
          indent > lines.front().indent ? "unexpected indent" : "unindent does not match any outer indentation level");
    }
    auto last = first;
    while (lines[last].decorator && last + 1 < lines.size() && lines[last + 1].indent == indent) ++last;
    const auto compound = lines[last].compound || lines[last].opens;
    ++last;
    while (last < lines.size() &&
           (lines[last].indent > indent || (compound && lines[last].clause && lines[last].indent == indent))) {
      ++last;
    }
    const auto unit = lines.subspan(first, last - first);
    // What is long by itself would be parsed twice.
    if (end_of(unit) - begin_of(unit) > together_at_most) flush();
    pending.push_back(unit);
    if (!is_long(text_) || end_of(unit) - begin_of(pending.front()) > together_at_most) flush();
    first = last;
  }
  flush();
}

auto Recovery::append(const TreeHandle& tree, Unit lines, std::span<const ReadBody> bodies, int depth, Into& into)
    -> void {
  const auto read = converter_.statements(ts_tree_root_node(tree.get()), begin_of(lines), bodies, depth);
  into.insert(into.end(), read.begin(), read.end());
}

auto Recovery::read_one(Unit lines, int depth, Into& into) -> void {
  const auto text = text_.substr(begin_of(lines), end_of(lines) - begin_of(lines));
  if (const auto* deep = depth == 0 ? too_deep(lines) : nullptr) {
    converter_.note_problem(deep->begin, deep->begin + 1, "too many levels of indentation");
    into.push_back(unreadable(lines));
    return;
  }
  if (broken_ >= most_broken) {
    into.push_back(unreadable(lines));
    return;
  }
  const auto in_parts = is_long(text) && lines.back().indent > lines.front().indent && depth < deepest;
  if (in_parts && read_parts(lines, depth, into)) return;
  // One statement may hold as many errors as it has words.
  const auto wary = lines.size() == 1 && text.size() > together_at_most;
  if (const auto tree = parser_.parse_unless_broken(text, wary)) return append(tree, lines, {}, depth, into);
  ++broken_;
  if (!in_parts && depth < deepest && read_parts(lines, depth, into)) return;
  give_up(lines, into);
}

auto Recovery::read_parts(Unit lines, int depth, Into& into) -> bool {
  const auto base = begin_of(lines);
  const auto indent = lines.front().indent;
  auto heads = std::string{text_.substr(base, end_of(lines) - base)};
  auto parts = std::vector<Unit>{};
  // The cases of a match are heads, too.
  const auto first_word = text_.substr(base, 5);
  const auto deepest_head =
      first_word == "match" && lines.size() > 1 && text_.substr(lines[1].begin, 4) == "case" ? lines[1].indent : indent;
  for (std::size_t first = 0; first < lines.size();) {
    auto last = first + 1;
    if (lines[first].indent > deepest_head) {
      while (last < lines.size() && lines[last].indent > deepest_head) ++last;
      if (!lines[first - 1].opens) return false;
      const auto part = lines.subspan(first, last - first);
      // A stand-in as long as the body, so that the statement ends where it ends: `(   0)`, or only a number where even
      // that does not fit. Line breaks stay: the grammar allows them between parentheses.
      for (auto at = begin_of(part); at < end_of(part); ++at) {
        if (heads[at - base] != '\n') heads[at - base] = ' ';
      }
      heads[begin_of(part) - base] = '0';
      if (end_of(part) - begin_of(part) >= 3) {
        heads[begin_of(part) - base] = '(';
        heads[end_of(part) - base - 2] = '0';
        heads[end_of(part) - base - 1] = ')';
      } else if (end_of(part) - begin_of(part) == 2) {
        heads[end_of(part) - base - 1] = '0';
      }
      parts.push_back(part);
    }
    first = last;
  }

  auto tree = parts.empty() ? TreeHandle{} : parser_.parse_unless_broken(heads);
  if (tree == nullptr) tree = read_newer(heads, lines);
  if (tree == nullptr) return false;

  auto bodies = std::vector<ReadBody>{};
  for (const auto part : parts) {
    auto body = Into{};
    converter_.take_yield();
    read(part, depth + 1, body);
    bodies.push_back({begin_of(part), module_.arena.copy(body), converter_.take_yield()});
  }
  converter_.take_yield();
  append(tree, lines, bodies, depth, into);
  return true;
}

auto Recovery::read_newer(std::string_view parsed, Unit lines) -> TreeHandle {
  const auto change = as_older_python(parsed);
  if (change.text.empty()) return nullptr;
  auto tree = parser_.parse_unless_broken(change.text);
  if (tree != nullptr) {
    const auto base = begin_of(lines);
    module_.problems.push_back({{module_.file, base + change.begin, base + change.end}, change.message, true});
  }
  return tree;
}

auto Recovery::give_up(Unit lines, Into& into) -> void {
  report(lines);
  into.push_back(unreadable(lines));
}

auto Recovery::unreadable(Unit lines) -> const Statement* {
  module_.error_bytes += end_of(lines) - begin_of(lines);
  return converter_.unreadable_statement(begin_of(lines), end_of(lines));
}

auto Recovery::report(Unit lines) -> void {
  const auto begin = begin_of(lines);
  const auto end = end_of(lines);
  // Only the first is told.
  for (const auto& known : module_.problems) {
    if (!known.grammar_behind && known.span.begin <= begin) return;
  }
  const auto lexical =
      std::lower_bound(found_.problems.begin(), found_.problems.end(), begin,
                       [](const LexicalProblem& problem, std::uint32_t at) { return problem.begin < at; });
  // An open bracket is only found out at the end of its statement: what else is wrong before is the reason.
  const LexicalProblem* first = nullptr;
  for (auto at = lexical; at != found_.problems.end() && at->begin < end; ++at) {
    const auto late = [](const LexicalProblem& problem) {
      return problem.message.find("never closed") != std::string::npos;
    };
    if (first == nullptr || (late(*first) && !late(*at))) first = &*at;
    if (!late(*first)) break;
  }
  if (first != nullptr) return converter_.note_problem(first->begin, first->end, first->message);
  for (std::size_t index = 0; index < lines.size(); ++index) {
    const auto& line = lines[index];
    const auto is_last = index + 1 == lines.size();
    if (line.compound && !line.opens && !is_last && lines[index + 1].indent > line.indent) {
      return converter_.note_problem(line.end - 1, line.end, "expected ':'");
    }
    if (line.compound && line.opens && (is_last || lines[index + 1].indent <= line.indent)) {
      return converter_.note_problem(line.begin, line.end, "expected an indented block");
    }
  }
  auto place = std::pair{begin, std::min<std::uint32_t>(lines.front().end, end)};
  if (end - begin <= longest_report) {
    const auto tree = parser_.parse(text_.substr(begin, end - begin));
    const auto error = first_error(ts_tree_root_node(tree.get()));
    place = {begin + ts_node_start_byte(error), begin + ts_node_end_byte(error)};
    place.first = std::min(place.first, end - 1);
    const auto line_end = std::min<std::size_t>(text_.find('\n', place.first), end);
    place.second =
        std::clamp(place.second, place.first + 1, std::max(place.first + 1, static_cast<std::uint32_t>(line_end)));
  }
  converter_.note_problem(place.first, place.second, "invalid syntax");
}

}  // namespace foreshot::python
