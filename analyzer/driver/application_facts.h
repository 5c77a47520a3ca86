// Models, queries, loads and deletes of a project's application code, read in parallel and put together in the order of
// the files.
#pragma once

#include <unordered_set>

#include "analyzer/check/project.h"
#include "analyzer/interpret/modules.h"
#include "analyzer/loads/templates.h"
#include "analyzer/sqlalchemy/schema_element.h"

namespace foreshot::driver {

// `revisions` are files of version folders: they are migrations, and models in them are not the application's.
auto read_models(Project& project, const interpret::ModuleIndex& modules, const std::unordered_set<FileId>& revisions,
                 const sqlalchemy::Versions& versions, unsigned threads) -> void;
// `templates` may be null; it is prepared here.
auto read_application(Project& project, const interpret::ModuleIndex& modules, const std::unordered_set<FileId>& revisions,
                      const sqlalchemy::Versions& versions, unsigned threads, loads::Templates* templates = nullptr) -> void;

}  // namespace foreshot::driver
