// What was understood of a project, as stable text for people and tests: trees, revisions, operations with the SQL they
// send, environments, models, queries.
#pragma once

#include <string>

#include "analyzer/check/project.h"

namespace foreshot::report {

auto facts(const Project& project) -> std::string;

}  // namespace foreshot::report
