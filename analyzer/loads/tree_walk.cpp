#include "analyzer/loads/tree_walk.h"

#include <utility>

namespace foreshot::loads {
namespace {

using python::as;
using python::Expression;
using python::ExpressionKind;
using python::Statement;
using python::StatementKind;

// Recursion is bounded by the tree's depth.
class Walk {
 public:
  explicit Walk(const ExpressionVisitor& visitor) : visitor_(visitor) {}

  auto block(python::StatementList body) -> void {
    for (const auto* statement : body) one(statement);
  }

  auto expression(const Expression* node, const Expression* parent) -> void {
    if (node == nullptr) return;
    around_.parent = parent;
    visitor_(*node, around_);
    const auto inside = [&](const Expression* child) { expression(child, node); };
    switch (node->kind) {
      case ExpressionKind::string: parts(static_cast<const python::String*>(node)->parts, node); break;
      case ExpressionKind::attribute: inside(static_cast<const python::Attribute*>(node)->value); break;
      case ExpressionKind::subscript:
        inside(static_cast<const python::Subscript*>(node)->value);
        for (const auto* index : static_cast<const python::Subscript*>(node)->indexes) inside(index);
        break;
      case ExpressionKind::slice: {
        const auto* slice = static_cast<const python::Slice*>(node);
        for (const auto* bound : {slice->lower, slice->upper, slice->step}) inside(bound);
        break;
      }
      case ExpressionKind::call:
        inside(static_cast<const python::Call*>(node)->callee);
        for (const auto& argument : static_cast<const python::Call*>(node)->arguments) inside(argument.value);
        break;
      case ExpressionKind::unary: inside(static_cast<const python::Unary*>(node)->operand); break;
      case ExpressionKind::binary: chain(node); break;
      case ExpressionKind::boolean:
        for (const auto* operand : static_cast<const python::Boolean*>(node)->operands) inside(operand);
        break;
      case ExpressionKind::compare:
        for (const auto* operand : static_cast<const python::Compare*>(node)->operands) inside(operand);
        break;
      case ExpressionKind::conditional: {
        const auto* either = static_cast<const python::Conditional*>(node);
        for (const auto* each : {either->test, either->body, either->otherwise}) inside(each);
        break;
      }
      case ExpressionKind::lambda: {
        const auto was = std::exchange(around_.nested, true);
        inside(static_cast<const python::Lambda*>(node)->body);
        around_.nested = was;
        break;
      }
      case ExpressionKind::list:
      case ExpressionKind::tuple:
      case ExpressionKind::set:
        for (const auto* element : static_cast<const python::Sequence*>(node)->elements) inside(element);
        break;
      case ExpressionKind::dictionary:
        for (const auto& entry : static_cast<const python::Dictionary*>(node)->entries) inside(entry.key), inside(entry.value);
        break;
      case ExpressionKind::comprehension: {
        const auto* each = static_cast<const python::Comprehension*>(node);
        for (const auto& clause : each->clauses) inside(clause.iterable);
        const auto was = std::exchange(around_.repeated, true);
        inside(each->element);
        inside(each->value);
        around_.repeated = was;
        break;
      }
      case ExpressionKind::starred: inside(static_cast<const python::Starred*>(node)->value); break;
      case ExpressionKind::await_: inside(static_cast<const python::Await*>(node)->value); break;
      case ExpressionKind::yield_: inside(static_cast<const python::Yield*>(node)->value); break;
      case ExpressionKind::named: inside(static_cast<const python::Named*>(node)->value); break;
      default: break;
    }
  }

 private:
  // A chain `a + b + c` nests to the left as deep as it is long.
  auto chain(const Expression* node) -> void {
    while (node != nullptr && node->kind == ExpressionKind::binary) {
      const auto* binary = static_cast<const python::Binary*>(node);
      expression(binary->right, node);
      node = binary->left;
    }
    expression(node, nullptr);
  }

  auto parts(std::span<const python::StringPart> all, const Expression* parent) -> void {
    for (const auto& part : all) {
      expression(part.value, parent);
      parts(part.format, parent);
    }
  }

  auto one(const Statement* statement) -> void {
    const auto was = around_.statement;
    around_.statement = statement;
    const auto value = [&](const Expression* each) { expression(each, nullptr); };
    const auto inner = [&](python::StatementList body) {
      around_.blocks.push_back(statement);
      block(body);
      around_.blocks.pop_back();
      around_.statement = statement;
    };
    const auto under = [&](bool Surroundings::*flag, python::StatementList body) {
      const auto before = std::exchange(around_.*flag, true);
      inner(body);
      around_.*flag = before;
    };
    switch (statement->kind) {
      case StatementKind::expression: value(static_cast<const python::ExpressionStatement*>(statement)->value); break;
      case StatementKind::assign:
        value(static_cast<const python::Assign*>(statement)->value);
        for (const auto* target : static_cast<const python::Assign*>(statement)->targets) value(target);
        break;
      case StatementKind::augmented: value(static_cast<const python::Augmented*>(statement)->value); break;
      case StatementKind::annotated: value(static_cast<const python::Annotated*>(statement)->value); break;
      case StatementKind::return_: value(static_cast<const python::Return*>(statement)->value); break;
      case StatementKind::if_: {
        const auto* test = static_cast<const python::If*>(statement);
        value(test->test);
        inner(test->body);
        inner(test->otherwise);
        break;
      }
      case StatementKind::for_: {
        const auto* loop = static_cast<const python::For*>(statement);
        value(loop->iterable);
        under(&Surroundings::repeated, loop->body);
        inner(loop->otherwise);
        break;
      }
      case StatementKind::while_: {
        const auto* loop = static_cast<const python::While*>(statement);
        value(loop->test);
        under(&Surroundings::repeated, loop->body);
        inner(loop->otherwise);
        break;
      }
      case StatementKind::with:
        for (const auto& item : static_cast<const python::With*>(statement)->items) value(item.context);
        inner(static_cast<const python::With*>(statement)->body);
        break;
      case StatementKind::try_: {
        const auto* attempt = static_cast<const python::Try*>(statement);
        inner(attempt->body);
        for (const auto& handler : attempt->handlers) under(&Surroundings::in_handler, handler.body);
        inner(attempt->otherwise);
        under(&Surroundings::in_finally, attempt->finally);
        break;
      }
      case StatementKind::function: under(&Surroundings::nested, static_cast<const python::Function*>(statement)->body); break;
      case StatementKind::class_: under(&Surroundings::nested, static_cast<const python::Class*>(statement)->body); break;
      case StatementKind::raise: value(static_cast<const python::Raise*>(statement)->exception); break;
      case StatementKind::assert_:
        value(static_cast<const python::Assert*>(statement)->test);
        value(static_cast<const python::Assert*>(statement)->message);
        break;
      case StatementKind::match:
        value(static_cast<const python::Match*>(statement)->subject);
        for (const auto& each : static_cast<const python::Match*>(statement)->cases) inner(each.body);
        break;
      default: break;
    }
    around_.statement = was;
  }

  const ExpressionVisitor& visitor_;
  Surroundings around_;
};

}  // namespace

auto walk_expressions(python::StatementList body, const ExpressionVisitor& visitor) -> void { Walk(visitor).block(body); }

auto walk_expression(const python::Expression* expression, const ExpressionVisitor& visitor) -> void { Walk(visitor).expression(expression, nullptr); }

auto any_statement(python::StatementList body, const std::function<bool(const python::Statement&)>& test) -> bool {
  const auto inside = [&](python::StatementList block) { return any_statement(block, test); };
  for (const auto* statement : body) {
    if (test(*statement)) return true;
    if (const auto* each = as<python::If>(statement, StatementKind::if_); each != nullptr && (inside(each->body) || inside(each->otherwise))) return true;
    if (const auto* each = as<python::For>(statement, StatementKind::for_); each != nullptr && (inside(each->body) || inside(each->otherwise))) return true;
    if (const auto* each = as<python::While>(statement, StatementKind::while_); each != nullptr && (inside(each->body) || inside(each->otherwise))) return true;
    if (const auto* each = as<python::With>(statement, StatementKind::with); each != nullptr && inside(each->body)) return true;
    if (const auto* each = as<python::Try>(statement, StatementKind::try_); each != nullptr) {
      if (inside(each->body) || inside(each->otherwise) || inside(each->finally)) return true;
      for (const auto& handler : each->handlers)
        if (inside(handler.body)) return true;
    }
    if (const auto* each = as<python::Match>(statement, StatementKind::match); each != nullptr)
      for (const auto& arm : each->cases)
        if (inside(arm.body)) return true;
  }
  return false;
}

auto dotted_name(const python::Expression* expression) -> std::string {
  std::string name;
  while (const auto* attribute = as<python::Attribute>(expression, ExpressionKind::attribute)) {
    name = "." + std::string(attribute->name) + name;
    expression = attribute->value;
  }
  const auto* first = as<python::Name>(expression, ExpressionKind::name);
  return first != nullptr ? std::string(first->id) + name : std::string();
}

}  // namespace foreshot::loads
