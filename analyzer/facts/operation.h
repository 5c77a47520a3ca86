// An Operation is one Python call of a migration that reaches the database, and the statements it sends, in order.
// op.add_column(Column(ForeignKey)) is one Operation with two Statements. Entering and leaving autocommit_block() and
// connection.commit() are Operations too (TransactionControl): the body of upgrade() is one list in execution order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/facts/action.h"
#include "analyzer/facts/gap.h"

namespace foreshot {

// A test that decides whether an operation runs and whose outcome is not known.
struct Condition {
  enum class Kind : std::uint8_t {
    test,         // some expression
    inspection,   // the database was asked (inspector, has_table, SELECT …): "if it is not there yet"
    offline,      // context.is_offline_mode(), as_sql
    handler,      // inside an except clause
    attempt,      // inside a try body that has handlers
    iteration,    // inside a loop over something unknown
    alternative,  // one of several values that an argument may have
    guard,        // after `if unknown(): return`
  };
  Kind kind = Kind::test;
  Span test;                 // the expression
  std::uint16_t branch = 0;  // 0: holds, 1: does not hold; alternatives count up. Same test, other branch = exclusive
  friend auto operator==(const Condition&, const Condition&) -> bool = default;
};

// A loop around an operation.
struct Repeat {
  Span loop;
  std::uint32_t index = 0;   // which round, for loops over known lists
  bool known = true;         // false: number of rounds unknown
};

// What the Python call asked for that no statement shows. Measured with Alembic: see reference of each rule.
enum class Oddity : std::uint8_t {
  constraint_name_none,       // create_*(None, …): PostgreSQL names it
  drop_name_none,             // drop_constraint(None), drop_index(None)
  primary_key_flag_ignored,   // add_column(Column(primary_key=True)): no key
  python_default_not_rendered,  // default= on a column of add_column
  function_default_as_string, // server_default="now()"
  enum_type_not_created,      // add_column/alter_column with an Enum: no CREATE TYPE is sent
  inline_references_lose_actions,
  batch_recreate,             // the table is copied
  foreign_key_in_column,      // the FOREIGN KEY statement comes from the Column of an add_column
  unique_in_column,           // the UNIQUE statement comes from unique=True of an add_column
  index_in_column,            // the CREATE INDEX statement comes from index=True of an add_column
  plain_string_executed,      // connection.execute("…"): raises on SQLAlchemy 2
  fetches_rows,               // .fetchall(), .scalar(), sa.inspect(): needs a live connection
  existing_type_given,
};

struct OperationNote {
  Oddity oddity;
  Span span;           // narrowest place
  std::string detail;  // the name or text concerned
  std::vector<std::string> values;  // of an enum type that is named: all that the call lists, none where not known
};

struct Operation {
  enum class SentBy : std::uint8_t { op, batch, connection, session, engine, other };

  Span span;                   // the whole call
  Span callee;                 // the name that was called: `op.create_index`
  std::string call;            // "create_index", "execute", "autocommit_block", "commit", …
  SentBy sent_by = SentBy::op;
  std::vector<Statement> statements;
  std::vector<Condition> conditions;
  std::vector<Repeat> repeats;
  std::vector<Span> called_from;  // outermost first: the calls in upgrade() that led here through helpers
  std::vector<OperationNote> notes;
  std::optional<TypeName> existing_type;   // existing_type=…: the old type, where the history does not know it
  std::optional<bool> existing_nullable;
  bool in_batch = false;
  bool table_known = true;     // counted for coverage when the call reaches Operations on PostgreSQL
  bool counts_as_op = true;    // it is an op.* or batch_op.* call (denominator of the op coverage)
  bool custom_directive = false;  // an op.* call that Alembic does not have: an extension registered it
  bool counts_as_sql = false;  // it is an execute-like call (denominator of the SQL coverage)
  bool offline_guarded = false;  // runs only online: inside a test of offline mode

  auto has(Oddity oddity) const -> const OperationNote* {
    for (const auto& note : notes)
      if (note.oddity == oddity) return &note;
    return nullptr;
  }
};

// A place in the code, and what stands there.
struct NamedPlace {
  Span span;
  std::string name;
};

// One of upgrade() and downgrade().
struct Body {
  enum class Shape : std::uint8_t {
    missing,   // no such function
    empty,     // only pass, docstring, return, ...
    refuses,   // raises unconditionally
    working,
  };
  Shape shape = Shape::missing;
  Span span;                   // the def line's name
  std::string refusal;         // text of the exception, if constant
  std::vector<Operation> operations;
  std::vector<Gap> gaps;
  bool fully_read = true;      // no limit was reached
  bool imports_application = false;
  std::vector<NamedPlace> external_calls;   // of what is slow or waits for others: requests.get, subprocess.run, time.sleep
  std::vector<NamedPlace> shortened_names;  // given to op.f() with more than 63 characters; SQLAlchemy shortens them
  std::vector<Span> swallowing;             // tests of Condition::attempt: an error of the database is caught, and the code goes on
};

}  // namespace foreshot
