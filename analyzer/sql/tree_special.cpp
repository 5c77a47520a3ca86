// The rarer nodes of expressions, and the expressions inside queries.
#include <string_view>
#include <utility>

#include "analyzer/sql/tree_reader.h"

#include "analyzer/sql/tree.h"

namespace foreshot::sql {
namespace {

auto make(Expression::Kind kind, std::string text = {}) -> Expression {
  Expression expression;
  expression.kind = kind;
  expression.text = std::move(text);
  return expression;
}

auto value_function(SQLValueFunctionOp op) -> std::string_view {
  switch (op) {
    case SVFOP_CURRENT_DATE:
      return "current_date";
    case SVFOP_CURRENT_TIME:
    case SVFOP_CURRENT_TIME_N:
      return "current_time";
    case SVFOP_CURRENT_TIMESTAMP:
    case SVFOP_CURRENT_TIMESTAMP_N:
      return "current_timestamp";
    case SVFOP_LOCALTIME:
    case SVFOP_LOCALTIME_N:
      return "localtime";
    case SVFOP_LOCALTIMESTAMP:
    case SVFOP_LOCALTIMESTAMP_N:
      return "localtimestamp";
    case SVFOP_CURRENT_ROLE:
      return "current_role";
    case SVFOP_CURRENT_USER:
      return "current_user";
    case SVFOP_USER:
      return "user";
    case SVFOP_SESSION_USER:
      return "session_user";
    case SVFOP_CURRENT_CATALOG:
      return "current_catalog";
    case SVFOP_CURRENT_SCHEMA:
      return "current_schema";
  }
  return "current_timestamp";
}

auto function_named(std::string_view name) -> Expression {
  auto result = make(Expression::Kind::function);
  result.name.name = Identifier(name);
  return result;
}

}  // namespace

auto TreeReader::special(const ::Node* node, unsigned depth) -> Expression {
  switch (tag_of(node)) {
    case T_SQLValueFunction: {
      const auto* value = as<const ::SQLValueFunction>(node);
      auto result = function_named(value_function(value->op));
      if (value->typmod >= 0) {
        auto precision = make(Expression::Kind::constant, std::to_string(value->typmod));
        precision.constant = Expression::Constant::integer;
        result.arguments.push_back(std::move(precision));
      }
      return result;
    }
    case T_CaseExpr: {
      const auto* written = as<const ::CaseExpr>(node);
      auto result = make(Expression::Kind::conditional, "CASE");
      result.arguments.push_back(expression(as<const ::Node>(written->arg), depth + 1));
      for (const auto* when : Items<::CaseWhen>(written->args)) {
        result.arguments.push_back(expression(as<const ::Node>(when->expr), depth + 1));
        result.arguments.push_back(expression(as<const ::Node>(when->result), depth + 1));
      }
      result.arguments.push_back(expression(as<const ::Node>(written->defresult), depth + 1));
      return result;
    }
    case T_CoalesceExpr: {
      auto result = make(Expression::Kind::conditional, "COALESCE");
      arguments(result, as<const ::CoalesceExpr>(node)->args, depth);
      return result;
    }
    case T_MinMaxExpr: {
      const auto* written = as<const ::MinMaxExpr>(node);
      auto result = make(Expression::Kind::conditional, written->op == IS_GREATEST ? "GREATEST" : "LEAST");
      arguments(result, written->args, depth);
      return result;
    }
    case T_SetToDefault: {
      auto result = make(Expression::Kind::constant, "DEFAULT");
      result.constant = Expression::Constant::default_keyword;
      return result;
    }
    case T_A_Indirection: {
      const auto* written = as<const ::A_Indirection>(node);
      auto result = make(Expression::Kind::other, "");
      result.arguments.push_back(expression(written->arg, depth + 1));
      for (const auto* part : Items<::Node>(written->indirection)) {
        if (tag_of(part) == T_String) result.text += "." + string(as<const ::String>(part)->sval);
        if (tag_of(part) == T_A_Star) result.text += ".*";
        if (tag_of(part) != T_A_Indices) continue;
        const auto* indices = as<const ::A_Indices>(part);
        result.text += indices->is_slice ? "[:]" : "[]";
        for (const auto* index : {indices->lidx, indices->uidx})
          if (index != nullptr) result.arguments.push_back(expression(index, depth + 1));
      }
      return result;
    }
    case T_NamedArgExpr: {
      const auto* written = as<const ::NamedArgExpr>(node);
      auto result = make(Expression::Kind::other, string(written->name) + " =>");
      result.arguments.push_back(expression(as<const ::Node>(written->arg), depth + 1));
      return result;
    }
    case T_SortBy:
      return expression(as<const ::SortBy>(node)->node, depth);
    case T_ResTarget:
      return expression(as<const ::ResTarget>(node)->val, depth);
    case T_MultiAssignRef: {
      const auto* written = as<const ::MultiAssignRef>(node);
      if (tag_of(written->source) == T_RowExpr)
        return expression(item<::Node>(as<const ::RowExpr>(written->source)->args, written->colno - 1), depth + 1);
      return expression(written->source, depth + 1);
    }
    case T_GroupingFunc: {
      auto result = function_named("grouping");
      arguments(result, as<const ::GroupingFunc>(node)->args, depth);
      return result;
    }
    case T_GroupingSet: {
      auto result = make(Expression::Kind::other, "GROUPING SET");
      arguments(result, as<const ::GroupingSet>(node)->content, depth);
      return result;
    }
    case T_List: {
      auto result = make(Expression::Kind::array, "ROW");
      arguments(result, as<const ::List>(node), depth);
      return result;
    }
    case T_MergeSupportFunc:
      return function_named("merge_action");
    case T_CurrentOfExpr:
      return make(Expression::Kind::other, "CURRENT OF");
    case T_XmlExpr: {
      auto result = make(Expression::Kind::other, "XML");
      arguments(result, as<const ::XmlExpr>(node)->named_args, depth);
      arguments(result, as<const ::XmlExpr>(node)->args, depth);
      return result;
    }
    case T_XmlSerialize: {
      auto result = make(Expression::Kind::other, "XMLSERIALIZE");
      result.arguments.push_back(expression(as<const ::XmlSerialize>(node)->expr, depth + 1));
      return result;
    }
    case T_JsonValueExpr:
      return expression(as<const ::Node>(as<const ::JsonValueExpr>(node)->raw_expr), depth + 1);
    case T_JsonIsPredicate:
      return operation("IS JSON", as<const ::JsonIsPredicate>(node)->expr, depth);
    case T_JsonKeyValue: {
      auto result = make(Expression::Kind::other, "KEY");
      result.arguments.push_back(expression(as<const ::Node>(as<const ::JsonKeyValue>(node)->key), depth + 1));
      result.arguments.push_back(expression(as<const ::Node>(as<const ::JsonKeyValue>(node)->value), depth + 1));
      return result;
    }
    case T_JsonObjectConstructor: {
      auto result = function_named("json_object");
      arguments(result, as<const ::JsonObjectConstructor>(node)->exprs, depth);
      return result;
    }
    case T_JsonArrayConstructor: {
      auto result = function_named("json_array");
      arguments(result, as<const ::JsonArrayConstructor>(node)->exprs, depth);
      return result;
    }
    case T_JsonFuncExpr: {
      const auto* written = as<const ::JsonFuncExpr>(node);
      auto result = function_named(written->op == JSON_EXISTS_OP  ? "json_exists"
                                   : written->op == JSON_QUERY_OP ? "json_query"
                                                                  : "json_value");
      result.arguments.push_back(expression(as<const ::Node>(written->context_item), depth + 1));
      if (written->pathspec != nullptr) result.arguments.push_back(expression(written->pathspec, depth + 1));
      return result;
    }
    case T_JsonParseExpr: {
      auto result = function_named("json");
      result.arguments.push_back(expression(as<const ::Node>(as<const ::JsonParseExpr>(node)->expr), depth + 1));
      return result;
    }
    case T_JsonScalarExpr: {
      auto result = function_named("json_scalar");
      result.arguments.push_back(expression(as<const ::Node>(as<const ::JsonScalarExpr>(node)->expr), depth + 1));
      return result;
    }
    case T_SelectStmt: {
      auto result = make(Expression::Kind::subquery, "(SELECT …)");
      query_expressions(result, node, depth + 1);
      return result;
    }
    default:
      return make(Expression::Kind::other, "…");
  }
}

// The expressions of a query become arguments of the subquery: what it computes, tests and joins on.
auto TreeReader::query_expressions(Expression& into, const ::Node* query, unsigned depth) -> void {
  constexpr unsigned deepest_query = 40;
  if (depth > deepest_query || tag_of(query) != T_SelectStmt) return;
  const auto* select = as<const ::SelectStmt>(query);
  for (; select->op != SETOP_NONE && select->larg != nullptr; select = select->larg)
    query_expressions(into, as<const ::Node>(select->rarg), depth + 1);
  arguments(into, select->targetList, depth);
  for (const auto* from : Items<::Node>(select->fromClause)) {
    // Joins lean to the left: one loop, no recursion.
    while (tag_of(from) == T_JoinExpr) {
      const auto* join = as<const ::JoinExpr>(from);
      if (join->quals != nullptr) into.arguments.push_back(expression(join->quals, depth + 1));
      if (tag_of(join->rarg) == T_RangeSubselect)
        query_expressions(into, as<const ::RangeSubselect>(join->rarg)->subquery, depth + 1);
      from = join->larg;
    }
    if (tag_of(from) == T_RangeSubselect)
      query_expressions(into, as<const ::RangeSubselect>(from)->subquery, depth + 1);
    if (tag_of(from) == T_RangeVar && !relation(as<const ::RangeVar>(from)).name.known)
      into.arguments.push_back(make(Expression::Kind::hole, relation(as<const ::RangeVar>(from)).display()));
  }
  if (select->whereClause != nullptr) into.arguments.push_back(expression(select->whereClause, depth + 1));
  if (select->havingClause != nullptr) into.arguments.push_back(expression(select->havingClause, depth + 1));
  arguments(into, select->groupClause, depth);
  for (const auto* row : Items<::List>(select->valuesLists)) arguments(into, row, depth);
}

}  // namespace foreshot::sql
