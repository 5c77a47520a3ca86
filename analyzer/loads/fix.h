// How the query of a load is written so that nothing is loaded lazily: edits of the source, for the Load facts.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/interpret/interpreter.h"
#include "analyzer/loads/registry.h"
#include "analyzer/loads/spelling.h"
#include "analyzer/loads/value.h"

namespace foreshot::loads {

// One attribute on the way from the queried entity to what is loaded.
struct FixStep {
  ModelId owner = no_model;
  std::string attribute;
};

// What a load needs to be fixed; collected while its function is walked.
struct FixRequest {
  std::size_t load = 0;                        // index into the facts
  const python::Function* function = nullptr;  // that was walked
  std::shared_ptr<const Statement> statement;  // the rows' query; null when nobody knows it
  std::vector<FixStep> steps;
  SourceEdit key;                              // reads the foreign key column instead; unknown span: there is none
  std::vector<SourceEdit> further_keys;        // at later reads of the same
  bool key_required = false;                   // the key is NOT NULL: the object is always there
};

// The option that the last of the steps should be loaded with: "selectinload", "joinedload", "undefer".
auto loader_of(const Statement* statement, const std::vector<FixStep>& steps, std::size_t at, const ModelRegistry& registry) -> std::string;

// Fills in Load::fix of the module's loads, where the query and all that is read stand in one function and the query's text
// is simple. Adding an option is safe: the same rows come back in the same order, and only the statements that fetch
// what hangs on them change. Where a read stands under a test, it is not: the option loads what may never be read.
auto write_fixes(const interpret::SourceModule& module, std::string_view text, interpret::Interpreter& interpreter, const ModelRegistry& registry,
                 const std::vector<FixRequest>& requests, std::vector<Load>& loads) -> void;

}  // namespace foreshot::loads
