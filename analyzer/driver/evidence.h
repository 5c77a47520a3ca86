// Evidence: what a repository says, outside of its Python code, about the server that its migrations run on.
#pragma once

#include <string>
#include <vector>

#include "analyzer/check/project.h"
#include "analyzer/driver/configuration.h"
#include "analyzer/driver/dependencies.h"
#include "analyzer/driver/trees.h"

namespace foreshot::driver {

struct Evidence {
  Dependencies dependencies;
  Versions versions;
  std::string postgresql_image;       // "compose.yml runs postgres:16"; empty: no image
};

// Reads dependency files, compose, CI and Docker files of the project (and, for the last three, of its repository).
auto collect_evidence(const ProjectFiles& project, const Configuration& configuration) -> Evidence;

// The dialect of "postgresql+asyncpg://…"; unknown for placeholders. `driver` is set when the address names one.
auto dialect_of_url(const std::string& url, Driver& driver) -> Dialect;

// Fills in dialect and driver with their reasons, where env.py has not settled them.
auto judge_dialect(const TreeLayout& layout, const Evidence& evidence, const Configuration& configuration, Environment& to) -> void;

}  // namespace foreshot::driver
