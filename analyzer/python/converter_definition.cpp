#include "analyzer/python/converter.h"

namespace foreshot::python {

auto Converter::decorated(const Node& at) -> const Statement* {
  const auto extent = head(at);
  auto decorators = Pile{expressions_};
  const Statement* made = nullptr;
  auto children = Children{*this, at};
  while (children.next()) {
    const auto child = children.current;
    if (child.kind == Kind::decorator) {
      auto parts = Children{*this, child};
      while (parts.next()) {
        if (parts.current.kind != Kind::other) decorators.push(expression(parts.current));
      }
    } else if (child.kind == Kind::function_definition) {
      made = function(child, at.begin, decorators.keep(module_.arena), extent);
    } else if (child.kind == Kind::class_definition) {
      made = class_(child, at.begin, decorators.keep(module_.arena), extent);
    }
  }
  return made != nullptr ? made : module_.arena.make<Statement>(StatementKind::unreadable, at.begin, at.end);
}

auto Converter::function(const Node& at, std::uint32_t begin, ExpressionList decorators, std::size_t extent)
    -> const Statement* {
  const auto outer_yield = saw_yield_;
  auto name = std::string_view{};
  auto name_begin = at.begin;
  auto list = ParameterList{};
  const Expression* returns = nullptr;
  auto body = StatementList{};
  auto async = false;
  auto generator = false;
  auto children = Children{*this, at};
  while (children.next()) {
    const auto child = children.current;
    switch (child.kind) {
      case Kind::keyword_async:
        async = true;
        break;
      case Kind::identifier:
        name = source(child);
        name_begin = child.begin;
        break;
      case Kind::parameters:
        list = parameters(child);
        break;
      case Kind::type:
        returns = expression(child);
        break;
      case Kind::type_parameter:
        scan_comments(child);
        break;
      case Kind::colon:
        head_ends(extent, child.end);
        break;
      case Kind::block:
        saw_yield_ = false;
        body = block(child);
        generator = saw_yield_;
        break;
      default:
        break;
    }
  }
  saw_yield_ = outer_yield;
  auto span = whole(at, extent);
  span.begin = begin;
  return make_statement<Function>(StatementKind::function, span, name, name_begin, list, returns, body, decorators,
                                  async, generator);
}

auto Converter::class_(const Node& at, std::uint32_t begin, ExpressionList decorators, std::size_t extent)
    -> const Statement* {
  auto name = std::string_view{};
  auto name_begin = at.begin;
  auto bases = std::span<const Argument>{};
  auto body = StatementList{};
  auto children = Children{*this, at};
  while (children.next()) {
    const auto child = children.current;
    switch (child.kind) {
      case Kind::identifier:
        name = source(child);
        name_begin = child.begin;
        break;
      case Kind::argument_list:
        bases = arguments(child);
        break;
      case Kind::type_parameter:
        scan_comments(child);
        break;
      case Kind::colon:
        head_ends(extent, child.end);
        break;
      case Kind::block:
        body = block(child);
        break;
      default:
        break;
    }
  }
  auto span = whole(at, extent);
  span.begin = begin;
  return make_statement<Class>(StatementKind::class_, span, name, name_begin, bases, body, decorators);
}

auto Converter::dotted(const Node& at) -> std::string_view {
  // `a . b` may hold white space and line continuations; nearly always it is the source as it stands.
  const auto text = source(at);
  if (text.find_first_of(" \t\n\\#") == std::string_view::npos) return text;
  auto joined = std::string{};
  auto children = Children{*this, at};
  while (children.next()) joined += source(children.current);
  return module_.arena.copy(joined);
}

auto Converter::imported_name(const Node& at) -> ImportedName {
  auto made = ImportedName{{}, {}, at.begin, at.end};
  if (at.kind != Kind::aliased_import) {
    made.name = dotted(at);
    return made;
  }
  auto children = Children{*this, at};
  while (children.next()) {
    if (children.current.kind == Kind::dotted_name) made.name = dotted(children.current);
    if (children.current.kind == Kind::identifier) made.as = source(children.current);
  }
  return made;
}

auto Converter::import(const Node& at) -> const Statement* {
  auto names = Pile{imports_};
  auto children = Children{*this, at};
  while (children.next()) {
    const auto kind = children.current.kind;
    if (kind == Kind::dotted_name || kind == Kind::aliased_import) names.push(imported_name(children.current));
  }
  return make_statement<Import>(StatementKind::import_, at, names.keep(module_.arena));
}

auto Converter::import_from(const Node& at) -> const Statement* {
  auto names = Pile{imports_};
  auto module = std::string_view{};
  auto level = std::uint32_t{0};
  auto star = false;
  auto named = at.kind == Kind::future_import_statement;
  if (named) module = "__future__";
  auto children = Children{*this, at};
  while (children.next()) {
    const auto child = children.current;
    if (child.kind == Kind::relative_import) {
      auto parts = Children{*this, child};
      while (parts.next()) {
        if (parts.current.kind == Kind::dotted_name) {
          module = dotted(parts.current);
        } else {
          for (const auto c : source(parts.current)) level += c == '.' ? 1 : 0;
        }
      }
      named = true;
    } else if (child.kind == Kind::wildcard_import) {
      star = true;
    } else if (child.kind == Kind::dotted_name && !named) {
      module = dotted(child);
      named = true;
    } else if (child.kind == Kind::dotted_name || child.kind == Kind::aliased_import) {
      names.push(imported_name(child));
    }
  }
  return make_statement<ImportFrom>(StatementKind::import_from, at, module, level, names.keep(module_.arena), star);
}

auto Converter::type_alias(const Node& at) -> const Statement* {
  auto name = std::string_view{};
  const Expression* target = nullptr;
  const Expression* value = nullptr;
  auto children = Children{*this, at};
  while (children.next()) {
    const auto child = children.current;
    if (child.kind != Kind::type) continue;
    if (target != nullptr || !name.empty()) {
      value = expression(child);
    } else if (text_[child.begin] == '(' || text_[child.begin] == '[') {
      called_type_ = {at.begin, child.begin};
      target = expression(child);
      called_type_ = {};
    } else {
      name = source(child);
      name = name.substr(0, name.find_first_of(" \t\\["));
      scan_comments(child);
    }
  }
  if (target != nullptr) {
    auto targets = Pile{expressions_};
    targets.push(target);
    return make_statement<Assign>(StatementKind::assign, at, targets.keep(module_.arena), value);
  }
  return make_statement<TypeAlias>(StatementKind::type_alias, at, name, value);
}

// What begins at the parenthesis behind the word: `(a).b` is `type(a).b` in truth, `[a]` is `type[a]`.
auto Converter::type_call(const Node& at) -> const Expression* {
  auto whole = at;
  whole.begin = called_type_.begin;
  if (at.kind == Kind::type) return type_call(only_child(at));
  if (at.kind == Kind::attribute || at.kind == Kind::subscript || at.kind == Kind::call ||
      at.kind == Kind::member_type) {
    return expression_below(whole);
  }
  const auto* type = module_.arena.make<Name>(Expression{ExpressionKind::name, whole.begin, whole.begin + 4},
                                              source(whole.begin, whole.begin + 4));
  auto elements = Pile{expressions_};
  auto given = Pile{arguments_};
  const auto opening = called_type_;
  called_type_ = {};
  auto children = Children{*this, at};
  while (children.next()) {
    const auto& child = children.current;
    if (child.kind == Kind::other || child.kind == Kind::comma) continue;
    const auto* element = expression(child);
    elements.push(element);
    given.push({{}, Argument::Star::none, element, child.begin, child.end});
  }
  called_type_ = opening;
  if (at.kind == Kind::list) {
    return make_expression<Subscript>(ExpressionKind::subscript, whole, type, elements.keep(module_.arena));
  }
  return make_expression<Call>(ExpressionKind::call, whole, type, given.keep(module_.arena));
}

auto Converter::scope(const Node& at, StatementKind kind) -> const Statement* {
  auto names = Pile{words_};
  auto children = Children{*this, at};
  while (children.next()) {
    if (children.current.kind == Kind::identifier) names.push(source(children.current));
  }
  return make_statement<Scope>(kind, at, names.keep(module_.arena));
}

}  // namespace foreshot::python
