#include "analyzer/python/converter.h"

namespace foreshot::python {

auto Converter::if_statement(const Node& at) -> const Statement* {
  // An elif is an If of its own in the otherwise of the one before; its end is the end of the whole statement.
  struct Branch {
    Node node;
    std::size_t extent;
    const Expression* test;
    StatementList body;
  };
  auto branches = std::vector<Branch>{};
  auto otherwise = StatementList{};
  const auto read = [&](const Node& clause, auto&& rest) {
    const auto extent = head(clause);
    const Expression* test = nullptr;
    auto body = StatementList{};
    auto children = Children{*this, clause};
    while (children.next()) {
      const auto child = children.current;
      if (child.kind == Kind::colon) {
        head_ends(extent, child.end);
      } else if (child.kind == Kind::block) {
        body = block(child);
      } else if (child.kind == Kind::elif_clause || child.kind == Kind::else_clause) {
        rest(child);
      } else if (child.kind != Kind::other) {
        test = expression(child);
      }
      if (child.kind == Kind::block) branches.push_back({clause, extent, test, body});
    }
  };
  const auto entered = depth_;
  read(at, [&](const Node& clause) {
    if (clause.kind == Kind::else_clause) {
      otherwise = clause_body(clause);
    } else if (depth_ >= max_depth) {
      scan_comments(clause);
      auto rest = Pile{statements_};
      rest.push(unreadable_statement(clause.begin, at.end));
      body_end_ = at.end;
      otherwise = rest.keep(module_.arena);
    } else {
      ++depth_;
      read(clause, [](const Node&) {});
    }
  });
  depth_ = entered;

  const Statement* made = nullptr;
  for (auto branch = branches.rbegin(); branch != branches.rend(); ++branch) {
    auto span = branch->node;
    span.end = at.end;
    made = make_statement<If>(StatementKind::if_, whole(span, branch->extent), branch->test, branch->body, otherwise);
    auto nested = Pile{statements_};
    nested.push(made);
    if (branch + 1 != branches.rend()) otherwise = nested.keep(module_.arena);
  }
  return made != nullptr ? made : unreadable_statement(at.begin, at.end);
}

auto Converter::clause_body(const Node& at) -> StatementList {
  const auto extent = head(at);
  auto body = StatementList{};
  auto children = Children{*this, at};
  while (children.next()) {
    if (children.current.kind == Kind::colon) head_ends(extent, children.current.end);
    if (children.current.kind == Kind::block) body = block(children.current);
  }
  whole(at, extent);
  return body;
}

auto Converter::for_statement(const Node& at) -> const Statement* {
  const auto extent = head(at);
  const Expression* target = nullptr;
  const Expression* iterable = nullptr;
  auto body = StatementList{};
  auto otherwise = StatementList{};
  auto async = false;
  auto after_in = false;
  auto header_end = at.begin;
  auto children = Children{*this, at};
  while (children.next()) {
    const auto child = children.current;
    switch (child.kind) {
      case Kind::other:
        break;
      case Kind::keyword_async:
        async = true;
        break;
      case Kind::keyword_in:
        after_in = true;
        break;
      case Kind::colon:
        head_ends(extent, child.end);
        break;
      case Kind::block:
        body = block(child);
        break;
      case Kind::else_clause:
        otherwise = clause_body(child);
        break;
      default:
        (after_in ? iterable : target) = expression(child);
        if (after_in) header_end = child.end;
    }
  }
  return make_statement<For>(StatementKind::for_, whole(at, extent), target, iterable, body, otherwise, async,
                             header_end);
}

auto Converter::while_statement(const Node& at) -> const Statement* {
  const auto extent = head(at);
  const Expression* test = nullptr;
  auto body = StatementList{};
  auto otherwise = StatementList{};
  auto children = Children{*this, at};
  while (children.next()) {
    const auto child = children.current;
    switch (child.kind) {
      case Kind::other:
        break;
      case Kind::colon:
        head_ends(extent, child.end);
        break;
      case Kind::block:
        body = block(child);
        break;
      case Kind::else_clause:
        otherwise = clause_body(child);
        break;
      default:
        test = expression(child);
    }
  }
  return make_statement<While>(StatementKind::while_, whole(at, extent), test, body, otherwise);
}

auto Converter::with_statement(const Node& at) -> const Statement* {
  const auto extent = head(at);
  auto items = std::span<const WithItem>{};
  auto body = StatementList{};
  auto async = false;
  auto children = Children{*this, at};
  while (children.next()) {
    const auto child = children.current;
    switch (child.kind) {
      case Kind::keyword_async:
        async = true;
        break;
      case Kind::colon:
        head_ends(extent, child.end);
        break;
      case Kind::with_clause:
        items = with_items(child);
        break;
      case Kind::block:
        body = block(child);
        break;
      default:
        break;
    }
  }
  return make_statement<With>(StatementKind::with, whole(at, extent), items, body, async);
}

auto Converter::with_items(const Node& clause) -> std::span<const WithItem> {
  auto items = Pile{items_};
  auto children = Children{*this, clause};
  while (children.next()) {
    if (children.current.kind != Kind::with_item) continue;
    auto value = only_child(children.current);
    if (value.kind == Kind::parenthesized_expression) {
      // `with (a as b):` is one item in the grammar, in parentheses of its own.
      auto inner = Children{*this, value};
      while (inner.next()) {
        if (inner.current.kind == Kind::as_pattern) value = inner.current;
      }
    }
    if (value.kind != Kind::as_pattern) {
      items.push({expression(value), nullptr});
      continue;
    }
    auto item = WithItem{nullptr, nullptr};
    auto parts = Children{*this, value};
    while (parts.next()) {
      if (parts.current.kind == Kind::keyword_as) continue;
      (item.context == nullptr ? item.context : item.target) = expression(parts.current);
    }
    items.push(item);
  }
  return items.keep(module_.arena);
}

auto Converter::try_statement(const Node& at) -> const Statement* {
  const auto extent = head(at);
  auto handlers = Pile{handlers_};
  auto body = StatementList{};
  auto otherwise = StatementList{};
  auto finally = StatementList{};
  auto children = Children{*this, at};
  while (children.next()) {
    const auto child = children.current;
    switch (child.kind) {
      case Kind::colon:
        head_ends(extent, child.end);
        break;
      case Kind::block:
        body = block(child);
        break;
      case Kind::except_clause:
        handlers.push(handler(child));
        break;
      case Kind::else_clause:
        otherwise = clause_body(child);
        break;
      case Kind::finally_clause:
        finally = clause_body(child);
        break;
      default:
        break;
    }
  }
  if (handlers.size() == 0 && finally.empty()) {
    note_problem(at.begin, at.begin + 3, "expected 'except' or 'finally' block");
  }
  return make_statement<Try>(StatementKind::try_, whole(at, extent), body, handlers.keep(module_.arena), otherwise,
                             finally);
}

auto Converter::handler(const Node& at) -> Handler {
  // `except A as e`, `except (A, B)`, and `except A, B`, which is a tuple since Python 3.14.
  const auto extent = head(at);
  auto made = Handler{nullptr, {}, {}, at.begin};
  auto types = Pile{expressions_};
  auto span = at;
  auto children = Children{*this, at};
  auto after_as = false;
  while (children.next()) {
    const auto child = children.current;
    if (child.kind == Kind::colon) {
      head_ends(extent, child.end);
    } else if (child.kind == Kind::block) {
      made.body = block(child);
    } else if (child.kind == Kind::keyword_as) {
      after_as = true;
    } else if (child.kind == Kind::as_pattern) {
      auto parts = Children{*this, child};
      while (parts.next()) {
        if (parts.current.kind == Kind::keyword_as) continue;
        if (parts.current.kind == Kind::as_pattern_target) {
          made.name = source(parts.current);
        } else {
          types.push(expression(parts.current));
        }
      }
    } else if (child.kind != Kind::other && child.kind != Kind::comma) {
      if (after_as) {
        made.name = source(child);
      } else {
        if (types.size() == 0) span.begin = child.begin;
        span.end = child.end;
        types.push(expression(child));
      }
    }
  }
  if (types.size() == 1) made.type = types.items()[0];
  if (types.size() > 1) made.type = make_expression<Sequence>(ExpressionKind::tuple, span, types.keep(module_.arena));
  return made;
}

auto Converter::match(const Node& at) -> const Statement* {
  const auto extent = head(at);
  auto cases = Pile{cases_};
  auto subjects = Pile{expressions_};
  auto comma = false;
  auto span = at;
  auto children = Children{*this, at};
  while (children.next()) {
    const auto child = children.current;
    if (child.kind == Kind::colon) {
      head_ends(extent, child.end);
    } else if (child.kind == Kind::comma) {
      comma = true;
      span.end = child.end;
    } else if (child.kind == Kind::block) {
      auto clauses = Children{*this, child};
      while (clauses.next()) {
        if (clauses.current.kind == Kind::case_clause) cases.push(match_case(clauses.current));
      }
    } else if (child.kind != Kind::other) {
      if (subjects.size() == 0) span.begin = child.begin;
      span.end = child.end;
      subjects.push(expression(child));
    }
  }
  const Expression* subject = subjects.size() == 1 ? subjects.items()[0] : nullptr;
  if (comma) {
    subject = make_expression<Sequence>(ExpressionKind::tuple, span, subjects.keep(module_.arena));
  }
  return make_statement<Match>(StatementKind::match, whole(at, extent), subject, cases.keep(module_.arena));
}

auto Converter::match_case(const Node& at) -> MatchCase {
  const auto extent = head(at);
  auto made = MatchCase{nullptr, nullptr, {}};
  auto patterns = Pile{expressions_};
  auto comma = false;
  auto span = at;
  auto children = Children{*this, at};
  while (children.next()) {
    const auto child = children.current;
    if (child.kind == Kind::colon) {
      head_ends(extent, child.end);
    } else if (child.kind == Kind::comma) {
      comma = true;
    } else if (child.kind == Kind::block) {
      made.body = block(child);
    } else if (child.kind == Kind::case_pattern) {
      if (patterns.size() == 0) span.begin = child.begin;
      span.end = child.end;
      patterns.push(pattern(child));
    } else if (child.kind == Kind::if_clause) {
      auto parts = Children{*this, child};
      while (parts.next()) {
        if (parts.current.kind != Kind::other) made.guard = expression(parts.current);
      }
    }
  }
  if (patterns.size() == 1 && !comma) made.pattern = patterns.items()[0];
  if (comma) made.pattern = make_expression<Sequence>(ExpressionKind::tuple, span, patterns.keep(module_.arena));
  return made;
}

}  // namespace foreshot::python
