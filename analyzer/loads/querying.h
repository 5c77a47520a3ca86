// QueryingFunctions knows, by their text alone, which functions of a project can have to do with the database.
//
// It keeps the walk over the application affordable: a function that neither fetches rows nor loops over fetched ones is
// no entry point, and a call of one that cannot fetch, with no entity, statement or session among its arguments, is not
// followed. Names are taken for what they look like, so more functions are let in than needed, hardly ever fewer.
#pragma once

#include <bitset>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analyzer/interpret/modules.h"
#include "analyzer/loads/registry.h"

namespace foreshot::loads {

struct Definition {
  const python::Function* function = nullptr;
  std::string class_name;
};

// Functions and methods of a module, in classes and under tests, and local functions that are registered by a decorator;
// other local functions are walked with the one around them.
auto definitions_of(const python::Module& module) -> std::vector<Definition>;

// Whether the text runs or builds a query.
auto queries(std::string_view text) -> bool;

// What a text calls, of what matters to sessions; found in one pass over its brackets.
enum CalledMark : std::uint32_t {
  called_commit = 1,        // commit, flush, begin
  called_session = 2,       // a name with "ession" in it, begin, or a name that `test` says makes sessions
  called_sharing = 4,       // add_task, Thread, submit, gather, …
};
auto called_marks(std::string_view text, const std::function<bool(std::string_view)>& makes_sessions) -> std::uint32_t;

// The text of a definition; `text` is the whole file.
auto text_of(const python::Statement& statement, std::string_view text) -> std::string_view;

// Calls `test` with the last name of each callee of the text, and whether it is called on what looks like a class, until it
// is true. Functions and methods that Python has itself are left out, except on a class.
auto any_called_name(std::string_view text, const std::function<bool(std::string_view name, bool of_class)>& test) -> bool;

// Names to look words up in; what is not there is seldom hashed.
class NameSet {
 public:
  auto insert(std::string_view name) -> void {
    if (name.empty()) return;
    maybe_.set(mark(name));
    names_.insert(name);
  }
  auto has(std::string_view word) const -> bool { return !word.empty() && maybe_.test(mark(word)) && names_.count(word) > 0; }
  auto empty() const -> bool { return names_.empty(); }

 private:
  static auto mark(std::string_view word) -> std::size_t {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(word[i]); };
    return (word.size() * 61U + at(0) * 7U + at(word.size() - 1) * 131U + at(word.size() / 2) * 17U) % 4096U;
  }
  std::bitset<4096> maybe_;
  std::unordered_set<std::string_view> names_;
};

class QueryingFunctions {
 public:
  // `registry` must outlive this.
  explicit QueryingFunctions(const ModelRegistry& registry);

  // Adds the functions of a module; `text` is the whole file and must outlive this.
  auto add(const interpret::SourceModule& module, std::string_view text) -> void;
  // Follows calls by name, when all modules are added.
  auto close() -> void;

  // Whether a function of this text is worth a walk of its own: it fetches, filters a query or deletes, or loops over
  // what a function that it calls fetches.
  auto is_entry(const python::Function& function, std::string_view body) const -> bool;
  // Whether a function of this text loops: by a statement, a comprehension, or a function that Python calls with each item.
  static auto iterates(std::string_view body) -> bool;
  // Whether a function of this text fetches, here or in a function that it calls.
  auto fetches_somewhere(std::string_view body) const -> bool { return queries(body) || (traits_of_calls(body) & fetches) != 0; }
  // Whether a template of this text may read what is loaded on access.
  auto read_in_template(std::string_view text) const -> bool;
  // Whether a session of the project may keep its objects' values after a commit: expire_on_commit is set somewhere.
  auto keeps_values() const -> bool { return keeps_values_; }
  // Whether the project tells SQLAlchemy of changes inside values of that attribute: flag_modified(), Mutable types.
  auto marks_changes(std::string_view attribute) const -> bool { return marks_all_ || marked_.count(std::string(attribute)) > 0; }
  // Whether a function of this text may change a list or a dict that a column holds.
  auto changes_container(std::string_view body) const -> bool;
  // Whether async sessions of the project forget values at a commit: it makes some, and expire_on_commit is set nowhere.
  auto expires_async_sessions() const -> bool { return makes_async_sessions_ && !keeps_values_; }
  // A class, or one that it inherits from, has a method that can reach the database.
  auto has_method_that_reaches(const interpret::Class& type, int depth = 0) const -> bool;
  // False only of a function that cannot reach the database, in itself or by so many calls within each other, but through
  // its arguments.
  auto reaches(const python::Function& function, std::size_t calls = followed_calls) const -> bool;
  // How many calls lie between an entry and the query, at most.
  static constexpr std::size_t followed_calls = 3;

 private:
  // What the functions of a name do.
  enum Trait : std::uint8_t {
    fetches = 1,
    walks_relationships = 2,  // loops, and names a relationship: rows of its caller may load there
    asks_parameter = 4,       // loops over queries of a class that the caller gives
    reads_relationships = 8,
    stores = 16,              // commits or flushes, and is a coroutine
  };
  struct Named {
    unsigned definitions = 0, fetching = 0, walking = 0, asking = 0, reading = 0, storing = 0;
    // Those that at least one definition in `one_in` has.
    auto traits(unsigned one_in) const -> unsigned;
  };
  // Functions that fetch nothing themselves and are short: whoever calls one may fetch by it.
  struct Wrapper {
    std::string_view name, text;
  };
  struct Undecided {
    const python::Function* function;
    std::string_view text;
  };
  auto traits_of(const python::Function& function, std::string_view body) const -> unsigned;
  auto traits_of_calls(std::string_view text) const -> unsigned;
  auto note_marks(std::string_view text) -> void;
  auto names_relationship(std::string_view text) const -> bool;
  auto names_any_of(const NameSet& names, std::string_view text) const -> bool;

  NameSet lazy_;  // relationships, deferred columns, properties that read a relationship
  NameSet readers_;  // methods that read a relationship, and those of mapped classes that query
  bool prints_relationships_ = false;  // some __str__ or the like does
  NameSet containers_;  // columns of lists and dicts
  std::unordered_set<std::string> marked_;
  bool marks_all_ = false;
  bool keeps_values_ = false, makes_async_sessions_ = false;
  NameSet relationships_, self_referential_, models_;
  std::unordered_map<std::string_view, Named> named_;
  std::unordered_set<std::string_view> reaching_;  // names of functions that reach the database in some way
  std::vector<Undecided> undecided_;
  std::vector<Wrapper> wrappers_;
  // Through how many calls at least, for functions that do not reach the database themselves.
  std::unordered_map<const python::Function*, std::size_t> distance_;
};

}  // namespace foreshot::loads
