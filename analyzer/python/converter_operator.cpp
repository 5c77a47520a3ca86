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

// `await` binds closer than `**`, which the grammar does not know: it reads `await a ** b` as `await (a ** b)`.
auto Converter::await(const Node& at) -> const Expression* {
  auto operand = Node{};
  const Expression* value = nullptr;
  auto children = Children{*this, at};
  while (children.next()) {
    if (children.current.begin == at.begin) continue;
    operand = children.current;
    value = expression(operand);
  }
  const auto* power = operand.kind == Kind::binary_operator ? as<Binary>(value, ExpressionKind::binary) : nullptr;
  if (power == nullptr || power->op != "**") return make_expression<Await>(ExpressionKind::await_, at, value);
  auto base = at;
  base.end = node(ts_node_child(operand.raw, 0)).end;
  const auto* awaited = make_expression<Await>(ExpressionKind::await_, base, power->left);
  return make_expression<Binary>(ExpressionKind::binary, at, power->op, awaited, power->right);
}

auto Converter::operator_of(const Node& at) -> std::string_view {
  for (std::uint32_t index = 1; index < ts_node_child_count(at.raw); ++index) {
    const auto child = node(ts_node_child(at.raw, index));
    if (child.kind != Kind::comment && child.kind != Kind::line_continuation) return source(child);
  }
  return {};
}

auto Converter::is_bitwise(const Node& at) -> bool {
  if (at.kind != Kind::binary_operator) return false;
  const auto op = operator_of(at);
  return op == "&" || op == "^";
}

// The grammar lets `^` bind closer than `&`, Python has it the other way. So both are read as one row of operands, of which
// those with `&` between them are joined first.
auto Converter::bitwise_chain(const Node& at) -> const Expression* {
  auto operands = std::vector<Node>{};
  auto ops = std::vector<std::string_view>{};
  auto open = std::vector{at};
  while (!open.empty()) {
    const auto next = open.back();
    open.pop_back();
    if (next.kind == Kind::other) {
      ops.push_back(source(next));
    } else if (!is_bitwise(next)) {
      operands.push_back(next);
    } else {
      auto parts = std::vector<Node>{};
      auto children = Children{*this, next};
      while (children.next()) {
        parts.push_back(children.current);
        if (parts.size() == 2) parts.back().kind = Kind::other;
      }
      open.insert(open.end(), parts.rbegin(), parts.rend());
    }
  }
  if (operands.size() > std::size_t{longest_chain} || ops.size() + 1 != operands.size()) return unreadable(at);
  const auto joined = [&](const Node& first, const Node& last, std::string_view op, const Expression* left, const Expression* right) {
    auto span = first;
    span.end = last.end;
    return make_expression<Binary>(ExpressionKind::binary, span, op, left, right);
  };
  const Expression* left = nullptr;
  auto star = false;
  for (std::size_t first = 0; first < operands.size();) {
    const auto* group = expression(operands[first]);
    if (first == 0) star = take_star(group, operands.front());
    auto last = first;
    for (; last < ops.size() && ops[last] == "&"; ++last) {
      const auto* right = expression(operands[last + 1]);
      group = joined(operands[first], operands[last + 1], "&", group, right);
    }
    left = left == nullptr ? group : joined(operands.front(), operands[last], "^", left, group);
    first = last + 1;
  }
  return put_star(star, at, left);
}

auto Converter::binary_chain(const Node& at) -> const Expression* {
  if (is_bitwise(at)) return bitwise_chain(at);
  // Left-associative operators nest to the left as deep as the chain is long: go down to the first operand in a loop,
  // then build upwards.
  auto spine = std::vector<Node>{};
  auto first = at;
  while (first.kind == at.kind && !is_bitwise(first) && spine.size() <= std::size_t{longest_chain}) {
    spine.push_back(first);
    first = node(ts_node_child(first.raw, 0));
  }
  if (spine.size() > std::size_t{longest_chain}) {
    scan_comments(at);
    return unreadable(at);
  }
  const auto* left = expression(first);
  // `*a + b, c` holds a starred sum.
  const auto star = take_star(left, first);
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
    if (star) level->begin = first.begin;
    left = level->kind == Kind::union_type ? alternative(left, right, level->begin)
                                           : make_expression<Binary>(ExpressionKind::binary, *level, op, left, right);
  }
  return put_star(star, at, left);
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
