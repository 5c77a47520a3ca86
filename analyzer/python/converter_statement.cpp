#include <algorithm>

#include "analyzer/python/converter.h"

namespace foreshot::python {

auto Converter::head(const Node& at) -> std::size_t {
  extents_.push_back({at.begin, at.end, at.end});
  return extents_.size() - 1;
}

auto Converter::head_ends(std::size_t extent, std::uint32_t end) -> void { extents_[extent].end = end; }

// A compound statement ends with its last statement; the parser's node also holds the comments that follow.
auto Converter::whole(const Node& at, std::size_t extent) -> Node {
  auto made = at;
  if (body_end_ > at.begin && body_end_ <= at.end) made.end = body_end_;
  extents_[extent].whole_end = made.end;
  return made;
}

auto Converter::statement(const Node& at) -> const Statement* {
  if (depth_ >= max_depth) {
    scan_comments(at);
    return unreadable_statement(at.begin, at.end);
  }
  ++depth_;
  const auto* made = statement_below(at);
  --depth_;
  return made;
}

auto Converter::statement_below(const Node& at) -> const Statement* {
  switch (at.kind) {
    case Kind::if_statement:
      return if_statement(at);
    case Kind::for_statement:
      return for_statement(at);
    case Kind::while_statement:
      return while_statement(at);
    case Kind::try_statement:
      return try_statement(at);
    case Kind::with_statement:
      return with_statement(at);
    case Kind::match_statement:
      return match(at);
    case Kind::function_definition:
      return function(at, at.begin, {}, head(at));
    case Kind::class_definition:
      return class_(at, at.begin, {}, head(at));
    case Kind::decorated_definition:
      return decorated(at);
    default:
      break;
  }
  head(at);
  return simple_statement(at);
}

auto Converter::simple_statement(const Node& at) -> const Statement* {
  const auto bare = [&](StatementKind kind) {
    auto children = Children{*this, at};
    while (children.next()) continue;
    return make_statement<Statement>(kind, at);
  };
  switch (at.kind) {
    case Kind::expression_statement:
      return expression_statement(at);
    case Kind::import_statement:
      return import(at);
    case Kind::import_from_statement:
    case Kind::future_import_statement:
      return import_from(at);
    case Kind::pass_statement:
      return bare(StatementKind::pass);
    case Kind::break_statement:
      return bare(StatementKind::break_);
    case Kind::continue_statement:
      return bare(StatementKind::continue_);
    case Kind::global_statement:
      return scope(at, StatementKind::global);
    case Kind::nonlocal_statement:
      return scope(at, StatementKind::nonlocal);
    case Kind::type_alias_statement:
      return type_alias(at);
    case Kind::raise_statement:
      return raise(at);
    case Kind::delete_statement:
      return delete_(at);
    case Kind::return_statement: {
      auto children = Children{*this, at};
      const Expression* value = nullptr;
      while (children.next()) {
        if (children.current.begin != at.begin) value = expression(children.current);
      }
      return make_statement<Return>(StatementKind::return_, at, value);
    }
    case Kind::assert_statement: {
      const Expression* parts[2] = {};
      auto count = std::size_t{0};
      auto children = Children{*this, at};
      while (children.next()) {
        const auto kind = children.current.kind;
        if (kind != Kind::other && kind != Kind::comma && count < 2) parts[count++] = expression(children.current);
      }
      return make_statement<Assert>(StatementKind::assert_, at, parts[0], parts[1]);
    }
    case Kind::print_statement:
      return print(at);
    case Kind::exec_statement:
      note_problem(at.begin, at.end, "missing parentheses in call to 'exec'");
      [[fallthrough]];
    default:
      scan_comments(at);
      return module_.arena.make<Statement>(StatementKind::unreadable, at.begin, at.end);
  }
}

auto Converter::print(const Node& at) -> const Statement* {
  // `print >> file, text` is a tuple to Python 3, though it never is what was meant; `print text` is an error.
  auto elements = Pile{expressions_};
  auto children = Children{*this, at};
  auto shifted = false;
  auto comma = false;
  while (children.next()) {
    const auto child = children.current;
    if (child.kind == Kind::chevron) {
      auto parts = Children{*this, child};
      const Expression* file = nullptr;
      while (parts.next()) {
        if (parts.current.kind != Kind::other) file = expression(parts.current);
      }
      auto word = at;
      word.end = at.begin + 5;
      auto span = at;
      span.end = child.end;
      const Expression* left = name(word);
      elements.push(
          make_expression<Binary>(ExpressionKind::binary, span, source(child.begin, child.begin + 2), left, file));
      shifted = true;
    } else if (child.kind == Kind::comma) {
      comma = true;
    } else if (child.kind != Kind::other) {
      elements.push(expression(child));
    }
  }
  if (!shifted) {
    note_problem(at.begin, at.end, "missing parentheses in call to 'print'");
    return module_.arena.make<Statement>(StatementKind::unreadable, at.begin, at.end);
  }
  const auto* value = elements.items()[0];
  if (comma) value = make_expression<Sequence>(ExpressionKind::tuple, at, elements.keep(module_.arena));
  return make_statement<ExpressionStatement>(StatementKind::expression, at, value);
}

auto Converter::block(const Node& at) -> StatementList {
  const auto read = std::lower_bound(bodies_.begin(), bodies_.end(), at.begin,
                                     [](const ReadBody& body, std::uint32_t begin) { return body.begin < begin; });
  if (read != bodies_.end() && read->begin == at.begin) {
    saw_yield_ = saw_yield_ || read->yields;
    if (!read->statements.empty()) body_end_ = read->statements.back()->end;
    return read->statements;
  }
  auto found = Pile{statements_};
  auto children = Children{*this, at};
  while (children.next()) {
    if (children.current.kind != Kind::other) found.push(statement(children.current));
  }
  if (found.size() == 0) {
    const auto colon = at.begin > 0 ? at.begin - 1 : 0;
    note_problem(colon, at.begin, "expected an indented block");
    body_end_ = at.end;
  } else {
    body_end_ = found.items().back()->end;
  }
  const auto kept = found.keep(module_.arena);
  check_indentation(kept);
  return kept;
}

auto Converter::expression_statement(const Node& at) -> const Statement* {
  auto elements = Pile{expressions_};
  const Statement* made = nullptr;
  auto comma = false;
  auto last = at.end;
  auto children = Children{*this, at};
  while (children.next()) {
    const auto& child = children.current;
    if (child.kind == Kind::assignment) {
      made = assignment(child, at);
    } else if (child.kind == Kind::augmented_assignment) {
      made = augmented(child, at);
    } else if (child.kind == Kind::comma) {
      comma = true;
    } else if (child.kind != Kind::other) {
      elements.push(expression(child));
    }
    last = child.end;
  }
  if (made != nullptr) return made;
  const Expression* value = nullptr;
  if (comma) {
    auto whole = at;
    whole.end = last;
    value = make_expression<Sequence>(ExpressionKind::tuple, whole, elements.keep(module_.arena));
  } else {
    value = elements.size() > 0 ? elements.items()[0] : unreadable(at);
  }
  return make_statement<ExpressionStatement>(StatementKind::expression, at, value);
}

auto Converter::assignment(const Node& at, const Node& whole) -> const Statement* {
  // `a = b = c` nests to the right, `a: T = c` has a type instead of a second target.
  auto targets = Pile{expressions_};
  auto level = at;
  const Expression* annotation = nullptr;
  const Expression* value = nullptr;
  for (auto nested = true; nested;) {
    nested = false;
    auto children = Children{*this, level};
    auto first = true;
    auto next = level;
    while (children.next()) {
      const auto& child = children.current;
      if (first) {
        targets.push(expression(child));
      } else if (child.kind == Kind::type) {
        annotation = expression(child);
      } else if (child.kind == Kind::assignment) {
        next = child;
        nested = true;
      } else if (child.kind == Kind::augmented_assignment) {
        scan_comments(child);
        note_problem(child.begin, child.end, "invalid syntax");
        value = unreadable(child);
      } else if (child.kind != Kind::equals && child.kind != Kind::colon && child.kind != Kind::other) {
        value = expression(child);
      }
      first = false;
    }
    level = next;
  }
  if (annotation != nullptr) {
    return make_statement<Annotated>(StatementKind::annotated, whole, targets.items()[0], annotation, value);
  }
  return make_statement<Assign>(StatementKind::assign, whole, targets.keep(module_.arena), value);
}

auto Converter::augmented(const Node& at, const Node& whole) -> const Statement* {
  const Expression* target = nullptr;
  const Expression* value = nullptr;
  auto op = std::string_view{};
  auto children = Children{*this, at};
  while (children.next()) {
    const auto& child = children.current;
    if (target == nullptr) {
      target = expression(child);
    } else if (op.empty()) {
      op = source(child);
      op.remove_suffix(1);
    } else if (child.kind == Kind::assignment || child.kind == Kind::augmented_assignment) {
      scan_comments(child);
      note_problem(child.begin, child.end, "invalid syntax");
      value = unreadable(child);
    } else {
      value = expression(child);
    }
  }
  return make_statement<Augmented>(StatementKind::augmented, whole, target, op, value);
}

auto Converter::raise(const Node& at) -> const Statement* {
  auto children = Children{*this, at};
  const Expression* exception = nullptr;
  const Expression* cause = nullptr;
  auto from = false;
  while (children.next()) {
    const auto& child = children.current;
    if (child.kind == Kind::keyword_from) {
      from = true;
    } else if (child.begin != at.begin) {
      if (child.kind == Kind::expression_list) note_problem(child.begin, child.end, "invalid syntax");
      (from ? cause : exception) = expression(child);
    }
  }
  return make_statement<Raise>(StatementKind::raise, at, exception, cause);
}

auto Converter::delete_(const Node& at) -> const Statement* {
  auto targets = Pile{expressions_};
  auto children = Children{*this, at};
  while (children.next()) {
    const auto child = children.current;
    if (child.begin == at.begin) continue;
    if (child.kind != Kind::expression_list) {
      targets.push(expression(child));
      continue;
    }
    auto listed = Children{*this, child};
    while (listed.next()) {
      if (listed.current.kind != Kind::comma) targets.push(expression(listed.current));
    }
  }
  return make_statement<Delete>(StatementKind::delete_, at, targets.keep(module_.arena));
}

}  // namespace foreshot::python
