// Imports of the application's models, tables or sessions in a revision.
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/interpret/modules.h"

namespace foreshot::alembic {

// Spans of the import statements in `module`, at its top level and in its functions, that bring in a mapped class, a
// model module or a session of a project module outside `folder`.
auto application_imports(const interpret::SourceModule& module, const interpret::ModuleIndex& modules,
                         std::string_view folder) -> std::vector<Span>;

}  // namespace foreshot::alembic
