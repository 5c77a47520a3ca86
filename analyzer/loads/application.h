// Reads the application's code: walks every function that can matter as an entry point and writes down what it does with
// the database.
#pragma once

#include <string_view>
#include <unordered_set>
#include <vector>

#include "analyzer/interpret/modules.h"
#include "analyzer/loads/vocabulary.h"

namespace foreshot::loads {

// What kind of program a file is part of, by its path.
auto path_role(std::string_view path) -> PathRole;

// Names of functions that run or build queries, so that their callers are walked too. Made of all modules, before any is
// read.
class QueryingFunctions {
 public:
  auto add(const interpret::SourceModule& module, std::string_view text) -> void;
  auto contains(std::string_view name) const -> bool { return names_.count(name) > 0; }

 private:
  std::unordered_set<std::string_view> names_;
};

auto read_application(const interpret::SourceModule& module, const interpret::ModuleIndex& modules, const SourceMap& sources,
                      const ModelRegistry& registry, const QueryingFunctions& querying, const sqlalchemy::Versions& versions)
    -> Application;

}  // namespace foreshot::loads
