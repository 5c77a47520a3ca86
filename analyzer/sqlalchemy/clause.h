// A Clause is an SQL expression or statement built with SQLAlchemy Core (text(), func.now(), table.c.x == 1, select(…)),
// kept as the SQL that it renders, in two spellings: with columns qualified by their table, and bare as in DDL.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/interpret/value.h"
#include "analyzer/sqlalchemy/quoting.h"

namespace foreshot::sqlalchemy {

struct Table;
struct Type;

// How tightly the outermost operator of a clause binds; operands that bind less tightly get parentheses.
enum class Binding : std::int8_t { loosest = 0, either = 2, both = 3, negation = 4, comparison = 5, sum = 7, product = 8, atom = 16 };

struct Clause : interpret::Object {
  enum class Kind : std::uint8_t { column, text, function, literal, operation, ordering, list, subquery, ddl };

  Kind kind = Kind::text;
  MappedText sql;           // columns as table.column
  MappedText bare;          // columns without table
  Binding binding = Binding::atom;
  std::string key;          // of a column: its name, for postgresql_ops
  bool is_and = false;      // operation: AND chains join without parentheses
  bool is_or = false;
  bool boolean_true = false, boolean_false = false;  // sa.true(), sa.false()
  bool binds = false;       // text(): `:name` is a parameter
  std::vector<std::shared_ptr<Table>> tables;  // of its columns
  std::shared_ptr<Type> type;                  // of a column or cast, when known
  std::shared_ptr<Clause> negation;            // what `not` of a comparison becomes: x != 1 for x = 1

  auto type_name() const -> std::string_view override {
    switch (kind) {
      case Kind::column: return "sqlalchemy.column";
      case Kind::text: return "sqlalchemy.text";
      case Kind::ddl: return "sqlalchemy.DDL";
      case Kind::subquery: return "sqlalchemy.select";
      default: return "sqlalchemy.expression";
    }
  }
  // A text() keeps in `sql` what was written, for statements, and in `bare` the expression, without escaped colons.
  auto spelled(bool with_table) const -> const MappedText& { return with_table && kind != Kind::text ? sql : bare; }
};

using ClausePointer = std::shared_ptr<Clause>;

auto make_clause(Clause::Kind kind, MappedText sql, Binding binding = Binding::atom) -> ClausePointer;

// The clause in parentheses unless it binds more tightly than `against`.
auto grouped(const Clause& clause, Binding against, bool with_table) -> MappedText;

// left op right.
auto combine(const Clause& left, std::string_view op, const Clause& right, Binding binding) -> ClausePointer;

// prefix clause suffix, as one atom or operation.
auto around(std::string_view prefix, const Clause& clause, std::string_view suffix, Binding binding,
            Clause::Kind kind = Clause::Kind::operation) -> ClausePointer;

// clause, clause, … between open and close.
auto joined(std::string_view open, const std::vector<ClausePointer>& parts, std::string_view separator,
            std::string_view close, Clause::Kind kind = Clause::Kind::function) -> ClausePointer;

}  // namespace foreshot::sqlalchemy
