// The History of a database: every table, index, type … that the replayed statements made, in versions.
//
//     moment       0          1 create t(a)    2 add b        3 drop t
//     table "t"    -          v1 [1,2)         v2 [2,3)       gone [3,∞)
//
// Nothing is copied for a moment: an object keeps the list of its versions with the moment each began, and a Schema is
// a view (history, moment) of two words. Finding an object is a hash look-up and a binary search.
//
// What nobody vouches for is unknown, not absent: objects that the history never saw have Existence::unknown, unless the
// history is known to be complete from its first revision on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/facts/action.h"
#include "analyzer/schema/revision_graph.h"
#include "analyzer/schema/shared_list.h"

namespace foreshot {

using Moment = std::uint32_t;

enum class Existence : std::uint8_t { no, yes, unknown };

// Which statement made or last changed something.
struct Origin {
  RevisionIndex revision = 0xffffffff;  // none: from a model, or from before the history
  Moment moment = 0;
  Span span;
  std::uint32_t transaction = 0;        // number of the transaction in the replay; equal = the same transaction
  auto known() const -> bool { return revision != 0xffffffff; }
};

enum class Known : std::uint8_t { no, yes, unknown };  // a fact that may be unknown

struct TableColumn {
  Column column;
  Known not_null = Known::unknown;
  bool type_known = true;
  bool certain = true;                  // false: added or changed under a condition
  Origin origin;                        // added
  Origin not_null_origin;
  Origin default_origin;
};

struct TableConstraint {
  Constraint constraint;                // name filled in as PostgreSQL would choose it when none was written
  bool name_generated = false;          // PostgreSQL's choice
  bool validated = true;
  bool certain = true;
  bool inherited = false;               // a partition or an heir has it from its parent
  std::string index;                    // the index behind a primary key, unique or exclusion constraint
  Origin origin;
  Origin validated_origin;
};

struct TableIndex {
  CreateIndex index;                    // name filled in
  bool name_generated = false;
  bool valid = true;                    // false: ON ONLY parent not complete
  bool certain = true;
  std::string constraint;               // it backs this constraint
  std::string parent;                   // of a partition: the index of the partitioned table that it is part of
  Origin origin;
};

// PostgreSQL has no more columns in a table. A history keeps no more parts of one table than this, of any sort: what comes
// on top is not known, and neither is then what else there may be.
inline constexpr std::size_t most_parts = 1600;

struct Table {
  ObjectName name;
  ObjectKind kind = ObjectKind::table;  // table, view, materialized_view, foreign_table
  SharedList<TableColumn> columns;
  SharedList<TableConstraint> constraints;
  SharedList<TableIndex> indexes;
  std::string partition_by;             // partitioned table
  std::vector<Identifier> partition_key;
  ObjectName partition_of;              // empty: none
  bool default_partition = false;
  Expression partition_bound;
  PartitionBound partition_values;
  ObjectName of_type;                   // CREATE TABLE … OF type
  Identifier tablespace;                // empty: the default one
  Identifier access_method;             // empty: the default one
  std::vector<ObjectName> inherits;
  std::vector<ObjectName> reads;        // of a view: relations its query reads
  std::vector<std::pair<std::string, std::string>> columns_read;  // of a view: (relation, column)
  SharedList<CreateTrigger> triggers;
  SharedList<CreatePolicy> policies;
  SharedList<CreateRule> rules;
  std::vector<ObjectName> former;       // names that it had before, oldest first
  bool temporary = false;
  bool unlogged = false;
  bool columns_complete = false;        // all columns are known (created in the history)
  bool constraints_complete = false;    // all constraints and indexes are known
  bool certain = true;                  // false: created under a condition
  bool from_model = false;              // vouched for by a model only
  Known rows = Known::unknown;          // no: known empty; yes: rows were inserted by the history
  Origin origin;                        // created
  Origin rows_origin;                   // what emptied or filled it
  Origin emptied;                       // DELETE of every row: no row is left that a statement could fail on, but the pages are

  auto column(std::string_view name) const -> const TableColumn*;
  // Is the type of the column what is written? One that was added for certain has it, however the table came to be.
  auto knows_type(const TableColumn& column) const -> bool {
    return column.type_known && column.certain && (certain || column.origin.moment > origin.moment);
  }
  auto constraint(std::string_view name) const -> const TableConstraint*;
  auto index(std::string_view name) const -> const TableIndex*;
  auto primary_key() const -> const TableConstraint*;
  // A validated CHECK (column IS NOT NULL) or validated NOT NULL constraint that proves the column has no NULLs.
  auto proof_of_not_null(std::string_view column) const -> const TableConstraint*;
};

struct EnumType {
  ObjectName name;
  std::vector<std::string> values;
  bool values_known = true;
  bool certain = true;
  Origin origin;
  std::vector<std::pair<std::string, Origin>> added;  // by ALTER TYPE … ADD VALUE
};

struct Domain {
  ObjectName name;
  TypeName base;
  bool constrained = false;             // by itself: what the domain under it demands comes on top
  bool not_null = false;
  std::vector<std::string> checks;      // names of its CHECKs
  Expression default_value;
  bool certain = true;
  Origin origin;
};

struct Sequence {
  ObjectName name;
  ObjectName table;                     // owned by a column of it; empty: by none
  Identifier column;
  bool certain = true;
  Origin origin;
};

struct FunctionVolatility {
  ObjectName name;
  std::string volatility;   // "immutable", "stable", "volatile"
  std::string language;
  std::shared_ptr<const Block> code;    // what a call runs; none: not known
  Origin origin;
};

class History;

// The state before (or after) one step. Two words; copy freely; valid as long as the History lives.
class Schema {
 public:
  Schema() = default;
  Schema(const History* history, Moment moment) : history_(history), moment_(moment) {}

  auto table(const ObjectName& name) const -> const Table*;             // null: not there, or not known
  auto exists(const ObjectName& table) const -> Existence;              // tables, views, matviews
  auto column_exists(const ObjectName& table, const Identifier& column) const -> Existence;
  auto constraint_exists(const ObjectName& table, const Identifier& constraint) const -> Existence;
  auto index_exists(const ObjectName& index) const -> Existence;
  auto type_exists(const ObjectName& type) const -> Existence;
  auto enum_type(const ObjectName& name) const -> const EnumType*;
  auto domain(const ObjectName& name) const -> const Domain*;
  auto domains_over(const ObjectName& domain) const -> std::vector<const Domain*>;  // those that have it as their base
  auto sequence(const ObjectName& name) const -> const Sequence*;
  auto sequences_of(const ObjectName& table) const -> std::vector<const Sequence*>;
  auto function(const ObjectName& name) const -> const FunctionVolatility*;
  struct IndexPlace { const Table* table = nullptr; const TableIndex* index = nullptr; };
  auto index(const ObjectName& name) const -> IndexPlace;

  // Tables that reference, inherit from, are partitions of, or (views) read the given one.
  auto referencing(const ObjectName& table) const -> std::vector<const Table*>;
  auto partitions(const ObjectName& table) const -> std::vector<const Table*>;
  auto children(const ObjectName& table) const -> std::vector<const Table*>;  // partitions and heirs, all levels
  auto readers(const ObjectName& table) const -> std::vector<const Table*>;
  auto columns_of_type(const ObjectName& type) const -> std::vector<std::pair<const Table*, const TableColumn*>>;
  auto tables_of_type(const ObjectName& type) const -> std::vector<const Table*>;  // CREATE TABLE … OF type
  auto tables() const -> std::vector<const Table*>;                     // all that exist, by name
  auto enums() const -> std::vector<const EnumType*>;

  // Do two names mean one table at this moment?
  auto same_table(const ObjectName& a, const ObjectName& b) const -> bool;

  auto moment() const -> Moment { return moment_; }
  auto history() const -> const History* { return history_; }

 private:
  const History* history_ = nullptr;
  Moment moment_ = 0;
};

class History {
 public:
  History();
  ~History();
  // An overlay: begins with what `base` shows and records its own changes only. The history of `base` has to outlive
  // it, and may be moved.
  explicit History(Schema base);
  History(History&&) noexcept;
  auto operator=(History&&) noexcept -> History&;

  // Applies an action at the next moment; returns the moment after it. `certain` false: under a condition; what it makes
  // or changes is then marked uncertain instead of decided. Never fails: what cannot apply (object missing) is ignored,
  // rules look at the schema before.
  auto apply(const Action& action, const Origin& origin, bool certain) -> Moment;
  // The names of tables and of enums that changed after `from`, up to `to`; sorted, once each, with their schema.
  auto changed_tables(Moment from, Moment to) const -> std::vector<ObjectName>;
  auto changed_enums(Moment from, Moment to) const -> std::vector<ObjectName>;
  // Has any object of that name been seen up to the moment, there or dropped since?
  auto seen(const ObjectName& table, Moment moment) const -> bool;
  auto at(Moment moment) const -> Schema { return {this, moment}; }
  auto latest() const -> Schema;
  auto set_complete(bool complete) -> void;   // nothing exists that the history did not create
  auto complete() const -> bool;
  // False: a naming convention that nobody could read may give constraints and indexes other names than are written.
  auto set_names_certain(bool certain) -> void;
  auto names_certain() const -> bool;
  auto set_search_path(std::vector<std::string> schemas) -> void;  // default {"public"}
  // Something unreadable ran: from this moment on, what is not seen may exist, what is seen may be gone when `doubt_all`.
  auto doubt(const ObjectName& table) -> void;
  // A table that only a model vouches for: added at moment 0 unless the history makes it.
  auto vouch(Table table) -> void;

 private:
  friend class Schema;
  struct State;
  std::unique_ptr<State> state_;
};

// PostgreSQL's own names for what has none: "t_a_fkey", "t_a_b_key", "t_pkey", "t_a_check", "t_a_idx", at most 63 bytes
// (makeObjectName in the server's source; verified against servers in tests).
auto generated_constraint_name(const ObjectName& table, const Constraint& constraint) -> std::string;
auto generated_index_name(const ObjectName& table, const CreateIndex& index) -> std::string;

}  // namespace foreshot
