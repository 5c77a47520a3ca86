// Which relationships a query loads that the function around it never reads, where all that it does with the rows is in sight.
#pragma once

#include <vector>

#include "analyzer/facts/query.h"
#include "analyzer/loads/registry.h"

namespace foreshot::loads {

// Fills Query::unread. Rows that leave the function, or whose objects are used as a whole, leave it empty.
auto mark_unread(std::vector<Query>& queries, const interpret::SourceModule& module, const ModelRegistry& registry) -> void;

}  // namespace foreshot::loads
