// Makes text with unknown parts acceptable to the parser. Each unknown part is replaced by something that may stand in
// its place: a name that cannot occur, a parameter, a literal, a list, or nothing. Names carry a mark, by which unknown
// parts are found again in the parse tree.
//
// Which replacement fits depends on the place, so they are tried in turn: where the parser stops, the unknown part
// before that point gets its next replacement.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts/name.h"
#include "analyzer/sql/lexer.h"
#include "analyzer/sql/source.h"

namespace foreshot::sql {

// The text given to the parser, for the part of a Source that starts at `begin`.
struct Prepared {
  struct Edit {
    std::uint32_t begin = 0;  // in text
    std::uint32_t end = 0;
    std::uint32_t source = 0;  // of the one byte in the Source that it replaces
  };
  std::string text;
  std::uint32_t begin = 0;  // in the Source
  std::vector<Edit> edits;
  bool vanished = false;  // an unknown part was replaced by nothing
  bool vanished_inside = false;  // … and it is not the end of the statement
  // What each unknown part stands for, at worst.
  enum class Standing : std::uint8_t {
    settled,  // a parameter, or a constant of the run in a name or a value
    value,    // a value where a parameter could stand, were the statement one that takes parameters
    open,     // a name, a keyword, a clause
  };
  Standing standing = Standing::settled;

  auto source_offset(std::uint32_t offset) const -> std::uint32_t;
};

class Replacements {
 public:
  // For the statement tokens, which are not empty.
  Replacements(const Source& source, Tokens tokens);

  auto prepare() const -> Prepared;
  // After a failure at `position` of the last prepared text: another combination, or false when there is none.
  auto advance(const Prepared& failed, std::uint32_t position) -> bool;

 private:
  enum class Choice : std::uint8_t {
    name,
    spaced,
    prefix,
    parameter,
    text,
    number,
    group,
    pair,
    assignment,
    query,
    branch,
    nothing,
    alternative,
  };
  struct Slot {
    std::size_t unknown = 0;
    std::size_t token = 0;
    std::vector<Choice> choices;
    std::size_t chosen = 0;
  };
  auto choices(std::size_t unknown, std::size_t token) const -> std::vector<Choice>;
  auto follows_value(std::size_t token) const -> bool;
  auto standing(std::size_t unknown, std::size_t token, Choice choice) const -> Prepared::Standing;
  auto replacement(const Slot& slot) const -> std::string;

  const Source& source_;
  Tokens tokens_;
  std::vector<Slot> slots_;
  unsigned attempts_ = 0;
};

// Does the token stand where a statement that reads or changes rows has a value, and nothing but a value: after an
// operator, in VALUES or IN, after LIMIT; not where a column, a table or a clause may be meant.
auto is_value_place(const Source& source, Tokens tokens, std::size_t at) -> bool;

// The number of the parameter that stands for the unknown part `index`; lower numbers are written by the user.
inline constexpr int first_parameter = 100000;

// Likewise the integer, where the grammar takes nothing but an integer: varchar(20).
inline constexpr int first_number = 2000000000;

auto has_mark(std::string_view text) -> bool;
// The text with marks replaced by what they stand for: `{prefix}users`. As an identifier it is known when all of them are
// constants of the run.
auto without_marks(std::string_view text, const Source& source) -> std::string;
auto identifier_of(std::string_view text, const Source& source) -> Identifier;

}  // namespace foreshot::sql
