#include "analyzer/driver/sql_comments.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

namespace foreshot::driver {
namespace {

constexpr std::string_view lead = "foreshot:";

// Where the comment begins whose directive stands at `at`: at "--" before it, or npos.
auto comment_begin(std::string_view text, std::size_t at) -> std::size_t {
  auto begin = at;
  while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t')) --begin;
  return begin >= 2 && text[begin - 1] == '-' && text[begin - 2] == '-' ? begin - 2 : std::string_view::npos;
}

auto in_python_comment(const std::vector<Comment>& comments, std::size_t at) -> bool {
  return std::any_of(comments.begin(), comments.end(), [&](const Comment& comment) {
    return !comment.sql && comment.span.begin <= at && at < comment.span.end;
  });
}

auto owner(const std::vector<Span>& statements, const Comment& comment, std::string_view text) -> Span {
  const Span* inside = nullptr;
  const Span* before = nullptr;
  const Span* after = nullptr;
  for (const auto& span : statements) {
    if (span.begin <= comment.span.begin && comment.span.begin < span.end) {
      if (inside == nullptr || span.size() < inside->size()) inside = &span;
    } else if (span.end <= comment.span.begin) {
      const auto between = text.substr(span.end, comment.span.begin - span.end);
      if (between.find('\n') == std::string_view::npos && (before == nullptr || span.end > before->end)) before = &span;
    } else if (span.begin >= comment.span.end && (after == nullptr || span.begin < after->begin)) {
      after = &span;
    }
  }
  if (!comment.own_line && before != nullptr) return *before;
  if (inside != nullptr) return *inside;
  return after != nullptr ? *after : Span{};
}

auto collect(const Body& body, std::map<FileId, std::vector<Span>>& to) -> void {
  for (const auto& operation : body.operations)
    for (const auto& statement : operation.statements)
      if (statement.span.known()) to[statement.span.file].push_back(statement.span);
}

}  // namespace

auto add_sql_comments(Project& project) -> void {
  std::map<FileId, std::vector<Span>> statements;
  for (const auto& tree : project.trees)
    for (const auto& revision : tree.source.revisions) {
      collect(revision.upgrade, statements);
      collect(revision.downgrade, statements);
    }
  for (const auto& [file, spans] : statements) {
    const std::string_view text = project.sources.file(file).text;
    std::vector<Comment> found;
    for (auto at = text.find(lead); at != std::string_view::npos; at = text.find(lead, at + 1)) {
      const auto begin = comment_begin(text, at);
      const auto known = project.comments.find(file);
      if (begin == std::string_view::npos || (known != project.comments.end() && in_python_comment(known->second, begin))) continue;
      // The text ends with its line, or with the literal that holds it.
      auto end = text.find_first_of("\r\n", at);
      if (end == std::string_view::npos) end = text.size();
      if (const auto close = text.substr(0, end).find_first_of("\"\\", at); close != std::string_view::npos) end = close;
      Comment comment;
      comment.sql = true;
      comment.span = {file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
      const auto line = text.rfind('\n', begin);
      const auto first = line == std::string_view::npos ? 0 : line + 1;
      comment.own_line = text.substr(first, begin - first).find_first_not_of(" \t") == std::string_view::npos;
      comment.statement = owner(spans, comment, text);
      found.push_back(comment);
    }
    if (found.empty()) continue;
    auto& all = project.comments[file];
    all.insert(all.end(), found.begin(), found.end());
    std::sort(all.begin(), all.end(), [](const Comment& a, const Comment& b) { return a.span.begin < b.span.begin; });
  }
}

}  // namespace foreshot::driver
