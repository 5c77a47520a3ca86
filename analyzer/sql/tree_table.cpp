// CREATE TABLE and CREATE INDEX, their columns and constraints.
#include <algorithm>
#include <utility>

#include "analyzer/sql/tree_reader.h"

#include "analyzer/sql/tree.h"

namespace foreshot::sql {
namespace {

auto action_words(char action) -> std::string {
  switch (action) {
    case FKCONSTR_ACTION_RESTRICT:
      return "RESTRICT";
    case FKCONSTR_ACTION_CASCADE:
      return "CASCADE";
    case FKCONSTR_ACTION_SETNULL:
      return "SET NULL";
    case FKCONSTR_ACTION_SETDEFAULT:
      return "SET DEFAULT";
    default:
      return {};
  }
}

// Constraint attributes are nodes of their own behind the constraint that they belong to.
auto apply_attribute(foreshot::Constraint& constraint, ::ConstrType attribute) -> void {
  switch (attribute) {
    case CONSTR_ATTR_DEFERRABLE:
      constraint.deferrable = true;
      break;
    case CONSTR_ATTR_DEFERRED:
      constraint.deferrable = constraint.initially_deferred = true;
      break;
    case CONSTR_ATTR_NOT_ENFORCED:
      constraint.not_enforced = true;
      break;
    default:
      break;
  }
}

auto is_attribute(::ConstrType kind) -> bool { return kind >= CONSTR_ATTR_DEFERRABLE; }

}  // namespace

auto TreeReader::constraint(const ::Constraint* definition) -> foreshot::Constraint {
  foreshot::Constraint result;
  result.name = identifier(definition->conname);
  result.columns = identifiers(definition->keys);
  result.include = identifiers(definition->including);
  result.using_index = identifier(definition->indexname);
  result.not_valid = definition->skip_validation;
  result.not_enforced = !definition->is_enforced;
  result.no_inherit = definition->is_no_inherit;
  result.nulls_not_distinct = definition->nulls_not_distinct;
  result.deferrable = definition->deferrable;
  result.initially_deferred = definition->initdeferred;
  result.without_overlaps = definition->without_overlaps;
  result.span = clause_span(definition->location);
  switch (definition->contype) {
    case CONSTR_NOTNULL:
      result.kind = ConstraintKind::not_null;
      break;
    case CONSTR_CHECK:
      result.kind = ConstraintKind::check;
      result.expression = expression(definition->raw_expr);
      break;
    case CONSTR_PRIMARY:
      result.kind = ConstraintKind::primary_key;
      break;
    case CONSTR_UNIQUE:
      result.kind = ConstraintKind::unique;
      break;
    case CONSTR_EXCLUSION:
      result.kind = ConstraintKind::exclusion;
      result.method = definition->access_method == nullptr ? "btree" : string(definition->access_method);
      result.expression = expression(definition->where_clause);
      for (const auto* pair : Items<::List>(definition->exclusions))
        if (const auto* key = item<::IndexElem>(pair, 0); key != nullptr && key->name != nullptr)
          result.columns.push_back(identifier(key->name));
      break;
    case CONSTR_FOREIGN:
      result.kind = ConstraintKind::foreign_key;
      result.columns = identifiers(definition->fk_attrs);
      result.references.table = relation(definition->pktable);
      result.references.columns = identifiers(definition->pk_attrs);
      result.references.on_delete = action_words(definition->fk_del_action);
      result.references.on_update = action_words(definition->fk_upd_action);
      break;
    default:
      break;
  }
  // Only these take the words; the parser leaves the field unset for the others.
  if (result.kind != ConstraintKind::check && result.kind != ConstraintKind::foreign_key) result.not_enforced = false;
  // The parser marks a constraint that is not enforced as not validated; NOT VALID was not written.
  if (result.not_enforced) result.not_valid = false;
  return result;
}

auto TreeReader::column(const ::ColumnDef* definition) -> Column {
  Column result;
  result.name = identifier(definition->colname);
  result.type = type(definition->typeName);
  if (definition->collClause != nullptr) result.collation = name(definition->collClause->collname).display();
  result.span = clause_span(definition->location);
  result.not_null = definition->is_not_null || result.type.is_serial();
  result.default_value = expression(definition->raw_default);
  bool after_foreign_key = false;
  const int count = length_of(definition->constraints);
  for (int at = 0; at < count; ++at) {
    const auto* part = item<::Constraint>(definition->constraints, at);
    if (is_attribute(part->contype)) {
      if (!result.constraints.empty() && after_foreign_key) apply_attribute(result.constraints.back(), part->contype);
      continue;
    }
    after_foreign_key = false;
    switch (part->contype) {
      case CONSTR_NULL:
        break;
      case CONSTR_NOTNULL:
        result.not_null = true;
        break;
      case CONSTR_DEFAULT:
        result.default_value = expression(part->raw_expr);
        break;
      case CONSTR_IDENTITY:
        result.identity = part->generated_when == 'a' ? Column::Identity::always : Column::Identity::by_default;
        result.not_null = true;
        for (const auto* option : Items<::DefElem>(part->options))
          if (option->defname != nullptr && std::string_view(option->defname) == "start") result.identity_start = true;
        break;
      case CONSTR_GENERATED:
        result.generated = part->generated_kind == 'v' ? Column::Generated::virtual_ : Column::Generated::stored;
        result.generation = expression(part->raw_expr);
        break;
      default: {
        auto inner = constraint(part);
        inner.columns = {result.name};
        const auto* next = item<::Constraint>(definition->constraints, at + 1);
        if (next != nullptr && !is_attribute(next->contype)) inner.span = span_until(part->location, next->location);
        if (inner.kind == ConstraintKind::check) inner.columns.clear();
        if (inner.kind == ConstraintKind::primary_key) result.not_null = true;
        result.constraints.push_back(std::move(inner));
        after_foreign_key = true;
        break;
      }
    }
  }
  return result;
}

auto TreeReader::bound(const ::PartitionBoundSpec* spec, bool& is_default, PartitionBound& values) -> Expression {
  Expression result;
  if (spec == nullptr) return result;
  result.kind = Expression::Kind::other;
  if (spec->is_default) {
    is_default = true;
    result.text = "DEFAULT";
    return result;
  }
  const auto list = [&](const ::List* values, std::vector<Expression>& into) {
    std::string text = "(";
    for (const auto* value : Items<::Node>(values)) {
      if (text.size() > 1) text += ", ";
      auto shown = expression(value);
      // MINVALUE and MAXVALUE are column references to the raw parser.
      text += shown.display();
      result.arguments.push_back(shown);
      into.push_back(std::move(shown));
    }
    return text + ")";
  };
  if (spec->strategy == PARTITION_STRATEGY_HASH)
    result.text =
        "WITH (MODULUS " + std::to_string(spec->modulus) + ", REMAINDER " + std::to_string(spec->remainder) + ")";
  else if (spec->strategy == PARTITION_STRATEGY_LIST)
    result.text = "IN " + list(spec->listdatums, values.values);
  else {
    const auto lower = list(spec->lowerdatums, values.lower);
    result.text = "FROM " + lower + " TO " + list(spec->upperdatums, values.upper);
  }
  // The text says it all; arguments would be printed a second time.
  const bool hole = result.has_hole();
  result.arguments.clear();
  if (hole) result.kind = Expression::Kind::hole;
  return result;
}

auto TreeReader::create_table(const ::CreateStmt* statement) -> CreateTable {
  CreateTable result;
  result.table = relation(statement->relation);
  result.temporary = statement->relation->relpersistence == RELPERSISTENCE_TEMP;
  result.unlogged = statement->relation->relpersistence == RELPERSISTENCE_UNLOGGED;
  result.if_not_exists = statement->if_not_exists;
  const auto inherited = relations(statement->inhRelations);
  if (statement->partbound != nullptr) {
    if (!inherited.empty()) result.partition_of = inherited.front();
    result.partition_bound = bound(statement->partbound, result.default_partition, result.partition_values);
  } else {
    result.inherits = inherited;
  }
  if (statement->ofTypename != nullptr) result.of_type = name(statement->ofTypename->names);
  result.tablespace = identifier(statement->tablespacename);
  result.access_method = identifier(statement->accessMethod);
  if (const auto* spec = statement->partspec) {
    result.partition_by = spec->strategy == PARTITION_STRATEGY_LIST    ? "LIST"
                          : spec->strategy == PARTITION_STRATEGY_RANGE ? "RANGE"
                                                                       : "HASH";
    for (const auto* key : Items<::PartitionElem>(spec->partParams))
      result.partition_key.push_back(identifier(key->name));
  }
  for (const auto* element : Items<::Node>(statement->tableElts)) {
    switch (tag_of(element)) {
      case T_ColumnDef:
        result.columns.push_back(column(as<const ::ColumnDef>(element)));
        break;
      case T_Constraint: {
        const auto* definition = as<const ::Constraint>(element);
        if (!is_attribute(definition->contype)) result.constraints.push_back(constraint(definition));
        break;
      }
      case T_TableLikeClause:
        result.like.push_back(relation(as<const ::TableLikeClause>(element)->relation));
        break;
      default:
        break;
    }
  }
  // A primary key or NOT NULL of the table makes its columns NOT NULL.
  for (const auto& item : result.constraints) {
    if (item.kind != ConstraintKind::primary_key && item.kind != ConstraintKind::not_null) continue;
    for (auto& written : result.columns)
      if (std::find(item.columns.begin(), item.columns.end(), written.name) != item.columns.end())
        written.not_null = true;
  }
  return result;
}

auto TreeReader::create_table_as(const ::Node* query, const ::IntoClause* into) -> CreateTable {
  CreateTable result;
  result.as_query = true;
  result.table = relation(into->rel);
  result.temporary = into->rel->relpersistence == RELPERSISTENCE_TEMP;
  result.unlogged = into->rel->relpersistence == RELPERSISTENCE_UNLOGGED;
  result.with_data = !into->skipData;
  for (auto& name : identifiers(into->colNames)) {
    Column column;
    column.name = std::move(name);
    result.columns.push_back(std::move(column));
  }
  result.reads = reads_of(query).relations;
  return result;
}

auto TreeReader::create_as(const ::CreateTableAsStmt* statement) -> Action {
  auto table = create_table_as(statement->query, statement->into);
  table.if_not_exists = statement->if_not_exists;
  if (statement->objtype != OBJECT_MATVIEW) return table;
  CreateView view;
  view.view = table.table;
  view.materialized = true;
  view.with_data = table.with_data;
  view.if_not_exists = table.if_not_exists;
  auto reads = reads_of(statement->query);
  view.reads = std::move(reads.relations);
  view.columns_read = std::move(reads.columns);
  return view;
}

auto TreeReader::index_key(const ::IndexElem* element) -> IndexKey {
  IndexKey key;
  key.column = identifier(element->name);
  key.expression = expression(element->expr);
  key.operator_class = name(element->opclass).display();
  key.collation = name(element->collation).display();
  key.descending = element->ordering == SORTBY_DESC;
  key.nulls = element->nulls_ordering == SORTBY_NULLS_FIRST  ? "FIRST"
              : element->nulls_ordering == SORTBY_NULLS_LAST ? "LAST"
                                                             : "";
  return key;
}

auto TreeReader::create_index(const ::Node* node) -> CreateIndex {
  const auto* statement = as<const ::IndexStmt>(node);
  CreateIndex result;
  result.name = identifier(statement->idxname);
  result.table = relation(statement->relation);
  result.only = !statement->relation->inh;
  for (const auto* key : Items<::IndexElem>(statement->indexParams)) result.keys.push_back(index_key(key));
  result.include = identifiers(statement->indexIncludingParams);
  result.predicate = expression(statement->whereClause);
  if (statement->accessMethod != nullptr) result.method = string(statement->accessMethod);
  for (const auto* option : Items<::DefElem>(statement->options))
    result.parameters.emplace_back(string(option->defname), option->arg == nullptr ? "" : value_text(option->arg));
  result.unique = statement->unique;
  result.concurrently = statement->concurrent;
  result.if_not_exists = statement->if_not_exists;
  result.nulls_not_distinct = statement->nulls_not_distinct;
  return result;
}

}  // namespace foreshot::sql
