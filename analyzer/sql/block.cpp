// DO blocks. PL/pgSQL is read from its tokens: control structures are followed, declarations and assignments are
// passed over, and what is sent to the database becomes a statement.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "analyzer/sql/statement.h"

namespace foreshot::sql {
namespace {

class BlockReader {
 public:
  BlockReader(const Source& body, Span fallback, unsigned depth)
      : source_(body),
        text_(body.text()),
        lexed_(lex(body.text())),
        tokens_(lexed_.tokens),
        variables_(text_, tokens_),
        fallback_(fallback),
        depth_(depth) {}

  auto run() -> Block {
    while (at_ < tokens_.size()) step();
    block_.understood = block_.understood && frames_.empty();
    return std::move(block_);
  }

 private:
  // `round`: one of a loop over known values, which all run.
  enum class Frame : std::uint8_t { block, handlers, branch, choice, loop, round };

  auto word(std::string_view expected, std::size_t ahead = 0) const -> bool {
    return is_word(text_, tokens_, at_ + ahead, expected);
  }

  auto conditional() const -> bool {
    return returned_ || left_ || std::any_of(frames_.begin(), frames_.end(), [](Frame frame) {
             return frame != Frame::block && frame != Frame::round;
           });
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
        variables_.declare(tokens_.subspan(at_, statement_end() - at_), constants_);
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
    } else if (word("foreach")) {
      foreach_loop();
    } else if (word("loop") || word("while")) {
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
    // SELECT unnest(ARRAY['a', 'b']) [AS name]
    constexpr std::size_t prefix = 3;
    auto last = query.size();
    std::string field = "unnest";
    if (last > 2 && query[last - 1].kind == Token::Kind::word && is_word(text_, query[last - 2], "as")) {
      field = lowered(text_of(text_, query[last - 1]));
      last -= 2;
    }
    if (begin + 1 < first && last > prefix + 1 && is_word(text_, query.front(), "select") && is_word(text_, query[1], "unnest") &&
        query[last - 1].kind == Token::Kind::close) {
      const auto name = lowered(text_of(text_, tokens_[begin + 1]));
      const auto elements = array_elements(text_, query.subspan(prefix, last - 1 - prefix), constants_);
      if (!elements.empty()) return rounds({name, name + "." + field}, elements);
    }
    frames_.push_back(Frame::loop);
  }

  // FOREACH x [SLICE 1] IN ARRAY expression LOOP
  auto foreach_loop() -> void {
    const auto begin = at_;
    skip_past("loop");
    if (at_ == tokens_.size() || begin + 4 >= at_) return;
    const auto name = lowered(text_of(text_, tokens_[begin + 1]));
    if (!is_word(text_, tokens_[begin + 2], "in") || !is_word(text_, tokens_[begin + 3], "array")) {
      frames_.push_back(Frame::loop);
      return;
    }
    const auto elements = array_elements(text_, tokens_.subspan(begin + 4, at_ - 1 - (begin + 4)), constants_);
    if (elements.empty())
      frames_.push_back(Frame::loop);
    else
      rounds({name}, elements);
  }

  // The body of the loop once for each value.
  auto rounds(const std::vector<std::string>& names, const std::vector<Tokens>& values) -> void {
    constexpr std::size_t most = 200;
    const auto body = at_;
    const auto outside = frames_.size();
    if (rounds_ + values.size() > most) {
      frames_.push_back(Frame::loop);
      return;
    }
    rounds_ += values.size();
    const auto left = left_;
    for (const auto& value : values) {
      for (const auto& name : names) constants_.insert_or_assign(name, value);
      at_ = body;
      frames_.push_back(Frame::round);
      while (at_ < tokens_.size() && frames_.size() > outside) step();
      if (frames_.size() > outside) break;  // the text ends in the loop
    }
    for (const auto& name : names) constants_.erase(name);
    left_ = left;
  }

  auto statement(Tokens tokens) -> void {
    if (tokens.empty()) return;
    const auto starts = [&](std::string_view expected) { return is_word(text_, tokens.front(), expected); };
    static constexpr std::array<std::string_view, 12> passed_over{
        "null", "raise", "exit", "continue", "get", "assert", "open", "fetch", "move", "close", "elsif", "else"};
    // What follows in the loop, and its further rounds, may not run.
    if (starts("exit") || starts("continue")) left_ = left_ || std::find(frames_.begin(), frames_.end(), Frame::round) != frames_.end();
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
  Variables variables_;
  Span fallback_;
  unsigned depth_;
  std::size_t at_ = 0;
  std::vector<Frame> frames_;
  bool returned_ = false;
  bool left_ = false;        // EXIT or CONTINUE in a round
  std::size_t rounds_ = 0;   // of all loops together
  Constants constants_;
  Block block_;
};

auto inside_string(const Source& source, const Token& body) -> Source {
  const auto inside = inside_of(source.text(), body);
  return unquoted(source, inside.begin, inside.end, body.kind != Token::Kind::dollar_string, body.kind == Token::Kind::escape_string);
}

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
  return BlockReader(inside_string(source, body), fallback, depth).run();
}

auto read_code(const Source& source, Tokens tokens, const std::string& language, Span fallback, unsigned depth)
    -> std::shared_ptr<const Block> {
  if (language != "plpgsql" && language != "sql") return nullptr;
  const auto text = source.text();
  int parentheses = 0;
  const Token* body = nullptr;
  for (std::size_t at = 0; at + 1 < tokens.size(); ++at) {
    if (tokens[at].kind == Token::Kind::open) ++parentheses;
    if (tokens[at].kind == Token::Kind::close) --parentheses;
    if (parentheses != 0) continue;
    const bool triggers = is_word(text, tokens[at], "returns") &&
                          (is_word(text, tokens[at + 1], "trigger") || is_word(text, tokens[at + 1], "event_trigger"));
    if (triggers) return nullptr;
    if (is_word(text, tokens[at], "as") && is_string(tokens[at + 1]) && tokens[at + 1].closed) body = &tokens[at + 1];
  }
  if (body == nullptr) return nullptr;
  const auto code = inside_string(source, *body);
  if (language == "plpgsql") return std::make_shared<const Block>(BlockReader(code, fallback, depth).run());
  Block block;
  block.language = language;
  const auto lexed = lex(code.text());
  block.statements = read_statements(code, lexed.tokens, fallback, depth + 1);
  block.understood = std::none_of(block.statements.begin(), block.statements.end(), [](const Statement& statement) {
    return std::holds_alternative<Unreadable>(statement.action) || std::holds_alternative<SyntaxError>(statement.action);
  });
  return std::make_shared<const Block>(std::move(block));
}

}  // namespace foreshot::sql
