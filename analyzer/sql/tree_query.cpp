// What queries read and call: a walk over SELECT, INSERT, UPDATE, DELETE, MERGE and everything inside them.
#include <algorithm>
#include <utility>
#include <vector>

#include "analyzer/sql/tree_reader.h"

#include "analyzer/sql/tree.h"

namespace foreshot::sql {
namespace {

constexpr unsigned deepest = 200;

template <typename T>
auto add_once(std::vector<T>& list, T value) -> void {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(std::move(value));
}

}  // namespace

auto TreeReader::reads_of(const ::Node* query) -> Reads {
  Reads reads;
  walk(reads, query, 0);
  // A qualifier is an alias or a table's own name. Without one, the column belongs to the only relation.
  for (auto& [qualifier, column] : reads.columns) {
    if (qualifier.empty() && reads.relations.size() == 1) qualifier = reads.relations.front().display();
    const auto found = std::find_if(reads.aliases.begin(), reads.aliases.end(),
                                    [&](const auto& alias) { return alias.first == qualifier; });
    if (found != reads.aliases.end()) qualifier = found->second;
  }
  return reads;
}

auto TreeReader::walk_list(Reads& reads, const ::List* nodes, unsigned depth) -> void {
  for (const auto* node : Items<::Node>(nodes)) walk(reads, node, depth + 1);
}

auto TreeReader::walk_with(Reads& reads, const ::WithClause* with, unsigned depth) -> void {
  if (with == nullptr) return;
  if (with->recursive)
    for (const auto* table : Items<::CommonTableExpr>(with->ctes))
      reads.common_tables.push_back(string(table->ctename));
  for (const auto* table : Items<::CommonTableExpr>(with->ctes)) {
    const auto tag = tag_of(table->ctequery);
    const bool changes = tag == T_UpdateStmt || tag == T_DeleteStmt || tag == T_InsertStmt || tag == T_MergeStmt;
    if (changes && reads.changing == nullptr) reads.changing = table->ctequery;
    walk(reads, table->ctequery, depth + 1);
    if (!with->recursive) reads.common_tables.push_back(string(table->ctename));
  }
}

// FOR UPDATE OF a locks rows of what is called a; without OF, of all that FROM has added.
auto TreeReader::locked_rows(Reads& reads, const ::List* clauses, std::size_t first) const -> void {
  for (const auto* clause : Items<::LockingClause>(clauses)) {
    if (length_of(clause->lockedRels) == 0)
      for (auto i = first; i < reads.relations.size(); ++i) add_once(reads.locked, reads.relations[i]);
    for (const auto* range : Items<::RangeVar>(clause->lockedRels))
      for (const auto& [alias, table] : reads.aliases)
        if (alias == relation(range).name.text)
          for (const auto& known : reads.relations)
            if (known.display() == table) add_once(reads.locked, known);
  }
}

auto TreeReader::walk(Reads& reads, const ::Node* node, unsigned depth) -> void {
  // Chains of operators, joins and UNION lean to the left and may be long: they are followed in the loop down to their
  // first member, the others wait.
  std::vector<const ::Node*> waiting;
  while (node != nullptr && depth <= deepest) {
    const ::Node* next = nullptr;
    switch (tag_of(node)) {
      case T_RangeVar: {
        const auto* range = as<const ::RangeVar>(node);
        auto table = relation(range);
        const auto& names = reads.common_tables;
        const bool common =
            table.schema.empty() && std::find(names.begin(), names.end(), table.name.text) != names.end();
        if (common) break;
        reads.aliases.emplace_back(range->alias == nullptr ? table.name.text : string(range->alias->aliasname),
                                   table.display());
        add_once(reads.relations, std::move(table));
        break;
      }
      case T_SelectStmt: {
        const auto* select = as<const ::SelectStmt>(node);
        const auto outer = reads.common_tables.size();
        walk_with(reads, select->withClause, depth);
        if (select->limitCount != nullptr) reads.limited = true;
        if (select->lockingClause != nullptr) reads.for_update = true;
        if (!reads.rows_only) walk_list(reads, select->targetList, depth);
        const auto before = reads.relations.size();
        walk_list(reads, select->fromClause, depth);
        locked_rows(reads, select->lockingClause, before);
        walk(reads, select->whereClause, depth + 1);
        walk_list(reads, select->groupClause, depth);
        walk(reads, select->havingClause, depth + 1);
        walk_list(reads, select->windowClause, depth);
        for (const auto* row : Items<::List>(select->valuesLists)) walk_list(reads, row, depth);
        walk_list(reads, select->sortClause, depth);
        walk(reads, select->limitCount, depth + 1);
        if (outer == reads.common_tables.size()) {
          waiting.push_back(as<const ::Node>(select->rarg));
          next = as<const ::Node>(select->larg);
        } else {
          walk(reads, as<const ::Node>(select->larg), depth + 1);
          walk(reads, as<const ::Node>(select->rarg), depth + 1);
          reads.common_tables.resize(outer);
        }
        break;
      }
      case T_InsertStmt: {
        const auto* insert = as<const ::InsertStmt>(node);
        walk_with(reads, insert->withClause, depth);
        if (depth > 0) walk(reads, as<const ::Node>(insert->relation), depth + 1);
        if (insert->onConflictClause != nullptr) {
          walk_list(reads, insert->onConflictClause->targetList, depth);
          walk(reads, insert->onConflictClause->whereClause, depth + 1);
        }
        if (insert->returningClause != nullptr) walk_list(reads, insert->returningClause->exprs, depth);
        next = insert->selectStmt;
        break;
      }
      case T_UpdateStmt: {
        const auto* update = as<const ::UpdateStmt>(node);
        walk_with(reads, update->withClause, depth);
        if (depth > 0) walk(reads, as<const ::Node>(update->relation), depth + 1);
        walk_list(reads, update->targetList, depth);
        walk_list(reads, update->fromClause, depth);
        if (update->returningClause != nullptr) walk_list(reads, update->returningClause->exprs, depth);
        next = update->whereClause;
        break;
      }
      case T_DeleteStmt: {
        const auto* remove = as<const ::DeleteStmt>(node);
        walk_with(reads, remove->withClause, depth);
        if (depth > 0) walk(reads, as<const ::Node>(remove->relation), depth + 1);
        walk_list(reads, remove->usingClause, depth);
        if (remove->returningClause != nullptr) walk_list(reads, remove->returningClause->exprs, depth);
        next = remove->whereClause;
        break;
      }
      case T_MergeStmt: {
        const auto* merge = as<const ::MergeStmt>(node);
        walk_with(reads, merge->withClause, depth);
        if (depth > 0) walk(reads, as<const ::Node>(merge->relation), depth + 1);
        walk(reads, merge->sourceRelation, depth + 1);
        for (const auto* when : Items<::MergeWhenClause>(merge->mergeWhenClauses)) {
          walk(reads, when->condition, depth + 1);
          walk_list(reads, when->targetList, depth);
          walk_list(reads, when->values, depth);
        }
        next = merge->joinCondition;
        break;
      }
      case T_JoinExpr: {
        const auto* join = as<const ::JoinExpr>(node);
        waiting.push_back(join->quals);
        waiting.push_back(join->rarg);
        next = join->larg;
        break;
      }
      case T_RangeSubselect:
        next = as<const ::RangeSubselect>(node)->subquery;
        break;
      case T_RangeFunction:
        for (const auto* function : Items<::List>(as<const ::RangeFunction>(node)->functions))
          walk(reads, item<::Node>(function, 0), depth + 1);
        break;
      case T_RangeTableSample:
        next = as<const ::RangeTableSample>(node)->relation;
        break;
      case T_ResTarget:
        next = as<const ::ResTarget>(node)->val;
        break;
      case T_SubLink:
        walk(reads, as<const ::SubLink>(node)->testexpr, depth + 1);
        next = as<const ::SubLink>(node)->subselect;
        break;
      case T_A_Expr:
        waiting.push_back(as<const ::A_Expr>(node)->rexpr);
        next = as<const ::A_Expr>(node)->lexpr;
        break;
      default:
        walk_expression(reads, node, depth);
        break;
    }
    node = next;
  }
  for (auto last = waiting.rbegin(); last != waiting.rend(); ++last) walk(reads, *last, depth + 1);
}

auto TreeReader::walk_expression(Reads& reads, const ::Node* node, unsigned depth) -> void {
  const auto visit = [&](const auto* child) { walk(reads, as<const ::Node>(child), depth + 1); };
  switch (tag_of(node)) {
    case T_ColumnRef: {
      const auto reference = column_reference(as<const ::ColumnRef>(node)->fields);
      if (reference.kind == Expression::Kind::column)
        add_once(reads.columns,
                 {reference.name.schema.text, reference.star ? std::string("*") : reference.name.name.text});
      break;
    }
    case T_FuncCall: {
      const auto* call = as<const ::FuncCall>(node);
      auto function = name(call->funcname);
      if (function.schema.text == "pg_catalog") function.schema = {};
      const bool zone = call->funcformat == COERCE_SQL_SYNTAX && function.name.text == "timezone";
      if (!zone && !is_pattern_escape(call)) reads.functions.push_back(std::move(function));
      walk_list(reads, call->args, depth);
      walk_list(reads, call->agg_order, depth);
      visit(call->agg_filter);
      visit(call->over);
      break;
    }
    case T_WindowDef:
      walk_list(reads, as<const ::WindowDef>(node)->partitionClause, depth);
      walk_list(reads, as<const ::WindowDef>(node)->orderClause, depth);
      break;
    case T_List:
      walk_list(reads, as<const ::List>(node), depth);
      break;
    case T_BoolExpr:
      walk_list(reads, as<const ::BoolExpr>(node)->args, depth);
      break;
    case T_NullTest:
      visit(as<const ::NullTest>(node)->arg);
      break;
    case T_BooleanTest:
      visit(as<const ::BooleanTest>(node)->arg);
      break;
    case T_TypeCast:
      visit(as<const ::TypeCast>(node)->arg);
      break;
    case T_CollateClause:
      visit(as<const ::CollateClause>(node)->arg);
      break;
    case T_A_ArrayExpr:
      walk_list(reads, as<const ::A_ArrayExpr>(node)->elements, depth);
      break;
    case T_RowExpr:
      walk_list(reads, as<const ::RowExpr>(node)->args, depth);
      break;
    case T_CaseExpr:
      visit(as<const ::CaseExpr>(node)->arg);
      for (const auto* when : Items<::CaseWhen>(as<const ::CaseExpr>(node)->args)) {
        visit(when->expr);
        visit(when->result);
      }
      visit(as<const ::CaseExpr>(node)->defresult);
      break;
    case T_CoalesceExpr:
      walk_list(reads, as<const ::CoalesceExpr>(node)->args, depth);
      break;
    case T_MinMaxExpr:
      walk_list(reads, as<const ::MinMaxExpr>(node)->args, depth);
      break;
    case T_A_Indirection:
      visit(as<const ::A_Indirection>(node)->arg);
      break;
    case T_NamedArgExpr:
      visit(as<const ::NamedArgExpr>(node)->arg);
      break;
    case T_SortBy:
      visit(as<const ::SortBy>(node)->node);
      break;
    case T_MultiAssignRef:
      visit(as<const ::MultiAssignRef>(node)->source);
      break;
    case T_GroupingFunc:
      walk_list(reads, as<const ::GroupingFunc>(node)->args, depth);
      break;
    case T_GroupingSet:
      walk_list(reads, as<const ::GroupingSet>(node)->content, depth);
      break;
    case T_XmlExpr:
      walk_list(reads, as<const ::XmlExpr>(node)->named_args, depth);
      walk_list(reads, as<const ::XmlExpr>(node)->args, depth);
      break;
    case T_JsonValueExpr:
      visit(as<const ::JsonValueExpr>(node)->raw_expr);
      break;
    case T_JsonKeyValue:
      visit(as<const ::JsonKeyValue>(node)->key);
      visit(as<const ::JsonKeyValue>(node)->value);
      break;
    case T_JsonObjectConstructor:
      walk_list(reads, as<const ::JsonObjectConstructor>(node)->exprs, depth);
      break;
    case T_JsonArrayConstructor:
      walk_list(reads, as<const ::JsonArrayConstructor>(node)->exprs, depth);
      break;
    case T_JsonFuncExpr:
      visit(as<const ::JsonFuncExpr>(node)->context_item);
      break;
    default:
      break;
  }
}

}  // namespace foreshot::sql
