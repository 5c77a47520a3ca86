// Reads a revision file: its place in the graph and what its upgrade() and downgrade() do.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/facts/environment.h"
#include "analyzer/facts/revision.h"
#include "analyzer/interpret/interpreter.h"
#include "analyzer/sqlalchemy/naming.h"
#include "analyzer/sqlalchemy/schema_element.h"

namespace foreshot::alembic {

// What the tree says to each of its revisions.
struct RevisionSurroundings {
  sqlalchemy::Versions versions;
  sqlalchemy::Naming naming;      // of the target metadata
  std::string folder;             // the script location, relative to the project: imports below it are its own
  Environment::VersionTableSchema version_table_schema = {};
};

// The module assigns `revision` at its top level.
auto is_revision(const interpret::SourceModule& module) -> bool;

// Nothing when the module is no revision. Never fails: what cannot be understood is a gap. Thread-safe.
auto read_revision(const interpret::SourceModule& module, const interpret::ModuleIndex& modules,
                   const SourceMap& sources, const RevisionSurroundings& surroundings) -> std::optional<Revision>;

// The naming convention that an environment names, as rendering takes it.
auto naming_of(const Environment& environment) -> sqlalchemy::Naming;

}  // namespace foreshot::alembic
