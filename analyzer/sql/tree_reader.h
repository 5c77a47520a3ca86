// Turns PostgreSQL's parse tree of one statement into an Action. The tree knows few positions; the rest is told by the
// statement's tokens. Recursion stops at a fixed depth: what lies deeper is a hole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/facts/action.h"
#include "analyzer/sql/holes.h"
#include "analyzer/sql/lexer.h"
#include "analyzer/sql/mentions.h"
#include "analyzer/sql/source.h"

struct AlterTableCmd;
struct AlterTableStmt;
struct ColumnDef;
struct Constraint;
struct CreateStmt;
struct CreateTableAsStmt;
struct FuncCall;
struct IndexElem;
struct IntoClause;
struct List;
struct Node;
struct PartitionBoundSpec;
struct RangeVar;
struct SelectStmt;
struct SubLink;
struct TypeName;
struct WithClause;

namespace foreshot::sql {

// Where a data-changing or reading statement looks: filled by a walk over the whole tree.
struct Reads {
  std::vector<ObjectName> relations;
  std::vector<ObjectName> functions;
  std::vector<std::pair<std::string, std::string>> columns;  // relation, or empty where that is not known; column
  std::vector<std::pair<std::string, std::string>> aliases;  // name in the query, relation
  std::vector<std::string> common_tables;                    // names of WITH queries
  bool for_update = false;
  std::vector<ObjectName> locked;
  bool limited = false;          // some query in it has LIMIT or FETCH
  bool rows_only = false;        // values that queries give are passed over: only what picks their rows counts
  ::Node* changing = nullptr;    // the first data-changing WITH query
};

auto is_pattern_escape(const ::FuncCall* call) -> bool;

class TreeReader {
 public:
  // `tokens` are those of the statement, in `source`; the tree was made from `prepared`.
  TreeReader(const Source& source, Tokens tokens, const Prepared& prepared)
      : source_(source), tokens_(tokens), prepared_(prepared) {}

  auto action(::Node* statement) -> Action;
  auto expression(const ::Node* node, unsigned depth = 0) -> Expression;
  auto type(const ::TypeName* name) -> foreshot::TypeName;
  // `plain`: one query, and no WITH.
  auto mentions(const ::Node* statement, bool plain) -> Mentions;

 private:
  // names
  auto identifier(const char* text) const -> Identifier;
  auto identifiers(const ::List* strings) const -> std::vector<Identifier>;
  auto string(const char* text) const -> std::string;
  auto name(const ::List* parts) const -> ObjectName;
  auto relation(const ::RangeVar* range) const -> ObjectName;
  auto relations(const ::List* ranges) const -> std::vector<ObjectName>;
  auto object_name(const ::Node* node) const -> ObjectName;
  auto value_text(const ::Node* node) const -> std::string;  // of an option: a number, a string, a name

  // positions: offsets of the prepared text
  auto token_at(int location) const -> std::size_t;
  auto clause_span(int location) const -> Span;
  auto span_until(int location, int end) const -> Span;
  auto normalised(std::size_t first, std::size_t last) const -> std::string;

  // expressions
  auto arguments(Expression& into, const ::List* nodes, unsigned depth) -> void;
  auto operation(std::string text, const ::Node* node, unsigned depth) -> Expression;
  auto binary(const ::Node* node, unsigned depth) -> Expression;
  auto function_call(const ::FuncCall* call, unsigned depth) -> Expression;
  auto sublink(const ::SubLink* link, unsigned depth) -> Expression;
  auto column_reference(const ::List* fields) -> Expression;
  auto special(const ::Node* node, unsigned depth) -> Expression;
  auto query_expressions(Expression& into, const ::Node* query, unsigned depth) -> void;

  // queries
  auto walk(Reads& reads, const ::Node* node, unsigned depth) -> void;
  auto locked_rows(Reads& reads, const ::List* clauses, std::size_t first) const -> void;
  auto walk_list(Reads& reads, const ::List* nodes, unsigned depth) -> void;
  auto walk_with(Reads& reads, const ::WithClause* with, unsigned depth) -> void;
  auto walk_expression(Reads& reads, const ::Node* node, unsigned depth) -> void;
  auto reads_of(const ::Node* query) -> Reads;
  auto dml(const ::Node* statement) -> Dml;
  auto picks(const ::Node* statement) -> bool;
  auto assignments(Dml& into, const ::List* targets) -> void;
  auto select(const ::SelectStmt* statement) -> Action;

  // tables
  auto create_table(const ::CreateStmt* statement) -> CreateTable;
  auto create_table_as(const ::Node* query, const ::IntoClause* into) -> CreateTable;
  auto create_as(const ::CreateTableAsStmt* statement) -> Action;
  auto column(const ::ColumnDef* definition) -> Column;
  auto constraint(const ::Constraint* definition) -> foreshot::Constraint;
  auto bound(const ::PartitionBoundSpec* spec, bool& is_default, PartitionBound& values) -> Expression;
  auto index_key(const ::IndexElem* element) -> IndexKey;
  auto create_index(const ::Node* node) -> CreateIndex;
  auto alter_table(const ::AlterTableStmt* statement) -> Action;
  auto subcommand(const ::AlterTableCmd* command) -> Subcommand;
  auto alter_type(const ::AlterTableStmt* statement) -> AlterType;
  auto option_names(const ::Node* options) const -> std::vector<std::string>;
  auto other_subcommand(const ::AlterTableCmd* command) -> Subcommand;
  auto subcommand_spans(std::size_t count) const -> std::vector<Span>;

  // other objects
  auto object_action(const ::Node* node) -> std::optional<Action>;
  auto drop(const ::Node* node) -> Action;
  auto rename(const ::Node* node) -> Action;
  auto set_schema(const ::Node* node) -> Action;
  auto alter_domain(const ::Node* node) -> AlterDomain;
  auto create_domain(const ::Node* node) -> CreateDomain;
  auto create_enum(const ::Node* node) -> CreateEnum;
  auto alter_enum(const ::Node* node) -> AlterEnum;
  auto create_function(const ::Node* node) -> CreateFunction;
  auto create_trigger(const ::Node* node) -> CreateTrigger;
  auto policy(const ::Node* node) -> CreatePolicy;
  auto alter_sequence(const ::Node* node) -> AlterSequence;
  auto comment(const ::Node* node) -> CommentOn;
  auto rule(const ::Node* node) -> CreateRule;

  // utilities
  auto utility_action(const ::Node* node) -> std::optional<Action>;
  auto set_variable(const ::Node* node) -> Action;
  auto reindex(const ::Node* node) -> Reindex;
  auto vacuum(const ::Node* node) -> Vacuum;
  auto lock(const ::Node* node) -> LockTable;
  auto other(const ::Node* node) -> Other;
  auto publication(const ::Node* node) -> Other;
  auto only_of(const ::List* ranges) const -> std::vector<ObjectName>;

  const Source& source_;
  Tokens tokens_;
  const Prepared& prepared_;
};

}  // namespace foreshot::sql
