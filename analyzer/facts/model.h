// Mapped classes and tables as the application declares them, in whatever spelling (Declarative, Mapped[], imperative,
// Flask-SQLAlchemy, SQLModel). Filled per file; cross-file names are resolved by the link step (see Project).
// Source of the lazy normalisation and of which spelling means what: SQLAlchemy 2.0 documentation, relationship().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/facts/action.h"
#include "analyzer/facts/gap.h"

namespace foreshot {

using ModelId = std::uint32_t;  // index into Project::models
inline constexpr ModelId no_model = 0xffffffff;

// A value that a column's default=, onupdate= or server_default= was given once, when the module was imported.
struct FixedDefault {
  std::string parameter;       // "default", "insert_default", "onupdate", "server_default"
  std::string called;          // what was called to compute it, "datetime.datetime.utcnow"; empty: a dict, list or set
  Span span;
};

// A model's index into its table's foreign keys is its position in ModelTable::constraints.
struct ModelColumn {
  std::string attribute;       // the Python name
  Column column;               // as SQLAlchemy would create it
  bool type_known = true;
  bool deferred = false;
  bool has_python_default = false;
  bool indexed = false;        // index=True
  bool updated_by_server = false;  // each UPDATE gives it a value that only the server knows: onupdate=func.now(), Computed
  bool nullable_known = true;
  std::vector<FixedDefault> fixed_defaults = {};
  Span span;
};

struct ModelIndex {
  CreateIndex index;
  bool keys_known = true;
  Span span;
};

enum class Direction : std::uint8_t { unknown, one_to_many, many_to_one, one_to_one, many_to_many };

enum class Lazy : std::uint8_t {
  select, joined, selectin, subquery, immediate, raise_, raise_on_sql, noload, dynamic, write_only, unknown,
};

// One side of an equality in primaryjoin=: "Order.user_id", "foreign(users.c.id)".
struct JoinSide {
  std::string owner;           // the class or the table as written; empty: the class that declares it
  std::string column;          // the attribute or column as written
  bool foreign = false, remote = false;
};

struct Relationship {
  std::string name;
  std::string target;               // class name or dotted name as written, or resolved
  ModelId target_model = no_model;  // after linking
  Direction direction = Direction::unknown;
  bool direction_known = false;
  std::optional<bool> uselist;
  Lazy lazy = Lazy::select;
  std::vector<std::string> cascade;  // normalised, sorted: "save-update", "merge", "delete", "delete-orphan", …
  bool cascade_known = true;
  enum class PassiveDeletes : std::uint8_t { no, yes, all, unknown } passive_deletes = PassiveDeletes::no;
  bool viewonly = false;
  bool single_parent = false;
  bool innerjoin = false;
  bool join_depth = false;             // given, whatever it is
  std::vector<std::string> overlaps;   // names of relationships that it is meant to overlap
  ObjectName written_table;            // after linking: the table whose columns a flush writes; empty when it is not known
  std::vector<std::string> written_columns;  // those columns; none of a secondary table, and none where one is not known
  ModelId written_model = no_model;    // the class whose table that is; none of a secondary table
  bool collection_annotation = false;  // Mapped[list[X]]
  std::string secondary;               // table name as written
  std::string back_populates;          // the partner's attribute name; for backrefs filled on both sides
  bool from_backref = false;           // made by the partner's backref=
  bool custom_join = false;            // primaryjoin given
  std::vector<std::pair<JoinSide, JoinSide>> join_pairs;  // what it compares with ==
  std::vector<std::string> foreign_keys;  // foreign_keys= as written, attribute names
  std::vector<std::string> remote_side;
  std::vector<std::string> local_columns;   // after linking, table column names
  std::vector<std::string> remote_columns;
  bool many_foreign_keys = false;      // ambiguous: more than one key joins the two tables
  bool inherited = false;              // declared by a mapped base class; its span is there
  std::shared_ptr<const Relationship> backref;  // the partner that backref= asks for; linking makes it
  bool understood = true;
  Span span;                           // the attribute's statement
};

struct ModelMember {                   // a property, hybrid, method or proxy, for hidden loads
  std::string name;
  bool property = false;
  Span span;
};

struct Model {
  ModelId id = no_model;
  std::string name;                 // class name
  std::string module;               // dotted module of the file
  FileId file = no_file;
  Span span;                        // the class name
  ObjectName table;                 // empty: abstract base, mixin, or not known
  bool table_known = true;
  bool schema_known = true;         // false: __table_args__ may name one that nobody knows
  std::string metadata;             // which MetaData holds the table: the same words for the same one; empty: nobody knows
  bool is_mapped = false;           // has a table (own or inherited)
  bool abstract = false;
  std::vector<std::string> bases;   // dotted names as resolved per file
  std::vector<ModelId> base_models; // after linking
  std::vector<ModelColumn> columns; // after linking: inherited mixin columns included
  std::vector<Constraint> constraints;  // table level, from columns (ForeignKey, unique) and __table_args__
  std::vector<Span> constraint_spans;
  std::vector<ModelIndex> indexes;
  std::vector<Relationship> relationships;
  std::vector<ModelMember> members;
  std::string polymorphic_on, polymorphic_identity;
  std::string polymorphic_load;     // of a subclass: "inline", "selectin"
  bool with_polymorphic = false;    // queries of it load columns of subclasses along
  bool concrete = false;            // has all its columns in its own table
  bool eager_defaults = false;      // an UPDATE asks for the values that the server made
  bool complete = true;             // false: something in the class body was not understood
  std::vector<Gap> gaps;

  auto column(const std::string& attribute) const -> const ModelColumn*;
  auto relationship(const std::string& name) const -> const Relationship*;
};

}  // namespace foreshot
