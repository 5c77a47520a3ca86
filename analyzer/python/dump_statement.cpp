#include "analyzer/python/dump_writer.h"

namespace foreshot::python {

auto DumpWriter::statements(StatementList list, int depth) -> void {
  for (const auto* node : list) {
    out_.append(static_cast<std::size_t>(depth) * 2, ' ');
    glued_ = true;
    statement(*node, depth);
    if (out_.back() != '\n') out_ += '\n';
  }
}

auto DumpWriter::body(std::string_view label, StatementList list, int depth) -> void {
  if (list.empty()) return;
  if (out_.back() != '\n') out_ += '\n';
  if (!label.empty()) {
    out_.append(static_cast<std::size_t>(depth) * 2, ' ');
    out_ += label;
    out_ += '\n';
  }
  statements(list, depth + 1);
}

auto DumpWriter::import(const Statement& node) -> void {
  const auto names = [&](std::span<const ImportedName> list) {
    for (const auto& name : list) {
      open("named", name.begin, name.end);
      word(name.name);
      if (!name.as.empty()) word(name.as);
      close();
    }
  };
  if (node.kind == StatementKind::import_) {
    open("import", node);
    names(static_cast<const Import&>(node).names);
  } else {
    const auto& from = static_cast<const ImportFrom&>(node);
    open("import_from", node);
    word(std::string(from.level, '.') + std::string{from.module});
    if (from.star) word("*");
    names(from.names);
  }
  close();
}

auto DumpWriter::statement(const Statement& node, int depth) -> void {
  const auto one = [&](std::string_view kind, const Expression* value) {
    open(kind, node);
    if (value != nullptr) expression(value);
    close();
  };
  switch (node.kind) {
    case StatementKind::expression:
      return one("expression", static_cast<const ExpressionStatement&>(node).value);
    case StatementKind::return_:
      return one("return", static_cast<const Return&>(node).value);
    case StatementKind::pass:
      return one("pass", nullptr);
    case StatementKind::break_:
      return one("break", nullptr);
    case StatementKind::continue_:
      return one("continue", nullptr);
    case StatementKind::unreadable:
      return one("unreadable", nullptr);
    case StatementKind::import_:
    case StatementKind::import_from:
      return import(node);
    case StatementKind::assign: {
      const auto& assign = static_cast<const Assign&>(node);
      open("assign", node);
      for (const auto* target : assign.targets) expression(target);
      expression(assign.value);
      return close();
    }
    case StatementKind::augmented: {
      const auto& augmented = static_cast<const Augmented&>(node);
      open("augmented", node);
      word(augmented.op);
      expression(augmented.target);
      expression(augmented.value);
      return close();
    }
    case StatementKind::annotated: {
      const auto& annotated = static_cast<const Annotated&>(node);
      open("annotated", node);
      expression(annotated.target);
      expression(annotated.annotation);
      expression(annotated.value);
      return close();
    }
    case StatementKind::raise: {
      const auto& raise = static_cast<const Raise&>(node);
      open("raise", node);
      if (raise.exception != nullptr) expression(raise.exception);
      if (raise.cause != nullptr) expression(raise.cause);
      return close();
    }
    case StatementKind::delete_: {
      open("delete", node);
      for (const auto* target : static_cast<const Delete&>(node).targets) expression(target);
      return close();
    }
    case StatementKind::global:
    case StatementKind::nonlocal: {
      open(node.kind == StatementKind::global ? "global" : "nonlocal", node);
      for (const auto name : static_cast<const Scope&>(node).names) word(name);
      return close();
    }
    case StatementKind::assert_: {
      const auto& assertion = static_cast<const Assert&>(node);
      open("assert", node);
      expression(assertion.test);
      if (assertion.message != nullptr) expression(assertion.message);
      return close();
    }
    case StatementKind::type_alias: {
      const auto& alias = static_cast<const TypeAlias&>(node);
      open("type_alias", node);
      word(alias.name);
      expression(alias.value);
      return close();
    }
    case StatementKind::if_: {
      const auto& branch = static_cast<const If&>(node);
      one("if", branch.test);
      body("", branch.body, depth);
      return body("else", branch.otherwise, depth);
    }
    case StatementKind::for_: {
      const auto& loop = static_cast<const For&>(node);
      open(loop.async ? "async_for" : "for", node);
      expression(loop.target);
      expression(loop.iterable);
      close();
      body("", loop.body, depth);
      return body("else", loop.otherwise, depth);
    }
    case StatementKind::while_: {
      const auto& loop = static_cast<const While&>(node);
      one("while", loop.test);
      body("", loop.body, depth);
      return body("else", loop.otherwise, depth);
    }
    case StatementKind::with: {
      const auto& with = static_cast<const With&>(node);
      open(with.async ? "async_with" : "with", node);
      for (const auto& item : with.items) {
        expression(item.context);
        expression(item.target);
      }
      close();
      return body("", with.body, depth);
    }
    case StatementKind::try_: {
      const auto& attempt = static_cast<const Try&>(node);
      one("try", nullptr);
      body("", attempt.body, depth);
      for (const auto& handler : attempt.handlers) {
        out_.append(static_cast<std::size_t>(depth) * 2, ' ');
        glued_ = true;
        put("(except");
        if (handler.type != nullptr) expression(handler.type);
        if (!handler.name.empty()) word(handler.name);
        close();
        body("", handler.body, depth);
      }
      body("else", attempt.otherwise, depth);
      return body("finally", attempt.finally, depth);
    }
    case StatementKind::function: {
      const auto& function = static_cast<const Function&>(node);
      open(function.async ? "async_function" : function.generator ? "generator" : "function", node);
      word(function.name);
      parameters(function.parameters);
      if (function.returns != nullptr) expression(function.returns);
      for (const auto* decorator : function.decorators) {
        put("@");
        glued_ = true;
        expression(decorator);
      }
      close();
      return body("", function.body, depth);
    }
    case StatementKind::class_: {
      const auto& type = static_cast<const Class&>(node);
      open("class", node);
      word(type.name);
      arguments(type.bases);
      for (const auto* decorator : type.decorators) {
        put("@");
        glued_ = true;
        expression(decorator);
      }
      close();
      return body("", type.body, depth);
    }
    case StatementKind::match: {
      const auto& match = static_cast<const Match&>(node);
      one("match", match.subject);
      for (const auto& choice : match.cases) {
        if (out_.back() != '\n') out_ += '\n';
        out_.append(static_cast<std::size_t>(depth) * 2, ' ');
        glued_ = true;
        put("(case");
        expression(choice.pattern);
        if (choice.guard != nullptr) expression(choice.guard);
        close();
        body("", choice.body, depth);
      }
      return;
    }
  }
}

}  // namespace foreshot::python
