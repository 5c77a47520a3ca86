// Renders schema elements as the SQL that SQLAlchemy sends to PostgreSQL.
#pragma once

#include <optional>
#include <vector>

#include "analyzer/sqlalchemy/naming.h"
#include "analyzer/sqlalchemy/schema_element.h"

namespace foreshot::sqlalchemy {

// One statement that an element makes, and the place that asked for it.
struct Rendered {
  enum class Part : std::uint8_t { main, create_type, drop_type, foreign_key, unique, check, index, comment };
  MappedText sql;
  Span span;
  Part part = Part::main;
};

struct TableName {
  MappedText name;
  MappedText schema;
  bool schema_given = false;
  auto rendered() const -> MappedText;
  auto rendered_dotted() const -> MappedText;  // the schema split at its dots, as Alembic's ALTER TABLE does
};

class DdlRender {
 public:
  DdlRender(const Versions& versions, const Naming& naming) : versions_(versions), naming_(naming) {}

  // What the columns and constraints of a table mean together.
  struct Key {
    std::vector<ColumnPointer> columns;   // of the primary key
    ConstraintPointer constraint;         // explicit, or null
    ColumnPointer automatic;              // the column that becomes SERIAL, or null
    bool known = true;
    auto holds(const ColumnPointer& column) const -> bool;
  };
  auto primary_key(const Table& table) const -> Key;

  auto create_table(const Table& table, bool if_not_exists) const -> std::vector<Rendered>;

  // `name TYPE DEFAULT … NOT NULL`, without constraints.
  auto column_specification(const ColumnPointer& column, const Key& key) const -> MappedText;

  // CONSTRAINT n UNIQUE (x), without ALTER TABLE.
  auto constraint(const Constraint& constraint, const TableName& table) const -> MappedText;
  auto foreign_key(const ForeignKey& key, const Column& column, const TableName& table) const -> MappedText;
  auto references(const ForeignKey& key, const Column& column, bool with_actions) const -> MappedText;

  auto create_index(const Index& index, const TableName& table, bool if_not_exists) const -> MappedText;
  auto drop_index(const ElementName& name, const TableName& table, bool concurrently, bool if_exists) const -> MappedText;

  auto server_default(const interpret::Value& value, Span span) const -> MappedText;
  auto identity(const Identity& identity) const -> MappedText;
  auto computed(const Computed& computed) const -> MappedText;
  auto column_comment(const TableName& table, const MappedText& column, const std::optional<MappedText>& comment) const
      -> MappedText;
  auto table_comment(const TableName& table, const std::optional<MappedText>& comment) const -> MappedText;

  // CONSTRAINT e CHECK (x IN ('a', 'b')) of an enumeration without native type; empty if it has none.
  auto type_check(const Column& column, const TableName& table) const -> MappedText;
  auto column_index(const Column& column) const -> Index;
  auto column_unique(const Column& column) const -> Constraint;

  auto naming() const -> const Naming& { return naming_; }
  auto versions() const -> const Versions& { return versions_; }

 private:
  auto element_name(std::string_view kind, const ElementName& name, const TableName& table,
                    const std::vector<MappedText>& columns, const std::vector<MappedText>& targets = {}) const
      -> ElementName;
  auto actions(const std::optional<MappedText>& match, const std::optional<MappedText>& on_delete,
               const std::optional<MappedText>& on_update) const -> MappedText;
  auto deferral(const std::optional<bool>& deferrable, const std::optional<MappedText>& initially) const -> MappedText;
  auto table_options(const Table& table) const -> MappedText;

  const Versions& versions_;
  const Naming& naming_;
};

auto table_name_of(const Table& table) -> TableName;

// "schema.table.column" in its parts.
struct TargetParts {
  MappedText schema, table, column;
  bool schema_given = false;
};
auto target_parts(const MappedText& target) -> TargetParts;

}  // namespace foreshot::sqlalchemy
