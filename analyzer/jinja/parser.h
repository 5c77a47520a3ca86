// Reads the tags and outputs of one template into nodes, by recursive descent. Private to jinja/.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "analyzer/jinja/lexer.h"
#include "analyzer/jinja/tree.h"

namespace foreshot::jinja {

class Parser {
 public:
  Parser(FileId file, std::string_view text, Template& to) : file_(file), text_(text), to_(to), lexer_(text) {}
  auto run() -> void;

 private:
  // ── parser.cpp: pieces, tags, bodies ──
  struct Tag { std::string_view name; std::uint32_t begin = 0, end = 0; };
  auto body(std::vector<std::string_view> ends) -> NodeList;
  auto statement(const Tag& tag) -> const Node*;
  auto body_of(const Tag& tag, std::initializer_list<std::string_view> ends) -> NodeList;
  auto for_tag(const Tag& tag) -> const Node*;
  auto if_tag(const Tag& tag) -> const Node*;
  auto set_tag(const Tag& tag) -> const Node*;
  auto block_tag(const Tag& tag) -> const Node*;
  auto include_tag(const Tag& tag) -> const Node*;
  auto import_tag(const Tag& tag) -> const Node*;
  auto from_tag(const Tag& tag) -> const Node*;
  auto macro_tag(const Tag& tag) -> const Node*;
  auto call_tag(const Tag& tag) -> const Node*;
  auto filter_tag(const Tag& tag) -> const Node*;
  auto with_tag(const Tag& tag) -> const Node*;
  auto trans_tag(const Tag& tag) -> const Node*;
  auto finish_tag(const Tag& tag) -> void;       // the rest of the tag should be empty
  auto context_words(bool otherwise) -> bool;    // with context, without context
  auto parameters() -> std::span<const Parameter>;
  auto unreadable(const Tag& tag) -> const Node*;
  auto gap(std::uint32_t begin, std::uint32_t end, std::string reason) -> void;
  auto belonging(const Node* node) -> const Node*;
  auto closes_something(std::string_view name) const -> bool;

  // ── parser_expression.cpp ──
  auto expression() -> const Expression*;
  auto conditional() -> const Expression*;
  auto disjunction() -> const Expression*;
  auto conjunction() -> const Expression*;
  auto negation() -> const Expression*;
  auto comparison() -> const Expression*;
  auto sum() -> const Expression*;
  auto concatenation() -> const Expression*;
  auto product() -> const Expression*;
  auto power() -> const Expression*;
  auto unary(bool with_filters) -> const Expression*;
  auto primary() -> const Expression*;
  auto postfix(const Expression* value) -> const Expression*;
  auto filters(const Expression* value) -> const Expression*;
  auto filter(const Expression* value) -> const Expression*;
  auto test(const Expression* value) -> const Expression*;
  auto subscript(const Expression* value) -> const Expression*;
  auto slice_or_index() -> const Expression*;
  auto arguments() -> std::span<const Argument>;
  auto tuple(bool with_conditions, std::initializer_list<std::string_view> ends = {}) -> const Expression*;
  auto list() -> const Expression*;
  auto dictionary() -> const Expression*;
  auto target(std::initializer_list<std::string_view> ends) -> const Expression*;
  auto decoded(std::string_view literal) -> std::string_view;
  auto dotted_name() -> std::string_view;
  template <typename To, typename... Fields>
  auto make(ExpressionKind kind, std::uint32_t begin, int depth, Fields... fields) -> const Expression*;
  auto fail() -> const Expression*;

  // ── tokens of the current piece ──
  auto peek(std::size_t ahead = 0) const -> const Token& { return lexer_.tokens()[std::min(token_ + ahead, lexer_.tokens().size() - 1)]; }
  auto take() -> const Token& { const auto& token = peek(); last_end_ = token.end; if (token_ + 1 < lexer_.tokens().size()) ++token_; return token; }
  auto is(Token::Kind kind, std::string_view text) const -> bool { return peek().kind == kind && peek().text == text; }
  auto is_op(std::string_view text) const -> bool { return is(Token::Kind::op, text); }
  auto is_word(std::string_view text) const -> bool { return is(Token::Kind::name, text); }
  auto skip_op(std::string_view text) -> bool { return is_op(text) && (take(), true); }
  auto skip_word(std::string_view text) -> bool { return is_word(text) && (take(), true); }
  auto at_end() const -> bool { return peek().kind == Token::Kind::end; }

  FileId file_;
  std::string_view text_;
  Template& to_;
  Lexer lexer_;
  std::size_t token_ = 0;
  std::uint32_t last_end_ = 0;       // of the token that was taken last
  int nesting_ = 0;                  // calls of the expression grammar in each other
  bool failed_ = false;              // the current tag or output cannot be read
  std::vector<std::vector<std::string_view>> open_;  // the tags that end each body being read, outermost first
  Tag ended_by_;                     // the tag that ended the last body; no name at the end of the text
  std::unordered_map<std::uint32_t, std::size_t> awaited_;  // comments by where the next thing begins
  std::uint32_t piece_end_ = 0;      // of the piece that was read last
};

// The depth of the deepest.
inline auto deepest(std::initializer_list<const Expression*> all) -> int {
  int depth = 0;
  for (const auto* each : all)
    if (each != nullptr) depth = std::max<int>(depth, each->depth);
  return depth;
}
inline auto deepest(const std::vector<const Expression*>& all) -> int {
  int depth = 0;
  for (const auto* each : all) depth = std::max<int>(depth, each->depth);
  return depth;
}
inline auto deepest(std::span<const Argument> all) -> int {
  int depth = 0;
  for (const auto& each : all) depth = std::max<int>(depth, each.value->depth);
  return depth;
}

template <typename To, typename... Fields>
auto Parser::make(ExpressionKind kind, std::uint32_t begin, int depth, Fields... fields) -> const Expression* {
  if (failed_ || depth >= max_depth) return fail();
  const Expression base{kind, static_cast<std::uint8_t>(depth + 1), begin, last_end_};
  if constexpr (std::is_same_v<To, Expression>) return to_.arena.make<Expression>(base);
  else return to_.arena.make<To>(To{base, fields...});
}

}  // namespace foreshot::jinja
