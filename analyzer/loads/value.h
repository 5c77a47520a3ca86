// What the load model carries through the application's code: sessions, statements, results, rows and entities, each with
// the query it came from and the loader options that query had.
#pragma once

#include <cstdint>
#include <map>
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
  bool understood = false;      // `keeps` is known: what makes the session was seen
  bool created = false;
  bool commits_at_end = false;  // factory.begin()
  std::uint32_t closed = 0, commits = 0;  // how often, so far
  auto type_name() const -> std::string_view override { return "sqlalchemy.orm.Session"; }
};

// Depends(get_session): what a web framework calls for the value of a parameter.
struct Dependency : interpret::Object {
  interpret::Value function;
  auto type_name() const -> std::string_view override { return "fastapi.Depends"; }
};

// session.begin(): what a with statement ends without closing the session.
struct Transaction : interpret::Object {
  std::shared_ptr<Session> session;
  auto type_name() const -> std::string_view override { return "sqlalchemy.orm.SessionTransaction"; }
};

// create_async_engine(…).
struct Engine : interpret::Object {
  Span made;
  bool pooled = false;          // known to keep its connections
  auto type_name() const -> std::string_view override { return "sqlalchemy.ext.asyncio.AsyncEngine"; }
};

// sessionmaker(…), async_sessionmaker(…), scoped_session(…).
struct SessionFactory : interpret::Object {
  SessionKind kind = SessionKind::sync;
  bool keeps = false;           // expire_on_commit=False
  bool scoped = false;          // the factory itself is used as a session
  std::shared_ptr<const Engine> engine;  // null: unknown, or no async one
  auto type_name() const -> std::string_view override { return "sqlalchemy.orm.sessionmaker"; }
};

// What stands in FROM: a class, or one of its aliases by the place that makes it.
struct FromItem {
  ModelId model = no_model;
  Span alias;
  friend auto operator==(const FromItem&, const FromItem&) -> bool = default;
};
// Order.items, Order.status.
struct ModelAttribute : interpret::Object {
  ModelId model = no_model;
  std::string name;
  Span alias;               // the class is an alias, made there
  std::shared_ptr<const FromItem> of;  // of_type(…)
  auto type_name() const -> std::string_view override { return "sqlalchemy.orm.InstrumentedAttribute"; }
};

struct ColumnOf {
  ModelId model = no_model;
  std::string name;
};

// aliased(Order): another Order in the same statement.
struct Alias : interpret::Object {
  ModelId model = no_model;
  auto type_name() const -> std::string_view override { return "sqlalchemy.orm.AliasedClass"; }
};

struct NamedFrom {
  FromItem item;
  Span span;   // where the statement names it
};
// Two of them that a condition, or a join, connects.
using Connection = std::pair<FromItem, FromItem>;

// `and`, `is None` and their like on columns: Python decides them, before SQLAlchemy sees anything.
struct PythonOperator {
  std::string word;
  Span span;
  enum class Place : std::uint8_t { condition, arm, part } place = Place::condition;  // arm: of or_(); part: of something else
};

// An SQL expression of columns; of a condition, what is compared with = and what it connects.
struct Criterion : interpret::Object {
  std::vector<ColumnOf> equal;
  std::vector<ColumnOf> used;
  std::vector<FromItem> from;
  std::vector<Connection> connects;
  std::vector<PythonOperator> mistakes;
  bool opaque = false;      // a part is nothing that is known here: a table, a subquery, SQL text
  bool aggregate = false;   // count(), max() …: one row, without GROUP BY
  bool counts = false;      // count()
  bool random = false;      // random()
  auto type_name() const -> std::string_view override { return "sqlalchemy.ColumnElement"; }
};

// selectinload(Order.items).joinedload(Item.product).
struct Options : interpret::Object {
  std::vector<LoaderOption> options;
  std::vector<std::string> path;   // where a chained call goes on
  ModelId owner = no_model;        // the class that it starts from
  bool known = true;
  bool in_place = false;           // written as only SQLAlchemy 1 takes it
  std::shared_ptr<Options> grown_from;  // what SQLAlchemy 1 extended in place to make this one
  auto type_name() const -> std::string_view override { return "sqlalchemy.orm.Load"; }
};

struct Origin;

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
  bool folded = false;                              // DISTINCT, HAVING: a join would change what they count, as with GROUP BY
  bool for_update = false, for_update_of = false;
  std::string part;                                 // what takes a part of the rows: "limit", "offset", "slice"
  bool populates_existing = false;
  enum class Collection : std::uint8_t { no, dynamic, write_only };
  Collection collection = Collection::no;           // of an entity, by a relationship that is mapped so
  ColumnOf owner = {};                              // that relationship
  std::shared_ptr<const Origin> reached_from;       // where the owner came from, under an async session
  bool unfiltered = true;
  bool filtered_by_list = false;                    // in_(…)
  bool unclear_filter = false;                      // a condition that nobody knows
  bool filter_varies = false;                       // some conditions are those of one of two ways
  bool understood = true;
  std::vector<ColumnOf> equal;
  std::vector<ColumnOf> used;
  std::vector<ModelId> joined;
  std::vector<NamedFrom> from;                      // as far as all of it is known, else `opaque`
  std::vector<Connection> connects;
  bool opaque = false;
  bool aggregates = false;                          // all that is selected are aggregates
  bool counts = false;                              // it is one count()
  bool columns_known = true;                        // of what is selected
  bool grouped = false;
  std::vector<std::string> order_by;
  Span ordered_at, offset_at;
  bool random_order = false, offset = false, offset_varies = false;
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
  std::size_t turns = 0;                        // that happened before
};

struct Entity : interpret::Object {
  ModelId model = no_model;
  std::shared_ptr<const Origin> origin;
  std::vector<std::string> path;                // relationships from the queried entity
  std::shared_ptr<const Entity> parent;         // whose relationship this is, or is an element of
  ModelId via_owner = no_model;                 // the relationship that led here
  std::string via;
  bool own_statement = false;                   // that loads it in a statement of its own, not by a join to its owner
  bool many = false;                            // one of the rows of a result
  bool fresh = false;                           // made by calling the class
  bool maybe_fresh = false;                     // on one of several ways, and not because there was none
  Span made;                                    // where
  bool shared = false;                          // all rows have the same one: the query asks for its key
  bool awaitable = false;                       // its awaitable_attrs: a load is awaited, under an async session too
  std::uint32_t read_at = 0;                    // commits of its session when a column was last read
  std::set<std::string> loaded;                 // attributes that were assigned
  std::size_t lookup = static_cast<std::size_t>(-1);  // made because this lookup of the function found nothing
  std::map<std::string, std::size_t> set_at;    // the same, by the number of turns before
  std::size_t since = 0;                        // turns before this one do not matter: when it was fetched, added, refreshed
  bool gone = false;                            // deleted, or taken out of its session
  bool unclear = false;                         // made here, by a call that nobody understands
  bool refreshed = false;                       // by refresh(), which loads what its mapping loads eagerly
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
  bool own_statement = false;                   // see Entity
  bool few = false;
  bool streams = false;                         // in parts, from a cursor that stays open
  std::size_t query = static_cast<std::size_t>(-1);  // index into the facts
  interpret::Value element;                     // of a transformed result (enumerate, zip); else made for each iteration
  auto type_name() const -> std::string_view override { return "sqlalchemy.Result"; }
};

}  // namespace foreshot::loads
