// The typed tree of one Jinja template: what the load model walks when Python renders it. Built in one pass; nodes live in
// the Template's arena, are never moved and never change; every string_view points into the source text or the arena.
// Positions are byte offsets into SourceFile::text.
//
// Depth is bounded: an expression is at most max_depth nodes deep, and so are statements in each other, so that walkers
// may recurse without a limit of their own. What cannot be read is an Unreadable node and a gap; tags nest as they close.
//
// The grammar is that of Jinja 3 with the extensions i18n, do, loopcontrols and debug, and with its own delimiters:
// line statements and other delimiters are text here. White space control only changes text, of which the bytes are kept.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/arena.h"
#include "analyzer/base/span.h"
#include "analyzer/facts/gap.h"

namespace foreshot::jinja {

inline constexpr int max_depth = 100;

// ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────────

enum class ExpressionKind : std::uint8_t {
  name, string, number, true_, false_, none, list, tuple, dictionary, attribute, subscript, slice, call, filter, test,
  unary, binary, boolean, compare, conditional, unreadable,
};

struct Expression {
  ExpressionKind kind;
  std::uint8_t depth;      // of the subtree, 1 for a leaf
  std::uint32_t begin;
  std::uint32_t end;
};
using ExpressionList = std::span<const Expression* const>;

struct Name : Expression { std::string_view id; };
struct String : Expression { std::string_view text; };    // decoded; adjacent literals are one
struct Number : Expression { std::string_view text; };
struct Sequence : Expression { ExpressionList elements; };  // list, tuple
struct DictionaryEntry { const Expression* key; const Expression* value; };
struct Dictionary : Expression { std::span<const DictionaryEntry> entries; };

struct Attribute : Expression {       // x.name, x.0
  const Expression* value;
  std::string_view name;
};
struct Subscript : Expression { const Expression *value, *index; };  // x[a, b]: a tuple
struct Slice : Expression { const Expression *lower, *upper, *step; };  // each may be null

struct Argument {
  enum class Star : std::uint8_t { none, one, two };
  std::string_view name;              // empty: positional
  Star star;
  const Expression* value;
};
struct Call : Expression {
  const Expression* callee;
  std::span<const Argument> arguments;
};
// x|name(…), and x is name(…). The value is null for the filter of a filter or set block.
struct Filter : Expression {
  const Expression* value;
  std::string_view name;              // dotted as written
  std::span<const Argument> arguments;
};
struct Test : Expression {
  const Expression* value;
  std::string_view name;
  std::span<const Argument> arguments;
  bool negated;
};
struct Unary : Expression { std::string_view op; const Expression* operand; };        // "-", "+", "not"
struct Binary : Expression { std::string_view op; const Expression *left, *right; };  // "+", "~", "**", …
struct Boolean : Expression { bool is_and; const Expression *left, *right; };
struct Compare : Expression {
  ExpressionList operands;                  // n + 1
  std::span<const std::string_view> ops;    // n: "==", "<", "in", "not in", …
};
struct Conditional : Expression { const Expression *body, *test, *otherwise; };  // otherwise may be null

// ── statements ───────────────────────────────────────────────────────────────────────────────────────────────────

enum class NodeKind : std::uint8_t {
  text, output, for_, if_, set, set_block, block, extends, include, import_, from_import, macro, call_block, filter_block,
  with, scope, do_, trans, break_, continue_, unreadable,
};

// [begin, end) holds the tags and all between them.
struct Node {
  NodeKind kind;
  std::uint32_t begin;
  std::uint32_t end;
};
using NodeList = std::span<const Node* const>;

struct Text : Node {};
struct Output : Node { const Expression* value; };       // {{ value }}
struct For : Node {
  const Expression *target, *iterable, *test;            // test may be null
  NodeList body, otherwise;
  bool recursive;
  std::uint32_t head_begin, head_end;                    // `for x in xs`, without the braces
};
struct If : Node { const Expression* test; NodeList body, otherwise; };  // elif: an If in otherwise
struct Set : Node { const Expression *target, *value; };
struct SetBlock : Node { const Expression *target, *filter; NodeList body; };  // filter may be null
struct Block : Node { std::string_view name; NodeList body; bool scoped, required; };
struct Extends : Node { const Expression* parent; };
struct Include : Node { const Expression* names; bool ignore_missing, with_context; };
struct Import : Node { const Expression* from; std::string_view as; bool with_context; };
struct ImportedName { std::string_view name, as; };      // as: empty when not given
struct FromImport : Node { const Expression* from; std::span<const ImportedName> names; bool with_context; };

struct Parameter { std::string_view name; const Expression* default_value; };  // the default may be null
struct Macro : Node { std::string_view name; std::span<const Parameter> parameters; NodeList body; };
struct CallBlock : Node { std::span<const Parameter> parameters; const Expression* call; NodeList body; };
struct FilterBlock : Node { const Expression* filter; NodeList body; };
struct Assignment { const Expression *target, *value; };
struct With : Node { std::span<const Assignment> assignments; NodeList body; };
struct Scope : Node { NodeList body; };                  // autoescape
struct Do : Node { const Expression* value; };
struct Trans : Node { std::span<const Assignment> assignments; NodeList singular, plural; };

// The typed view of a node; null if it is of another kind.
template <typename To>
auto as(const Expression* node, ExpressionKind kind) -> const To* {
  return node != nullptr && node->kind == kind ? static_cast<const To*>(node) : nullptr;
}
template <typename To>
auto as(const Node* node, NodeKind kind) -> const To* {
  return node != nullptr && node->kind == kind ? static_cast<const To*>(node) : nullptr;
}

// A tag or an output that was not understood, and why.
struct Unread {
  Span span;
  std::string reason;
};

struct Template {
  FileId file = no_file;
  Arena arena;
  NodeList body;
  std::vector<Comment> comments;     // {# … #}, in order
  std::vector<Unread> gaps;          // at most a hundred
  auto span(const Expression* node) const -> Span { return {file, node->begin, node->end}; }
  auto span(const Node* node) const -> Span { return {file, node->begin, node->end}; }
};

// Reads one template. Never fails. `text` must outlive the Template. Linear in the text's size; thread-safe.
auto parse(FileId file, std::string_view text) -> std::unique_ptr<Template>;

// The tree as one line for each statement, for tests.
auto dump(const Template& tree) -> std::string;

}  // namespace foreshot::jinja
