// The typed tree of one Python file: what the interpreter walks. Built in one pass from the parser's tree, which is
// freed at once; no parser type leaves python/. Nodes live in the Module's arena, are never moved and never change;
// every string_view points into the source text or the arena. Positions are byte offsets into SourceFile::text.
//
// Depth is bounded: below max_depth nested expressions or statements a subtree becomes one Unreadable node, so that
// walkers may recurse without a limit of their own. The one exception is Binary: a chain `a + b + c` nests to the left up
// to longest_chain levels deep; walk its left operands in a loop.
//
// A text with a syntax error is read but for the statements, or heads of compound statements, that hold one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/arena.h"
#include "analyzer/base/span.h"
#include "analyzer/facts/gap.h"

namespace foreshot::python {

inline constexpr int max_depth = 200;
inline constexpr int longest_chain = 4096;  // levels of Binary; operands of one Boolean; beyond: unreadable

// ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────────

enum class ExpressionKind : std::uint8_t {
  name, string, number, true_, false_, none, ellipsis, attribute, subscript, slice, call, unary, binary, boolean,
  compare, conditional, lambda, list, tuple, set, dictionary, comprehension, starred, await_, yield_, named,
  unreadable,
};

struct Expression {
  ExpressionKind kind;
  std::uint32_t begin;
  std::uint32_t end;
};
using ExpressionList = std::span<const Expression* const>;

struct Name : Expression { std::string_view id; };

// A part of a string: text between braces, or an interpolated expression.
struct StringPart {
  std::string_view text;             // decoded (escapes resolved); empty for an interpolation
  std::uint32_t begin, end;          // bytes of the source
  bool verbatim;                     // text is the source's bytes
  const Expression* value;           // the interpolated expression, or null
  char conversion;                   // 'r', 's', 'a' or 0
  std::span<const StringPart> format;  // format spec, may hold interpolations
  bool debug;                        // f"{x=}"
};
// One or several adjacent literals ("a" "b" f"{c}"): their parts in order. A run of escapes-free text is one part; an empty
// literal has none. \N{…} reads as U+FFFD, as do halves of surrogate pairs.
struct String : Expression {
  std::span<const StringPart> parts;
  bool bytes;
  bool interpolated;    // at least one f-string among them
  bool template_;       // t-string: its value is no str
};

struct Number : Expression { std::string_view text; };

struct Attribute : Expression {
  const Expression* value;
  std::string_view name;
  std::uint32_t name_begin;          // the attribute's own bytes: [name_begin, end)
};

struct Subscript : Expression { const Expression* value; ExpressionList indexes; };  // x[a, b]: two indexes
struct Slice : Expression { const Expression *lower, *upper, *step; };               // each may be null

struct Argument {
  enum class Star : std::uint8_t { none, one, two };
  std::string_view name;             // empty: positional
  Star star;
  const Expression* value;
  std::uint32_t begin, end;          // name included
};
struct Call : Expression {
  const Expression* callee;
  std::span<const Argument> arguments;
};

struct Unary : Expression { std::string_view op; const Expression* operand; };        // "-", "+", "~", "not"
struct Binary : Expression { std::string_view op; const Expression *left, *right; };  // "+", "%", "|", "//", …
struct Boolean : Expression { bool is_and; ExpressionList operands; };
struct Compare : Expression {
  ExpressionList operands;                     // n + 1
  std::span<const std::string_view> ops;       // n: "==", "!=", "<", "in", "not in", "is", "is not", …
};
struct Conditional : Expression { const Expression *body, *test, *otherwise; };  // body if test else otherwise

struct Parameter {
  enum class Star : std::uint8_t { none, one, two };
  std::string_view name;
  Star star;
  bool keyword_only;
  bool positional_only;
  const Expression* annotation;      // or null
  const Expression* default_value;   // or null
};
using ParameterList = std::span<const Parameter>;

struct Lambda : Expression { ParameterList parameters; const Expression* body; };
struct Sequence : Expression { ExpressionList elements; };  // list, tuple, set

struct DictionaryEntry { const Expression* key; const Expression* value; };  // key null: **value
struct Dictionary : Expression { std::span<const DictionaryEntry> entries; };

struct ComprehensionClause {
  const Expression* target;          // null: a condition
  const Expression* iterable;        // or the condition
  bool async;
  std::uint32_t begin, end;
};
struct Comprehension : Expression {
  enum class Result : std::uint8_t { list, set, dictionary, generator } result;
  const Expression* element;         // the key of a dictionary
  const Expression* value;           // of a dictionary, else null
  std::span<const ComprehensionClause> clauses;
};

struct Starred : Expression { const Expression* value; };
struct Await : Expression { const Expression* value; };
struct Yield : Expression { const Expression* value; bool from; };      // value may be null
struct Named : Expression { const Name* target; const Expression* value; };

// ── statements ───────────────────────────────────────────────────────────────────────────────────────────────────

enum class StatementKind : std::uint8_t {
  expression, assign, augmented, annotated, return_, if_, for_, while_, with, try_, function, class_, import_,
  import_from, pass, break_, continue_, raise, delete_, global, nonlocal, assert_, match, type_alias, unreadable,
};

struct Statement {
  StatementKind kind;
  std::uint32_t begin;
  std::uint32_t end;
};
using StatementList = std::span<const Statement* const>;

struct ExpressionStatement : Statement { const Expression* value; };
struct Assign : Statement { ExpressionList targets; const Expression* value; };        // a = b = value: two targets
struct Augmented : Statement { const Expression* target; std::string_view op; const Expression* value; };  // "+=" → "+"
struct Annotated : Statement { const Expression* target; const Expression* annotation; const Expression* value; };  // value may be null
struct Return : Statement { const Expression* value; };  // may be null
struct If : Statement { const Expression* test; StatementList body; StatementList otherwise; };  // elif: an If in otherwise
struct For : Statement {
  const Expression *target, *iterable;
  StatementList body, otherwise;
  bool async;
  std::uint32_t header_end;          // end of the iterable: [begin, header_end) is the loop's head
};
struct While : Statement { const Expression* test; StatementList body, otherwise; };
struct WithItem { const Expression* context; const Expression* target; };  // target may be null
struct With : Statement { std::span<const WithItem> items; StatementList body; bool async; };
struct Handler { const Expression* type; std::string_view name; StatementList body; std::uint32_t begin; };
struct Try : Statement { StatementList body; std::span<const Handler> handlers; StatementList otherwise, finally; };
// A decorated function or class begins with its first decorator.
struct Function : Statement {
  std::string_view name;
  std::uint32_t name_begin;
  ParameterList parameters;
  const Expression* returns;         // annotation or null
  StatementList body;
  ExpressionList decorators;
  bool async;
  bool generator;                    // holds a yield of its own
};
struct Class : Statement {
  std::string_view name;
  std::uint32_t name_begin;
  std::span<const Argument> bases;   // keyword arguments included
  StatementList body;
  ExpressionList decorators;
};
struct ImportedName { std::string_view name; std::string_view as; std::uint32_t begin, end; };  // as: empty when not given
struct Import : Statement { std::span<const ImportedName> names; };
struct ImportFrom : Statement {
  std::string_view module;           // without the dots
  std::uint32_t level;               // number of leading dots
  std::span<const ImportedName> names;
  bool star;
};
struct Raise : Statement { const Expression *exception, *cause; };
struct Delete : Statement { ExpressionList targets; };
struct Scope : Statement { std::span<const std::string_view> names; };  // global, nonlocal
struct Assert : Statement { const Expression *test, *message; };
// A pattern has the shape of the expression it resembles: `A(x=1)` a call, `[a, *b]` a list, `{"k": v, **r}` a dictionary,
// `a | b` a binary, `p as n` a Named, captures and `_` names.
struct MatchCase { const Expression* pattern; const Expression* guard; StatementList body; };  // pattern may be null
struct Match : Statement { const Expression* subject; std::span<const MatchCase> cases; };
struct TypeAlias : Statement { std::string_view name; const Expression* value; };

// The typed view of a node; null if it is of another kind.
template <typename To>
auto as(const Expression* node, ExpressionKind kind) -> const To* {
  return node != nullptr && node->kind == kind ? static_cast<const To*>(node) : nullptr;
}
template <typename To>
auto as(const Statement* node, StatementKind kind) -> const To* {
  return node != nullptr && node->kind == kind ? static_cast<const To*>(node) : nullptr;
}

struct Module {
  FileId file = no_file;
  Arena arena;
  StatementList body;
  std::string_view docstring;              // decoded; empty when there is none
  Span docstring_span;
  std::vector<Comment> comments;           // of the Python text, in order
  std::vector<SyntaxProblem> problems;     // at most one that is not grammar_behind
  std::size_t error_bytes = 0;             // bytes inside unreadable statements
};

// Reads one file. Never fails: what cannot be parsed is an unreadable node, and problems says so. `text` must outlive
// the Module. Linear in the text's size; thread-safe.
auto parse(FileId file, std::string_view text) -> std::unique_ptr<Module>;

// Parses and frees, building nothing: the yardstick of tests/bench.
auto parse_only(std::string_view text) -> void;

}  // namespace foreshot::python
