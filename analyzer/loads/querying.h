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

// Functions and methods of a module, in classes and under tests; local functions are walked with the one around them.
auto definitions_of(const python::Module& module) -> std::vector<Definition>;

// Whether the text runs or builds a query.
auto queries(std::string_view text) -> bool;

// What a text calls, of what matters to sessions and loader options; found in one pass over its brackets.
enum CalledMark : std::uint32_t {
  called_option = 1,        // joinedload, load_only, …
  called_refresh = 2,       // refresh, merge
  called_for_update = 4,
  called_commit = 8,        // commit, flush
  called_session = 16,      // a name with "ession" in it, begin, or a name that `test` says makes sessions
  called_close = 32,
  called_sharing = 64,      // add_task, Thread, submit, gather, …
  called_raiseload = 128,
  called_serializer = 256,
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

  // Whether a function of this text is worth a walk of its own: it loops over what is fetched, here or in a function
  // that it calls, or deletes, or fetches joined collections.
  auto is_entry(const python::Function& function, std::string_view body) const -> bool;
  // Whether a session of the project may keep its objects' values after a commit: expire_on_commit is set somewhere.
  auto keeps_values() const -> bool { return keeps_values_; }
  // False only of a function that cannot reach the database but through its arguments.
  auto reaches(const python::Function& function) const -> bool { return idle_.count(&function) == 0; }

 private:
  // What the functions of a name do.
  enum Trait : std::uint8_t {
    fetches = 1,
    walks_relationships = 2,  // loops, and names a relationship: rows of its caller may load there
    asks_parameter = 4,       // loops over queries of a class that the caller gives
    reads_relationships = 8,
  };
  struct Named {
    unsigned definitions = 0, fetching = 0, walking = 0, asking = 0, reading = 0;
    // Those that at least one definition in `one_in` has.
    auto traits(unsigned one_in) const -> unsigned;
  };
  struct Undecided {
    const python::Function* function;
    std::string_view text;
  };
  auto traits_of(const python::Function& function, std::string_view body) const -> unsigned;
  auto traits_of_calls(std::string_view text) const -> unsigned;
  auto names_relationship(std::string_view text) const -> bool;
  auto names_any_of(const NameSet& names, std::string_view text) const -> bool;

  bool joined_collections_;
  NameSet lazy_;  // relationships, deferred columns, properties that read a relationship
  bool joined_ = false, immediate_ = false;  // some relationship is mapped so
  NameSet raising_;  // relationships that must not load on access
  bool keeps_values_ = false;
  NameSet relationships_;
  std::unordered_map<std::string_view, Named> named_;
  std::unordered_set<std::string_view> reaching_;  // names of functions that reach the database in some way
  std::vector<Undecided> undecided_;
  std::unordered_set<const python::Function*> idle_;
};

}  // namespace foreshot::loads
