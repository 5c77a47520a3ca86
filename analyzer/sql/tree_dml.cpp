// SELECT, INSERT, UPDATE, DELETE, MERGE, COPY.
#include <algorithm>
#include <utility>

#include "analyzer/sql/tree_reader.h"

#include "analyzer/sql/tree.h"

namespace foreshot::sql {
namespace {

auto changes_rows(const ::Node* node) -> bool {
  const auto tag = tag_of(node);
  return tag == T_UpdateStmt || tag == T_DeleteStmt || tag == T_InsertStmt || tag == T_MergeStmt;
}

auto with_of(const ::Node* node) -> const ::WithClause* {
  switch (tag_of(node)) {
    case T_SelectStmt:
      return as<const ::SelectStmt>(node)->withClause;
    case T_InsertStmt:
      return as<const ::InsertStmt>(node)->withClause;
    case T_UpdateStmt:
      return as<const ::UpdateStmt>(node)->withClause;
    case T_DeleteStmt:
      return as<const ::DeleteStmt>(node)->withClause;
    default:
      return nullptr;
  }
}

}  // namespace

// Is LIMIT or FETCH in the query that picks the rows: the statement's own, one in WHERE, FROM or WITH? A LIMIT in a value
// (`SET a = (SELECT … LIMIT 1)`) picks no rows.
auto TreeReader::picks(const ::Node* statement) -> bool {
  Reads picking;
  picking.rows_only = true;
  if (const auto* with = with_of(statement)) {
    for (const auto* table : Items<::CommonTableExpr>(with->ctes))
      if (!changes_rows(table->ctequery)) walk(picking, table->ctequery, 1);
  }
  switch (tag_of(statement)) {
    case T_UpdateStmt:
      walk(picking, as<const ::UpdateStmt>(statement)->whereClause, 1);
      walk_list(picking, as<const ::UpdateStmt>(statement)->fromClause, 1);
      break;
    case T_DeleteStmt:
      walk(picking, as<const ::DeleteStmt>(statement)->whereClause, 1);
      walk_list(picking, as<const ::DeleteStmt>(statement)->usingClause, 1);
      break;
    case T_InsertStmt:
      walk(picking, as<const ::InsertStmt>(statement)->selectStmt, 1);
      break;
    case T_SelectStmt:
      return as<const ::SelectStmt>(statement)->limitCount != nullptr || picking.limited;
    default:
      break;
  }
  return picking.limited;
}

auto TreeReader::assignments(Dml& into, const ::List* targets) -> void {
  for (const auto* target : Items<::ResTarget>(targets)) {
    into.columns.push_back(identifier(target->name));
    into.values.push_back(expression(target->val));
  }
}

auto TreeReader::dml(const ::Node* statement) -> Dml {
  Dml result;
  auto reads = reads_of(statement);
  // A SELECT around a data-changing WITH query is that change.
  const ::Node* main = statement;
  bool limited = picks(statement);
  if (!changes_rows(statement) && reads.changing != nullptr) {
    main = reads.changing;
    limited = limited || picks(main);
    const auto* with = with_of(statement);
    for (const auto* table : Items<::CommonTableExpr>(with == nullptr ? nullptr : with->ctes))
      if (!changes_rows(table->ctequery)) limited = limited || reads_of(table->ctequery).limited;
  }
  result.limited = limited;
  result.for_update = reads.for_update;
  result.locked = std::move(reads.locked);
  result.functions = std::move(reads.functions);
  const ::RangeVar* target = nullptr;
  const ::ReturningClause* returning = nullptr;
  switch (tag_of(main)) {
    case T_InsertStmt: {
      const auto* insert = as<const ::InsertStmt>(main);
      result.verb = Dml::Verb::insert;
      target = insert->relation;
      returning = insert->returningClause;
      result.on_conflict = insert->onConflictClause != nullptr;
      for (const auto* column : Items<::ResTarget>(insert->cols)) result.columns.push_back(identifier(column->name));
      const auto* source = as<const ::SelectStmt>(insert->selectStmt);
      if (source == nullptr) {
        result.rows = 1;
      } else if (source->valuesLists != nullptr) {
        result.rows = static_cast<std::uint32_t>(length_of(source->valuesLists));
        for (const auto* value : Items<::Node>(item<::List>(source->valuesLists, 0)))
          result.values.push_back(expression(value));
        // VALUES in place of a row list that nobody knows.
        if (result.rows == 1 && result.values.size() == 1 && result.values[0].kind == Expression::Kind::hole)
          result.rows = 0;
      } else {
        result.from_query = true;
        result.where = expression(source->whereClause);
      }
      break;
    }
    case T_UpdateStmt: {
      const auto* update = as<const ::UpdateStmt>(main);
      result.verb = Dml::Verb::update;
      target = update->relation;
      returning = update->returningClause;
      assignments(result, update->targetList);
      result.where = expression(update->whereClause);
      break;
    }
    case T_DeleteStmt: {
      const auto* remove = as<const ::DeleteStmt>(main);
      result.verb = Dml::Verb::delete_;
      target = remove->relation;
      returning = remove->returningClause;
      result.where = expression(remove->whereClause);
      break;
    }
    case T_MergeStmt: {
      const auto* merge = as<const ::MergeStmt>(main);
      result.verb = Dml::Verb::merge;
      target = merge->relation;
      returning = merge->returningClause;
      result.where = expression(merge->joinCondition);
      for (const auto* when : Items<::MergeWhenClause>(merge->mergeWhenClauses))
        if (when->commandType == CMD_UPDATE) assignments(result, when->targetList);
      break;
    }
    case T_SelectStmt: {
      const auto* select = as<const ::SelectStmt>(main);
      result.where = expression(select->whereClause);
      for (const auto* column : Items<::ResTarget>(select->targetList)) {
        auto value = expression(column->val);
        if (value.kind == Expression::Kind::function) result.calls.push_back(std::move(value));
      }
      break;
    }
    default:
      break;
  }
  result.returning = returning != nullptr;
  result.table = relation(target);
  result.only = target != nullptr && !target->inh;
  // An alias that is an unknown part may be a whole clause: `DELETE FROM t {where}`.
  if (target != nullptr && target->alias != nullptr && has_mark(target->alias->aliasname) && !result.where.exists()) {
    result.where.kind = Expression::Kind::hole;
    result.where.text = string(target->alias->aliasname);
  }
  result.reads = std::move(reads.relations);
  if (main != statement) std::erase(result.reads, result.table);
  return result;
}

auto TreeReader::select(const ::SelectStmt* statement) -> Action {
  const auto* first = statement;
  while (first->op != SETOP_NONE && first->larg != nullptr) first = first->larg;
  if (first->intoClause != nullptr) return create_table_as(as<const ::Node>(statement), first->intoClause);
  return dml(as<const ::Node>(statement));
}

}  // namespace foreshot::sql
