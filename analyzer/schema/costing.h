// A Costing collects the effects of one statement; cost() makes one and sends the action to the right part.
#pragma once

#include <string>
#include <vector>

#include "analyzer/schema/cost.h"

namespace foreshot {

class Costing {
 public:
  explicit Costing(const Situation& situation) : at_(situation), before_(situation.before) {}

  auto measure(const Action& action) -> void;
  auto take() -> Cost { return std::move(cost_); }

 private:
  // ── shared by all parts ──
  auto add(const ObjectName& relation, LockMode lock, Work work = Work::none, std::string cause = "") -> Effect&;
  auto unknown(std::string reason) -> void;
  auto fails(std::string failure) -> void;
  auto table(const ObjectName& name) const -> const Table* { return before_.table(name); }
  auto display_kind(const ObjectName& name) const -> ObjectKind;
  auto default_partition(const ObjectName& parent) const -> const Table*;
  // The partitions or heirs that a statement on `name` reaches, all levels.
  auto below(const ObjectName& name, bool only) const -> std::vector<const Table*>;
  // Those of the next level only.
  auto heirs(const Table& table) const -> std::vector<const Table*>;
  // What holds the rows: the table, or its partitions that are no partitioned tables.
  auto leaves(const ObjectName& name) const -> std::vector<const Table*>;
  // Uniqueness over all partitions needs every column of the partition key, and no expression among them.
  auto need_partition_key(const std::vector<Identifier>& columns, const std::vector<Identifier>& partition_key) -> void;
  auto add_below(const ObjectName& name, LockMode lock, const std::string& cause = "") -> void;
  // The table that a foreign key refers to, with its partitions, which are the ones that are looked into.
  auto refer(const ObjectName& parent, LockMode lock, Work work, const std::string& cause) -> void;
  // The same when the key goes: up to version 14 a partitioned table itself is left alone, unless the key is what is
  // dropped.
  auto release(const ObjectName& parent, const std::string& cause, bool directly = false) -> void;
  // The views on `name`, and the views on them, go with it. `column`: those that use it.
  auto drop_readers(const ObjectName& name, std::string_view column, int depth) -> void;
  auto drop_users_of_type(const ObjectName& type, int depth = 0) -> void;
  // Locks every table that the foreign keys of `from` refer to, except the ones in `not_again`.
  auto lock_parents(const Table& from, LockMode lock, const std::string& cause) -> void;
  auto lock_children(const ObjectName& parent, LockMode lock, Work work, const std::string& cause) -> void;

  // ── statements ──
  auto run(const CreateTable& action) -> void;
  auto run(const DropObject& action) -> void;
  auto run(const AlterTable& action) -> void;
  auto run(const Rename& action) -> void;
  auto run(const SetSchema& action) -> void;
  auto run(const CreateIndex& action) -> void;
  auto run(const AlterDomain& action) -> void;
  auto run(const AlterType& action) -> void;
  auto run(const AlterSequence& action) -> void;
  auto run(const CreateView& action) -> void;
  auto run(const RefreshMaterializedView& action) -> void;
  auto run(const CreateTrigger& action) -> void;
  auto run(const CreatePolicy& action) -> void;
  auto run(const CreateRule& action) -> void;
  auto run(const Reindex& action) -> void;
  auto run(const Cluster& action) -> void;
  auto run(const Vacuum& action) -> void;
  auto run(const Truncate& action) -> void;
  auto run(const LockTable& action) -> void;
  auto run(const CommentOn& action) -> void;
  auto run(const Dml& action) -> void;
  auto run(const Other& action) -> void;
  auto run(const Unreadable& action) -> void;
  auto run(const Block& action) -> void;
  auto drop_table(const ObjectName& name, bool cascade, int depth) -> void;
  auto drop_index(const DropObject& action, const ObjectName& name) -> void;
  auto drop_part(const DropObject& action, const ObjectName& name) -> void;
  auto drop_function(const ObjectName& name) -> void;
  auto domain_users(const ObjectName& domain, int depth) -> void;
  auto rebuild(const Table& owner, const TableIndex* one, bool concurrently) -> void;
  auto lock_relation(const ObjectName& name, LockMode mode, bool only, int depth) -> void;
  auto change_rows(const ObjectName& name, LockMode mode, Work work, bool only, int depth) -> void;

  // ── subcommands of ALTER TABLE; each adds effects with the lock it needs alone ──
  auto alter(const AlterTable& action, const Subcommand& subcommand) -> void;
  auto rewrites_first(const AlterTable& action) const -> bool;
  auto alter_index(const AlterTable& action, const Subcommand& subcommand) -> void;
  auto alter_storage(const AlterTable& action, const Subcommand& subcommand) -> bool;
  auto alter_other(const AlterTable& action, const OtherSubcommand& other) -> void;
  auto add_column(const AlterTable& action, const AddColumn& add) -> void;
  auto add_column_to(const Table& owner, const AlterTable& action, const Column& column, Work work, const std::string& cause, int depth) -> void;
  // What a column of the type takes from domains: their constraints and, where it has none of its own, their default.
  struct DomainFacts {
    Known constrained = Known::no;
    Expression default_value;
  };
  auto domain_facts(const TypeName& type) const -> DomainFacts;
  auto drop_column(const AlterTable& action, const DropColumn& drop) -> void;
  auto change_type(const AlterTable& action, const AlterColumnType& change) -> void;
  auto change_type_of(const Table* owner, const ObjectName& name, const AlterColumnType& change) -> void;
  auto refuse_type_change(const Table& owner, std::string_view column) -> void;
  auto using_change(const Table* owner, const AlterColumnType& change, const TypeName& from) -> TypeChange;
  auto later_cast_rewrites(const AlterColumnType& change) -> bool;
  auto resolved_change(const TypeName& from, const TypeName& to) -> TypeChange;
  auto set_not_null(const AlterTable& action, const Identifier& column, const std::string& cause) -> void;
  auto add_constraint(const AlterTable& action, const Constraint& constraint) -> void;
  auto add_check(const AlterTable& action, const Constraint& constraint) -> void;
  auto add_key(const AlterTable& action, const Constraint& constraint, const std::string& cause) -> void;
  auto add_foreign_key(const AlterTable& action, const Constraint& constraint) -> void;
  auto add_key_over_index(const AlterTable& action, const Constraint& constraint) -> void;
  auto drop_constraint(const AlterTable& action, const DropConstraint& drop) -> void;
  auto validate(const AlterTable& action, const ValidateConstraint& validate) -> void;
  auto enforce(const AlterTable& action, const AlterConstraint& change) -> void;
  auto attach(const AlterTable& action, const AttachPartition& attach) -> void;
  auto attach_parts(const Table& parent, const Table& child) -> void;
  auto build_part(const Table& child, const TableIndex& wanted) -> void;
  // The default partition beside a new one is searched for rows of it.
  auto search_default(const ObjectName& parent, const PartitionBound& bound) -> void;
  auto detach(const AlterTable& action, const DetachPartition& detach) -> void;
  // The effect on the altered table and, unless ONLY, on what inherits from it.
  auto on_all(const AlterTable& action, LockMode lock, Work work = Work::none, const std::string& cause = "") -> void;
  auto on_table(const AlterTable& action, LockMode lock, Work work = Work::none, const std::string& cause = "") -> void;

  const Situation& at_;
  Schema before_;
  Cost cost_;
  std::size_t subcommand_ = 0;
  int depth_ = 0;
  bool rewritten_ = false;  // by another subcommand of the statement: what hangs on a column is checked anew
};

}  // namespace foreshot
