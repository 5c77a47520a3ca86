// Reads env.py: what its online migrations run in. Transactions, settings, driver, naming convention.
#pragma once

#include "analyzer/facts/environment.h"
#include "analyzer/interpret/interpreter.h"
#include "analyzer/sqlalchemy/schema_element.h"

namespace foreshot::alembic {

// Adds to `environment` what the module says. What the caller already knows (a dialect, a driver) stays. Never fails.
auto read_environment(const interpret::SourceModule& module, const interpret::ModuleIndex& modules,
                      const SourceMap& sources, const sqlalchemy::Versions& versions, Environment& environment) -> void;

}  // namespace foreshot::alembic
