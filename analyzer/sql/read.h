// Reads SQL text into Actions with PostgreSQL's own parser (the grammar of PostgreSQL 18). No parser type leaves sql/.
//
// Input is text as a driver gets it, possibly with holes. Before parsing, placeholders are normalised by `Binds`, holes
// are replaced by names that cannot occur, comments are kept; every span of the result maps back through the
// MappedText to bytes of the user's files. One text may hold many statements: a syntax error in one does not hide the
// others. Never throws, never recurses without a bound, thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/mapped_text.h"
#include "analyzer/facts/action.h"
#include "analyzer/facts/gap.h"

namespace foreshot::sql {

// How placeholders and escapes are written in the text.
enum class Binds : std::uint8_t {
  none,  // as PostgreSQL sees it: rendered text, files run by psql
  sqlalchemy,  // text(): `:name` is a parameter, `\:` is a colon, `::` a cast, '%' is plain
  driver,  // exec_driver_sql, cursor.execute: `%s`, `%(name)s`, `%%` for a percent sign
};

struct Reading {
  std::vector<Statement> statements;  // in order; those that cannot be read are Unreadable or SyntaxError actions
  std::vector<Comment> comments;  // `--` comments with spans in the user's files
  bool complete = true;  // no holes anywhere
  bool understood = true;  // every statement became an Action that is neither Unreadable nor SyntaxError
};

// `fallback` is the span for statements that no file spells (rendered text): usually the call.
auto read(const MappedText& text, Binds binds, Span fallback) -> Reading;

// The expression in `x DEFAULT <text>`, `CHECK (<text>)`, `WHERE <text>`; Kind::hole if it cannot be parsed.
auto read_expression(const MappedText& text) -> Expression;

// A type name as in `ALTER COLUMN c TYPE <text>`; unknown name if it cannot be parsed.
auto read_type(std::string_view text) -> TypeName;

// The identifier as PostgreSQL prints it: quoted when it has to be (reserved words, upper case, odd characters).
auto quote_identifier(std::string_view name) -> std::string;

// 'text' as an SQL string literal.
auto quote_literal(std::string_view text) -> std::string;

}  // namespace foreshot::sql
