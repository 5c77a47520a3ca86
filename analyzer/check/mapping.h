// What several rules ask of mapped classes: the key under a relationship, what derives from what, what a query joins.
#pragma once

#include <string>
#include <utility>
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
  std::vector<std::string> path;  // from the queried entity
  Span option;           // where the query asks for it; unknown: the mapping does
  bool outer = true;     // by an outer join, or behind one
};
// Of a query of one entity, whose options are all known; parents stand before what lies behind them.
auto joined_relationships(const Project& project, const Query& query) -> std::vector<JoinedRelationship>;

// One relationship that mappings load along whenever an object is loaded, and the relationships behind it.
struct EagerStep {
  const Relationship* relationship = nullptr;
  std::string name;          // "Order.items"
  std::size_t depth = 1;     // how many relationships away from the class
  bool under_collection = false;  // behind a collection
};
// All that loading one object of a class loads along, by lazy="joined", "selectin", "subquery" or "immediate" of the
// mappings; a class that is on the way already ends it, as in SQLAlchemy. At most a hundred.
auto eager_closure(const Project& project, ModelId model) -> std::vector<EagerStep>;

// Two relationships that a flush copies keys for into the same columns, and of which neither knows of the other: not
// partners (back_populates, backref), not viewonly, none names the other in overlaps=, not siblings by inheritance.
struct Writer {
  const Model* model = nullptr;
  const Relationship* relationship = nullptr;
  std::string column;                  // of the table that both write; empty: an association table
  bool over_mapped_secondary = false;  // a many-to-many relationship over a table that is a class's too, or one of that class
};
auto relationships_in_conflict(const Project& project) -> std::vector<std::pair<Writer, Writer>>;

}  // namespace foreshot
