// Transactions, settings, maintenance; and everything else by its command tag.
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "analyzer/sql/tree_reader.h"

#include "analyzer/sql/kinds.h"
#include "analyzer/sql/tree.h"

namespace foreshot::sql {
namespace {

// An option is on unless its value says otherwise.
auto is_off(const std::string& value) -> bool { return value == "false" || value == "off" || value == "0"; }

auto transaction(const ::TransactionStmt* statement) -> Action {
  using What = TransactionControl::What;
  switch (statement->kind) {
    case TRANS_STMT_BEGIN:
    case TRANS_STMT_START:
      return TransactionControl{What::begin};
    case TRANS_STMT_COMMIT:
      return TransactionControl{What::commit};
    case TRANS_STMT_ROLLBACK:
      return TransactionControl{What::rollback};
    case TRANS_STMT_SAVEPOINT:
      return TransactionControl{What::savepoint};
    case TRANS_STMT_RELEASE:
      return TransactionControl{What::release};
    case TRANS_STMT_ROLLBACK_TO:
      return TransactionControl{What::rollback_to};
    case TRANS_STMT_PREPARE:
      return TransactionControl{What::prepare};
    case TRANS_STMT_COMMIT_PREPARED:
      return Other{"COMMIT PREPARED", {}};
    case TRANS_STMT_ROLLBACK_PREPARED:
      return Other{"ROLLBACK PREPARED", {}};
  }
  return Other{"BEGIN", {}};
}

}  // namespace

auto TreeReader::set_variable(const ::Node* node) -> Action {
  const auto* statement = as<const ::VariableSetStmt>(node);
  if (statement->kind == VAR_SET_MULTI) {
    // SET TRANSACTION and SET SESSION CHARACTERISTICS are no settings of the kind that last by name.
    return Other{string(statement->name) == "TRANSACTION SNAPSHOT" ? "SET TRANSACTION SNAPSHOT"
                                                                   : "SET " + string(statement->name),
                 {}};
  }
  SetVariable result;
  result.local = statement->is_local;
  result.name = statement->kind == VAR_RESET_ALL ? "all" : string(statement->name);
  if (statement->name != nullptr && has_mark(statement->name)) result.value_known = false;
  for (auto& c : result.name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  switch (statement->kind) {
    case VAR_RESET:
    case VAR_RESET_ALL:
    case VAR_SET_DEFAULT:
      result.reset = true;
      break;
    case VAR_SET_CURRENT:
      result.value_known = false;
      break;
    default:
      break;
  }
  for (const auto* value : Items<::Node>(statement->args)) {
    if (!result.value.empty()) result.value += ", ";
    auto text = value_text(value);
    if (tag_of(value) == T_A_Const) {
      const auto* constant = as<const ::A_Const>(value);
      if (constant->val.node.type == T_String && has_mark(constant->val.sval.sval)) result.value_known = false;
    } else if (tag_of(value) != T_TypeCast) {
      result.value_known = false;
    }
    result.value += text;
  }
  if (!result.value_known) result.value.clear();
  return result;
}

auto TreeReader::reindex(const ::Node* node) -> Reindex {
  const auto* statement = as<const ::ReindexStmt>(node);
  Reindex result;
  result.object =
      statement->relation != nullptr ? relation(statement->relation) : ObjectName{{}, identifier(statement->name)};
  switch (statement->kind) {
    case REINDEX_OBJECT_INDEX:
      result.kind = ObjectKind::index;
      break;
    case REINDEX_OBJECT_TABLE:
      result.kind = ObjectKind::table;
      break;
    case REINDEX_OBJECT_SCHEMA:
      result.kind = ObjectKind::schema;
      break;
    case REINDEX_OBJECT_SYSTEM:
    case REINDEX_OBJECT_DATABASE:
      result.kind = ObjectKind::database;
      break;
  }
  for (const auto* option : Items<::DefElem>(statement->params))
    if (std::string_view(option->defname) == "concurrently") result.concurrently = !is_off(value_text(option->arg));
  return result;
}

auto TreeReader::vacuum(const ::Node* node) -> Vacuum {
  const auto* statement = as<const ::VacuumStmt>(node);
  Vacuum result;
  result.analyze_only = !statement->is_vacuumcmd;
  for (const auto* option : Items<::DefElem>(statement->options))
    if (std::string_view(option->defname) == "full") result.full = !is_off(value_text(option->arg));
  for (const auto* table : Items<::VacuumRelation>(statement->rels)) {
    result.tables.push_back(relation(table->relation));
    if (!table->relation->inh) result.only.push_back(result.tables.back());
  }
  return result;
}

auto TreeReader::only_of(const ::List* ranges) const -> std::vector<ObjectName> {
  std::vector<ObjectName> result;
  for (const auto* range : Items<::RangeVar>(ranges))
    if (!range->inh) result.push_back(relation(range));
  return result;
}

auto TreeReader::lock(const ::Node* node) -> LockTable {
  static constexpr std::array<const char*, 9> modes{
      "",      "ACCESS SHARE",        "ROW SHARE", "ROW EXCLUSIVE",   "SHARE UPDATE EXCLUSIVE",
      "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"};
  const auto* statement = as<const ::LockStmt>(node);
  LockTable result;
  result.tables = relations(statement->relations);
  result.only = only_of(statement->relations);
  if (statement->mode > 0 && statement->mode < static_cast<int>(modes.size()))
    result.mode = modes[static_cast<std::size_t>(statement->mode)];
  result.nowait = statement->nowait;
  return result;
}

auto TreeReader::utility_action(const ::Node* node) -> std::optional<Action> {
  switch (tag_of(node)) {
    case T_TransactionStmt:
      return transaction(as<const ::TransactionStmt>(node));
    case T_VariableSetStmt:
      return set_variable(node);
    case T_ReindexStmt:
      return reindex(node);
    case T_ClusterStmt: {
      const auto* statement = as<const ::ClusterStmt>(node);
      return Cluster{relation(statement->relation), identifier(statement->indexname)};
    }
    case T_VacuumStmt:
      return vacuum(node);
    case T_TruncateStmt: {
      const auto* statement = as<const ::TruncateStmt>(node);
      return Truncate{relations(statement->relations), statement->behavior == DROP_CASCADE, statement->restart_seqs,
                      only_of(statement->relations)};
    }
    case T_LockStmt:
      return lock(node);
    case T_CopyStmt: {
      const auto* statement = as<const ::CopyStmt>(node);
      Dml result;
      result.verb = Dml::Verb::copy;
      if (statement->is_from) {
        result.table = relation(statement->relation);
        result.columns = identifiers(statement->attlist);
        result.where = expression(statement->whereClause);
      } else if (statement->query != nullptr) {
        auto reads = reads_of(statement->query);
        result.reads = std::move(reads.relations);
        result.functions = std::move(reads.functions);
      } else {
        result.reads = {relation(statement->relation)};
      }
      return result;
    }
    case T_DropdbStmt: {
      const auto* statement = as<const ::DropdbStmt>(node);
      DropObject result;
      result.kind = ObjectKind::database;
      result.names = {{{}, identifier(statement->dbname)}};
      result.if_exists = statement->missing_ok;
      return result;
    }
    case T_DropTableSpaceStmt: {
      const auto* statement = as<const ::DropTableSpaceStmt>(node);
      DropObject result;
      result.kind = ObjectKind::tablespace;
      result.names = {{{}, identifier(statement->tablespacename)}};
      result.if_exists = statement->missing_ok;
      return result;
    }
    case T_DropOwnedStmt: {
      const auto* statement = as<const ::DropOwnedStmt>(node);
      DropObject result;
      result.kind = ObjectKind::owned;
      result.cascade = statement->behavior == DROP_CASCADE;
      for (const auto* role : Items<::RoleSpec>(statement->roles))
        result.names.push_back({{}, identifier(role->rolename)});
      return result;
    }
    default:
      return std::nullopt;
  }
}

auto TreeReader::action(::Node* statement) -> Action {
  switch (tag_of(statement)) {
    case T_SelectStmt:
      return select(as<const ::SelectStmt>(statement));
    case T_InsertStmt:
    case T_UpdateStmt:
    case T_DeleteStmt:
    case T_MergeStmt:
      return dml(statement);
    case T_CreateStmt:
      return create_table(as<const ::CreateStmt>(statement));
    case T_CreateForeignTableStmt: {
      const auto table = create_table(&as<const ::CreateForeignTableStmt>(statement)->base);
      return Other{"CREATE FOREIGN TABLE", {table.table}};
    }
    case T_CreateTableAsStmt:
      return create_as(as<const ::CreateTableAsStmt>(statement));
    case T_IndexStmt:
      return create_index(statement);
    case T_AlterTableStmt:
      return alter_table(as<const ::AlterTableStmt>(statement));
    default:
      break;
  }
  if (auto found = object_action(statement)) return std::move(*found);
  if (auto found = utility_action(statement)) return std::move(*found);
  return other(statement);
}

}  // namespace foreshot::sql
