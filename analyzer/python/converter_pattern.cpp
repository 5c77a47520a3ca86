#include "analyzer/python/converter.h"

namespace foreshot::python {

// A pattern of a case, in the shape of the expression that it resembles: `A(x=1)` a call, `[a, *b]` a list, `{"k": v}` a
// dictionary, `a | b` a binary, `p as n` a Named, `_` and captures names.
auto Converter::pattern(const Node& at) -> const Expression* {
  if (depth_ >= max_depth) {
    scan_comments(at);
    return unreadable(at);
  }
  ++depth_;
  const auto* made = pattern_below(at);
  --depth_;
  return made;
}

auto Converter::pattern_below(const Node& at) -> const Expression* {
  switch (at.kind) {
    case Kind::case_pattern:
    case Kind::complex_pattern:
      return wrapped_pattern(at);
    case Kind::dotted_name:
      return dotted_expression(at);
    case Kind::class_pattern:
      return class_pattern(at);
    case Kind::dict_pattern:
      return dictionary_pattern(at);
    case Kind::union_pattern:
      return union_pattern(at);
    case Kind::list_pattern:
    case Kind::tuple_pattern: {
      auto elements = Pile{expressions_};
      auto comma = at.kind == Kind::list_pattern;
      auto children = Children{*this, at};
      while (children.next()) {
        const auto& child = children.current;
        comma = comma || child.kind == Kind::comma;
        if (child.kind == Kind::case_pattern) elements.push(pattern(child));
      }
      if (!comma && elements.size() == 1) return elements.items()[0];
      const auto kind = at.kind == Kind::list_pattern ? ExpressionKind::list : ExpressionKind::tuple;
      return make_expression<Sequence>(kind, at, elements.keep(module_.arena));
    }
    case Kind::splat_pattern: {
      auto inner = at;
      auto children = Children{*this, at};
      while (children.next()) inner = children.current;
      return make_expression<Starred>(ExpressionKind::starred, at, static_cast<const Expression*>(name(inner)));
    }
    case Kind::as_pattern: {
      const Expression* value = nullptr;
      const Name* target = nullptr;
      auto children = Children{*this, at};
      while (children.next()) {
        if (children.current.kind == Kind::case_pattern) value = pattern(children.current);
        if (children.current.kind == Kind::identifier) target = name(children.current);
      }
      return make_expression<Named>(ExpressionKind::named, at, target, value);
    }
    case Kind::other:
      return name(at);  // `_`
    default:
      return expression(at);
  }
}

auto Converter::wrapped_pattern(const Node& at) -> const Expression* {
  // One pattern, or a number with a sign, or the sum of two numbers.
  const Expression* value = nullptr;
  auto sign = std::string_view{};
  auto from = at;
  auto children = Children{*this, at};
  while (children.next()) {
    const auto child = children.current;
    const auto text = source(child);
    if (child.kind == Kind::other && (text == "-" || text == "+")) {
      sign = text;
      if (value == nullptr) from = child;
      continue;
    }
    const auto* read = pattern(child);
    if (!sign.empty()) {
      auto span = from;
      span.end = child.end;
      read = value == nullptr
                 ? static_cast<const Expression*>(make_expression<Unary>(ExpressionKind::unary, span, sign, read))
                 : make_expression<Binary>(ExpressionKind::binary, span, sign, value, read);
    } else {
      from = child;
    }
    value = read;
    sign = {};
  }
  return value != nullptr ? value : unreadable(at);
}

auto Converter::dotted_expression(const Node& at) -> const Expression* {
  const Expression* value = nullptr;
  auto levels = 0;
  auto children = Children{*this, at};
  while (children.next()) {
    const auto& child = children.current;
    if (child.kind != Kind::identifier) continue;
    auto span = at;
    span.end = child.end;
    if (value == nullptr) {
      value = name(child);
    } else if (++levels + depth_ > max_depth) {
      return unreadable(at);
    } else {
      value = make_expression<Attribute>(ExpressionKind::attribute, span, value, source(child), child.begin);
    }
  }
  return value != nullptr ? value : unreadable(at);
}

auto Converter::class_pattern(const Node& at) -> const Expression* {
  const Expression* callee = nullptr;
  auto given = Pile{arguments_};
  auto children = Children{*this, at};
  while (children.next()) {
    const auto child = children.current;
    if (child.kind == Kind::dotted_name && callee == nullptr) callee = dotted_expression(child);
    if (child.kind != Kind::case_pattern) continue;
    auto made = Argument{{}, Argument::Star::none, nullptr, child.begin, child.end};
    const auto inner = node(ts_node_child(child.raw, 0));
    if (inner.kind == Kind::keyword_pattern) {
      auto parts = Children{*this, inner};
      auto sign = inner;
      while (parts.next()) {
        const auto part = parts.current;
        if (part.begin == inner.begin) {
          made.name = source(part);
        } else if (part.kind == Kind::other && source(part) == "-") {
          sign = part;
        } else if (part.kind != Kind::equals) {
          made.value = pattern(part);
          if (sign.begin == inner.begin) continue;
          sign.end = part.end;
          made.value = make_expression<Unary>(ExpressionKind::unary, sign, std::string_view{"-"}, made.value);
        }
      }
    } else {
      made.value = pattern(child);
    }
    if (made.value == nullptr) made.value = unreadable(child);
    given.push(made);
  }
  return make_expression<Call>(ExpressionKind::call, at, callee, given.keep(module_.arena));
}

auto Converter::dictionary_pattern(const Node& at) -> const Expression* {
  auto entries = Pile{entries_};
  const Expression* key = nullptr;
  auto children = Children{*this, at};
  while (children.next()) {
    const auto child = children.current;
    if (child.kind == Kind::splat_pattern) {
      auto inner = child;
      auto parts = Children{*this, child};
      while (parts.next()) inner = parts.current;
      entries.push({nullptr, name(inner)});
    } else if (child.kind == Kind::case_pattern) {
      const auto* value = pattern(child);
      entries.push({key != nullptr ? key : unreadable(child), value});
      key = nullptr;
    } else if (child.kind != Kind::colon && child.kind != Kind::comma && child.kind != Kind::other &&
               child.kind != Kind::left_brace) {
      key = pattern(child);
    }
  }
  return make_expression<Dictionary>(ExpressionKind::dictionary, at, entries.keep(module_.arena));
}

auto Converter::union_pattern(const Node& at) -> const Expression* {
  // `a | b | c` is one flat node in the parser's tree and nests to the left here; minus signs are tokens beside it.
  const Expression* value = nullptr;
  auto sign = at;
  auto signed_ = false;
  auto count = 0;
  auto children = Children{*this, at};
  while (children.next()) {
    const auto child = children.current;
    const auto text = source(child);
    if (child.kind == Kind::other && text == "|") continue;
    if (child.kind == Kind::other && text == "-") {
      signed_ = true;
      sign = child;
      continue;
    }
    const auto* read = pattern(child);
    if (signed_) {
      sign.end = child.end;
      read = make_expression<Unary>(ExpressionKind::unary, sign, std::string_view{"-"}, read);
      signed_ = false;
    }
    auto span = at;
    span.end = child.end;
    value = value == nullptr
                ? read
                : make_expression<Binary>(ExpressionKind::binary, span, std::string_view{"|"}, value, read);
    if (++count + depth_ > max_depth) {
      while (children.next()) continue;
      return unreadable(at);
    }
  }
  return value != nullptr ? value : unreadable(at);
}

}  // namespace foreshot::python
