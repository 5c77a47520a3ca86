// What the application does with the database: queries, loads of lazy attributes, deletes. Each fact names the places
// a person must see to believe it. Produced by the load model (sqlalchemy/ and loads/), read by rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/facts/model.h"

namespace foreshot {

enum class SessionKind : std::uint8_t { unknown, sync, async, flask };

enum class Cardinality : std::uint8_t { one, bounded, many, unknown };

// What kind of program a file is part of; decides how much a slow loop matters.
enum class PathRole : std::uint8_t { application, request, task, command, test, migration, script };

// Nobody waits for a command line script or a test as a user waits for a page.
inline auto nobody_waits(PathRole role) -> bool {
  return role == PathRole::command || role == PathRole::script || role == PathRole::test || role == PathRole::migration;
}

// One loader option path of a statement: "items", "items.product".
struct LoaderOption {
  std::vector<std::string> path;
  std::string strategy;        // "selectinload", "joinedload", "contains_eager", "raiseload", …
  bool understood = true;
  Span span;
  ModelId owner = no_model;    // the class that the option starts from: Order of selectinload(Order.items)
  bool innerjoin = false;      // joinedload(…, innerjoin=True)
  bool recursive = false;      // selectinload(…, recursion_depth=…)
};

// A query that is executed: where it was built, where it runs, what it returns.
struct Query {
  enum class Result : std::uint8_t { entity, rows, scalar, none, unknown };

  Span built;                        // select(M) / session.query(M) / M.query
  Span executed;                     // session.scalars(stmt), .all(), iteration
  FileId file = no_file;
  std::string function;              // qualified name of the function it runs in
  PathRole role = PathRole::application;
  SessionKind session = SessionKind::unknown;
  bool legacy = false;               // session.query / Model.query (1.x)
  std::vector<ModelId> entities;
  std::vector<LoaderOption> options;
  bool options_known = true;
  Cardinality cardinality = Cardinality::unknown;
  Result result = Result::unknown;
  bool unique_called = false;        // .unique() before the rows are consumed
  bool rows_consumed = false;        // .all(), iteration, .one() … : read in a way that asks for .unique() where it is due
  bool limited = false;
  bool yields_per = false;           // yield_per: the rows come in parts
  bool for_update = false;
  bool for_update_of = false;
  std::string part;                  // what takes a part of the rows: "limit", "offset", "slice", "first"; empty: nothing
  bool populates_existing = false;   // populate_existing(): objects that are there already are filled anew
  std::vector<ModelId> filter_models;  // whose columns the filters compare
  std::vector<std::string> unread;   // relationships that options load and nothing reads; only where every use is visible
  std::vector<std::string> joins;    // relationship paths joined
  std::vector<std::string> equality_columns;  // columns compared with = to something
  std::vector<std::string> filter_columns;    // "?" for a condition that nobody knows
  std::vector<std::string> order_by;  // columns as far as they are known; "?" for anything else
  bool understood = true;
  std::string taken;                 // the method that takes rows of the result: "first", "scalar", "all"; empty: not seen
  Span taken_at;
  Span given;                        // the statement as it is given to the session; unknown: a 1.x query, which runs itself
  Span ordered_at, offset_at;        // where the methods are called
  bool random_order = false;         // ORDER BY random()
  bool offset = false;               // OFFSET of more than none
  bool offset_varies = false;        // … that the program computes
  bool filtered = false;             // WHERE
  bool one_row = false;              // at most one, as far as can be told: aggregates, equality with all columns of a key;
                                     // or perhaps: another function orders it, and some conditions are not known
  bool grouped = false;
  bool collected = false;            // of a dynamic relationship, which may have an order of its own
  bool streamed = false;             // the rows come as they are asked for
  Span returned_at;                  // the function returns all rows
  std::vector<ModelId> apart;        // classes in FROM that nothing joins with those before
  Span apart_at;                     // where the first of them is named
};

// A change of the source: the text takes the place of what stands in the span; an empty span: it is put there.
struct SourceEdit {
  Span span;
  std::string text;
};

// How the query, or the read, is written so that nothing is loaded lazily. Without edits: nobody can say where.
struct LoadFix {
  std::vector<SourceEdit> edits;
  std::string message;
  bool safe = false;
};

// Lazily loaded attribute that is read, or statement that runs, once per row of something.
struct Load {
  enum class Kind : std::uint8_t {
    relationship,   // a lazy relationship is read on each row
    query,          // a statement depending on the loop variable runs per iteration
    same_query,     // a statement that depends on nothing of the loop
    write,          // an INSERT, UPDATE or DELETE
    column,         // a deferred column is read on each row
    refresh,        // session.refresh()
    merge,          // session.merge()
    commit,         // session.commit(), and the loop reads rows that it expires
    removal,        // session.delete(), which loads what `path` names for each row
    append,         // a lazy collection is only appended to
    subclass_column,  // a column of a subclass's table is read on rows of a query of the base class
    node,           // a function that calls itself goes along a relationship of a class to itself
    expired,        // an attribute that a commit, a rollback or an expire() has made the session forget
    generated,      // a column whose value the server made at the last flush
    unloaded,       // a collection that nobody has loaded: of an object made here, or one that is added to
    dynamic,        // a query that reading a collection makes, and that runs its own SELECT
  };
  Kind kind = Kind::relationship;
  Span access;                       // the attribute that loads, or the call that runs the query
  Span loop;                         // the loop's head: `for order in orders`
  Span origin;                       // the query the rows come from; unknown when they come from a relationship of one
  std::string variable;              // the loop variable as written
  ModelId model = no_model;          // whose relationship it is
  std::string attribute;             // the relationship's name
  std::vector<std::string> path;     // from the queried entity: "customer", "address"
  Lazy strategy = Lazy::select;
  SessionKind session = SessionKind::unknown;
  PathRole role = PathRole::application;
  std::vector<Span> through;         // members or helpers between the loop and the load, outermost first
  std::string function;
  std::string fix_option;            // the loader option that the query should get, "selectinload(Order.items)"
  LoadFix fix;                       // of the whole query: all loads of its rows in one function share it
  std::string cost;                  // "1 + N queries", "1 + distinct(customer) queries", "N × M queries"
  std::vector<Span> also;            // further places that read the same of rows of the same query
  std::string sql;                   // what runs per row, shortened
  bool to_many = false;
  bool once = false;                 // outside of loops: it only matters because it raises
  bool sure_session = false;         // what the rows were fetched with is a session by its type or its name
  bool joined = false;               // the query joins the relationship, and does not load it
  bool streamed = false;             // the rows come in parts, from a cursor that is open
  bool only_key_read = false;        // order.customer.id: the foreign key column would do
  bool in_async = false;
  bool conditional = false;          // under a test inside the loop
  bool leaves_loop = false;          // every path after it leaves the loop
  std::uint32_t loop_depth = 1;
  Span serializer = {};              // the field of a serializer that reads it, or, without a name, the call that renders a template
  std::string serializer_name = {};
  Span cause = {};                   // what expired it, or flushed it
  std::string cause_name = {};       // "session.commit"
  bool fresh = false;                // of an object that this code made
  bool changes = false;              // the collection is added to, or replaced
};

// What code does with a query, with its rows or with a column that costs more than it gives, or does not do what it says.
struct QueryUse {
  enum class Kind : std::uint8_t {
    counted,          // rows are fetched to be counted
    tested,           // counted, or fetched, to see whether there are any
    filtered,         // fetched, and filtered by Python
    one_column,       // objects are fetched for one column of theirs
    python_operator,  // `and`, `or`, `not`, `is`, `in` on columns, in a condition. `detail`: "or" inside or_(), "part" inside
                      // anything else, empty where it is a condition of its own
    long_list,        // the keys that one query fetches are the in_() of the next
    writes_all,       // an UPDATE or DELETE without WHERE runs
    unsaved_change,   // a value of a JSON or ARRAY column is changed in place, and nobody notices
    get_or_create,    // looked up, and inserted when there is none
    large_column,     // fetched with many rows, and not read
    interpolated,     // a value is written into the text of a statement
    loads_by_option,  // a loader option names the relationship `what` of the model, and loads it
  };
  Kind kind = Kind::counted;
  Span span;
  Span other = {};        // the query, the lookup, the column: what a person must see too
  std::string what;       // the operator, the column, the verb, as in code
  std::string detail = {};
  ModelId model = no_model;
  PathRole role = PathRole::application;
  std::string function = {};
  bool legacy = false;    // of a 1.x query
};

// session.delete(x), query.delete(), delete(Model).
struct Delete {
  Span span;
  ModelId model = no_model;
  bool bulk = false;                 // a DELETE statement, no unit of work
  bool has_where = true;
  bool by_helper = false;            // of a statement: a function runs it that was called with the class
  SessionKind session = SessionKind::unknown;
  PathRole role = PathRole::application;
  std::string function;
  std::vector<ModelId> minded;       // whose rows the function read, changed or deleted before
};

// What a function does with a session that the session, or who shares it, will suffer from.
struct SessionUse {
  enum class Kind : std::uint8_t {
    not_closed,          // made here, and closed on no way
    closed_on_success,   // closed, but not when something fails before
    no_finally,          // a generator closes it after yield, and not when the body fails
    returned,            // a dependency of a web framework returns it: nobody closes it
    global,              // made at module level, in a class body, as a default argument, by a function that remembers its result
    in_background,       // given to what runs after the response
    in_threads,          // given to threads
    in_tasks,            // given to several tasks that run at the same time
    error_swallowed,     // an error of a flush or a commit is caught, and the session used on without rollback
    detached,            // what is not loaded, or expired, is read after the session was closed
    thread_local_async,  // scoped_session around an async session
    no_scope,            // async_scoped_session without a scope
    not_awaited,         // a coroutine of an async session that nobody awaits
    awaited_plain,       // a method of an async session that is no coroutine, awaited
    no_such_method,      // query() of an async session
    blocking,            // a session that blocks, in a coroutine
    other_loop,          // an async engine that lives longer than the event loop its connections belong to
    held_across_io,      // a transaction is open while something else is waited for
    begun_again,         // begin(), and a transaction has begun already
    flushed_twice,       // flush(), and what comes next flushes anyway
  };
  Kind kind = Kind::not_closed;
  Span span;
  Span other;            // where the session is made, used, closed: what a person must see too
  std::string what;      // the variable, the called method, the attribute that is read
  SessionKind session = SessionKind::unknown;
  PathRole role = PathRole::application;
  std::string function;
  Span again = {};       // of a swallowed error: where the session is used next
};

}  // namespace foreshot
