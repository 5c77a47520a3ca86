// One statement, from its tokens to what it does.
#pragma once

#include <functional>
#include <map>
#include <string_view>
#include <vector>

#include "analyzer/facts/action.h"
#include "analyzer/sql/lexer.h"
#include "analyzer/sql/source.h"

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

// EXECUTE of an expression in PL/pgSQL: the text it builds, unknown where it is not constant.
// `tokens` are those of the expression.
// `constants`: variables of the block that are strings from their declaration on.
using Constants = std::map<std::string, Token, std::less<>>;
auto executed_text(const Source& source, Tokens tokens, const Constants& constants) -> Source;

// Verb and table of a statement that does not parse.
auto outline(const Source& source, Tokens tokens) -> Unreadable;

}  // namespace foreshot::sql
