// What the load model carries through the application's code: sessions, statements, results, rows and entities, each with
// the query it came from and the loader options that query had.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "analyzer/facts/query.h"
#include "analyzer/interpret/vocabulary.h"

namespace foreshot::loads {

struct Session : interpret::Object {
  SessionKind kind = SessionKind::unknown;
  Span made;                    // unknown for parameters and globals
  std::size_t loops = 0;        // loops around the place that made it
  bool keeps = false;           // expire_on_commit=False
  bool created = false;
  bool commits_at_end = false;  // factory.begin()
  std::uint32_t closed = 0, commits = 0;  // how often, so far
  auto type_name() const -> std::string_view override { return "sqlalchemy.orm.Session"; }
};

// session.begin(): what a with statement ends without closing the session.
struct Transaction : interpret::Object {
  std::shared_ptr<Session> session;
  auto type_name() const -> std::string_view override { return "sqlalchemy.orm.SessionTransaction"; }
};

// sessionmaker(…), async_sessionmaker(…), scoped_session(…).
struct SessionFactory : interpret::Object {
  SessionKind kind = SessionKind::sync;
  bool keeps = false;           // expire_on_commit=False
  bool scoped = false;          // the factory itself is used as a session
  auto type_name() const -> std::string_view override { return "sqlalchemy.orm.sessionmaker"; }
};

// Order.items, Order.status.
struct ModelAttribute : interpret::Object {
  ModelId model = no_model;
  std::string name;
  auto type_name() const -> std::string_view override { return "sqlalchemy.orm.InstrumentedAttribute"; }
};

struct ColumnOf {
  ModelId model = no_model;
  std::string name;
};

// A condition on columns; only what is compared with = is kept.
struct Criterion : interpret::Object {
  std::vector<ColumnOf> equal;
  std::vector<ColumnOf> used;
  auto type_name() const -> std::string_view override { return "sqlalchemy.ColumnElement"; }
};

// selectinload(Order.items).joinedload(Item.product).
struct Options : interpret::Object {
  std::vector<LoaderOption> options;
  std::vector<std::string> path;   // where a chained call goes on
  ModelId owner = no_model;        // the class that it starts from
  bool known = true;
  auto type_name() const -> std::string_view override { return "sqlalchemy.orm.Load"; }
};

struct Statement : interpret::Object {
  enum class Verb : std::uint8_t { select, update, delete_, insert };
  Verb verb = Verb::select;
  bool legacy = false;
  Span built;
  SessionKind session = SessionKind::unknown;       // of a legacy query
  std::shared_ptr<const Session> made_by;           // the session of a legacy query
  std::vector<ModelId> entities;                    // no_model: a column or something else
  std::vector<LoaderOption> options;
  bool options_known = true;
  bool limited = false;
  bool yields_per = false;
  bool few = false;                                 // a small literal limit
  bool for_update = false, for_update_of = false;
  enum class Collection : std::uint8_t { no, dynamic, write_only };
  Collection collection = Collection::no;           // of an entity, by a relationship that is mapped so
  ColumnOf owner = {};                              // that relationship
  bool unfiltered = true;
  bool filtered_by_list = false;                    // in_(…)
  bool understood = true;
  std::vector<ColumnOf> equal;
  std::vector<ColumnOf> used;
  std::vector<ModelId> joined;
  interpret::Rounds sessions = 0;                   // loops whose rounds use another session each
  interpret::Rounds selected = 0;                   // loops whose rounds ask another table each
  auto type_name() const -> std::string_view override { return "sqlalchemy.select"; }
};

// What is made of a statement: a subquery, a CTE, a column of one.
struct Derived : interpret::Object {
  auto type_name() const -> std::string_view override { return "sqlalchemy.Subquery"; }
};

// Where entities come from.
struct Origin {
  std::shared_ptr<const Statement> statement;   // null: a parameter, a new object
  Span span;
  SessionKind session = SessionKind::unknown;
  bool options_known = false;
  std::shared_ptr<const Session> runner;        // null when nobody knows it
  std::uint32_t runner_closed = 0, runner_commits = 0;  // of it, when the query ran
  std::string receiver;                         // what ran it, as written; empty when it is not one name
  Span run;                                     // where it ran
  bool sure_session = false;                    // its receiver is a session by its type or its name
};

struct Entity : interpret::Object {
  ModelId model = no_model;
  std::shared_ptr<const Origin> origin;
  std::vector<std::string> path;                // relationships from the queried entity
  std::shared_ptr<const Entity> parent;         // whose relationship this is, or is an element of
  ModelId via_owner = no_model;                 // the relationship that led here
  std::string via;
  bool many = false;                            // one of the rows of a result
  bool fresh = false;                           // made by calling the class
  bool awaitable = false;                       // its awaitable_attrs: a load is awaited, under an async session too
  std::uint32_t read_at = 0;                    // commits of its session when a column was last read
  std::set<std::string> loaded;                 // attributes that were assigned
  auto type_name() const -> std::string_view override { return "sqlalchemy.orm.entity"; }
};

// The tuple that execute() gives for each row.
struct Row : interpret::Object {
  std::vector<interpret::Value> items;
  std::vector<std::string> names;               // class name of each entity
  auto type_name() const -> std::string_view override { return "sqlalchemy.Row"; }
};

// A result, a list of its rows, a page of it.
struct Rows : interpret::Object {
  enum class Shape : std::uint8_t { rows, scalars };
  Shape shape = Shape::scalars;
  std::shared_ptr<const Origin> origin;
  std::shared_ptr<const Entity> parent;         // of a relationship's collection
  std::string relationship;
  bool few = false;
  bool streams = false;                         // in parts, from a cursor that stays open
  std::size_t query = static_cast<std::size_t>(-1);  // index into the facts
  interpret::Value element;                     // of a transformed result (enumerate, zip); else made for each iteration
  auto type_name() const -> std::string_view override { return "sqlalchemy.Result"; }
};

}  // namespace foreshot::loads
