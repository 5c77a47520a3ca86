// What several rules ask of mapped classes: the key under a relationship, what derives from what, what a query joins.
#pragma once

#include <string>
#include <vector>

#include "analyzer/check/project.h"

namespace foreshot {

auto has_cascade(const Relationship& relationship, const char* cascade) -> bool;
// Many objects at the other end.
auto is_collection(const Relationship& relationship) -> bool;

// The foreign key of `child` over which a relationship of its parent goes, as an index into its constraints; none (-1)
// when it cannot be told.
auto key_under(const Model& child, const Relationship& relationship) -> int;

// What ON DELETE names does something with the rows.
auto acts_on_delete(const std::string& rule) -> bool;
// The key has such a rule in the replayed migrations, whatever its model says.
auto migrated_with_on_delete(const Project& project, const Model& child, const Constraint& key) -> bool;

// One is the other, or derives from it.
auto related(const Project& project, ModelId one, ModelId other) -> bool;

// A relationship that is fetched by a join in the query's own SELECT, as an option or the mapping asks for.
struct JoinedRelationship {
  const Relationship* relationship = nullptr;
  std::string name;      // "Order.items"
  Span option;           // where the query asks for it; unknown: the mapping does
  bool outer = true;     // by an outer join, or behind one
};
// Of a query of one entity, whose options are all known; parents stand before what lies behind them.
auto joined_relationships(const Project& project, const Query& query) -> std::vector<JoinedRelationship>;

}  // namespace foreshot
