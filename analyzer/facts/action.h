// An Action is what one SQL statement does, whoever wrote it: op.create_index(…), a batch operation and
// op.execute("CREATE INDEX …") are the same Action. The set follows PostgreSQL's statements; what foreshot has no use
// for is Other with PostgreSQL's command tag. Plain values without syntax; every place that can be unknown says so.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analyzer/base/span.h"
#include "analyzer/facts/expression.h"
#include "analyzer/facts/name.h"

namespace foreshot {

enum class ObjectKind : std::uint8_t {
  table, index, view, materialized_view, sequence, type, domain, schema, function, trigger, extension, policy, rule,
  database, tablespace, constraint, column, foreign_table, statistics, owned, other,
};

// ── parts of tables ──────────────────────────────────────────────────────────────────────────────────────────────

enum class ConstraintKind : std::uint8_t { primary_key, unique, check, foreign_key, exclusion, not_null };

struct Reference {
  ObjectName table;
  std::vector<Identifier> columns;  // empty: the primary key of `table`
  std::string on_delete;            // "CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT"; empty: NO ACTION
  std::string on_update;
};

struct Constraint {
  ConstraintKind kind = ConstraintKind::check;
  Identifier name;                   // empty: PostgreSQL chooses one (schema/ computes it)
  std::vector<Identifier> columns;   // keys; for not_null the one column; for check empty (see expression)
  Expression expression;             // of a check
  Reference references;              // of a foreign key
  std::vector<Identifier> include;
  Identifier using_index;            // ADD … USING INDEX i
  std::string method;                // of an exclusion
  bool not_valid = false;
  bool not_enforced = false;
  bool no_inherit = false;
  bool nulls_not_distinct = false;
  bool deferrable = false;
  bool initially_deferred = false;
  bool without_overlaps = false;
  Span span;                         // of the constraint's text
};

struct Column {
  enum class Generated : std::uint8_t { no, stored, virtual_ };
  enum class Identity : std::uint8_t { no, always, by_default };

  Identifier name;
  TypeName type;
  bool not_null = false;             // NOT NULL written, or implied by PRIMARY KEY, serial or identity in this clause
  Expression default_value;          // none: no DEFAULT; DEFAULT NULL is a constant null
  Generated generated = Generated::no;
  Expression generation;             // GENERATED ALWAYS AS (…)
  Identity identity = Identity::no;
  bool identity_start = false;       // START WITH is given
  std::string collation;
  std::vector<Constraint> constraints;  // written inline: CHECK, REFERENCES, UNIQUE, PRIMARY KEY (columns filled in)
  Span span;
};

struct IndexKey {
  Identifier column;       // empty for an expression
  Expression expression;   // of an expression key
  std::string operator_class;
  std::string collation;
  bool descending = false;
  std::string nulls;       // "FIRST", "LAST" or empty
};

// What a partition of a range or a list takes. MINVALUE and MAXVALUE are columns of that name.
struct PartitionBound {
  std::vector<Expression> values;        // IN (…)
  std::vector<Expression> lower, upper;  // FROM (…) TO (…)
};

// ── statements ───────────────────────────────────────────────────────────────────────────────────────────────────

struct CreateTable {
  ObjectName table;
  std::vector<Column> columns;
  std::vector<Constraint> constraints;
  std::vector<ObjectName> inherits;
  std::vector<ObjectName> like;
  std::optional<ObjectName> partition_of;
  Expression partition_bound;         // "DEFAULT", "FROM … TO …" for people and for attach checks
  PartitionBound partition_values;
  bool default_partition = false;
  std::string partition_by;           // "RANGE", "LIST", "HASH" or empty
  std::vector<Identifier> partition_key;  // an empty name for an expression
  ObjectName of_type;                 // CREATE TABLE … OF type
  Identifier tablespace;              // empty: the default one
  Identifier access_method;           // empty: the default one
  std::vector<ObjectName> reads;      // CREATE TABLE AS / SELECT INTO: relations read
  bool as_query = false;
  bool with_data = true;
  bool if_not_exists = false;
  bool temporary = false;
  bool unlogged = false;
};

struct DropObject {
  ObjectKind kind = ObjectKind::table;
  std::vector<ObjectName> names;
  ObjectName on;                     // DROP TRIGGER/POLICY/RULE … ON table; of an index, where the call names its table
  bool if_exists = false;
  bool cascade = false;
  bool concurrently = false;
};

struct AddColumn { Column column; bool if_not_exists = false; };
struct DropColumn { Identifier column; bool if_exists = false; bool cascade = false; };
struct AlterColumnType { Identifier column; TypeName type; Expression using_; std::string collation; };
struct SetNotNull { Identifier column; };
struct DropNotNull { Identifier column; };
struct SetDefault { Identifier column; Expression value; };
struct DropDefault { Identifier column; };
struct AddConstraint { Constraint constraint; };
struct DropConstraint { Identifier constraint; bool if_exists = false; bool cascade = false; };
struct ValidateConstraint { Identifier constraint; };
struct AlterConstraint { Identifier constraint; std::optional<bool> enforced, deferrable; std::optional<bool> inherit; };
struct AddIdentity { Identifier column; bool always = false; bool start = false; };
struct SetIdentity { Identifier column; };
struct DropIdentity { Identifier column; bool if_exists = false; };
struct SetExpression { Identifier column; Expression expression; };
struct DropExpression { Identifier column; bool if_exists = false; };
struct AttachPartition { ObjectName partition; Expression bound; bool default_partition = false; PartitionBound values; };
struct DetachPartition { ObjectName partition; bool concurrently = false; bool finalize = false; };
struct SetPersistence { bool logged = true; };
struct SetTablespace { Identifier tablespace; };
struct SetAccessMethod { Identifier method; };
struct SetInherit { ObjectName parent; bool inherit = true; };
struct SetTriggers { std::string which; bool enable = true; bool rule = false; };   // "ALL", "USER" or a name
struct SetRowSecurity { bool enable = true; bool force = false; };
// What takes a known lock and does no work: the words PostgreSQL uses, "SET STATISTICS", "OWNER TO", "SET (…)", …
// `parameters` are the names in SET (…) and RESET (…).
struct OtherSubcommand { std::string what; Identifier column; ObjectName object; std::vector<std::string> parameters; };

using Subcommand =
    std::variant<AddColumn, DropColumn, AlterColumnType, SetNotNull, DropNotNull, SetDefault, DropDefault,
                 AddConstraint, DropConstraint, ValidateConstraint, AlterConstraint, AddIdentity, SetIdentity,
                 DropIdentity, SetExpression, DropExpression, AttachPartition, DetachPartition, SetPersistence,
                 SetTablespace, SetAccessMethod, SetInherit, SetTriggers, SetRowSecurity, OtherSubcommand>;

struct AlterTable {
  ObjectName table;
  ObjectKind kind = ObjectKind::table;  // ALTER INDEX, ALTER VIEW … use the same subcommands
  std::vector<Subcommand> subcommands;
  std::vector<Span> spans;              // of each subcommand's text, same order; unknown where it cannot be told
  bool if_exists = false;
  bool only = false;
};

struct Rename {
  ObjectKind kind = ObjectKind::table;  // table, column, constraint, index, view, sequence, type, …
  ObjectName object;                    // the table for column and constraint
  Identifier part;                      // the column or constraint
  Identifier to;
  bool if_exists = false;
};

struct SetSchema {
  ObjectKind kind = ObjectKind::table;
  ObjectName object;
  Identifier schema;
  bool if_exists = false;
};

struct CreateIndex {
  Identifier name;                 // empty: PostgreSQL chooses
  ObjectName table;
  std::vector<IndexKey> keys;
  std::vector<Identifier> include;
  Expression predicate;
  std::string method = "btree";
  std::vector<std::pair<std::string, std::string>> parameters;  // WITH (…)
  bool unique = false;
  bool concurrently = false;
  bool if_not_exists = false;
  bool nulls_not_distinct = false;
  bool only = false;
};

struct CreateEnum { ObjectName type; std::vector<std::string> values; bool values_known = true; };
struct AlterEnum {
  ObjectName type;
  std::string added;               // ADD VALUE
  bool if_not_exists = false;
  std::string position;            // "BEFORE x", "AFTER x" or empty
  std::string renamed_from, renamed_to;
  bool value_known = true;
};
struct CreateType { ObjectName type; };                       // composite, range, base
// ALTER TYPE of a composite type, with the subcommands of a table: ADD ATTRIBUTE is AddColumn.
struct AlterType { ObjectName type; std::vector<Subcommand> subcommands; bool cascade = false; };
struct CreateDomain { ObjectName domain; TypeName base; bool not_null = false; std::vector<Constraint> constraints; Expression default_value; };
struct AlterDomain {
  enum class What : std::uint8_t { add_constraint, drop_constraint, validate, set_not_null, drop_not_null, set_default, drop_default, other };
  ObjectName domain;
  What what = What::other;
  Constraint constraint;           // name only for drop and validate
  Expression default_value;
};
struct CreateSequence { ObjectName sequence; bool if_not_exists = false; bool temporary = false; };
struct AlterSequence { ObjectName sequence; ObjectName owned_by_table; Identifier owned_by_column; bool restart = false; };
struct CreateView { ObjectName view; bool materialized = false; bool replace = false; bool with_data = true; bool if_not_exists = false; std::vector<ObjectName> reads; std::vector<std::pair<std::string, std::string>> columns_read; };
struct RefreshMaterializedView { ObjectName view; bool concurrently = false; bool with_data = true; };
// `code`: what a call of it runs; none where the language is not followed.
struct Block;
struct CreateFunction { ObjectName function; std::string language; std::string volatility = "volatile"; std::string body; bool replace = false; bool procedure = false; std::shared_ptr<const Block> code = {}; };
struct CreateTrigger { Identifier name; ObjectName table; bool replace = false; bool constraint = false; std::vector<std::string> events; std::vector<Identifier> update_of; ObjectName function; std::vector<std::string> when_columns; bool each_row = false; ObjectName from; };
struct CreatePolicy { Identifier name; ObjectName table; std::vector<std::string> columns; bool alter = false; };
// `columns` of the table that condition and actions use; `changes`: what the actions insert into, update or delete from.
struct CreateRule { Identifier name; ObjectName table; bool replace = false; std::vector<std::string> columns; std::vector<ObjectName> changes; };
struct CreateSchema { Identifier schema; bool if_not_exists = false; };
struct CreateExtension { Identifier extension; bool if_not_exists = false; };
struct Reindex { ObjectKind kind = ObjectKind::index; ObjectName object; bool concurrently = false; };
struct Cluster { ObjectName table; Identifier index; };
// `only`: those of the tables that ONLY stands before.
struct Vacuum { std::vector<ObjectName> tables; bool full = false; bool analyze_only = false; std::vector<ObjectName> only; };
struct Truncate { std::vector<ObjectName> tables; bool cascade = false; bool restart_identity = false; std::vector<ObjectName> only; };
struct LockTable { std::vector<ObjectName> tables; std::string mode = "ACCESS EXCLUSIVE"; bool nowait = false; std::vector<ObjectName> only; };
struct CommentOn { ObjectKind kind = ObjectKind::table; ObjectName object; Identifier part; };

// SELECT, INSERT, UPDATE, DELETE, MERGE, COPY.
struct Dml {
  enum class Verb : std::uint8_t { select, insert, update, delete_, merge, copy };
  Verb verb = Verb::select;
  ObjectName table;                     // the target; empty for SELECT
  std::vector<ObjectName> reads;        // other relations: FROM, USING, subqueries; for SELECT all of them
  std::vector<Identifier> columns;      // assigned (UPDATE) or inserted (INSERT)
  std::vector<Expression> values;       // UPDATE: same order as columns; INSERT VALUES: the first row
  Expression where;                     // none: every row; of INSERT … SELECT: the query's
  std::uint32_t rows = 0;               // INSERT … VALUES: number of rows; 0: unknown or from a query
  bool from_query = false;              // INSERT … SELECT
  bool limited = false;                 // LIMIT or FETCH at the outer level or in the subquery that picks the rows
  bool for_update = false;
  std::vector<ObjectName> locked;       // by FOR UPDATE or SHARE: the relations whose rows are
  bool only = false;                    // ONLY before the target
  bool on_conflict = false;
  bool returning = false;
  std::vector<ObjectName> functions;    // called anywhere in it (pg_advisory_lock, set_config, setval, nextval, …)
  std::vector<Expression> calls;        // outermost function calls of a SELECT's target list, with constant arguments
};

struct TransactionControl {
  enum class What : std::uint8_t {
    begin, commit, rollback, savepoint, release, rollback_to, prepare,  // as SQL text
    autocommit_begin, autocommit_end,      // with op.get_context().autocommit_block(): commits, runs outside, begins
    connection_begin, connection_commit, connection_rollback,  // .begin()/.commit()/.rollback() of SQLAlchemy
    nested_begin, nested_end,              // begin_nested()
    isolation_autocommit,                  // execution_options(isolation_level="AUTOCOMMIT") on the connection
  };
  What what = What::commit;
};

struct SetVariable {
  std::string name;          // lower case: lock_timeout, statement_timeout, timezone, search_path, role, session_authorization
  std::string value;         // as written without quotes; empty when unknown
  bool value_known = true;
  bool local = false;
  bool reset = false;        // RESET x, SET x TO DEFAULT; name "all" for RESET ALL
};

// A DO block or a procedural body that runs now: the statements found inside, in order, each possibly conditional.
struct Statement;
struct Block {
  std::string language = "plpgsql";
  std::vector<Statement> statements;
  bool understood = true;    // false: the body holds something that could not be read (EXECUTE of unknown text, …)
};

// Anything else: PostgreSQL's command tag, e.g. "GRANT", "CREATE STATISTICS", "SHOW".
// `whole`: the objects are all that it is about.
struct Other { std::string tag; std::vector<ObjectName> objects; bool whole = true; std::vector<ObjectName> only = {}; };

// Text that nobody can read because too much of it is unknown. Verb and table are given where they can be told.
struct Unreadable { std::string reason; std::string verb; ObjectName table; };

// Fully known text that PostgreSQL's parser refuses.
struct SyntaxError { std::string message; std::uint32_t offset = 0; };  // byte offset in the statement

using Action =
    std::variant<Other, CreateTable, DropObject, AlterTable, Rename, SetSchema, CreateIndex, CreateEnum, AlterEnum,
                 CreateType, AlterType, CreateDomain, AlterDomain, CreateSequence, AlterSequence, CreateView,
                 RefreshMaterializedView, CreateFunction, CreateTrigger, CreatePolicy, CreateRule, CreateSchema,
                 CreateExtension, Reindex, Cluster, Vacuum, Truncate, LockTable, CommentOn, Dml, TransactionControl,
                 SetVariable, Block, Unreadable, SyntaxError>;

// One SQL statement as it is sent, and what it does.
struct Statement {
  std::string sql;           // the text that runs, trimmed, without trailing ';'; unknown parts shown as {what}
  Span span;                 // narrowest place in the user's files: the statement inside the string, or the call
  Action action;
  // What the statement does is known in full: what the text leaves open are values, where a bind parameter could stand,
  // and constants of the run, which are kept in names: `{schema}.users`.
  bool complete = true;
  bool conditional = false;  // inside IF/LOOP of a block: may run any number of times, or not at all
  // Identifiers of the text that have more than 63 bytes, in full: the server cuts them, and so are those of the action.
  std::vector<std::string> long_names;
};

// The word for people and facts: "CREATE INDEX", "ALTER TABLE", "UPDATE", …
auto command_tag(const Action& action) -> std::string;

// The relation the statement is about (the table of CREATE INDEX, ALTER TABLE, UPDATE …); empty when there is none.
auto target_table(const Action& action) -> const ObjectName*;

}  // namespace foreshot
