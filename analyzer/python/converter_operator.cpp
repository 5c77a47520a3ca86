#include "analyzer/python/converter.h"

namespace foreshot::python {

auto Converter::unary(const Node& at) -> const Expression* {
  auto op = std::string_view{};
  const Expression* operand = nullptr;
  auto children = Children{*this, at};
  while (children.next()) {
    if (op.empty()) {
      op = source(children.current);
    } else {
      operand = expression(children.current);
    }
  }
  return make_expression<Unary>(ExpressionKind::unary, at, op, operand);
}

auto Converter::compare(const Node& at) -> const Expression* {
  auto operands = Pile{expressions_};
  auto ops = Pile{words_};
  auto children = Children{*this, at};
  auto is_operand = true;
  while (children.next()) {
    const auto& child = children.current;
    if (is_operand) {
      operands.push(expression(child));
    } else if (child.kind == Kind::operator_not_in) {
      ops.push("not in");
    } else if (child.kind == Kind::operator_is_not) {
      ops.push("is not");
    } else if (child.kind == Kind::operator_unequal_old) {
      note_problem(child.begin, child.end, "invalid syntax");
      ops.push("!=");
    } else {
      ops.push(source(child));
    }
    is_operand = !is_operand;
  }
  return make_expression<Compare>(ExpressionKind::compare, at, operands.keep(module_.arena), ops.keep(module_.arena));
}

auto Converter::conditional(const Node& at) -> const Expression* {
  const Expression* parts[3] = {};
  auto count = std::size_t{0};
  auto children = Children{*this, at};
  while (children.next()) {
    if (children.current.kind != Kind::other && count < 3) parts[count++] = expression(children.current);
  }
  return make_expression<Conditional>(ExpressionKind::conditional, at, parts[0], parts[1], parts[2]);
}

auto Converter::binary_chain(const Node& at) -> const Expression* {
  // Left-associative operators nest to the left as deep as the chain is long: go down to the first operand in a loop,
  // then build upwards.
  auto spine = std::vector<Node>{};
  auto first = at;
  while (first.kind == at.kind && spine.size() <= std::size_t{longest_chain}) {
    spine.push_back(first);
    first = node(ts_node_child(first.raw, 0));
  }
  if (spine.size() > std::size_t{longest_chain}) {
    scan_comments(at);
    return unreadable(at);
  }
  const auto* left = expression(first);
  for (auto level = spine.rbegin(); level != spine.rend(); ++level) {
    auto op = std::string_view{};
    const Expression* right = nullptr;
    auto children = Children{*this, *level};
    children.next();
    while (children.next()) {
      if (op.empty()) {
        op = source(children.current);
      } else {
        right = expression(children.current);
      }
    }
    left = level->kind == Kind::union_type ? alternative(left, right, level->begin)
                                           : make_expression<Binary>(ExpressionKind::binary, *level, op, left, right);
  }
  return left;
}

// `left | right` in an annotation, where the grammar may nest `a | b | c` to the right.
auto Converter::alternative(const Expression* left, const Expression* right, std::uint32_t begin) -> const Expression* {
  auto chain = std::vector<const Binary*>{};
  const auto* first = right;
  const auto is_chain = [&](const Binary* binary) {
    return binary != nullptr && binary->op == "|" && binary->begin == right->begin;
  };
  for (const auto* level = as<Binary>(first, ExpressionKind::binary);
       is_chain(level) && level->left->begin == level->begin; level = as<Binary>(first, ExpressionKind::binary)) {
    chain.push_back(level);
    first = level->left;
  }
  const auto join = [&](const Expression* next) {
    left = module_.arena.make<Binary>(Expression{ExpressionKind::binary, begin, next->end}, std::string_view{"|"}, left,
                                      next);
  };
  join(first);
  for (auto level = chain.rbegin(); level != chain.rend(); ++level) join((*level)->right);
  return left;
}

auto Converter::boolean_chain(const Node& at) -> const Expression* {
  // `a and b and c` nests to the left in the parser's tree and is one node here.
  const auto is_and = [&](const Node& of) {
    auto operand = node(ts_node_child(of.raw, 0)).end;
    auto index = std::uint32_t{1};
    for (; index < ts_node_child_count(of.raw); ++index) {
      const auto child = node(ts_node_child(of.raw, index));
      if (child.kind == Kind::other && child.begin >= operand) return source(child) == "and";
    }
    return false;
  };
  const auto conjunction = is_and(at);
  auto spine = std::vector<Node>{};
  auto first = at;
  while (first.kind == Kind::boolean_operator && is_and(first) == conjunction &&
         spine.size() <= std::size_t{longest_chain}) {
    spine.push_back(first);
    first = node(ts_node_child(first.raw, 0));
  }
  if (spine.size() > std::size_t{longest_chain}) {
    scan_comments(at);
    return unreadable(at);
  }
  auto operands = Pile{expressions_};
  operands.push(expression(first));
  for (auto level = spine.rbegin(); level != spine.rend(); ++level) {
    auto children = Children{*this, *level};
    children.next();
    while (children.next()) {
      if (children.current.kind != Kind::other) operands.push(expression(children.current));
    }
  }
  return make_expression<Boolean>(ExpressionKind::boolean, at, conjunction, operands.keep(module_.arena));
}

}  // namespace foreshot::python
