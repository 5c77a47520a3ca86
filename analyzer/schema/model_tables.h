// Models as tables: what vouches for a table when the revisions that created it are gone.
#pragma once

#include <vector>

#include "analyzer/facts/model.h"
#include "analyzer/schema/history.h"

namespace foreshot {

// One table for each table name that a model maps; several classes on one table are merged.
auto models_as_tables(const std::vector<Model>& models) -> std::vector<Table>;

}  // namespace foreshot
