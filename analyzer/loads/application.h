// Reads the application's code: walks every function that can matter as an entry point and writes down what it does with
// the database.
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/interpret/modules.h"
#include "analyzer/loads/querying.h"
#include "analyzer/loads/session_names.h"
#include "analyzer/loads/vocabulary.h"

namespace foreshot::loads {

// What kind of program a file is part of, by its path.
auto path_role(std::string_view path) -> PathRole;

auto read_application(const interpret::SourceModule& module, const interpret::ModuleIndex& modules, const SourceMap& sources,
                      const ModelRegistry& registry, const QueryingFunctions& querying, const ProjectNames& names, const sqlalchemy::Versions& versions,
                      const Templates* templates = nullptr) -> Application;

// One load for each query and what is loaded of its rows; the other places that read it are named in it.
auto unite(std::vector<Load>& loads) -> void;

}  // namespace foreshot::loads
