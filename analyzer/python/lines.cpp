#include "analyzer/python/lines.h"

#include <algorithm>
#include <array>

namespace foreshot::python {
namespace {

constexpr auto clauses = std::array<std::string_view, 4>{"elif", "else", "except", "finally"};
constexpr auto compounds = std::array<std::string_view, 11>{"if",     "elif",    "else", "for", "while", "try",
                                                            "except", "finally", "with", "def", "class"};
// An f-string on one line may hold line breaks between its braces, but not many.
constexpr auto longest_interpolation = std::uint32_t{4096};
// Looking for nested quotes costs that much for each f-string that has no end; nobody forgets so many.
constexpr auto most_failures = 64;
// Elements that are read of one statement's brackets, and of a file's, before what is left of them is data that nobody
// looks at: a node of the tree for each would take a hundred times the memory of the text.
constexpr auto most_elements = 20'000;
constexpr auto most_of_file = 200'000;
constexpr auto most_elements_then = 200;
constexpr auto least_excess = std::uint32_t{16};
// Between their brackets stand other things than elements.
constexpr auto without_elements = std::array<std::string_view, 5>{"def", "from", "import", "with", "case"};

template <std::size_t N>
auto is_one_of(std::string_view word, const std::array<std::string_view, N>& words) -> bool {
  return std::find(words.begin(), words.end(), word) != words.end();
}

auto is_word(char c) -> bool {
  return c == '_' || ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text), size_(static_cast<std::uint32_t>(text.size())) {}

  auto run() -> Lines {
    while (at_ < size_) line();
    return std::move(found_);
  }

 private:
  struct Bracket {
    char open;
    std::uint32_t at;
    bool plain = true;  // no lambda and no comprehension so far: each comma separates elements
    bool pairs = false;
    std::uint32_t excess = 0;  // where it begins
  };

  auto peek(std::uint32_t at) const -> char { return at < size_ ? text_[at] : '\0'; }

  auto indentation() -> std::uint32_t {
    auto column = std::uint32_t{0};
    for (; at_ < size_; ++at_) {
      if (text_[at_] == ' ') {
        ++column;
      } else if (text_[at_] == '\t') {
        column = (column / 8 + 1) * 8;
      } else if (text_[at_] == '\f') {
        column = 0;
      } else {
        break;
      }
    }
    return column;
  }

  auto word(std::uint32_t from) const -> std::string_view {
    auto to = from;
    while (to < size_ && is_word(text_[to])) ++to;
    return text_.substr(from, to - from);
  }

  auto problem(std::uint32_t begin, std::uint32_t end, std::string message) -> void {
    found_.problems.push_back({begin, end, std::move(message)});
  }

  // One logical line, or a blank one.
  auto line() -> void {
    const auto start = at_;
    if (start == 0 && text_.substr(0, 3) == "\xef\xbb\xbf") at_ = 3;
    const auto indent = indentation();
    auto made = Line{at_, at_, indent, false, false, false, false};
    auto first = word(at_);
    if (first == "async") {
      auto next = at_ + 5;
      while (peek(next) == ' ' || peek(next) == '\t') ++next;
      first = word(next);
    }
    made.clause = is_one_of(first, clauses);
    made.compound = is_one_of(first, compounds);
    made.decorator = peek(at_) == '@';

    brackets_.clear();
    elements_ = is_one_of(first, without_elements) ? -1 : 0;
    const auto known = std::pair{found_.comments.size(), found_.problems.size()};
    const auto known_excess = found_.excess.size();
    if (!tokens(made)) {
      // Some bracket is open at the end of the text: read this line and all that follow with suspicion.
      found_.comments.resize(known.first);
      found_.problems.erase(found_.problems.begin() + static_cast<std::ptrdiff_t>(known.second), found_.problems.end());
      found_.excess.resize(known_excess);
      elements_ = -1;
      suspicious_ = true;
      at_ = made.begin;
      made.end = made.begin;
      brackets_.clear();
      tokens(made);
    }
    if (made.end > made.begin) found_.lines.push_back(made);
  }

  // The tokens of a logical line, to behind its line feed. False when the text ends inside brackets.
  auto tokens(Line& made) -> bool {
    auto last = '\0';
    while (at_ < size_) {
      const auto c = text_[at_];
      if (c == '\n' || (c == '\r' && peek(at_ + 1) != '\n')) {
        ++at_;
        if (brackets_.empty()) break;
        if (suspicious_ && statement_begins(made.indent)) {
          never_closed();
          break;
        }
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
        ++at_;
      } else if (c == '#') {
        const auto begin = at_;
        while (at_ < size_ && text_[at_] != '\n') ++at_;
        found_.comments.push_back({no_file, begin, at_});
      } else if (c == '\\' && (peek(at_ + 1) == '\n' || (peek(at_ + 1) == '\r' && peek(at_ + 2) == '\n'))) {
        at_ += peek(at_ + 1) == '\n' ? 2 : 3;
      } else {
        token(c);
        last = c;
        made.end = at_;
      }
    }
    made.opens = last == ':';
    if (at_ >= size_ && !brackets_.empty() && suspicious_) never_closed();
    return at_ < size_ || brackets_.empty() || suspicious_;
  }

  auto never_closed() -> void {
    const auto& inner = brackets_.back();
    problem(inner.at, inner.at + 1, std::string{"'"} + inner.open + "' was never closed");
  }

  auto token(char c) -> void {
    if (c == '"' || c == '\'') return string(at_, false, false);
    if (is_word(c)) {
      const auto prefix = word(at_);
      const auto quote = peek(at_ + static_cast<std::uint32_t>(prefix.size()));
      const auto begin = at_;
      at_ += static_cast<std::uint32_t>(prefix.size());
      if (!brackets_.empty() && (prefix == "lambda" || prefix == "for")) brackets_.back().plain = false;
      if ((quote != '"' && quote != '\'') || prefix.size() > 2) return;
      const auto holds = [&](char lower) {
        return std::any_of(prefix.begin(), prefix.end(), [&](char of) { return (of | 0x20) == lower; });
      };
      return string(begin, holds('f') || holds('t'), holds('r'));
    }
    if (c == '(' || c == '[' || c == '{') {
      brackets_.push_back({c, at_});
    } else if (c == ',' && !brackets_.empty()) {
      element();
    } else if (c == ':' && !brackets_.empty()) {
      brackets_.back().pairs = brackets_.back().pairs || (brackets_.back().open == '{' && brackets_.back().plain);
    } else if (c == ')' || c == ']' || c == '}') {
      close(c);
    }
    ++at_;
  }

  // Behind an element, at its comma.
  auto element() -> void {
    if (elements_ < 0) return;
    ++of_file_;
    ++elements_;
    auto& inner = brackets_.back();
    const auto most = of_file_ > most_of_file ? most_elements_then : most_elements;
    if (elements_ > most && inner.plain && inner.excess == 0) inner.excess = at_ + 1;
  }

  auto note_excess(const Bracket& closed) -> void {
    if (closed.excess == 0 || at_ - closed.excess < least_excess) return;
    // What lies inside goes with it.
    while (!found_.excess.empty() && found_.excess.back().begin >= closed.excess) found_.excess.pop_back();
    found_.excess.push_back({closed.excess, at_, closed.pairs});
  }

  auto close(char c) -> void {
    const auto open = c == ')' ? '(' : c == ']' ? '[' : '{';
    if (brackets_.empty()) return problem(at_, at_ + 1, std::string{"unmatched '"} + c + "'");
    if (brackets_.back().open == open) {
      note_excess(brackets_.back());
      return brackets_.pop_back();
    }
    problem(at_, at_ + 1,
            std::string{"closing parenthesis '"} + c + "' does not match opening parenthesis '" +
                brackets_.back().open + "'");
    for (auto level = brackets_.size(); level-- > 0 && brackets_.size() - level <= 8;) {
      if (brackets_[level].open == open) return brackets_.resize(level);
    }
  }

  // Whether the physical line at at_ looks like a statement that cannot belong to a bracket opened at this indentation.
  auto statement_begins(std::uint32_t indent) -> bool {
    const auto start = at_;
    const auto column = indentation();
    const auto c = peek(at_);
    at_ = start;
    return column <= indent && c != '\0' && (c == '@' || (is_word(c) && !('0' <= c && c <= '9')));
  }

  // A string whose quote stands at at_.
  auto string(std::uint32_t begin, bool interpolated, bool raw) -> void {
    const auto quote = text_[at_];
    const auto triple = peek(at_ + 1) == quote && peek(at_ + 2) == quote;
    auto& no_more = quote == '"' ? no_more_triple_double_ : no_more_triple_single_;
    if (triple && !no_more) {
      for (auto at = at_ + 3; at < size_; ++at) {
        if (text_[at] == '\\') {
          ++at;
        } else if (text_[at] == quote && peek(at + 1) == quote && peek(at + 2) == quote) {
          at_ = at + 3;
          return;
        }
      }
      no_more = true;
    }
    if (triple) {
      problem(begin, at_ + 3, "unterminated triple-quoted string literal");
      while (at_ < size_ && text_[at_] != '\n') ++at_;
      return;
    }
    if (interpolated && failures_ < most_failures) {
      if (const auto end = past_interpolated(at_, raw, at_ + longest_interpolation, 0); end != 0) {
        at_ = end;
        return;
      }
      ++failures_;
    }
    auto at = at_ + 1;
    for (; at < size_ && text_[at] != '\n'; ++at) {
      if (text_[at] == '\\') {
        if (peek(at + 1) == '\r' && peek(at + 2) == '\n') ++at;
        ++at;
      } else if (text_[at] == quote) {
        at_ = at + 1;
        return;
      }
    }
    problem(begin, begin + 1, "unterminated string literal");
    at_ = std::min(at, size_);
  }

  // The end of an f-string with its quote at `from`, whose braces may hold strings of the same quotes; 0 when it is not
  // well formed.
  auto past_interpolated(std::uint32_t from, bool raw, std::uint32_t limit, int depth) const -> std::uint32_t {
    if (depth > 8) return 0;
    const auto quote = text_[from];
    auto braces = 0;
    const auto end = std::min(limit, size_);
    for (auto at = from + 1; at < end; ++at) {
      const auto c = text_[at];
      if (braces == 0) {
        if (c == quote) return at + 1;
        if (c == '\n') return 0;
        if (c == '\\' && !raw) ++at;
        if (c == '{' && peek(at + 1) == '{') {
          ++at;
        } else if (c == '{') {
          ++braces;
        }
      } else if (c == '{') {
        ++braces;
      } else if (c == '}') {
        --braces;
      } else if (c == '"' || c == '\'') {
        const auto inner = past_interpolated(at, raw, limit, depth + 1);
        if (inner == 0) return 0;
        at = inner - 1;
      }
    }
    return 0;
  }

  const std::string_view text_;
  const std::uint32_t size_;
  std::uint32_t at_ = 0;
  int failures_ = 0;
  int elements_ = 0;  // of the logical line; negative: not counted
  int of_file_ = 0;
  bool suspicious_ = false;
  bool no_more_triple_double_ = false;
  bool no_more_triple_single_ = false;
  std::vector<Bracket> brackets_;
  Lines found_;
};

}  // namespace

auto find_lines(std::string_view text) -> Lines {
  auto found = Scanner{text}.run();
  // A bracket is noted when it was missed.
  std::sort(found.problems.begin(), found.problems.end(),
            [](const LexicalProblem& a, const LexicalProblem& b) { return a.begin < b.begin; });
  return found;
}

}  // namespace foreshot::python
