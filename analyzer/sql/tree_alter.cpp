// ALTER TABLE and its relatives, which share subcommands.
#include <string_view>
#include <utility>

#include "analyzer/sql/tree_reader.h"

#include "analyzer/sql/kinds.h"
#include "analyzer/sql/tree.h"

namespace foreshot::sql {

auto TreeReader::alter_table(const ::AlterTableStmt* statement) -> Action {
  // ALTER TYPE … ADD ATTRIBUTE has the same node and is about no table.
  if (statement->objtype == OBJECT_TYPE) return alter_type(statement);
  AlterTable result;
  result.table = relation(statement->relation);
  result.kind = object_kind(statement->objtype);
  result.if_exists = statement->missing_ok;
  result.only = !statement->relation->inh;
  for (const auto* command : Items<::AlterTableCmd>(statement->cmds)) result.subcommands.push_back(subcommand(command));
  result.spans = subcommand_spans(result.subcommands.size());
  // A constraint's own position is behind ADD; its clause begins there.
  for (std::size_t at = 0; at < result.subcommands.size(); ++at)
    if (auto* added = std::get_if<AddConstraint>(&result.subcommands[at]);
        added != nullptr && !added->constraint.span.known())
      added->constraint.span = result.spans[at];
  return result;
}

auto TreeReader::alter_type(const ::AlterTableStmt* statement) -> AlterType {
  AlterType result;
  result.type = relation(statement->relation);
  for (const auto* command : Items<::AlterTableCmd>(statement->cmds)) {
    result.cascade = result.cascade || command->behavior == DROP_CASCADE;
    result.subcommands.push_back(subcommand(command));
  }
  return result;
}

// The pieces between commas behind the table's name; unknown when they are not as many as the parser found.
auto TreeReader::subcommand_spans(std::size_t count) const -> std::vector<Span> {
  const auto text = source_.text();
  std::size_t at = 1;
  for (const auto* word : {"foreign", "materialized"})
    if (is_word(text, tokens_, at, word)) ++at;
  ++at;
  if (is_word(text, tokens_, at, "if") && is_word(text, tokens_, at + 1, "exists")) at += 2;
  if (is_word(text, tokens_, at, "only")) ++at;
  const bool enclosed = at < tokens_.size() && tokens_[at].kind == Token::Kind::open;
  if (enclosed) ++at;
  ++at;
  // An unknown schema with its dot may be glued to a quoted name.
  if (at < tokens_.size() && tokens_[at - 1].hole && tokens_[at].kind == Token::Kind::quoted_word) ++at;
  while (at + 1 < tokens_.size() && tokens_[at].kind == Token::Kind::dot) at += 2;
  if (enclosed) ++at;
  if (at < tokens_.size() && text_of(text, tokens_[at]) == "*") ++at;

  std::vector<Span> spans;
  int depth = 0;
  for (auto first = at; at < tokens_.size(); ++at) {
    const auto kind = tokens_[at].kind;
    if (kind == Token::Kind::open) ++depth;
    if (kind == Token::Kind::close) --depth;
    const bool last = at + 1 == tokens_.size();
    if (!last && (kind != Token::Kind::comma || depth != 0)) continue;
    const auto end = last ? at : at - 1;
    spans.push_back(first <= end ? source_.span(tokens_[first].begin, tokens_[end].end) : Span{});
    first = at + 1;
  }
  if (spans.size() != count) spans.assign(count, Span{});
  return spans;
}

auto TreeReader::subcommand(const ::AlterTableCmd* command) -> Subcommand {
  const auto name_of = identifier(command->name);
  const bool cascade = command->behavior == DROP_CASCADE;
  switch (command->subtype) {
    case AT_AddColumn:
      return AddColumn{column(as<const ::ColumnDef>(command->def)), command->missing_ok};
    case AT_DropColumn:
      return DropColumn{name_of, command->missing_ok, cascade};
    case AT_AlterColumnType: {
      const auto* definition = as<const ::ColumnDef>(command->def);
      AlterColumnType result{name_of, type(definition->typeName), expression(definition->raw_default), {}};
      if (definition->collClause != nullptr) result.collation = name(definition->collClause->collname).display();
      return result;
    }
    case AT_SetNotNull:
      return SetNotNull{name_of};
    case AT_DropNotNull:
      return DropNotNull{name_of};
    case AT_ColumnDefault:
      if (command->def == nullptr) return DropDefault{name_of};
      return SetDefault{name_of, expression(command->def)};
    case AT_AddConstraint:
      return AddConstraint{constraint(as<const ::Constraint>(command->def))};
    case AT_DropConstraint:
      return DropConstraint{name_of, command->missing_ok, cascade};
    case AT_ValidateConstraint:
      return ValidateConstraint{name_of};
    case AT_AlterConstraint: {
      const auto* change = as<const ::ATAlterConstraint>(command->def);
      AlterConstraint result;
      result.constraint = identifier(change->conname);
      if (change->alterEnforceability) result.enforced = change->is_enforced;
      if (change->alterDeferrability) result.deferrable = change->deferrable;
      if (change->alterInheritability) result.inherit = !change->noinherit;
      return result;
    }
    case AT_AddIdentity: {
      const auto* definition = as<const ::Constraint>(command->def);
      AddIdentity result{name_of, definition->generated_when == 'a', false};
      for (const auto* option : Items<::DefElem>(definition->options))
        if (std::string_view(option->defname) == "start") result.start = true;
      return result;
    }
    case AT_SetIdentity:
      return SetIdentity{name_of};
    case AT_DropIdentity:
      return DropIdentity{name_of, command->missing_ok};
    case AT_SetExpression:
      return SetExpression{name_of, expression(command->def)};
    case AT_DropExpression:
      return DropExpression{name_of, command->missing_ok};
    case AT_AttachPartition: {
      // ALTER INDEX … ATTACH PARTITION has no bound.
      const auto* partition = as<const ::PartitionCmd>(command->def);
      AttachPartition result;
      result.partition = relation(partition->name);
      result.bound = bound(partition->bound, result.default_partition, result.values);
      return result;
    }
    case AT_DetachPartition: {
      const auto* partition = as<const ::PartitionCmd>(command->def);
      return DetachPartition{relation(partition->name), partition->concurrent, false};
    }
    case AT_DetachPartitionFinalize: {
      const auto* partition = as<const ::PartitionCmd>(command->def);
      return DetachPartition{relation(partition->name), false, true};
    }
    case AT_SetLogged:
      return SetPersistence{true};
    case AT_SetUnLogged:
      return SetPersistence{false};
    case AT_SetTableSpace:
      return SetTablespace{name_of};
    case AT_SetAccessMethod:
      return SetAccessMethod{command->name == nullptr ? Identifier("default") : name_of};
    case AT_AddInherit:
      return SetInherit{relation(as<const ::RangeVar>(command->def)), true};
    case AT_DropInherit:
      return SetInherit{relation(as<const ::RangeVar>(command->def)), false};
    case AT_EnableTrig:
    case AT_EnableAlwaysTrig:
    case AT_EnableReplicaTrig:
      return SetTriggers{string(command->name), true, false};
    case AT_DisableTrig:
      return SetTriggers{string(command->name), false, false};
    case AT_EnableTrigAll:
      return SetTriggers{"ALL", true, false};
    case AT_DisableTrigAll:
      return SetTriggers{"ALL", false, false};
    case AT_EnableTrigUser:
      return SetTriggers{"USER", true, false};
    case AT_DisableTrigUser:
      return SetTriggers{"USER", false, false};
    case AT_EnableRule:
    case AT_EnableAlwaysRule:
    case AT_EnableReplicaRule:
      return SetTriggers{string(command->name), true, true};
    case AT_DisableRule:
      return SetTriggers{string(command->name), false, true};
    case AT_EnableRowSecurity:
      return SetRowSecurity{true, false};
    case AT_DisableRowSecurity:
      return SetRowSecurity{false, false};
    case AT_ForceRowSecurity:
      return SetRowSecurity{true, true};
    case AT_NoForceRowSecurity:
      return SetRowSecurity{false, true};
    default:
      return other_subcommand(command);
  }
}

// Names in SET (…) and RESET (…), with their namespace: "toast.autovacuum_enabled".
auto TreeReader::option_names(const ::Node* options) const -> std::vector<std::string> {
  std::vector<std::string> names;
  if (tag_of(options) != T_List) return names;
  for (const auto* option : Items<::DefElem>(as<const ::List>(options)))
    names.push_back((option->defnamespace != nullptr ? string(option->defnamespace) + "." : "") + string(option->defname));
  return names;
}

auto TreeReader::other_subcommand(const ::AlterTableCmd* command) -> Subcommand {
  const auto name_of = identifier(command->name);
  switch (command->subtype) {
    case AT_SetStatistics:
      return OtherSubcommand{"SET STATISTICS", name_of, {}, {}};
    case AT_SetOptions:
      return OtherSubcommand{"ALTER COLUMN SET (…)", name_of, {}, {}};
    case AT_ResetOptions:
      return OtherSubcommand{"ALTER COLUMN RESET (…)", name_of, {}, {}};
    case AT_SetStorage:
      return OtherSubcommand{"SET STORAGE", name_of, {}, {}};
    case AT_SetCompression:
      return OtherSubcommand{"SET COMPRESSION", name_of, {}, {}};
    case AT_AlterColumnGenericOptions:
      return OtherSubcommand{"ALTER COLUMN OPTIONS", name_of, {}, {}};
    case AT_ChangeOwner:
      return OtherSubcommand{"OWNER TO", {}, {}, {}};
    case AT_ClusterOn:
      return OtherSubcommand{"CLUSTER ON", {}, {{}, name_of}, {}};
    case AT_DropCluster:
      return OtherSubcommand{"SET WITHOUT CLUSTER", {}, {}, {}};
    case AT_DropOids:
      return OtherSubcommand{"SET WITHOUT OIDS", {}, {}, {}};
    case AT_SetRelOptions:
      return OtherSubcommand{"SET (…)", {}, {}, option_names(command->def)};
    case AT_ResetRelOptions:
      return OtherSubcommand{"RESET (…)", {}, {}, option_names(command->def)};
    case AT_ReplaceRelOptions:
      return OtherSubcommand{"SET (…)", {}, {}, option_names(command->def)};
    case AT_AddOf:
      return OtherSubcommand{"OF", {}, name(as<const ::TypeName>(command->def)->names), {}};
    case AT_DropOf:
      return OtherSubcommand{"NOT OF", {}, {}, {}};
    case AT_ReplicaIdentity: {
      const auto* identity = as<const ::ReplicaIdentityStmt>(command->def);
      return OtherSubcommand{"REPLICA IDENTITY", {}, {{}, identifier(identity->name)}, {}};
    }
    case AT_GenericOptions:
      return OtherSubcommand{"OPTIONS", {}, {}, {}};
    default:
      return OtherSubcommand{"ALTER", name_of, {}, {}};
  }
}

}  // namespace foreshot::sql
