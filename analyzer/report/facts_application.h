// The application's half of the facts: models, queries, loads, deletes.
#pragma once

#include <string>

#include "analyzer/check/project.h"

namespace foreshot::report {

auto application_facts(const Project& project) -> std::string;

}  // namespace foreshot::report
