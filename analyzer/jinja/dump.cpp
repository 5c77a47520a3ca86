// The tree as text: expressions with all their brackets, statements one a line, indented.
#include <string>

#include "analyzer/jinja/tree.h"

namespace foreshot::jinja {
namespace {

struct Dump {
  std::string out;

  auto list(ExpressionList all) -> void {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i > 0) out += ", ";
      show(all[i]);
    }
  }
  auto arguments(std::span<const Argument> all) -> void {
    out += '(';
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i > 0) out += ", ";
      if (!all[i].name.empty()) out += std::string(all[i].name) + '=';
      out += std::string(static_cast<std::size_t>(all[i].star), '*');
      show(all[i].value);
    }
    out += ')';
  }

  auto show(const Expression* node) -> void {
    if (node == nullptr) {
      out += '_';
      return;
    }
    switch (node->kind) {
      case ExpressionKind::name: out += static_cast<const Name*>(node)->id; break;
      case ExpressionKind::string: out += '"' + std::string(static_cast<const String*>(node)->text) + '"'; break;
      case ExpressionKind::number: out += static_cast<const Number*>(node)->text; break;
      case ExpressionKind::true_: out += "true"; break;
      case ExpressionKind::false_: out += "false"; break;
      case ExpressionKind::none: out += "none"; break;
      case ExpressionKind::list: out += '['; list(static_cast<const Sequence*>(node)->elements); out += ']'; break;
      case ExpressionKind::tuple: out += '('; list(static_cast<const Sequence*>(node)->elements); out += ",)"; break;
      case ExpressionKind::dictionary:
        out += '{';
        for (const auto& entry : static_cast<const Dictionary*>(node)->entries) {
          if (out.back() != '{') out += ", ";
          show(entry.key);
          out += ": ";
          show(entry.value);
        }
        out += '}';
        break;
      case ExpressionKind::attribute:
        show(static_cast<const Attribute*>(node)->value);
        out += '.' + std::string(static_cast<const Attribute*>(node)->name);
        break;
      case ExpressionKind::subscript:
        show(static_cast<const Subscript*>(node)->value);
        out += '[';
        show(static_cast<const Subscript*>(node)->index);
        out += ']';
        break;
      case ExpressionKind::slice: {
        const auto* slice = static_cast<const Slice*>(node);
        show(slice->lower);
        out += ':';
        show(slice->upper);
        out += ':';
        show(slice->step);
        break;
      }
      case ExpressionKind::call:
        show(static_cast<const Call*>(node)->callee);
        arguments(static_cast<const Call*>(node)->arguments);
        break;
      case ExpressionKind::filter: {
        const auto* filter = static_cast<const Filter*>(node);
        show(filter->value);
        out += '|' + std::string(filter->name);
        if (!filter->arguments.empty()) arguments(filter->arguments);
        break;
      }
      case ExpressionKind::test: {
        const auto* test = static_cast<const Test*>(node);
        out += '(';
        show(test->value);
        out += test->negated ? " is not " : " is ";
        out += test->name;
        if (!test->arguments.empty()) arguments(test->arguments);
        out += ')';
        break;
      }
      case ExpressionKind::unary:
        out += '(' + std::string(static_cast<const Unary*>(node)->op) + ' ';
        show(static_cast<const Unary*>(node)->operand);
        out += ')';
        break;
      case ExpressionKind::binary: {
        const auto* binary = static_cast<const Binary*>(node);
        pair(binary->left, binary->op, binary->right);
        break;
      }
      case ExpressionKind::boolean: {
        const auto* boolean = static_cast<const Boolean*>(node);
        pair(boolean->left, boolean->is_and ? "and" : "or", boolean->right);
        break;
      }
      case ExpressionKind::compare: {
        const auto* compare = static_cast<const Compare*>(node);
        out += '(';
        for (std::size_t i = 0; i < compare->operands.size(); ++i) {
          if (i > 0) out += ' ' + std::string(compare->ops[i - 1]) + ' ';
          show(compare->operands[i]);
        }
        out += ')';
        break;
      }
      case ExpressionKind::conditional: {
        const auto* conditional = static_cast<const Conditional*>(node);
        out += '(';
        show(conditional->body);
        out += " if ";
        show(conditional->test);
        out += " else ";
        show(conditional->otherwise);
        out += ')';
        break;
      }
      case ExpressionKind::unreadable: out += '?'; break;
    }
  }
  auto pair(const Expression* left, std::string_view op, const Expression* right) -> void {
    out += '(';
    show(left);
    out += ' ' + std::string(op) + ' ';
    show(right);
    out += ')';
  }

  auto parameters(std::span<const Parameter> all) -> void {
    out += '(';
    for (std::size_t i = 0; i < all.size(); ++i) {
      out += (i > 0 ? ", " : "") + std::string(all[i].name);
      if (all[i].default_value == nullptr) continue;
      out += '=';
      show(all[i].default_value);
    }
    out += ')';
  }
  auto assignments(std::span<const Assignment> all) -> void {
    for (const auto& each : all) {
      out += ' ';
      show(each.target);
      out += '=';
      show(each.value);
    }
  }

  auto show(const Node* node, int depth) -> void {
    if (node->kind == NodeKind::text) return;
    out += std::string(static_cast<std::size_t>(depth) * 2, ' ');
    const auto inside = [&](NodeList body, std::string_view head = {}) {
      if (!head.empty()) out += std::string(static_cast<std::size_t>(depth) * 2, ' ') + std::string(head) + '\n';
      all(body, depth + 1);
    };
    const auto words = [&](std::string_view word, const Expression* value) {
      out += word;
      out += ' ';
      show(value);
    };
    switch (node->kind) {
      case NodeKind::text: break;
      case NodeKind::output: words("output", static_cast<const Output*>(node)->value); break;
      case NodeKind::for_: {
        const auto* loop = static_cast<const For*>(node);
        words("for", loop->target);
        words(" in", loop->iterable);
        if (loop->test != nullptr) words(" if", loop->test);
        out += loop->recursive ? " recursive\n" : "\n";
        inside(loop->body);
        if (!loop->otherwise.empty()) inside(loop->otherwise, "else");
        return;
      }
      case NodeKind::if_: {
        const auto* branch = static_cast<const If*>(node);
        words("if", branch->test);
        out += '\n';
        inside(branch->body);
        if (!branch->otherwise.empty()) inside(branch->otherwise, "else");
        return;
      }
      case NodeKind::set:
        words("set", static_cast<const Set*>(node)->target);
        words(" =", static_cast<const Set*>(node)->value);
        break;
      case NodeKind::set_block:
        words("set", static_cast<const SetBlock*>(node)->target);
        if (static_cast<const SetBlock*>(node)->filter != nullptr) words(" =", static_cast<const SetBlock*>(node)->filter);
        out += '\n';
        return inside(static_cast<const SetBlock*>(node)->body);
      case NodeKind::block: {
        const auto* block = static_cast<const Block*>(node);
        out += "block " + std::string(block->name) + (block->scoped ? " scoped" : "") + (block->required ? " required" : "") + '\n';
        return inside(block->body);
      }
      case NodeKind::extends: words("extends", static_cast<const Extends*>(node)->parent); break;
      case NodeKind::include: {
        const auto* include = static_cast<const Include*>(node);
        words("include", include->names);
        out += include->ignore_missing ? " ignore missing" : "";
        out += include->with_context ? "" : " without context";
        break;
      }
      case NodeKind::import_: {
        const auto* import = static_cast<const Import*>(node);
        words("import", import->from);
        out += " as " + std::string(import->as) + (import->with_context ? " with context" : "");
        break;
      }
      case NodeKind::from_import: {
        const auto* import = static_cast<const FromImport*>(node);
        words("from", import->from);
        out += " import";
        for (const auto& name : import->names) out += ' ' + std::string(name.name) + (name.as.empty() ? "" : " as " + std::string(name.as));
        out += import->with_context ? " with context" : "";
        break;
      }
      case NodeKind::macro: {
        const auto* macro = static_cast<const Macro*>(node);
        out += "macro " + std::string(macro->name);
        parameters(macro->parameters);
        out += '\n';
        return inside(macro->body);
      }
      case NodeKind::call_block: {
        const auto* call = static_cast<const CallBlock*>(node);
        out += "call";
        parameters(call->parameters);
        words("", call->call);
        out += '\n';
        return inside(call->body);
      }
      case NodeKind::filter_block:
        words("filter", static_cast<const FilterBlock*>(node)->filter);
        out += '\n';
        return inside(static_cast<const FilterBlock*>(node)->body);
      case NodeKind::with:
        out += "with";
        assignments(static_cast<const With*>(node)->assignments);
        out += '\n';
        return inside(static_cast<const With*>(node)->body);
      case NodeKind::scope:
        out += "scope\n";
        return inside(static_cast<const Scope*>(node)->body);
      case NodeKind::do_: words("do", static_cast<const Do*>(node)->value); break;
      case NodeKind::trans: {
        const auto* trans = static_cast<const Trans*>(node);
        out += "trans";
        assignments(trans->assignments);
        out += '\n';
        inside(trans->singular);
        if (!trans->plural.empty()) inside(trans->plural, "pluralize");
        return;
      }
      case NodeKind::break_: out += "break"; break;
      case NodeKind::continue_: out += "continue"; break;
      case NodeKind::unreadable: out += '?'; break;
    }
    out += '\n';
  }

  auto all(NodeList nodes, int depth) -> void {
    for (const auto* node : nodes) show(node, depth);
  }
};

}  // namespace

auto dump(const Template& tree) -> std::string {
  Dump dump;
  dump.all(tree.body, 0);
  return std::move(dump.out);
}

}  // namespace foreshot::jinja
