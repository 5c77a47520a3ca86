// Programs that run on several databases ask which one it is. Here it is PostgreSQL.
#pragma once

#include <optional>
#include <string_view>

#include "analyzer/interpret/vocabulary.h"

namespace foreshot::loads {

// What a comparison with the name of a database gives (`dialect == "sqlite"`, `name in ("mysql", "mariadb")`); nothing for
// another comparison. The value that is compared may be anything that is not known.
auto is_postgresql(std::string_view op, const interpret::Value& left, const interpret::Value& right) -> std::optional<bool>;

}  // namespace foreshot::loads
