// RowUses is what a function's text says about the rows of queries and the lists made of them: who reads a variable, what a
// comprehension or a loop does with each item. Made by one walk over the function. Answers are true of the text; where it
// is not plain they are "no".
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/facts/model.h"
#include "analyzer/loads/tree_walk.h"

namespace foreshot::loads {

class RowUses {
 public:
  // The function's tree must outlive this.
  explicit RowUses(const python::Function& function);

  // The expression, whose text is given, is a call, a list, or a variable that the function sets and reads nowhere else.
  auto is_read_once(std::string_view expression) const -> bool;
  // A variable that the function sets and reads to count, and to see whether there is any; for nothing else.
  auto is_only_counted(std::string_view expression) const -> bool;
  // … and only to see whether there is any.
  auto is_only_asked(std::string_view expression) const -> bool;

  // The expression that stands there is a test, alone or as a part of one: of if, while, assert, a conditional expression or
  // a comprehension, what `not` and bool() are given. `a or b` as a value hands a on: a is none then.
  auto is_test(Span expression) const -> bool;
  // The call of len() that stands there is a test, or is compared with 0 or 1 to see whether there is any.
  auto asks_for_any(Span call) const -> bool;
  // A variable that the function sets to an object of a class that it calls, and not because it was none before.
  auto is_made(std::string_view name) const -> bool { return made_.count(name) > 0; }
  // What stands there gets a name by := that something reads.
  auto is_kept(Span expression) const -> bool;

  // The comprehension that stands there, or whose first `for` goes over the expression that stands there; may be null.
  auto comprehension_at(Span whole) const -> const python::Comprehension*;
  auto comprehension_over(Span iterable) const -> const python::Comprehension*;

  // The attributes that a loop or a comprehension over the expression reads of its objects; nothing where it does anything
  // else with one.
  auto attributes_read(Span iterable, const Model& model) const -> std::optional<std::set<std::string>>;

 private:
  struct Read {
    const python::Expression* parent = nullptr;
    bool tests = false;    // the test of an `if`, alone
    bool asks = false;     // whether there is any, and nothing else
  };
  using Place = std::pair<std::uint32_t, std::uint32_t>;
  std::set<Place> tests_, asked_;
  std::set<std::string_view> made_;
  std::map<Place, std::string_view> named_;  // by :=
  auto note_named(const python::Expression* value, std::string_view name) -> void;
  std::unordered_map<std::string_view, std::vector<Read>> reads_;
  std::set<std::string_view> written_;  // what is only given, the caller may use as well
  std::unordered_map<std::uint32_t, std::vector<const python::Comprehension*>> comprehensions_;  // by where they begin
  std::unordered_map<std::uint32_t, const python::Comprehension*> over_;                         // by where their iterable begins
  std::unordered_map<std::uint32_t, const python::For*> loops_;                                  // likewise
};

// The test of a comprehension over objects of the model that WHERE could make as well: columns of the object compared with
// what does not depend on it. Unknown where there is none, or another.
auto translatable_test(const python::Comprehension& node, const Model& model) -> Span;

// The one column that it reads of each object, when it does nothing else with it.
auto only_column(const python::Comprehension& node, const Model& model) -> std::string;

// `number > 0`, `number < 1` and their like; mirrored: `0 < number`.
auto asks_for_any(std::string_view op, std::int64_t number, bool mirrored) -> bool;

// `x` of `x = `, before a place of the text; empty when something else stands there.
auto assigned_name(std::string_view text, std::size_t begin) -> std::string_view;

}  // namespace foreshot::loads
