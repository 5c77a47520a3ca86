#include "analyzer/python/converter.h"

namespace foreshot::python {

auto Converter::dictionary(const Node& at) -> const Expression* {
  auto entries = Pile{entries_};
  auto children = Children{*this, at};
  while (children.next()) {
    const auto child = children.current;
    if (child.kind != Kind::pair && child.kind != Kind::dictionary_splat) continue;
    auto entry = DictionaryEntry{nullptr, nullptr};
    auto parts = Children{*this, child};
    auto is_key = child.kind == Kind::pair;
    while (parts.next()) {
      if (parts.current.kind == Kind::colon || parts.current.kind == Kind::other) continue;
      (is_key ? entry.key : entry.value) = expression(parts.current);
      is_key = false;
    }
    entries.push(entry);
  }
  return make_expression<Dictionary>(ExpressionKind::dictionary, at, entries.keep(module_.arena));
}

auto Converter::comprehension(const Node& at, Comprehension::Result result) -> const Expression* {
  auto clauses = Pile{clauses_};
  const Expression* element = nullptr;
  const Expression* value = nullptr;
  auto children = Children{*this, at};
  while (children.next()) {
    const auto child = children.current;
    if (child.kind == Kind::for_in_clause || child.kind == Kind::if_clause) {
      clauses.push(clause(child));
    } else if (child.kind == Kind::pair) {
      auto parts = Children{*this, child};
      while (parts.next()) {
        if (parts.current.kind == Kind::colon) continue;
        (element == nullptr ? element : value) = expression(parts.current);
      }
    } else if (child.kind != Kind::other && child.kind != Kind::left_brace) {
      element = expression(child);
    }
  }
  return make_expression<Comprehension>(ExpressionKind::comprehension, at, result, element, value,
                                        clauses.keep(module_.arena));
}

auto Converter::clause(const Node& at) -> ComprehensionClause {
  auto made = ComprehensionClause{nullptr, nullptr, false, at.begin, at.end};
  auto after_in = at.kind == Kind::if_clause;
  auto children = Children{*this, at};
  while (children.next()) {
    const auto& child = children.current;
    if (child.kind == Kind::keyword_async) {
      made.async = true;
    } else if (child.kind == Kind::keyword_in) {
      after_in = true;
    } else if (child.kind != Kind::other && child.kind != Kind::comma) {
      (after_in ? made.iterable : made.target) = expression(child);
    }
  }
  return made;
}

auto Converter::lambda(const Node& at) -> const Expression* {
  const auto outer_yield = saw_yield_;
  auto list = ParameterList{};
  const Expression* body = nullptr;
  auto children = Children{*this, at};
  while (children.next()) {
    const auto& child = children.current;
    if (child.kind == Kind::lambda_parameters) {
      list = parameters(child);
    } else if (child.kind != Kind::other && child.kind != Kind::colon) {
      body = expression(child);
    }
  }
  saw_yield_ = outer_yield;
  return make_expression<Lambda>(ExpressionKind::lambda, at, list, body);
}

auto Converter::parameters(const Node& list) -> ParameterList {
  auto found = Pile{parameters_};
  auto keyword_only = false;
  auto children = Children{*this, list};
  while (children.next()) {
    const auto& child = children.current;
    if (child.kind == Kind::other || child.kind == Kind::comma) continue;
    if (child.kind == Kind::keyword_separator) {
      keyword_only = true;
    } else if (child.kind == Kind::positional_separator) {
      for (auto& earlier : found.items()) earlier.positional_only = true;
    } else {
      auto made = parameter(child);
      made.keyword_only = keyword_only && made.star == Parameter::Star::none;
      keyword_only = keyword_only || made.star == Parameter::Star::one;
      found.push(made);
    }
  }
  return found.keep(module_.arena);
}

auto Converter::parameter(const Node& at) -> Parameter {
  auto made = Parameter{{}, Parameter::Star::none, false, false, nullptr, nullptr};
  if (at.kind != Kind::typed_parameter && at.kind != Kind::default_parameter &&
      at.kind != Kind::typed_default_parameter) {
    parameter_name(at, made);
    return made;
  }
  auto children = Children{*this, at};
  auto first = true;
  while (children.next()) {
    const auto& child = children.current;
    if (first) {
      parameter_name(child, made);
    } else if (child.kind == Kind::type) {
      made.annotation = expression(child);
    } else if (child.kind != Kind::colon && child.kind != Kind::equals) {
      made.default_value = expression(child);
    }
    first = false;
  }
  return made;
}

auto Converter::parameter_name(const Node& at, Parameter& to) -> void {
  if (at.kind == Kind::tuple_pattern) {
    scan_comments(at);
    note_problem(at.begin, at.end, "parenthesized parameters are not allowed");
    return;
  }
  if (at.kind == Kind::list_splat_pattern || at.kind == Kind::dictionary_splat_pattern) {
    to.star = at.kind == Kind::list_splat_pattern ? Parameter::Star::one : Parameter::Star::two;
    auto children = Children{*this, at};
    while (children.next()) {
      if (children.current.begin != at.begin) to.name = source(children.current);
    }
    return;
  }
  to.name = source(at);
}

}  // namespace foreshot::python
