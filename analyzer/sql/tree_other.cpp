// Command tags of the statements that are Other.
#include <string_view>
#include <utility>

#include "analyzer/sql/tree_reader.h"

#include "analyzer/sql/kinds.h"
#include "analyzer/sql/tree.h"

namespace foreshot::sql {
namespace {

auto fixed_tag(NodeTag tag) -> const char* {
  switch (tag) {
    case T_GrantRoleStmt:
      return "GRANT ROLE";
    case T_AlterDefaultPrivilegesStmt:
      return "ALTER DEFAULT PRIVILEGES";
    case T_CreateRoleStmt:
      return "CREATE ROLE";
    case T_AlterRoleStmt:
    case T_AlterRoleSetStmt:
      return "ALTER ROLE";
    case T_DropRoleStmt:
      return "DROP ROLE";
    case T_CreatedbStmt:
      return "CREATE DATABASE";
    case T_AlterDatabaseStmt:
    case T_AlterDatabaseRefreshCollStmt:
    case T_AlterDatabaseSetStmt:
      return "ALTER DATABASE";
    case T_AlterSystemStmt:
      return "ALTER SYSTEM";
    case T_VariableShowStmt:
      return "SHOW";
    case T_ExplainStmt:
      return "EXPLAIN";
    case T_CallStmt:
      return "CALL";
    case T_DoStmt:
      return "DO";
    case T_PrepareStmt:
      return "PREPARE";
    case T_ExecuteStmt:
      return "EXECUTE";
    case T_DeallocateStmt:
      return "DEALLOCATE";
    case T_DeclareCursorStmt:
      return "DECLARE CURSOR";
    case T_ClosePortalStmt:
      return "CLOSE CURSOR";
    case T_FetchStmt:
      return "FETCH";
    case T_NotifyStmt:
      return "NOTIFY";
    case T_ListenStmt:
      return "LISTEN";
    case T_UnlistenStmt:
      return "UNLISTEN";
    case T_LoadStmt:
      return "LOAD";
    case T_CheckPointStmt:
      return "CHECKPOINT";
    case T_DiscardStmt:
      return "DISCARD";
    case T_ConstraintsSetStmt:
      return "SET CONSTRAINTS";
    case T_CreateStatsStmt:
      return "CREATE STATISTICS";
    case T_AlterStatsStmt:
      return "ALTER STATISTICS";
    case T_CreateTableSpaceStmt:
      return "CREATE TABLESPACE";
    case T_AlterTableSpaceOptionsStmt:
      return "ALTER TABLESPACE";
    case T_AlterTableMoveAllStmt:
      return "ALTER TABLE";
    case T_AlterExtensionStmt:
    case T_AlterExtensionContentsStmt:
      return "ALTER EXTENSION";
    case T_CreateFdwStmt:
      return "CREATE FOREIGN DATA WRAPPER";
    case T_AlterFdwStmt:
      return "ALTER FOREIGN DATA WRAPPER";
    case T_CreateForeignServerStmt:
      return "CREATE SERVER";
    case T_AlterForeignServerStmt:
      return "ALTER SERVER";
    case T_CreateUserMappingStmt:
      return "CREATE USER MAPPING";
    case T_AlterUserMappingStmt:
      return "ALTER USER MAPPING";
    case T_DropUserMappingStmt:
      return "DROP USER MAPPING";
    case T_ImportForeignSchemaStmt:
      return "IMPORT FOREIGN SCHEMA";
    case T_CreateAmStmt:
      return "CREATE ACCESS METHOD";
    case T_CreateEventTrigStmt:
      return "CREATE EVENT TRIGGER";
    case T_AlterEventTrigStmt:
      return "ALTER EVENT TRIGGER";
    case T_CreatePLangStmt:
      return "CREATE LANGUAGE";
    case T_CreateConversionStmt:
      return "CREATE CONVERSION";
    case T_CreateCastStmt:
      return "CREATE CAST";
    case T_CreateTransformStmt:
      return "CREATE TRANSFORM";
    case T_CreateOpClassStmt:
      return "CREATE OPERATOR CLASS";
    case T_CreateOpFamilyStmt:
      return "CREATE OPERATOR FAMILY";
    case T_AlterOpFamilyStmt:
      return "ALTER OPERATOR FAMILY";
    case T_AlterOperatorStmt:
      return "ALTER OPERATOR";
    case T_AlterTypeStmt:
      return "ALTER TYPE";
    case T_AlterCollationStmt:
      return "ALTER COLLATION";
    case T_AlterTSDictionaryStmt:
      return "ALTER TEXT SEARCH DICTIONARY";
    case T_AlterTSConfigurationStmt:
      return "ALTER TEXT SEARCH CONFIGURATION";
    case T_CreatePublicationStmt:
      return "CREATE PUBLICATION";
    case T_AlterPublicationStmt:
      return "ALTER PUBLICATION";
    case T_CreateSubscriptionStmt:
      return "CREATE SUBSCRIPTION";
    case T_AlterSubscriptionStmt:
      return "ALTER SUBSCRIPTION";
    case T_DropSubscriptionStmt:
      return "DROP SUBSCRIPTION";
    case T_ReassignOwnedStmt:
      return "REASSIGN OWNED";
    case T_SecLabelStmt:
      return "SECURITY LABEL";
    default:
      return nullptr;
  }
}

}  // namespace

// The tables that are written; all that it is about only where no other kind is, and none that was there before goes.
auto TreeReader::publication(const ::Node* node) -> Other {
  const auto creates = tag_of(node) == T_CreatePublicationStmt;
  Other result{creates ? "CREATE PUBLICATION" : "ALTER PUBLICATION", {}};
  const auto* objects = creates ? as<const ::CreatePublicationStmt>(node)->pubobjects : as<const ::AlterPublicationStmt>(node)->pubobjects;
  for (const auto* object : Items<::PublicationObjSpec>(objects)) {
    if (object->pubobjtype != PUBLICATIONOBJ_TABLE || object->pubtable == nullptr) continue;
    const auto* range = object->pubtable->relation;
    result.objects.push_back(relation(range));
    if (!range->inh) result.only.push_back(result.objects.back());
  }
  if (!creates && as<const ::AlterPublicationStmt>(node)->action == AP_SetObjects && length_of(objects) > 0) result.whole = false;
  return result;
}

auto TreeReader::other(const ::Node* node) -> Other {
  switch (tag_of(node)) {
    case T_GrantStmt: {
      const auto* statement = as<const ::GrantStmt>(node);
      return {statement->is_grant ? "GRANT" : "REVOKE", relations(statement->objects)};
    }
    case T_GrantRoleStmt:
      return {as<const ::GrantRoleStmt>(node)->is_grant ? "GRANT ROLE" : "REVOKE ROLE", {}};
    case T_AlterOwnerStmt: {
      const auto* statement = as<const ::AlterOwnerStmt>(node);
      auto object = statement->relation != nullptr ? relation(statement->relation) : object_name(statement->object);
      return {std::string("ALTER ") + object_words(statement->objectType), {std::move(object)}};
    }
    case T_AlterObjectDependsStmt: {
      const auto* statement = as<const ::AlterObjectDependsStmt>(node);
      return {std::string("ALTER ") + object_words(statement->objectType), {}};
    }
    case T_AlterFunctionStmt: {
      const auto* statement = as<const ::AlterFunctionStmt>(node);
      return {std::string("ALTER ") + object_words(statement->objtype), {name(statement->func->objname)}};
    }
    case T_CreatePublicationStmt:
    case T_AlterPublicationStmt:
      return publication(node);
    case T_CallStmt:
      return {"CALL", {name(as<const ::CallStmt>(node)->funccall->funcname)}};
    case T_CreateStatsStmt:
      return {"CREATE STATISTICS", relations(as<const ::CreateStatsStmt>(node)->relations)};
    case T_AlterTypeStmt:
      return {"ALTER TYPE", {name(as<const ::AlterTypeStmt>(node)->typeName)}};
    case T_ExplainStmt:
      return {"EXPLAIN", reads_of(as<const ::ExplainStmt>(node)->query).relations};
    default:
      break;
  }
  const auto* tag = fixed_tag(tag_of(node));
  if (tag != nullptr) return {tag, {}};
  // A statement without a tag of its own here: its first words.
  std::string words;
  for (std::size_t at = 0; at < tokens_.size() && at < 2 && tokens_[at].kind == Token::Kind::word; ++at)
    words += (at > 0 ? " " : "") + source_.display(tokens_[at].begin, tokens_[at].end);
  for (auto& c : words)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return {words, {}};
}

}  // namespace foreshot::sql
