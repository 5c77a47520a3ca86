// The schema elements of SQLAlchemy: types, columns, keys, constraints, indexes, tables, as objects that the interpreter
// carries and that migrations and models are made of. What was not given is empty; what nobody can know says so.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/facts/action.h"
#include "analyzer/interpret/vocabulary.h"
#include "analyzer/sqlalchemy/clause.h"

namespace foreshot::sqlalchemy {

struct MetaData;
struct Column;

// Which releases render: some statements differ between them. Major and minor number, 2.0 is {2, 0}.
struct Versions {
  std::pair<int, int> sqlalchemy{2, 0};
  int server = 14;  // PostgreSQL's major number: what is rendered when connected to it
  struct Release { int major = 1, minor = 19, patch = 0; friend auto operator<=>(const Release&, const Release&) = default; } alembic;
};

// A name of a schema element, perhaps absent, perhaps partly unknown.
struct ElementName {
  MappedText text;
  bool given = false;        // false: None or not passed
  bool conventional = false;  // op.f(): the naming convention has been applied
  bool no_name = false;      // explicitly None
  bool unknown = false;      // something was passed that nobody knows
  Span span;
};

// op.f("…"), sqlalchemy.schema.conv("…").
struct ConventionalName : interpret::Object {
  MappedText text;
  auto type_name() const -> std::string_view override { return "sqlalchemy.schema.conv"; }
};

// A type with the text PostgreSQL gets for it.
struct Type : interpret::Object {
  enum class Family : std::uint8_t { other, integer, big_integer, small_integer, numeric, boolean, string, enumeration, array };

  std::string class_name;    // "String", "ENUM", the project's class for a TypeDecorator
  Family family = Family::other;
  MappedText sql;            // a hole when unknown
  bool known = true;
  // enumerations
  ElementName name;
  MappedText schema;
  bool schema_given = false;
  std::vector<MappedText> values;
  bool values_known = true;
  bool native = true;
  bool create_type = true;
  bool create_constraint = false;
  bool domain = false;
  MappedText domain_definition;
  bool tracks_changes = false;     // MutableDict.as_mutable(…): what it holds is a copy of its own, and tells of changes
  std::shared_ptr<MetaData> metadata;
  std::shared_ptr<Type> item;      // of an array
  std::shared_ptr<Type> replaced;  // with_variant: the type for other dialects
  interpret::Arguments arguments;  // as given

  auto type_name() const -> std::string_view override { return "sqlalchemy.types.TypeEngine"; }
};
using TypePointer = std::shared_ptr<Type>;

struct MetaData : interpret::Object {
  std::vector<std::pair<std::string, std::string>> convention;  // "ix" → "ix_%(column_0_label)s"
  bool has_convention = false;
  bool convention_known = true;
  MappedText schema;
  bool schema_given = false;
  std::vector<std::shared_ptr<Table>> tables;
  Span made;
  auto type_name() const -> std::string_view override { return "sqlalchemy.MetaData"; }
};

struct ForeignKey : interpret::Object {
  MappedText target;                          // "schema.table.column"; or from a column object
  bool target_known = true;
  std::shared_ptr<Column> target_column;  // ForeignKey(other.id)
  ElementName name;
  std::optional<MappedText> on_delete, on_update, initially, match;
  std::optional<bool> deferrable;
  bool use_alter = false;
  bool not_valid = false;
  Span span;
  auto type_name() const -> std::string_view override { return "sqlalchemy.ForeignKey"; }
};

struct Constraint : interpret::Object {
  ConstraintKind kind = ConstraintKind::check;
  ElementName name;
  std::vector<MappedText> columns;
  std::vector<std::shared_ptr<Column>> column_objects;  // those of `columns` that were given as objects, else null; may be shorter
  bool columns_known = true;
  MappedText condition;                       // of a check
  std::vector<MappedText> targets;            // of a foreign key: "table.column"
  std::vector<std::shared_ptr<Column>> target_objects;  // as for the columns
  std::optional<MappedText> on_delete, on_update, initially, match;
  std::optional<bool> deferrable;
  bool not_valid = false;
  std::optional<bool> nulls_not_distinct;
  std::vector<MappedText> include;
  MappedText elements;                        // of an exclusion: "x WITH =, …"
  MappedText method;
  std::optional<MappedText> where;
  bool use_alter = false;
  Span span;
  auto type_name() const -> std::string_view override {
    switch (kind) {
      case ConstraintKind::primary_key: return "sqlalchemy.PrimaryKeyConstraint";
      case ConstraintKind::unique: return "sqlalchemy.UniqueConstraint";
      case ConstraintKind::foreign_key: return "sqlalchemy.ForeignKeyConstraint";
      case ConstraintKind::exclusion: return "sqlalchemy.dialects.postgresql.ExcludeConstraint";
      default: return "sqlalchemy.CheckConstraint";
    }
  }
};
using ConstraintPointer = std::shared_ptr<Constraint>;

struct Identity : interpret::Object {
  bool always = false;
  MappedText options;  // "START WITH 1 INCREMENT BY 1"
  std::vector<std::pair<std::string, std::string>> given;  // option → rendered, for changes of an identity
  auto type_name() const -> std::string_view override { return "sqlalchemy.Identity"; }
};

struct Computed : interpret::Object {
  MappedText expression;
  std::optional<bool> persisted;
  auto type_name() const -> std::string_view override { return "sqlalchemy.Computed"; }
};

struct Sequence : interpret::Object {
  ElementName name;
  MappedText schema;
  bool schema_given = false;
  bool optional = false;
  MappedText options;
  auto type_name() const -> std::string_view override { return "sqlalchemy.Sequence"; }
};

// FetchedValue(): the server has a default that nothing renders.
struct FetchedValue : interpret::Object {
  auto type_name() const -> std::string_view override { return "sqlalchemy.FetchedValue"; }
};

struct Flag {
  std::optional<bool> value;  // as given and known
  bool given = false;
  Span span;
};

struct Column : interpret::Object {
  ElementName name;
  TypePointer type;                            // null: none given (from the foreign key)
  Flag primary_key, nullable, unique, index;
  interpret::Value server_default;
  bool has_server_default = false;
  Span server_default_span;
  bool has_default = false;                    // Python-side
  bool default_is_empty = false;               // it is {} or [], or makes one
  bool updated_by_server = false;              // onupdate= is SQL, or server_onupdate= says that the server does it
  Span default_span;
  std::shared_ptr<Sequence> sequence;
  std::optional<bool> autoincrement;           // unset: "auto"
  bool ignore_foreign_key = false;             // autoincrement="ignore_fk"
  std::optional<MappedText> comment;
  Span comment_span;
  std::string key;
  std::vector<std::shared_ptr<ForeignKey>> foreign_keys;
  std::vector<ConstraintPointer> checks;       // rendered inline
  std::shared_ptr<Computed> computed;
  std::shared_ptr<Identity> identity;
  bool system = false;
  bool understood = true;                      // false: an argument that nobody knows
  std::weak_ptr<Table> table;
  interpret::Arguments arguments;              // as given
  Span span;
  auto type_name() const -> std::string_view override { return "sqlalchemy.Column"; }
};
using ColumnPointer = std::shared_ptr<Column>;

struct IndexKeyText {
  MappedText text;       // as rendered, without operator class
  MappedText name;       // of a plain column
  std::string key;       // for postgresql_ops
};

struct Index : interpret::Object {
  ElementName name;
  std::vector<IndexKeyText> keys;
  bool keys_known = true;
  bool unique = false;
  bool concurrently = false;
  MappedText method;
  MappedText where;
  std::vector<std::pair<std::string, MappedText>> operator_classes;
  MappedText with;                 // "fillfactor = 70"
  std::vector<MappedText> include;
  std::optional<bool> nulls_not_distinct;
  MappedText tablespace;
  std::shared_ptr<Table> columns_of;  // Index("ix", t.c.x)
  std::weak_ptr<Table> item_of;       // Table("t", …, Index("ix", "x"))
  bool automatic = false;          // index=True of a column
  Span span;
  auto table() const -> std::shared_ptr<Table> { return columns_of != nullptr ? columns_of : item_of.lock(); }
  auto type_name() const -> std::string_view override { return "sqlalchemy.Index"; }
};
using IndexPointer = std::shared_ptr<Index>;

// Table(…) and sa.table(…).
struct Table : interpret::Object {
  MappedText name;
  bool name_known = true;
  MappedText schema;
  bool schema_given = false;
  std::vector<ColumnPointer> columns;
  std::vector<ConstraintPointer> constraints;
  std::vector<IndexPointer> indexes;
  std::shared_ptr<MetaData> metadata;
  std::vector<MappedText> prefixes;
  std::optional<MappedText> comment;
  Span comment_span;
  std::vector<std::pair<std::string, MappedText>> options;  // postgresql_partition_by, …
  std::string alias;
  bool columns_known = true;       // false: reflected, or arguments that nobody knows
  bool light = false;              // sa.table()
  Span span;
  interpret::Arguments arguments;  // as given
  auto type_name() const -> std::string_view override { return "sqlalchemy.Table"; }
  auto column(std::string_view key) const -> ColumnPointer;
};
using TablePointer = std::shared_ptr<Table>;

// table.c
struct TableColumns : interpret::Object {
  TablePointer table;
  auto type_name() const -> std::string_view override { return "sqlalchemy.ColumnCollection"; }
};

// metadata.tables: by name, as reflected or declared.
struct MetaDataTables : interpret::Object {
  std::shared_ptr<MetaData> metadata;
  auto type_name() const -> std::string_view override { return "sqlalchemy.MetaData.tables"; }
};

}  // namespace foreshot::sqlalchemy
