#include <algorithm>

#include "analyzer/python/converter.h"

namespace foreshot::python {
auto Converter::unreadable(const Node& at) -> const Expression* {
  return module_.arena.make<Expression>(ExpressionKind::unreadable, at.begin, at.end);
}

auto Converter::expression(const Node& at) -> const Expression* {
  if (depth_ >= max_depth) {
    scan_comments(at);
    return unreadable(at);
  }
  ++depth_;
  const auto* made = at.begin == called_type_.end ? type_call(at) : expression_below(at);
  --depth_;
  return made;
}

auto Converter::expression_below(const Node& at) -> const Expression* {
  const auto leaf = [&](ExpressionKind kind) { return make_expression<Expression>(kind, at); };
  switch (at.kind) {
    case Kind::identifier:
      return name(at);
    case Kind::string:
    case Kind::concatenated_string:
      return string(at);
    case Kind::integer:
    case Kind::floating:
      return number(at);
    case Kind::true_:
      return leaf(ExpressionKind::true_);
    case Kind::false_:
      return leaf(ExpressionKind::false_);
    case Kind::none:
      return leaf(ExpressionKind::none);
    case Kind::ellipsis:
      return leaf(ExpressionKind::ellipsis);
    case Kind::attribute:
    case Kind::member_type:
      return attribute(at);
    case Kind::subscript:
      return subscript(at);
    case Kind::generic_type:
      return generic_type(at);
    case Kind::slice:
      return slice(at);
    case Kind::call:
      return call(at);
    case Kind::unary_operator:
    case Kind::not_operator:
      return unary(at);
    case Kind::binary_operator:
    case Kind::union_type:
      return binary_chain(at);
    case Kind::boolean_operator:
      return boolean_chain(at);
    case Kind::comparison_operator:
      return compare(at);
    case Kind::conditional_expression:
      return conditional(at);
    case Kind::lambda:
      return lambda(at);
    case Kind::list:
    case Kind::list_pattern:
      return sequence(at, ExpressionKind::list);
    case Kind::tuple_pattern:
      return tuple_pattern(at);
    case Kind::tuple:
    case Kind::expression_list:
    case Kind::pattern_list:
      return sequence(at, ExpressionKind::tuple);
    case Kind::set:
      return sequence(at, ExpressionKind::set);
    case Kind::dictionary:
      return dictionary(at);
    case Kind::list_comprehension:
      return comprehension(at, Comprehension::Result::list);
    case Kind::set_comprehension:
      return comprehension(at, Comprehension::Result::set);
    case Kind::dictionary_comprehension:
      return comprehension(at, Comprehension::Result::dictionary);
    case Kind::generator_expression:
      return comprehension(at, Comprehension::Result::generator);
    case Kind::list_splat:
    case Kind::list_splat_pattern:
    case Kind::splat_type:
      return starred(at);
    case Kind::await_:
      return await(at);
    case Kind::yield_:
      return yield(at);
    case Kind::named_expression:
      return named(at);
    case Kind::parenthesized_expression: {
      auto children = Children{*this, at};
      const Expression* inner = nullptr;
      while (children.next()) {
        if (children.current.kind != Kind::other) inner = expression(children.current);
      }
      return inner != nullptr ? inner : unreadable(at);
    }
    case Kind::type:
    case Kind::case_pattern:
    case Kind::as_pattern_target:
      return expression_below(only_child(at));
    default:
      scan_comments(at);
      return unreadable(at);
  }
}

// The grammar reads `*a.b` as `(*a).b`. Takes the star off what stands left of the dot, whose node then spans less.
auto Converter::take_star(const Expression*& left, Node& span) -> bool {
  const auto* star = as<Starred>(left, ExpressionKind::starred);
  if (star == nullptr || star->begin != span.begin || star->value == nullptr) return false;
  left = star->value;
  span.begin = left->begin;
  return true;
}

auto Converter::put_star(bool star, const Node& at, const Expression* under) -> const Expression* {
  return star ? make_expression<Starred>(ExpressionKind::starred, at, under) : under;
}

auto Converter::name(const Node& at) -> const Name* {
  const auto id = source(at);
  if (id == "async" || id == "await") note_problem(at.begin, at.end, "invalid syntax");
  return make_expression<Name>(ExpressionKind::name, at, id);
}

auto Converter::number(const Node& at) -> const Expression* {
  const auto text = source(at);
  const auto is_digit = [](char c) { return '0' <= c && c <= '9'; };
  if (text.back() == 'l' || text.back() == 'L') {
    note_problem(at.begin, at.end, "invalid decimal literal");
  } else if (at.kind == Kind::integer && text.size() > 1 && text[0] == '0' && is_digit(text.back()) &&
             std::all_of(text.begin(), text.end(), [&](char c) { return is_digit(c) || c == '_'; }) &&
             text.find_first_not_of("0_") != std::string_view::npos) {
    note_problem(at.begin, at.end, "leading zeros in decimal integer literals are not permitted; use an 0o prefix");
  }
  return make_expression<Number>(ExpressionKind::number, at, text);
}

auto Converter::attribute(const Node& at) -> const Expression* {
  const Expression* value = nullptr;
  auto name_begin = at.end;
  const auto object = node(ts_node_child(at.raw, 0));
  if (ts_node_child_count(at.raw) == 3) {
    // Attributes are a tenth of all nodes: two of the three children are read off the text.
    while (name_begin > object.end && text_[name_begin - 1] != '.' && text_[name_begin - 1] > ' ') --name_begin;
  }
  if (name_begin == object.end + 1) {
    value = expression(object);
  } else {
    auto children = Children{*this, at};
    while (children.next()) {
      if (value == nullptr) value = expression(children.current);
      name_begin = children.current.begin;
    }
  }
  auto span = at;
  const auto star = take_star(value, span);
  return put_star(
      star, at,
      make_expression<Attribute>(ExpressionKind::attribute, span, value, source(name_begin, at.end), name_begin));
}

auto Converter::subscript(const Node& at) -> const Expression* {
  auto indexes = Pile{expressions_};
  auto children = Children{*this, at};
  const Expression* value = nullptr;
  while (children.next()) {
    const auto& child = children.current;
    if (value == nullptr) {
      value = expression(child);
    } else if (child.kind != Kind::other && child.kind != Kind::comma) {
      indexes.push(expression(child));
    }
  }
  auto span = at;
  const auto star = take_star(value, span);
  return put_star(star, at,
                  make_expression<Subscript>(ExpressionKind::subscript, span, value, indexes.keep(module_.arena)));
}

auto Converter::generic_type(const Node& at) -> const Expression* {
  auto indexes = Pile{expressions_};
  auto children = Children{*this, at};
  const Expression* value = nullptr;
  while (children.next()) {
    const auto child = children.current;
    if (child.kind != Kind::type_parameter) {
      value = name(child);
      continue;
    }
    auto types = Children{*this, child};
    while (types.next()) {
      if (types.current.kind == Kind::type) indexes.push(expression(types.current));
    }
  }
  return make_expression<Subscript>(ExpressionKind::subscript, at, value, indexes.keep(module_.arena));
}

auto Converter::slice(const Node& at) -> const Expression* {
  const Expression* bounds[3] = {};
  auto colons = std::size_t{0};
  auto children = Children{*this, at};
  while (children.next()) {
    if (children.current.kind == Kind::colon) {
      ++colons;
    } else if (colons < 3) {
      bounds[colons] = expression(children.current);
    }
  }
  return make_expression<Slice>(ExpressionKind::slice, at, bounds[0], bounds[1], bounds[2]);
}

auto Converter::call(const Node& at) -> const Expression* {
  auto children = Children{*this, at};
  const Expression* callee = nullptr;
  auto given = std::span<const Argument>{};
  while (children.next()) {
    const auto child = children.current;
    if (callee == nullptr) {
      callee = expression(child);
    } else if (child.kind == Kind::argument_list) {
      given = arguments(child);
    } else {
      auto only = Pile{arguments_};
      only.push({{}, Argument::Star::none, expression(child), child.begin, child.end});
      given = only.keep(module_.arena);
    }
  }
  auto span = at;
  const auto star = take_star(callee, span);
  return put_star(star, at, make_expression<Call>(ExpressionKind::call, span, callee, given));
}

auto Converter::arguments(const Node& list) -> std::span<const Argument> {
  auto found = Pile{arguments_};
  auto after = std::string_view{};
  auto children = Children{*this, list};
  while (children.next()) {
    const auto kind = children.current.kind;
    if (kind == Kind::other || kind == Kind::comma) continue;
    const auto made = argument(children.current);
    if (!made.name.empty() && after.empty()) {
      after = "positional argument follows keyword argument";
    } else if (made.star == Argument::Star::two) {
      after = "positional argument follows keyword argument unpacking";
    } else if (made.name.empty() && made.star == Argument::Star::none && !after.empty()) {
      note_problem(made.begin, made.end, after);
    }
    found.push(made);
  }
  return found.keep(module_.arena);
}

auto Converter::argument(const Node& at) -> Argument {
  auto made = Argument{{}, Argument::Star::none, nullptr, at.begin, at.end};
  if (at.kind == Kind::keyword_argument) {
    auto children = Children{*this, at};
    while (children.next()) {
      const auto& child = children.current;
      if (child.begin == at.begin) {
        made.name = source(child);
      } else if (child.kind != Kind::equals) {
        made.value = expression(child);
      }
    }
  } else if (at.kind == Kind::list_splat || at.kind == Kind::dictionary_splat) {
    made.star = at.kind == Kind::list_splat ? Argument::Star::one : Argument::Star::two;
    auto children = Children{*this, at};
    while (children.next()) {
      if (children.current.begin != at.begin) made.value = expression(children.current);
    }
  } else {
    made.value = expression(at);
    if (const auto* star = as<Starred>(made.value, ExpressionKind::starred);
        star != nullptr && star->begin == at.begin) {
      made.star = Argument::Star::one;
      made.value = star->value;
    }
  }
  return made;
}

auto Converter::sequence(const Node& at, ExpressionKind kind) -> const Expression* {
  auto elements = Pile{expressions_};
  auto children = Children{*this, at};
  while (children.next()) {
    const auto child = children.current.kind;
    if (child != Kind::other && child != Kind::comma && child != Kind::left_brace) {
      elements.push(expression(children.current));
    }
  }
  return make_expression<Sequence>(kind, at, elements.keep(module_.arena));
}

// A target in parentheses is a tuple only with a comma, or when it is empty.
auto Converter::tuple_pattern(const Node& at) -> const Expression* {
  auto elements = Pile{expressions_};
  auto comma = false;
  auto children = Children{*this, at};
  while (children.next()) {
    const auto& child = children.current;
    comma = comma || child.kind == Kind::comma;
    if (child.kind != Kind::other && child.kind != Kind::comma) elements.push(expression(child));
  }
  if (!comma && elements.size() == 1) return elements.items()[0];
  return make_expression<Sequence>(ExpressionKind::tuple, at, elements.keep(module_.arena));
}

auto Converter::starred(const Node& at) -> const Expression* {
  auto children = Children{*this, at};
  const Expression* value = nullptr;
  while (children.next()) {
    if (children.current.begin != at.begin) value = expression(children.current);
  }
  return make_expression<Starred>(ExpressionKind::starred, at, value);
}

auto Converter::yield(const Node& at) -> const Expression* {
  saw_yield_ = true;
  auto children = Children{*this, at};
  const Expression* value = nullptr;
  auto from = false;
  while (children.next()) {
    if (children.current.kind == Kind::keyword_from) {
      from = true;
    } else if (children.current.begin != at.begin) {
      value = expression(children.current);
    }
  }
  return make_expression<Yield>(ExpressionKind::yield_, at, value, from);
}

auto Converter::named(const Node& at) -> const Expression* {
  auto children = Children{*this, at};
  const Name* target = nullptr;
  const Expression* value = nullptr;
  while (children.next()) {
    if (target == nullptr) {
      target = name(children.current);
    } else if (children.current.kind != Kind::other) {
      value = expression(children.current);
    }
  }
  return make_expression<Named>(ExpressionKind::named, at, target, value);
}

}  // namespace foreshot::python
