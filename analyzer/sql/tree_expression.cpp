// Expressions of the parse tree.
#include <string_view>
#include <utility>

#include "analyzer/sql/tree_reader.h"

#include "analyzer/sql/tree.h"

namespace foreshot::sql {
namespace {

constexpr unsigned deepest = 200;

auto make(Expression::Kind kind, std::string text = {}) -> Expression {
  Expression expression;
  expression.kind = kind;
  expression.text = std::move(text);
  return expression;
}

auto is_digits(std::string_view text) -> bool {
  return text.find_first_not_of("0123456789-") == std::string_view::npos;
}

auto constant_of(const ::A_Const* node) -> Expression {
  auto result = make(Expression::Kind::constant);
  if (node->isnull) {
    result.text = "NULL";
    return result;
  }
  switch (node->val.node.type) {
    case T_Integer:
      result.constant = Expression::Constant::integer;
      result.text = std::to_string(node->val.ival.ival);
      break;
    case T_Float:
      result.text = node->val.fval.fval;
      result.constant = is_digits(result.text) ? Expression::Constant::integer : Expression::Constant::number;
      break;
    case T_Boolean:
      result.constant = Expression::Constant::boolean;
      result.text = node->val.boolval.boolval ? "true" : "false";
      break;
    case T_BitString:
      result.constant = Expression::Constant::bits;
      result.text = node->val.bsval.bsval;
      break;
    default:
      result.constant = Expression::Constant::string;
      result.text = node->val.sval.sval == nullptr ? "" : node->val.sval.sval;
      break;
  }
  return result;
}

}  // namespace

// LIKE … ESCAPE and SIMILAR TO call a function that nobody wrote.
auto is_pattern_escape(const ::FuncCall* call) -> bool {
  const auto* schema = item<::String>(call->funcname, 0);
  const auto* function = item<::String>(call->funcname, 1);
  if (function == nullptr || std::string_view(schema->sval) != "pg_catalog") return false;
  const std::string_view called = function->sval;
  return called == "similar_to_escape" || called == "like_escape";
}

auto TreeReader::arguments(Expression& into, const ::List* nodes, unsigned depth) -> void {
  for (const auto* node : Items<::Node>(nodes)) into.arguments.push_back(expression(node, depth + 1));
}

auto TreeReader::operation(std::string text, const ::Node* node, unsigned depth) -> Expression {
  auto result = make(Expression::Kind::operation, std::move(text));
  result.arguments.push_back(expression(node, depth + 1));
  return result;
}

auto TreeReader::expression(const ::Node* node, unsigned depth) -> Expression {
  if (node == nullptr) return {};
  if (depth > deepest) return make(Expression::Kind::hole, "…");
  switch (tag_of(node)) {
    case T_A_Const: {
      const auto* written = as<const ::A_Const>(node);
      auto result = constant_of(written);
      if (!written->isnull && written->val.node.type == T_Integer && written->val.ival.ival >= first_number) {
        const auto index = static_cast<std::size_t>(written->val.ival.ival - first_number);
        if (index < source_.unknown_count())
          return make(Expression::Kind::hole, "{" + source_.unknown(index).what + "}");
      }
      // With nothing but constants of the run in it, a literal is what a parameter is: a value that stays in its place.
      if (result.constant == Expression::Constant::string && has_mark(result.text))
        return make(identifier_of(result.text, source_).known ? Expression::Kind::parameter : Expression::Kind::hole, "'" + without_marks(result.text, source_) + "'");
      return result;
    }
    case T_ColumnRef:
      return column_reference(as<const ::ColumnRef>(node)->fields);
    case T_ParamRef: {
      const auto number = as<const ::ParamRef>(node)->number;
      const auto index = static_cast<std::size_t>(number - first_parameter);
      if (number >= first_parameter && index < source_.unknown_count())
        return make(Expression::Kind::parameter, source_.unknown(index).what);
      return make(Expression::Kind::parameter, "$" + std::to_string(number));
    }
    case T_FuncCall:
      return function_call(as<const ::FuncCall>(node), depth);
    case T_A_Expr:
      return binary(node, depth);
    case T_BoolExpr: {
      const auto* logic = as<const ::BoolExpr>(node);
      auto result = make(Expression::Kind::operation, logic->boolop == AND_EXPR  ? "AND"
                                                      : logic->boolop == OR_EXPR ? "OR"
                                                                                 : "NOT");
      arguments(result, logic->args, depth);
      return result;
    }
    case T_NullTest: {
      const auto* test = as<const ::NullTest>(node);
      return operation(test->nulltesttype == IS_NULL ? "IS NULL" : "IS NOT NULL", as<const ::Node>(test->arg), depth);
    }
    case T_BooleanTest: {
      static constexpr const char* names[] = {"IS TRUE",      "IS NOT TRUE", "IS FALSE",
                                              "IS NOT FALSE", "IS UNKNOWN",  "IS NOT UNKNOWN"};
      const auto* test = as<const ::BooleanTest>(node);
      return operation(names[test->booltesttype], as<const ::Node>(test->arg), depth);
    }
    case T_TypeCast: {
      const auto* cast = as<const ::TypeCast>(node);
      auto result = make(Expression::Kind::cast);
      result.type = type(cast->typeName);
      auto argument = expression(cast->arg, depth + 1);
      // The parser writes TRUE as 't'::bool.
      if (argument.kind == Expression::Kind::constant && argument.constant == Expression::Constant::boolean &&
          result.type.display() == "bool")
        return argument;
      result.arguments.push_back(std::move(argument));
      return result;
    }
    case T_CollateClause: {
      const auto* collate = as<const ::CollateClause>(node);
      auto result = make(Expression::Kind::other, "COLLATE " + name(collate->collname).display());
      result.arguments.push_back(expression(collate->arg, depth + 1));
      return result;
    }
    case T_A_ArrayExpr: {
      auto result = make(Expression::Kind::array, "ARRAY");
      arguments(result, as<const ::A_ArrayExpr>(node)->elements, depth);
      return result;
    }
    case T_RowExpr: {
      auto result = make(Expression::Kind::array, "ROW");
      arguments(result, as<const ::RowExpr>(node)->args, depth);
      return result;
    }
    case T_SubLink:
      return sublink(as<const ::SubLink>(node), depth);
    default:
      return special(node, depth);
  }
}

auto TreeReader::column_reference(const ::List* fields) -> Expression {
  auto result = make(Expression::Kind::column);
  const int count = length_of(fields);
  const auto* last = item<::Node>(fields, count - 1);
  if (tag_of(last) == T_A_Star) {
    result.star = true;
    if (count > 1) result.name.schema = name(fields).schema;
    return result;
  }
  result.name = name(fields);
  // A lone unknown name may be any value.
  if (!result.name.name.known) return make(Expression::Kind::hole, result.name.display());
  return result;
}

auto TreeReader::binary(const ::Node* node, unsigned depth) -> Expression {
  const auto* written = as<const ::A_Expr>(node);
  auto text = name(written->name).name.text;
  const bool negated = text.rfind("!", 0) == 0 || text == "<>";
  auto result = make(Expression::Kind::operation);
  switch (written->kind) {
    case AEXPR_OP:
      break;
    case AEXPR_OP_ANY:
      text += " ANY";
      break;
    case AEXPR_OP_ALL:
      text += " ALL";
      break;
    case AEXPR_DISTINCT:
      text = "IS DISTINCT FROM";
      break;
    case AEXPR_NOT_DISTINCT:
      text = "IS NOT DISTINCT FROM";
      break;
    case AEXPR_NULLIF:
      result.kind = Expression::Kind::conditional;
      text = "NULLIF";
      break;
    case AEXPR_IN:
      text = negated ? "NOT IN" : "IN";
      break;
    case AEXPR_LIKE:
      text = negated ? "NOT LIKE" : "LIKE";
      break;
    case AEXPR_ILIKE:
      text = negated ? "NOT ILIKE" : "ILIKE";
      break;
    case AEXPR_SIMILAR:
      text = negated ? "NOT SIMILAR TO" : "SIMILAR TO";
      break;
    case AEXPR_BETWEEN:
      text = "BETWEEN";
      break;
    case AEXPR_NOT_BETWEEN:
      text = "NOT BETWEEN";
      break;
    case AEXPR_BETWEEN_SYM:
      text = "BETWEEN SYMMETRIC";
      break;
    case AEXPR_NOT_BETWEEN_SYM:
      text = "NOT BETWEEN SYMMETRIC";
      break;
  }
  result.text = std::move(text);
  if (written->lexpr != nullptr) result.arguments.push_back(expression(written->lexpr, depth + 1));
  if (tag_of(written->rexpr) == T_List)
    arguments(result, as<const ::List>(written->rexpr), depth);
  else if (written->rexpr != nullptr)
    result.arguments.push_back(expression(written->rexpr, depth + 1));
  return result;
}

auto TreeReader::function_call(const ::FuncCall* call, unsigned depth) -> Expression {
  auto result = make(Expression::Kind::function);
  result.name = name(call->funcname);
  if (result.name.schema.text == "pg_catalog") result.name.schema = {};
  const bool spelled = call->funcformat == COERCE_SQL_SYNTAX;
  const int count = length_of(call->args);
  if (is_pattern_escape(call) && count > 0) return expression(item<::Node>(call->args, 0), depth + 1);
  if (spelled && result.name.name.text == "timezone" && count <= 2 && count >= 1) {
    // zone first in the tree, value first in the text
    result = make(Expression::Kind::operation, count == 2 ? "AT TIME ZONE" : "AT LOCAL");
    result.arguments.push_back(expression(item<::Node>(call->args, count - 1), depth + 1));
    if (count == 2) result.arguments.push_back(expression(item<::Node>(call->args, 0), depth + 1));
    return result;
  }
  result.star = call->agg_star;
  if (call->agg_distinct) result.text = "DISTINCT";
  arguments(result, call->args, depth);
  if (call->agg_filter == nullptr && call->over == nullptr && call->agg_order == nullptr) return result;
  auto wrapped = make(Expression::Kind::other, call->over != nullptr ? "OVER" : "AGGREGATE");
  wrapped.arguments.push_back(std::move(result));
  arguments(wrapped, call->agg_order, depth);
  if (call->agg_filter != nullptr) wrapped.arguments.push_back(expression(call->agg_filter, depth + 1));
  if (call->over != nullptr) {
    arguments(wrapped, call->over->partitionClause, depth);
    arguments(wrapped, call->over->orderClause, depth);
  }
  return wrapped;
}

auto TreeReader::sublink(const ::SubLink* link, unsigned depth) -> Expression {
  auto query = make(Expression::Kind::subquery);
  // Its text: from the keyword or parenthesis at its place to the matching one.
  auto first = token_at(link->location);
  while (first < tokens_.size() && tokens_[first].kind != Token::Kind::open) ++first;
  auto last = first;
  for (int nesting = 0; last < tokens_.size(); ++last) {
    if (tokens_[last].kind == Token::Kind::open) ++nesting;
    if (tokens_[last].kind == Token::Kind::close && --nesting == 0) break;
  }
  query.text = normalised(first, last + 1);
  query_expressions(query, link->subselect, depth + 1);
  switch (link->subLinkType) {
    case EXISTS_SUBLINK:
      query.text = "EXISTS " + query.text;
      return query;
    case ARRAY_SUBLINK:
      query.text = "ARRAY " + query.text;
      return query;
    case ANY_SUBLINK:
    case ALL_SUBLINK:
      break;
    default:
      return query;
  }
  const auto sign = name(link->operName).name.text;
  auto result = make(Expression::Kind::operation,
                     sign.empty() ? "IN" : sign + (link->subLinkType == ANY_SUBLINK ? " ANY" : " ALL"));
  result.arguments.push_back(expression(link->testexpr, depth + 1));
  result.arguments.push_back(std::move(query));
  return result;
}

}  // namespace foreshot::sql
