// CREATE, ALTER, DROP and COMMENT of everything that is not a table.
#include <optional>
#include <string_view>
#include <utility>

#include "analyzer/sql/tree_reader.h"

#include "analyzer/sql/kinds.h"
#include "analyzer/sql/tree.h"

namespace foreshot::sql {

auto TreeReader::drop(const ::Node* node) -> Action {
  const auto* statement = as<const ::DropStmt>(node);
  DropObject result;
  result.kind = object_kind(statement->removeType);
  result.if_exists = statement->missing_ok;
  result.cascade = statement->behavior == DROP_CASCADE;
  result.concurrently = statement->concurrent;
  const bool on_table =
      result.kind == ObjectKind::trigger || result.kind == ObjectKind::policy || result.kind == ObjectKind::rule;
  for (const auto* object : Items<::Node>(statement->objects)) {
    if (!on_table || tag_of(object) != T_List) {
      result.names.push_back(object_name(object));
      continue;
    }
    // table name parts, then the object's own name
    const auto* parts = as<const ::List>(object);
    const int count = length_of(parts);
    const auto part = [&](int index) {
      const auto* text = item<::Node>(parts, index);
      return tag_of(text) == T_String ? identifier(as<const ::String>(text)->sval) : Identifier();
    };
    result.names.push_back({{}, part(count - 1)});
    if (count > 1) result.on.name = part(count - 2);
    if (count > 2) result.on.schema = part(count - 3);
  }
  if (result.kind == ObjectKind::other)
    return Other{std::string("DROP ") + object_words(statement->removeType), result.names};
  return result;
}

auto TreeReader::rename(const ::Node* node) -> Action {
  const auto* statement = as<const ::RenameStmt>(node);
  Rename result;
  result.kind = object_kind(statement->renameType);
  result.object = statement->relation != nullptr ? relation(statement->relation) : object_name(statement->object);
  result.part = identifier(statement->subname);
  result.to = identifier(statement->newname);
  result.if_exists = statement->missing_ok;
  switch (statement->renameType) {
    case OBJECT_ATTRIBUTE:
      return AlterType{result.object, {OtherSubcommand{"RENAME ATTRIBUTE", result.part, {}, {}}}, statement->behavior == DROP_CASCADE};
    case OBJECT_DOMCONSTRAINT:
      return Other{std::string("ALTER ") + object_words(statement->renameType), {result.object}};
    case OBJECT_ROLE:
    case OBJECT_SCHEMA:
    case OBJECT_DATABASE:
    case OBJECT_TABLESPACE:
      if (result.object.empty()) result.object.name = std::exchange(result.part, Identifier());
      break;
    default:
      break;
  }
  if (result.kind == ObjectKind::other)
    return Other{std::string("ALTER ") + object_words(statement->renameType), {result.object}};
  return result;
}

auto TreeReader::set_schema(const ::Node* node) -> Action {
  const auto* statement = as<const ::AlterObjectSchemaStmt>(node);
  SetSchema result;
  result.kind = object_kind(statement->objectType);
  result.object = statement->relation != nullptr ? relation(statement->relation) : object_name(statement->object);
  result.schema = identifier(statement->newschema);
  result.if_exists = statement->missing_ok;
  if (result.kind == ObjectKind::other)
    return Other{std::string("ALTER ") + object_words(statement->objectType), {result.object}};
  return result;
}

auto TreeReader::create_domain(const ::Node* node) -> CreateDomain {
  const auto* statement = as<const ::CreateDomainStmt>(node);
  CreateDomain result;
  result.domain = name(statement->domainname);
  result.base = type(statement->typeName);
  for (const auto* part : Items<::Constraint>(statement->constraints)) {
    if (part->contype == CONSTR_NOTNULL) result.not_null = true;
    if (part->contype == CONSTR_DEFAULT) result.default_value = expression(part->raw_expr);
    if (part->contype == CONSTR_CHECK) result.constraints.push_back(constraint(part));
  }
  return result;
}

auto TreeReader::alter_domain(const ::Node* node) -> AlterDomain {
  using What = AlterDomain::What;
  const auto* statement = as<const ::AlterDomainStmt>(node);
  AlterDomain result;
  result.domain = name(statement->typeName);
  result.constraint.name = identifier(statement->name);
  switch (statement->subtype) {
    case 'T':
      result.what = statement->def == nullptr ? What::drop_default : What::set_default;
      result.default_value = expression(statement->def);
      break;
    case 'N':
      result.what = What::drop_not_null;
      break;
    case 'O':
      result.what = What::set_not_null;
      break;
    case 'C':
      result.what = What::add_constraint;
      result.constraint = constraint(as<const ::Constraint>(statement->def));
      break;
    case 'X':
      result.what = What::drop_constraint;
      break;
    case 'V':
      result.what = What::validate;
      break;
    default:
      break;
  }
  return result;
}

auto TreeReader::create_enum(const ::Node* node) -> CreateEnum {
  const auto* statement = as<const ::CreateEnumStmt>(node);
  CreateEnum result;
  result.type = name(statement->typeName);
  for (const auto* value : Items<::String>(statement->vals)) {
    if (has_mark(value->sval)) result.values_known = false;
    result.values.push_back(string(value->sval));
  }
  return result;
}

auto TreeReader::alter_enum(const ::Node* node) -> AlterEnum {
  const auto* statement = as<const ::AlterEnumStmt>(node);
  AlterEnum result;
  result.type = name(statement->typeName);
  result.if_not_exists = statement->skipIfNewValExists;
  for (const auto* text : {statement->oldVal, statement->newVal, statement->newValNeighbor})
    if (text != nullptr && has_mark(text)) result.value_known = false;
  if (statement->oldVal != nullptr) {
    result.renamed_from = string(statement->oldVal);
    result.renamed_to = string(statement->newVal);
  } else {
    result.added = string(statement->newVal);
  }
  if (statement->newValNeighbor != nullptr)
    result.position = (statement->newValIsAfter ? "AFTER " : "BEFORE ") + string(statement->newValNeighbor);
  return result;
}

auto TreeReader::create_function(const ::Node* node) -> CreateFunction {
  const auto* statement = as<const ::CreateFunctionStmt>(node);
  CreateFunction result;
  result.function = name(statement->funcname);
  result.replace = statement->replace;
  result.procedure = statement->is_procedure;
  if (statement->sql_body != nullptr) result.language = "sql";
  for (const auto* option : Items<::DefElem>(statement->options)) {
    const std::string_view key = option->defname == nullptr ? "" : option->defname;
    if (key == "language") {
      result.language = value_text(option->arg);
      for (auto& c : result.language)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    if (key == "volatility") result.volatility = value_text(option->arg);
    if (key == "as" && tag_of(option->arg) == T_List)
      result.body = value_text(item<::Node>(as<const ::List>(option->arg), 0));
  }
  return result;
}

auto TreeReader::create_trigger(const ::Node* node) -> CreateTrigger {
  const auto* statement = as<const ::CreateTrigStmt>(node);
  CreateTrigger result;
  result.name = identifier(statement->trigname);
  result.table = relation(statement->relation);
  result.replace = statement->replace;
  result.constraint = statement->isconstraint;
  result.each_row = statement->row;
  if (statement->constrrel != nullptr) result.from = relation(statement->constrrel);
  const auto events = statement->events;
  if ((events & TRIGGER_TYPE_INSERT) != 0) result.events.emplace_back("INSERT");
  if ((events & TRIGGER_TYPE_UPDATE) != 0) result.events.emplace_back("UPDATE");
  if ((events & TRIGGER_TYPE_DELETE) != 0) result.events.emplace_back("DELETE");
  if ((events & TRIGGER_TYPE_TRUNCATE) != 0) result.events.emplace_back("TRUNCATE");
  result.update_of = identifiers(statement->columns);
  result.function = name(statement->funcname);
  result.when_columns = expression(statement->whenClause).columns();
  return result;
}

auto TreeReader::policy(const ::Node* node) -> CreatePolicy {
  CreatePolicy result;
  const ::Node* using_clause = nullptr;
  const ::Node* check = nullptr;
  if (tag_of(node) == T_CreatePolicyStmt) {
    const auto* statement = as<const ::CreatePolicyStmt>(node);
    result.name = identifier(statement->policy_name);
    result.table = relation(statement->table);
    using_clause = statement->qual;
    check = statement->with_check;
  } else {
    const auto* statement = as<const ::AlterPolicyStmt>(node);
    result.alter = true;
    result.name = identifier(statement->policy_name);
    result.table = relation(statement->table);
    using_clause = statement->qual;
    check = statement->with_check;
  }
  Expression both;
  both.arguments.push_back(expression(using_clause));
  both.arguments.push_back(expression(check));
  result.columns = both.columns();
  return result;
}

auto TreeReader::alter_sequence(const ::Node* node) -> AlterSequence {
  const auto* statement = as<const ::AlterSeqStmt>(node);
  AlterSequence result;
  result.sequence = relation(statement->sequence);
  for (const auto* option : Items<::DefElem>(statement->options)) {
    const std::string_view key = option->defname == nullptr ? "" : option->defname;
    if (key == "restart") result.restart = true;
    if (key != "owned_by" || tag_of(option->arg) != T_List) continue;
    const auto* parts = as<const ::List>(option->arg);
    const int count = length_of(parts);
    const auto part = [&](int index) {
      const auto* text = item<::Node>(parts, index);
      return tag_of(text) == T_String ? identifier(as<const ::String>(text)->sval) : Identifier();
    };
    if (count < 2) continue;  // OWNED BY NONE
    result.owned_by_column = part(count - 1);
    result.owned_by_table.name = part(count - 2);
    if (count > 2) result.owned_by_table.schema = part(count - 3);
  }
  return result;
}

auto TreeReader::comment(const ::Node* node) -> CommentOn {
  const auto* statement = as<const ::CommentStmt>(node);
  CommentOn result;
  result.kind = object_kind(statement->objtype);
  result.object = object_name(statement->object);
  const bool part_of_table = result.kind == ObjectKind::column || result.kind == ObjectKind::constraint ||
                             result.kind == ObjectKind::trigger || result.kind == ObjectKind::policy ||
                             result.kind == ObjectKind::rule;
  if (!part_of_table || tag_of(statement->object) != T_List) return result;
  const auto* parts = as<const ::List>(statement->object);
  const int count = length_of(parts);
  const auto part = [&](int index) {
    const auto* text = item<::Node>(parts, index);
    return tag_of(text) == T_String ? identifier(as<const ::String>(text)->sval) : Identifier();
  };
  result.object = {};
  result.part = part(count - 1);
  if (count > 1) result.object.name = part(count - 2);
  if (count > 2) result.object.schema = part(count - 3);
  return result;
}

auto TreeReader::rule(const ::Node* node) -> CreateRule {
  const auto* statement = as<const ::RuleStmt>(node);
  CreateRule result{identifier(statement->rulename), relation(statement->relation), statement->replace, {}, {}};
  result.columns = expression(statement->whereClause).columns();
  for (auto* action : Items<::Node>(statement->actions)) {
    if (tag_of(action) == T_SelectStmt) continue;
    const auto change = dml(action);
    if (change.table.known()) result.changes.push_back(change.table);
    for (const auto* values : {&change.values})
      for (const auto& value : *values)
        for (auto& column : value.columns()) result.columns.push_back(std::move(column));
    for (auto& column : change.where.columns()) result.columns.push_back(std::move(column));
  }
  return result;
}

auto TreeReader::object_action(const ::Node* node) -> std::optional<Action> {
  switch (tag_of(node)) {
    case T_DropStmt:
      return drop(node);
    case T_RenameStmt:
      return rename(node);
    case T_AlterObjectSchemaStmt:
      return set_schema(node);
    case T_CreateDomainStmt:
      return create_domain(node);
    case T_AlterDomainStmt:
      return alter_domain(node);
    case T_CreateEnumStmt:
      return create_enum(node);
    case T_AlterEnumStmt:
      return alter_enum(node);
    case T_CompositeTypeStmt:
      return CreateType{relation(as<const ::CompositeTypeStmt>(node)->typevar)};
    case T_CreateRangeStmt:
      return CreateType{name(as<const ::CreateRangeStmt>(node)->typeName)};
    case T_DefineStmt: {
      const auto* statement = as<const ::DefineStmt>(node);
      if (statement->kind == OBJECT_TYPE) return CreateType{name(statement->defnames)};
      return Other{std::string("CREATE ") + object_words(statement->kind), {name(statement->defnames)}};
    }
    case T_CreateSeqStmt: {
      const auto* statement = as<const ::CreateSeqStmt>(node);
      return CreateSequence{relation(statement->sequence), statement->if_not_exists,
                            statement->sequence->relpersistence == RELPERSISTENCE_TEMP};
    }
    case T_AlterSeqStmt:
      return alter_sequence(node);
    case T_ViewStmt: {
      const auto* statement = as<const ::ViewStmt>(node);
      CreateView view;
      view.view = relation(statement->view);
      view.replace = statement->replace;
      auto reads = reads_of(statement->query);
      view.reads = std::move(reads.relations);
      view.columns_read = std::move(reads.columns);
      return view;
    }
    case T_RefreshMatViewStmt: {
      const auto* statement = as<const ::RefreshMatViewStmt>(node);
      return RefreshMaterializedView{relation(statement->relation), statement->concurrent, !statement->skipData};
    }
    case T_CreateFunctionStmt:
      return create_function(node);
    case T_CreateTrigStmt:
      return create_trigger(node);
    case T_CreatePolicyStmt:
    case T_AlterPolicyStmt:
      return policy(node);
    case T_RuleStmt:
      return rule(node);
    case T_CreateSchemaStmt: {
      const auto* statement = as<const ::CreateSchemaStmt>(node);
      CreateSchema result{identifier(statement->schemaname), statement->if_not_exists};
      if (statement->schemaname == nullptr && statement->authrole != nullptr)
        result.schema = identifier(statement->authrole->rolename);
      return result;
    }
    case T_CreateExtensionStmt: {
      const auto* statement = as<const ::CreateExtensionStmt>(node);
      return CreateExtension{identifier(statement->extname), statement->if_not_exists};
    }
    case T_CommentStmt:
      return comment(node);
    default:
      return std::nullopt;
  }
}

}  // namespace foreshot::sql
