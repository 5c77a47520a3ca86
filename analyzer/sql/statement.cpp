#include "analyzer/sql/statement.h"

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>

#include "analyzer/sql/holes.h"
#include "analyzer/sql/parse.h"
#include "analyzer/sql/tree_reader.h"

namespace foreshot::sql {
namespace {

// Statements that hold others: semicolons inside belong to them.
class Nesting {
 public:
  Nesting(std::string_view text, Tokens tokens) : text_(text), tokens_(tokens) {}

  auto begin_statement() -> void {
    first_words_ = 0;
    routine_ = rule_ = false;
    parentheses_ = blocks_ = 0;
  }

  auto token(std::size_t at) -> void {
    const auto& token = tokens_[at];
    if (token.kind == Token::Kind::open) ++parentheses_;
    if (token.kind == Token::Kind::close && parentheses_ > 0) --parentheses_;
    if (token.kind != Token::Kind::word) return;
    constexpr int head = 4;  // CREATE OR REPLACE FUNCTION
    if (first_words_ == 0 && !is_word(text_, token, "create")) first_words_ = head;
    if (first_words_ < head) {
      ++first_words_;
      routine_ = routine_ || is_word(text_, token, "function") || is_word(text_, token, "procedure");
      rule_ = rule_ || is_word(text_, token, "rule");
    } else if (routine_) {
      // CREATE FUNCTION … BEGIN ATOMIC … END
      if (is_word(text_, token, "begin") && is_word(text_, tokens_, at + 1, "atomic"))
        ++blocks_;
      else if (blocks_ > 0 && is_word(text_, token, "case"))
        ++blocks_;
      else if (blocks_ > 0 && is_word(text_, token, "end"))
        --blocks_;
    }
  }

  auto holds_semicolon() const -> bool { return blocks_ > 0 || (rule_ && parentheses_ > 0); }

 private:
  std::string_view text_;
  Tokens tokens_;
  int first_words_ = 0;
  bool routine_ = false;
  bool rule_ = false;
  int parentheses_ = 0;
  int blocks_ = 0;
};

auto hole(std::string text) -> Expression {
  Expression expression;
  expression.kind = Expression::Kind::hole;
  expression.text = std::move(text);
  return expression;
}

// An unknown part was left out for the text to parse, so the statement may say more than its tree. True when the
// action says so too, or when what is left out cannot change what it says.
auto mark_left_out(Action& action, bool inside) -> bool {
  if (auto* dml = std::get_if<Dml>(&action)) {
    if (dml->verb == Dml::Verb::insert || dml->verb == Dml::Verb::copy) return true;
    if (!dml->where.exists()) {
      dml->where = hole("{…}");
    } else {
      Expression both;
      both.kind = Expression::Kind::operation;
      both.text = "AND";
      both.arguments.push_back(std::move(dml->where));
      both.arguments.push_back(hole("{…}"));
      dml->where = std::move(both);
    }
    return true;
  }
  if (std::holds_alternative<CreateTable>(action)) return true;
  if (inside) return false;
  if (auto* index = std::get_if<CreateIndex>(&action)) {
    if (!index->predicate.exists()) index->predicate = hole("{…}");
    return true;
  }
  return std::holds_alternative<DropObject>(action) || std::holds_alternative<Truncate>(action) ||
         std::holds_alternative<CreateView>(action) || std::holds_alternative<RefreshMaterializedView>(action) ||
         std::holds_alternative<CommentOn>(action) || std::holds_alternative<CreateFunction>(action) ||
         std::holds_alternative<CreateTrigger>(action) || std::holds_alternative<CreateExtension>(action) ||
         std::holds_alternative<CreateSchema>(action) || std::holds_alternative<CreateSequence>(action);
}

auto unreadable_after(Action parsed, const Source& source, Tokens tokens) -> Unreadable {
  auto result = outline(source, tokens);
  result.verb = command_tag(parsed);
  if (const auto* table = target_table(parsed)) result.table = *table;
  return result;
}

// Does the statement begin with an unknown part, so that not even its verb is known?
auto begins_unknown(const Source& source, Tokens tokens) -> bool {
  const auto& first = tokens.front();
  if (first.kind != Token::Kind::word || !first.hole) return false;
  const auto range = source.unknowns(first.begin, first.end);
  for (auto index = range.first; index < range.last; ++index)
    if (source.unknown(index).alternatives.empty()) return true;
  return false;
}

auto read_incomplete(const Source& source, Tokens tokens, bool& complete) -> Action {
  if (begins_unknown(source, tokens)) {
    complete = false;
    return outline(source, tokens);
  }
  Replacements replacements(source, tokens);
  for (;;) {
    const auto prepared = replacements.prepare();
    const Parse parse(prepared.text);
    if (auto* root = parse.root()) {
      auto action = TreeReader(source, tokens, prepared).action(root);
      complete = prepared.standing == Prepared::Standing::settled ||
                 (prepared.standing == Prepared::Standing::value && std::holds_alternative<Dml>(action));
      if (!prepared.vanished || mark_left_out(action, prepared.vanished_inside)) return action;
      return unreadable_after(std::move(action), source, tokens);
    }
    const auto position = parse.ok() ? static_cast<std::uint32_t>(prepared.text.size()) : parse.position();
    if (!replacements.advance(prepared, position)) break;
  }
  complete = false;
  return outline(source, tokens);
}

// A placeholder in a style that this text was not expected to have: `:name`, `%s`, `%(name)s`, `?`.
auto has_foreign_placeholder(std::string_view text, Tokens tokens) -> bool {
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    if (tokens[at].kind != Token::Kind::symbol) continue;
    const auto sign = text_of(text, tokens[at]);
    if (sign == "?") return true;
    if (at + 1 == tokens.size() || tokens[at + 1].begin != tokens[at].end) continue;
    const auto next = tokens[at + 1].kind;
    if (sign == ":" && next == Token::Kind::word) return true;
    if (sign.back() == '%' && (next == Token::Kind::open || is_word(text, tokens[at + 1], "s"))) return true;
  }
  return false;
}

auto read_complete(const Source& source, Tokens tokens) -> Action {
  Prepared prepared;
  prepared.begin = tokens.front().begin;
  prepared.text = std::string(source.text().substr(prepared.begin, tokens.back().end - prepared.begin));
  const Parse parse(prepared.text);
  if (auto* root = parse.root()) return TreeReader(source, tokens, prepared).action(root);
  if (parse.ok()) return outline(source, tokens);
  if (parse.gave_up()) {
    auto result = outline(source, tokens);
    result.reason = "too deeply nested";
    return result;
  }
  if (has_foreign_placeholder(source.text(), tokens)) {
    auto result = outline(source, tokens);
    result.reason = "a parameter is not where or how this text can have one";
    return result;
  }
  return SyntaxError{parse.message(), parse.position()};
}

// What the server's scanner cuts: NAMEDATALEN less the end of the string.
auto long_names(std::string_view text, Tokens tokens) -> std::vector<std::string> {
  constexpr std::size_t longest = 63;
  std::vector<std::string> names;
  for (const auto& token : tokens) {
    if (token.hole || token.end - token.begin <= longest) continue;
    auto name = text_of(text, token);
    if (token.kind == Token::Kind::quoted_word && name.front() == '"' && token.closed) {
      name = name.substr(1, name.size() - 2);
    } else if (token.kind != Token::Kind::word) {
      continue;
    }
    if (name.size() > longest) names.emplace_back(name);
  }
  return names;
}

}  // namespace

auto split(std::string_view text, Tokens tokens) -> std::vector<Tokens> {
  std::vector<Tokens> statements;
  Nesting nesting(text, tokens);
  nesting.begin_statement();
  std::size_t first = 0;
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    if (tokens[at].kind != Token::Kind::semicolon || nesting.holds_semicolon()) {
      nesting.token(at);
      continue;
    }
    if (at > first) statements.push_back(tokens.subspan(first, at - first));
    first = at + 1;
    nesting.begin_statement();
  }
  if (tokens.size() > first) statements.push_back(tokens.subspan(first));
  return statements;
}

auto read_statement(const Source& source, Tokens tokens, Span fallback, unsigned depth) -> Statement {
  Statement statement;
  const auto begin = tokens.front().begin;
  const auto end = tokens.back().end;
  statement.sql = source.display(begin, end);
  statement.span = source.span(begin, end);
  if (!statement.span.known()) statement.span = fallback;
  const bool has_unknown = !source.unknowns(begin, end).empty();
  statement.complete = !has_unknown;
  statement.long_names = long_names(source.text(), tokens);
  if (is_block(source.text(), tokens) && depth < deepest_statement)
    statement.action = read_block(source, tokens, statement.span, depth);
  else if (has_unknown)
    statement.action = read_incomplete(source, tokens, statement.complete);
  else
    statement.action = read_complete(source, tokens);
  if (auto* function = std::get_if<CreateFunction>(&statement.action); function != nullptr && depth < deepest_statement)
    function->code = read_code(source, tokens, function->language, statement.span, depth);
  return statement;
}

auto read_statements(const Source& source, Tokens tokens, Span fallback, unsigned depth) -> std::vector<Statement> {
  std::vector<Statement> statements;
  for (const auto part : split(source.text(), tokens))
    statements.push_back(read_statement(source, part, fallback, depth));
  return statements;
}

}  // namespace foreshot::sql
