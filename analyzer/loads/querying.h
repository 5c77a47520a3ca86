// QueryingFunctions knows, by their text alone, which functions of a project can have to do with the database.
//
// It keeps the walk over the application affordable: a function that neither fetches rows nor loops over fetched ones is
// no entry point, and a call of one that cannot fetch, with no entity, statement or session among its arguments, is not
// followed. Names are taken for what they look like, so more functions are let in than needed, hardly ever fewer.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "analyzer/interpret/modules.h"

namespace foreshot::loads {

struct Definition {
  const python::Function* function = nullptr;
  std::string class_name;
};

// Functions and methods of a module, in classes and under tests; local functions are walked with the one around them.
auto definitions_of(const interpret::SourceModule& module) -> std::vector<Definition>;

// Whether the text runs or builds a query.
auto queries(std::string_view text) -> bool;

auto has_any(std::string_view text, std::initializer_list<std::string_view> words) -> bool;

// The text of a definition; `text` is the whole file.
auto text_of(const python::Statement& statement, std::string_view text) -> std::string_view;

class QueryingFunctions {
 public:
  // Adds the functions of a module; `text` is the whole file and must outlive this.
  auto add(const interpret::SourceModule& module, std::string_view text) -> void;
  // Follows calls by name, when all modules are added.
  auto close() -> void;

  // A function of this name queries directly.
  auto contains(std::string_view name) const -> bool { return names_.count(name) > 0; }
  // Calls a function of such a name.
  auto calls_one(std::string_view text) const -> bool;
  // False only of a function that cannot reach the database but through its arguments.
  auto reaches(const python::Function& function) const -> bool { return idle_.count(&function) == 0; }

 private:
  struct Undecided {
    const python::Function* function;
    std::string_view text;
  };
  std::unordered_set<std::string_view> names_;
  std::unordered_set<std::string_view> reaching_;  // names of functions that reach the database in some way
  std::vector<Undecided> undecided_;
  std::unordered_set<const python::Function*> idle_;
};

}  // namespace foreshot::loads
