// The equalities in a relationship's primaryjoin=, by its words: "and_(Order.user_id == User.id, …)", a lambda, an expression
// of the class body, with foreign() and remote() around columns; or what an expression renders, "orders.user_id = users.id".
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/facts/model.h"

namespace foreshot::sqlalchemy {

// Column to column only; what is compared with a constant or computed is left out.
auto read_join(std::string_view words) -> std::vector<std::pair<JoinSide, JoinSide>>;

}  // namespace foreshot::sqlalchemy
