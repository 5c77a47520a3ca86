// One statement, from its tokens to what it does.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts/action.h"
#include "analyzer/sql/lexer.h"
#include "analyzer/sql/source.h"
#include "analyzer/sql/variables.h"

namespace foreshot::sql {

// How deep statements may lie in statements: DO in EXECUTE in DO …
inline constexpr unsigned deepest_statement = 4;

// The tokens of each statement, without the semicolons; empty statements are left out.
auto split(std::string_view text, Tokens tokens) -> std::vector<Tokens>;

auto read_statement(const Source& source, Tokens tokens, Span fallback, unsigned depth = 0) -> Statement;
auto read_statements(const Source& source, Tokens tokens, Span fallback, unsigned depth = 0) -> std::vector<Statement>;

// DO [LANGUAGE x] '…': the statements of its body.
auto is_block(std::string_view text, Tokens tokens) -> bool;
auto read_block(const Source& source, Tokens tokens, Span fallback, unsigned depth) -> Block;

// What a call of the function that CREATE FUNCTION makes runs: the statements of its body, in PL/pgSQL or SQL. Nothing for
// other languages and for trigger functions, which nobody calls.
auto read_code(const Source& source, Tokens tokens, const std::string& language, Span fallback, unsigned depth)
    -> std::shared_ptr<const Block>;

// EXECUTE of an expression in PL/pgSQL: the text it builds, unknown where it is not constant.
// `tokens` are those of the expression.
// `constants`: variables of the block whose text is known.
auto executed_text(const Source& source, Tokens tokens, const Constants& constants) -> Source;

// Verb and table of a statement that does not parse.
auto outline(const Source& source, Tokens tokens) -> Unreadable;

}  // namespace foreshot::sql
