// The text that PL/pgSQL's EXECUTE runs: constants, ||, format() and concat() are evaluated; the rest is unknown.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/sql/statement.h"

namespace foreshot::sql {
namespace {

class Builder {
 public:
  Builder(const Source& source, const Constants& constants)
      : source_(source), text_(source.text()), constants_(constants), built_(&source.mapped()) {}

  auto take() -> Source { return std::move(built_); }

  auto expression(Tokens tokens) -> void {
    for (const auto part : parts(tokens, [&](const Token& token) { return text_of(text_, token) == "||"; }))
      operand(part);
  }

 private:
  template <typename IsSeparator>
  auto parts(Tokens tokens, IsSeparator is_separator) const -> std::vector<Tokens> {
    std::vector<Tokens> result;
    int depth = 0;
    std::size_t first = 0;
    for (std::size_t at = 0; at < tokens.size(); ++at) {
      if (tokens[at].kind == Token::Kind::open) ++depth;
      if (tokens[at].kind == Token::Kind::close) --depth;
      if (depth != 0 || !is_separator(tokens[at])) continue;
      result.push_back(tokens.subspan(first, at - first));
      first = at + 1;
    }
    result.push_back(tokens.subspan(first));
    return result;
  }

  auto commas(Tokens tokens) const -> std::vector<Tokens> {
    return parts(tokens, [](const Token& token) { return token.kind == Token::Kind::comma; });
  }

  // The tokens between `name (` and the parenthesis at the end; empty when it is no such call.
  auto call_of(Tokens tokens, std::string_view name) const -> Tokens {
    constexpr std::size_t shortest = 4;
    if (tokens.size() < shortest || !is_word(text_, tokens.front(), name)) return {};
    if (tokens[1].kind != Token::Kind::open || tokens.back().kind != Token::Kind::close) return {};
    return tokens.subspan(2, tokens.size() - 3);
  }

  auto constant(const Token& token) const -> Source {
    const auto inside = inside_of(text_, token);
    return unquoted(source_, inside.begin, inside.end, token.kind != Token::Kind::dollar_string,
                    token.kind == Token::Kind::escape_string);
  }

  auto is_constant(Tokens tokens) const -> bool {
    if (tokens.empty() || !is_string(tokens.front())) return false;
    constexpr std::size_t with_cast = 3;
    return tokens.size() == 1 || (tokens.size() == with_cast && text_of(text_, tokens[1]) == "::");
  }

  // The expression that a variable, or the field of a row, stands for; empty: it is not known.
  auto variable(Tokens tokens) const -> Tokens {
    constexpr std::size_t field = 3;
    if (tokens.empty() || tokens.front().kind != Token::Kind::word) return {};
    if (tokens.size() != 1 && (tokens.size() != field || tokens[1].kind != Token::Kind::dot)) return {};
    const auto found = constants_.find(lowered(text_.substr(tokens.front().begin, tokens.back().end - tokens.front().begin)));
    return found == constants_.end() ? Tokens{} : found->second;
  }

  // The string that the tokens are: written, or a variable that holds one.
  auto string_of(Tokens tokens) const -> const Token* {
    for (unsigned depth = 0; depth < deepest && !is_constant(tokens); ++depth) tokens = variable(tokens);
    return is_constant(tokens) ? &tokens.front() : nullptr;
  }

  auto operand(Tokens tokens) -> void {
    if (tokens.empty()) return;
    if (const auto* written = string_of(tokens)) {
      const auto text = constant(*written);
      built_.append(text, 0, text.text().size());
      return;
    }
    if (const auto value = variable(tokens); !value.empty() && depth_ < deepest) {
      ++depth_;
      expression(value);
      --depth_;
      return;
    }
    if (const auto arguments = call_of(tokens, "quote_ident"); !arguments.empty() && string_of(arguments) != nullptr)
      return argument('I', arguments, source_.place(tokens.front().begin, tokens.back().end));
    if (const auto arguments = call_of(tokens, "format"); !arguments.empty()) return format(tokens, commas(arguments));
    if (const auto arguments = call_of(tokens, "concat"); !arguments.empty()) {
      for (const auto argument : commas(arguments)) operand(argument);
      return;
    }
    unknown(tokens);
  }

  auto unknown(Tokens tokens) -> void {
    built_.write_unknown({source_.display(tokens.front().begin, tokens.back().end), {}, false},
                         source_.place(tokens.front().begin, tokens.back().end));
  }

  // %[n$][-][width]type with type s, I or L
  auto format(Tokens call, const std::vector<Tokens>& arguments) -> void {
    if (!is_constant(arguments.front())) return unknown(call);
    const auto pattern = constant(arguments.front().front());
    const auto text = pattern.text();
    std::size_t copied = 0;
    std::size_t next = 1;
    for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', at)) {
      built_.append(pattern, copied, at);
      auto end = at + 1;
      if (end < text.size() && text[end] == '%') {
        built_.append(pattern, at, at + 1);
        at = copied = end + 1;
        continue;
      }
      std::size_t number = 0;
      while (end < text.size() && text[end] >= '0' && text[end] <= '9' && number < arguments.size())
        number = number * 10 + static_cast<std::size_t>(text[end++] - '0');
      if (end < text.size() && text[end] == '$') next = number, ++end;
      while (end < text.size() && (text[end] == '-' || text[end] == '*' || (text[end] >= '0' && text[end] <= '9')))
        ++end;
      const char type = end < text.size() ? text[end] : '\0';
      ++end;
      argument(type, next < arguments.size() && next > 0 ? arguments[next] : Tokens{},
               pattern.place(at, std::min(end, text.size())));
      ++next;
      at = copied = std::min(end, text.size());
    }
    built_.append(pattern, copied, text.size());
  }

  auto argument(char type, Tokens tokens, Place place) -> void {
    if (const auto* written = string_of(tokens); written != nullptr && type != 'L') {
      const auto value = constant(*written);
      if (type == 's') {
        built_.append(value, 0, value.text().size());
        return;
      }
      if (type == 'I' && value.unknown_count() == 0) {
        built_.write(quote_identifier(value.text()), place);
        return;
      }
    }
    if (!tokens.empty() && type != 'L' && depth_ < deepest && string_of(tokens) == nullptr) {
      // 'ix_' || name
      Builder part(source_, constants_);
      part.depth_ = depth_ + 1;
      part.expression(tokens);
      const auto value = part.take();
      if (value.unknown_count() == 0 && !value.text().empty()) {
        if (type == 'I')
          built_.write(quote_identifier(value.text()), place);
        else
          built_.append(value, 0, value.text().size());
        return;
      }
    }
    const auto what = tokens.empty() ? std::string() : source_.display(tokens.front().begin, tokens.back().end);
    if (type == 'L') built_.write("'", place);
    built_.write_unknown({what, {}, false}, place);
    if (type == 'L') built_.write("'", place);
  }

  // Of variables in the expressions of variables; each may be there several times.
  static constexpr unsigned deepest = 4;

  const Source& source_;
  std::string_view text_;
  const Constants& constants_;
  Source built_;
  unsigned depth_ = 0;
};

}  // namespace

auto executed_text(const Source& source, Tokens tokens, const Constants& constants) -> Source {
  Builder builder(source, constants);
  builder.expression(tokens);
  return builder.take();
}

}  // namespace foreshot::sql
