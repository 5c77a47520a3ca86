// DO blocks. PL/pgSQL is read from its tokens: control structures are followed, declarations and assignments are
// passed over, and what is sent to the database becomes a statement.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "analyzer/sql/statement.h"

namespace foreshot::sql {
namespace {

auto is_string(const Token& token) -> bool {
  return token.kind == Token::Kind::string || token.kind == Token::Kind::escape_string ||
         token.kind == Token::Kind::dollar_string;
}

class BlockReader {
 public:
  BlockReader(const Source& body, Span fallback, unsigned depth)
      : source_(body),
        text_(body.text()),
        lexed_(lex(body.text())),
        tokens_(lexed_.tokens),
        fallback_(fallback),
        depth_(depth) {}

  auto run() -> Block {
    while (at_ < tokens_.size()) step();
    block_.understood = block_.understood && frames_.empty();
    return std::move(block_);
  }

 private:
  enum class Frame : std::uint8_t { block, handlers, branch, choice, loop };

  auto word(std::string_view expected, std::size_t ahead = 0) const -> bool {
    return is_word(text_, tokens_, at_ + ahead, expected);
  }

  auto conditional() const -> bool {
    return returned_ || std::any_of(frames_.begin(), frames_.end(), [](Frame frame) { return frame != Frame::block; });
  }

  auto step() -> void {
    if (tokens_[at_].kind == Token::Kind::semicolon) {
      ++at_;
      return;
    }
    if (text_of(text_, tokens_[at_]) == "<<") {
      constexpr std::size_t label = 3;
      at_ += label;
    } else if (word("declare")) {
      ++at_;
      while (at_ < tokens_.size() && !word("begin")) {
        declaration(tokens_.subspan(at_, statement_end() - at_));
        skip_statement();
      }
    } else if (word("begin")) {
      frames_.push_back(Frame::block);
      ++at_;
    } else if (word("exception") && !frames_.empty() && frames_.back() == Frame::block) {
      frames_.back() = Frame::handlers;
      ++at_;
    } else if (word("if")) {
      frames_.push_back(Frame::branch);
      skip_past("then");
    } else if (word("elsif") || word("elseif") || word("when")) {
      skip_past("then");
    } else if (word("else")) {
      ++at_;
    } else if (word("case")) {
      frames_.push_back(Frame::choice);
      ++at_;
      while (at_ < tokens_.size() && !word("when")) ++at_;
    } else if (word("loop") || word("while") || word("foreach")) {
      frames_.push_back(Frame::loop);
      skip_past("loop");
    } else if (word("for")) {
      for_loop();
    } else if (word("end")) {
      if (frames_.empty())
        block_.understood = false;
      else
        frames_.pop_back();
      skip_statement();
    } else {
      const auto first = at_;
      const auto last = statement_end();
      at_ = last;
      statement(tokens_.subspan(first, last - first));
    }
  }

  // name [CONSTANT] type := 'text'. Only a variable that stands nowhere as a target keeps what it is declared with.
  auto declaration(Tokens tokens) -> void {
    constexpr std::size_t shortest = 4;
    if (tokens.size() < shortest || tokens.front().kind != Token::Kind::word || !is_string(tokens.back())) return;
    const auto sign = text_of(text_, tokens[tokens.size() - 2]);
    if (sign != ":=" && sign != "=" && !is_word(text_, tokens[tokens.size() - 2], "default")) return;
    const auto name = text_of(text_, tokens.front());
    if (std::any_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) return;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (is_word(text_, tokens_[i], "call")) return;  // it may give its arguments values
      if (&tokens_[i] == &tokens.front() || !is_word(text_, tokens_[i], name)) continue;
      const auto next = i + 1 < tokens_.size() ? text_of(text_, tokens_[i + 1]) : std::string_view();
      const auto starts = i == 0 || tokens_[i - 1].kind == Token::Kind::semicolon || tokens_[i - 1].kind == Token::Kind::word;
      const auto after = [&](std::string_view word) { return i > 0 && is_word(text_, tokens_[i - 1], word); };
      const auto listed = i > 0 && tokens_[i - 1].kind == Token::Kind::comma && into_before(i);
      if (next == ":=" || (next == "=" && starts) || after("into") || after("strict") || after("for") || after("foreach") || listed) return;
    }
    constants_.emplace(name, tokens.back());
  }

  // Does INTO stand before the names, with nothing but names and commas between?
  auto into_before(std::size_t at) const -> bool {
    while (at-- > 0) {
      if (is_word(text_, tokens_[at], "into")) return true;
      if (tokens_[at].kind != Token::Kind::word && tokens_[at].kind != Token::Kind::comma && tokens_[at].kind != Token::Kind::dot) return false;
    }
    return false;
  }

  auto statement_end() const -> std::size_t {
    int parentheses = 0;
    auto at = at_;
    for (; at < tokens_.size(); ++at) {
      const auto kind = tokens_[at].kind;
      if (kind == Token::Kind::open) ++parentheses;
      if (kind == Token::Kind::close) --parentheses;
      if (kind == Token::Kind::semicolon && parentheses <= 0) break;
    }
    return at;
  }

  auto skip_statement() -> void { at_ = std::min(statement_end() + 1, tokens_.size()); }

  // Past a keyword that is not part of a CASE expression.
  auto skip_past(std::string_view keyword) -> void {
    int cases = 0;
    while (at_ < tokens_.size()) {
      if (cases == 0 && word(keyword)) {
        ++at_;
        return;
      }
      if (word("case")) ++cases;
      if (cases > 0 && word("end")) --cases;
      ++at_;
    }
    block_.understood = false;
  }

  // FOR x IN query LOOP, FOR x IN EXECUTE text LOOP, FOR i IN 1..3 LOOP
  auto for_loop() -> void {
    const auto begin = at_;
    skip_past("loop");
    if (at_ == tokens_.size()) return;
    auto first = begin;
    while (first < at_ && !is_word(text_, tokens_[first], "in")) ++first;
    ++first;
    const auto query = first < at_ ? tokens_.subspan(first, at_ - 1 - first) : Tokens{};
    static constexpr std::array<std::string_view, 8> starts{"select", "with",   "execute", "insert",
                                                            "update", "delete", "values",  "merge"};
    const bool runs = !query.empty() && std::any_of(starts.begin(), starts.end(), [&](std::string_view start) {
      return is_word(text_, query.front(), start);
    });
    if (runs) statement(query);
    frames_.push_back(Frame::loop);
  }

  auto statement(Tokens tokens) -> void {
    if (tokens.empty()) return;
    const auto starts = [&](std::string_view expected) { return is_word(text_, tokens.front(), expected); };
    static constexpr std::array<std::string_view, 12> passed_over{
        "null", "raise", "exit", "continue", "get", "assert", "open", "fetch", "move", "close", "elsif", "else"};
    if (std::any_of(passed_over.begin(), passed_over.end(), starts)) return;
    if (starts("return")) {
      returned_ = true;
      return;
    }
    if (is_assignment(tokens)) return;
    if (starts("execute")) return execute(tokens);
    Source sent(&source_.mapped());
    if (starts("perform")) {
      sent.write("SELECT ", source_.place(tokens.front().begin, tokens.front().end));
      sent.append(source_, tokens.front().end, tokens.back().end);
    } else {
      without_into(sent, tokens);
    }
    add(sent);
  }

  // x := …, r.a[1] = …
  auto is_assignment(Tokens tokens) const -> bool {
    std::size_t at = 1;
    if (tokens.front().kind != Token::Kind::word && tokens.front().kind != Token::Kind::quoted_word) return false;
    while (at + 1 < tokens.size() && tokens[at].kind == Token::Kind::dot) at += 2;
    int brackets = 0;
    while (at < tokens.size() && (brackets > 0 || text_of(text_, tokens[at]) == "[")) {
      if (tokens[at].kind == Token::Kind::open) ++brackets;
      if (tokens[at].kind == Token::Kind::close) --brackets;
      ++at;
    }
    if (at >= tokens.size()) return false;
    const auto sign = text_of(text_, tokens[at]);
    return sign == ":=" || sign == "=";
  }

  // SELECT … INTO [STRICT] a, b.c … : the variables are no table.
  auto without_into(Source& sent, Tokens tokens) const -> void {
    std::size_t copied = 0;
    int parentheses = 0;
    const bool inserts = is_word(text_, tokens.front(), "insert") || is_word(text_, tokens.front(), "merge");
    std::size_t at = inserts ? 2 : 0;
    for (; at < tokens.size(); ++at) {
      if (tokens[at].kind == Token::Kind::open) ++parentheses;
      if (tokens[at].kind == Token::Kind::close) --parentheses;
      if (parentheses != 0 || !is_word(text_, tokens[at], "into")) continue;
      if (at > 0 && (is_word(text_, tokens[at - 1], "insert") || is_word(text_, tokens[at - 1], "merge"))) continue;
      sent.append(source_, tokens[copied].begin, tokens[at].begin);
      ++at;
      if (is_word(text_, tokens, at, "strict")) ++at;
      ++at;
      while (at + 1 < tokens.size() && (tokens[at].kind == Token::Kind::dot || tokens[at].kind == Token::Kind::comma))
        at += 2;
      copied = at;
      break;
    }
    if (copied < tokens.size()) sent.append(source_, tokens[copied].begin, tokens.back().end);
  }

  auto execute(Tokens tokens) -> void {
    std::size_t end = 1;
    int parentheses = 0;
    for (; end < tokens.size(); ++end) {
      if (tokens[end].kind == Token::Kind::open) ++parentheses;
      if (tokens[end].kind == Token::Kind::close) --parentheses;
      if (parentheses == 0 && (is_word(text_, tokens[end], "into") || is_word(text_, tokens[end], "using"))) break;
    }
    const auto expression = tokens.subspan(1, end - 1);
    if (expression.empty()) {
      block_.understood = false;
      return;
    }
    add(executed_text(source_, expression, constants_), source_.span(tokens.front().begin, tokens[end - 1].end));
  }

  auto add(const Source& sent, Span where = {}) -> void {
    if (!where.known()) where = fallback_;
    const auto lexed = lex(sent.text());
    for (auto& statement : read_statements(sent, lexed.tokens, where, depth_ + 1)) {
      if (const auto* wrong = std::get_if<SyntaxError>(&statement.action)) {
        // PL/pgSQL has words of its own that PostgreSQL's grammar does not know.
        Unreadable unreadable;
        unreadable.reason = wrong->message;
        statement.action = std::move(unreadable);
      }
      if (std::holds_alternative<Unreadable>(statement.action)) block_.understood = false;
      if (const auto* inner = std::get_if<Block>(&statement.action))
        block_.understood = block_.understood && inner->understood;
      statement.conditional = conditional();
      block_.statements.push_back(std::move(statement));
    }
  }

  const Source& source_;
  std::string_view text_;
  Lexed lexed_;
  Tokens tokens_;
  Span fallback_;
  unsigned depth_;
  std::size_t at_ = 0;
  std::vector<Frame> frames_;
  bool returned_ = false;
  Constants constants_;
  Block block_;
};

}  // namespace

auto is_block(std::string_view text, Tokens tokens) -> bool {
  if (!is_word(text, tokens, 0, "do")) return false;
  const bool language_first = is_word(text, tokens, 1, "language");
  constexpr std::size_t plain = 2;
  constexpr std::size_t with_language = 4;
  if (tokens.size() != plain && tokens.size() != with_language) return false;
  if (tokens.size() == plain) return is_string(tokens[1]) && tokens[1].closed;
  if (language_first) return is_string(tokens[3]) && tokens[3].closed;
  return is_string(tokens[1]) && tokens[1].closed && is_word(text, tokens, 2, "language");
}

auto read_block(const Source& source, Tokens tokens, Span fallback, unsigned depth) -> Block {
  const auto text = source.text();
  const bool language_first = is_word(text, tokens, 1, "language");
  const auto& body = tokens[language_first ? 3 : 1];
  std::string language = "plpgsql";
  if (tokens.size() > 2) {
    const auto& name = tokens[language_first ? 2 : 3];
    language = source.display(name.begin, name.end);
    if (language.size() > 2 && (language.front() == '\'' || language.front() == '"'))
      language = language.substr(1, language.size() - 2);
    for (auto& c : language)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  if (language != "plpgsql") {
    Block block;
    block.language = language;
    block.understood = false;
    return block;
  }
  const auto inside = inside_of(text, body);
  const bool dollars = body.kind == Token::Kind::dollar_string;
  const auto code = unquoted(source, inside.begin, inside.end, !dollars, body.kind == Token::Kind::escape_string);
  return BlockReader(code, fallback, depth).run();
}

}  // namespace foreshot::sql
