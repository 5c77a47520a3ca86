#include "analyzer/sql/read.h"

#include <algorithm>
#include <string>
#include <utility>

#include "analyzer/sql/holes.h"
#include "analyzer/sql/parse.h"
#include "analyzer/sql/source.h"
#include "analyzer/sql/statement.h"
#include "analyzer/sql/tree_reader.h"

#include "analyzer/sql/tree.h"

namespace foreshot::sql {
namespace {

auto is_blank(char c) -> bool { return c == ' ' || c == '\t' || c == '\f' || c == '\v'; }

// Is there nothing but white space before `offset` on its line?
auto begins_line(std::string_view text, std::uint32_t offset) -> bool {
  while (offset > 0 && is_blank(text[offset - 1])) --offset;
  return offset == 0 || text[offset - 1] == '\n' || text[offset - 1] == '\r';
}

// Each comment with the statement it lies in or trails; on a line of its own, with the next one.
auto comments_of(const Source& source, const Lexed& lexed, const std::vector<Tokens>& parts,
                 const std::vector<Statement>& statements) -> std::vector<Comment> {
  std::vector<Comment> comments;
  std::size_t next = 0;  // the first statement that ends behind the comment
  for (const auto& token : lexed.comments) {
    while (next < parts.size() && parts[next].back().end <= token.begin) ++next;
    Comment comment;
    comment.span = source.span(token.begin, token.end);
    if (!comment.span.known()) continue;
    comment.sql = true;
    comment.own_line = begins_line(source.text(), token.begin);
    const bool inside = next < parts.size() && parts[next].front().begin < token.begin;
    if (!inside && !comment.own_line && next > 0)
      comment.statement = statements[next - 1].span;
    else if (next < parts.size())
      comment.statement = statements[next].span;
    comments.push_back(comment);
  }
  return comments;
}

auto understood(const std::vector<Statement>& statements) -> bool {
  return std::all_of(statements.begin(), statements.end(), [](const Statement& statement) {
    if (const auto* block = std::get_if<Block>(&statement.action)) return block->understood;
    return !std::holds_alternative<Unreadable>(statement.action) &&
           !std::holds_alternative<SyntaxError>(statement.action);
  });
}

}  // namespace

auto read(const MappedText& text, Binds binds, Span fallback) -> Reading {
  Reading reading;
  reading.complete = text.complete();
  const Source source(text, binds);
  const auto lexed = lex(source.text());
  const auto parts = split(source.text(), lexed.tokens);
  reading.statements.reserve(parts.size());
  for (const auto part : parts) reading.statements.push_back(read_statement(source, part, fallback));
  reading.comments = comments_of(source, lexed, parts, reading.statements);
  reading.understood = understood(reading.statements);
  return reading;
}

auto read_expression(const MappedText& text) -> Expression {
  const Source written(text, Binds::none);
  Expression unknown;
  unknown.kind = Expression::Kind::hole;
  unknown.text = written.display(0, written.text().size());
  Source source(&text);
  source.write("SELECT (", {});
  source.append(written, 0, written.text().size());
  source.write("\n)", {});
  const auto lexed = lex(source.text());
  const Tokens tokens = lexed.tokens;
  constexpr std::size_t around = 3;
  if (tokens.size() <= around || split(source.text(), tokens).size() != 1) return unknown;
  Replacements replacements(source, tokens);
  for (;;) {
    const auto prepared = replacements.prepare();
    const Parse parse(prepared.text);
    if (const auto* root = parse.root(); root != nullptr && tag_of(root) == T_SelectStmt && !prepared.vanished) {
      const auto* select = as<const ::SelectStmt>(root);
      // The text may close the parenthesis and go on: that is no expression.
      const bool alone = length_of(select->targetList) == 1 && select->fromClause == nullptr &&
                         select->whereClause == nullptr && select->op == SETOP_NONE && select->sortClause == nullptr &&
                         select->intoClause == nullptr;
      if (!alone) return unknown;
      return TreeReader(source, tokens, prepared).expression(item<::ResTarget>(select->targetList, 0)->val);
    }
    if (!replacements.advance(prepared, parse.ok() ? 0 : parse.position())) return unknown;
  }
}

auto read_type(std::string_view text) -> TypeName {
  TypeName unknown;
  unknown.name = Identifier::unknown(std::string(text));
  std::string written(text);
  std::replace(written.begin(), written.end(), '\0', ' ');
  if (written.find(MappedText::hole_byte) != std::string::npos) return unknown;
  const Parse parse(written, Parse::Mode::type_name);
  const auto* root = parse.root();
  if (root == nullptr || tag_of(root) != T_TypeName) return unknown;
  const MappedText nowhere;
  const Source source(&nowhere);
  const Prepared prepared;
  return TreeReader(source, {}, prepared).type(as<const ::TypeName>(root));
}

}  // namespace foreshot::sql
