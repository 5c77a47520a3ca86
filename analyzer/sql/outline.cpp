#include <array>
#include <optional>
#include <string>
#include <utility>

#include "analyzer/sql/keywords.h"
#include "analyzer/sql/statement.h"

namespace foreshot::sql {
namespace {

class Outline {
 public:
  Outline(const Source& source, Tokens tokens) : source_(source), text_(source.text()), tokens_(tokens) {}

  auto read() -> Unreadable {
    Unreadable result;
    result.reason = "parts of the text are unknown";
    if (take("update")) return with_table(std::move(result), "UPDATE");
    if (take("delete") && take("from")) return with_table(std::move(result), "DELETE");
    if (take("insert") && take("into")) return with_table(std::move(result), "INSERT");
    if (take("merge") && take("into")) return with_table(std::move(result), "MERGE");
    if (take("select")) return {result.reason, "SELECT", {}};
    if (take("truncate")) {
      take("table");
      return with_table(std::move(result), "TRUNCATE TABLE");
    }
    if (take("lock")) {
      take("table");
      return with_table(std::move(result), "LOCK TABLE");
    }
    if (take("do")) return {result.reason, "DO", {}};
    if (take("set")) return {result.reason, "SET", {}};
    if (take("alter")) return definition(std::move(result), "ALTER");
    if (take("drop")) return definition(std::move(result), "DROP");
    if (take("create")) return definition(std::move(result), "CREATE");
    return result;
  }

 private:
  auto take(std::string_view word) -> bool {
    if (!is_word(text_, tokens_, at_, word)) return false;
    ++at_;
    return true;
  }

  auto name_part() -> std::optional<Identifier> {
    if (at_ >= tokens_.size()) return std::nullopt;
    const auto& token = tokens_[at_];
    if (token.kind != Token::Kind::word && token.kind != Token::Kind::quoted_word) return std::nullopt;
    ++at_;
    if (token.hole) return Identifier::unknown(source_.display(token.begin, token.end));
    std::string name(text_of(text_, token));
    if (token.kind == Token::Kind::quoted_word) {
      const auto inside = inside_of(text_, token);
      name = std::string(text_.substr(inside.begin, inside.end - inside.begin));
      for (auto quote = name.find("\"\""); quote != std::string::npos; quote = name.find("\"\"", quote + 1))
        name.erase(quote, 1);
    } else {
      for (auto& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return Identifier(std::move(name));
  }

  auto table() -> ObjectName {
    if (take("if")) {
      take("not");
      take("exists");
    }
    take("only");
    ObjectName name;
    auto part = name_part();
    if (!part) return name;
    name.name = std::move(*part);
    while (at_ < tokens_.size() && tokens_[at_].kind == Token::Kind::dot) {
      ++at_;
      part = name_part();
      if (!part) return {};
      name.schema = std::exchange(name.name, std::move(*part));
    }
    return name;
  }

  auto with_table(Unreadable result, std::string verb) -> Unreadable {
    result.verb = std::move(verb);
    result.table = table();
    return result;
  }

  // CREATE [OR REPLACE] [UNIQUE] INDEX …, ALTER TABLE …: the kind of object is the first of these words.
  auto definition(Unreadable result, std::string verb) -> Unreadable {
    static constexpr std::array<std::string_view, 14> kinds{"table",    "index",   "view",   "sequence",  "type",
                                                            "function", "trigger", "schema", "extension", "database",
                                                            "role",     "domain",  "policy", "procedure"};
    constexpr std::size_t modifiers = 6;
    for (const auto limit = at_ + modifiers; at_ < tokens_.size() && at_ < limit; ++at_) {
      for (const auto kind : kinds) {
        if (!is_word(text_, tokens_[at_], kind)) continue;
        ++at_;
        verb += ' ';
        for (const char c : kind) verb += static_cast<char>(c - 32);
        result.verb = std::move(verb);
        if (kind == "table") result.table = table();
        if ((kind == "index" && result.verb == "CREATE INDEX") || kind == "trigger" || kind == "policy")
          while (at_ < tokens_.size())
            if (is_word(text_, tokens_[at_++], "on")) {
              result.table = table();
              break;
            }
        return result;
      }
    }
    result.verb = std::move(verb);
    return result;
  }

  const Source& source_;
  std::string_view text_;
  Tokens tokens_;
  std::size_t at_ = 0;
};

}  // namespace

auto outline(const Source& source, Tokens tokens) -> Unreadable { return Outline(source, tokens).read(); }

}  // namespace foreshot::sql
