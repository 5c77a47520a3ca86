#include "analyzer/python/dump.h"

#include "analyzer/python/dump_writer.h"

namespace foreshot::python {

auto DumpWriter::expression(const Expression* node) -> void {
  if (node == nullptr) return put("-");
  switch (node->kind) {
    case ExpressionKind::name:
      open("name", *node);
      word(static_cast<const Name*>(node)->id);
      break;
    case ExpressionKind::string:
      string(*static_cast<const String*>(node));
      break;
    case ExpressionKind::number:
      open("number", *node);
      word(static_cast<const Number*>(node)->text);
      break;
    case ExpressionKind::true_:
      open("true", *node);
      break;
    case ExpressionKind::false_:
      open("false", *node);
      break;
    case ExpressionKind::none:
      open("none", *node);
      break;
    case ExpressionKind::ellipsis:
      open("ellipsis", *node);
      break;
    case ExpressionKind::unreadable:
      open("unreadable", *node);
      break;
    case ExpressionKind::attribute: {
      const auto& attribute = *static_cast<const Attribute*>(node);
      open("attribute", *node);
      expression(attribute.value);
      word(attribute.name);
      break;
    }
    case ExpressionKind::subscript: {
      const auto& subscript = *static_cast<const Subscript*>(node);
      open("subscript", *node);
      expression(subscript.value);
      for (const auto* index : subscript.indexes) expression(index);
      break;
    }
    case ExpressionKind::slice: {
      const auto& slice = *static_cast<const Slice*>(node);
      open("slice", *node);
      expression(slice.lower);
      expression(slice.upper);
      expression(slice.step);
      break;
    }
    case ExpressionKind::call: {
      const auto& call = *static_cast<const Call*>(node);
      open("call", *node);
      expression(call.callee);
      arguments(call.arguments);
      break;
    }
    case ExpressionKind::unary: {
      const auto& unary = *static_cast<const Unary*>(node);
      open("unary", *node);
      word(unary.op);
      expression(unary.operand);
      break;
    }
    case ExpressionKind::binary:
      binary(*static_cast<const Binary*>(node));
      return;
    case ExpressionKind::boolean: {
      const auto& boolean = *static_cast<const Boolean*>(node);
      open(boolean.is_and ? "and" : "or", *node);
      for (const auto* operand : boolean.operands) expression(operand);
      break;
    }
    case ExpressionKind::compare: {
      const auto& compare = *static_cast<const Compare*>(node);
      open("compare", *node);
      for (std::size_t index = 0; index < compare.operands.size(); ++index) {
        if (index > 0) word(compare.ops[index - 1]);
        expression(compare.operands[index]);
      }
      break;
    }
    case ExpressionKind::conditional: {
      const auto& conditional = *static_cast<const Conditional*>(node);
      open("conditional", *node);
      expression(conditional.body);
      expression(conditional.test);
      expression(conditional.otherwise);
      break;
    }
    case ExpressionKind::lambda: {
      const auto& lambda = *static_cast<const Lambda*>(node);
      open("lambda", *node);
      parameters(lambda.parameters);
      expression(lambda.body);
      break;
    }
    case ExpressionKind::list:
      sequence("list", *node);
      break;
    case ExpressionKind::tuple:
      sequence("tuple", *node);
      break;
    case ExpressionKind::set:
      sequence("set", *node);
      break;
    case ExpressionKind::dictionary: {
      open("dictionary", *node);
      for (const auto& entry : static_cast<const Dictionary*>(node)->entries) {
        expression(entry.key);
        expression(entry.value);
      }
      break;
    }
    case ExpressionKind::comprehension:
      comprehension(*static_cast<const Comprehension*>(node));
      break;
    case ExpressionKind::starred:
      open("starred", *node);
      expression(static_cast<const Starred*>(node)->value);
      break;
    case ExpressionKind::await_:
      open("await", *node);
      expression(static_cast<const Await*>(node)->value);
      break;
    case ExpressionKind::yield_: {
      const auto& yield = *static_cast<const Yield*>(node);
      open(yield.from ? "yield_from" : "yield", *node);
      expression(yield.value);
      break;
    }
    case ExpressionKind::named: {
      const auto& named = *static_cast<const Named*>(node);
      open("named", *node);
      expression(named.target);
      expression(named.value);
      break;
    }
  }
  close();
}

auto DumpWriter::binary(const Binary& top) -> void {
  // Chains nest to the left without a small bound: write the openings going down, the rest going up.
  auto spine = std::vector<const Binary*>{};
  const Expression* first = &top;
  while (const auto* level = as<Binary>(first, ExpressionKind::binary)) {
    spine.push_back(level);
    first = level->left;
  }
  for (const auto* level : spine) {
    open("binary", *level);
    word(level->op);
  }
  expression(first);
  for (auto level = spine.rbegin(); level != spine.rend(); ++level) {
    expression((*level)->right);
    close();
  }
}

auto DumpWriter::sequence(std::string_view kind, const Expression& node) -> void {
  open(kind, node);
  for (const auto* element : static_cast<const Sequence&>(node).elements) expression(element);
}

auto DumpWriter::comprehension(const Comprehension& node) -> void {
  using Result = Comprehension::Result;
  open(node.result == Result::list         ? "list_of"
       : node.result == Result::set        ? "set_of"
       : node.result == Result::dictionary ? "dictionary_of"
                                           : "generator_of",
       node);
  expression(node.element);
  if (node.result == Result::dictionary) expression(node.value);
  for (const auto& clause : node.clauses) {
    open(clause.target == nullptr ? "if" : clause.async ? "async_for" : "for", clause.begin, clause.end);
    if (clause.target != nullptr) expression(clause.target);
    expression(clause.iterable);
    close();
  }
}

auto DumpWriter::arguments(std::span<const Argument> given) -> void {
  for (const auto& argument : given) {
    open(argument.star == Argument::Star::one   ? "star"
         : argument.star == Argument::Star::two ? "double_star"
                                                : "arg",
         argument.begin, argument.end);
    if (!argument.name.empty()) word(argument.name);
    expression(argument.value);
    close();
  }
}

auto DumpWriter::parameters(ParameterList list) -> void {
  put("(parameters");
  for (const auto& parameter : list) {
    put("(");
    glued_ = true;
    word(parameter.star == Parameter::Star::one   ? "star"
         : parameter.star == Parameter::Star::two ? "double_star"
         : parameter.keyword_only                 ? "keyword_only"
         : parameter.positional_only              ? "positional_only"
                                                  : "any");
    word(parameter.name);
    expression(parameter.annotation);
    expression(parameter.default_value);
    close();
  }
  close();
}

auto DumpWriter::string(const String& node) -> void {
  open(node.template_ ? "template" : node.bytes ? "bytes" : node.interpolated ? "fstring" : "string", node);
  parts(node.parts);
}

auto DumpWriter::parts(std::span<const StringPart> list) -> void {
  // Neighbouring texts are one text to a reader of the dump.
  auto text = std::string{};
  auto pending = false;
  const auto flush = [&] {
    if (pending) quoted(text);
    text.clear();
    pending = false;
  };
  for (const auto& part : list) {
    if (part.value == nullptr) {
      text += part.text;
      pending = true;
      continue;
    }
    flush();
    open(part.debug ? "debug" : "value", part.begin, part.end);
    expression(part.value);
    if (part.conversion != 0) word(std::string{'!', part.conversion});
    if (!part.format.empty()) {
      put("(format");
      parts(part.format);
      close();
    }
    close();
  }
  flush();
}

auto DumpWriter::open(std::string_view kind, std::uint32_t begin, std::uint32_t end) -> void {
  put("(");
  out_ += kind;
  if (positions_) {
    out_ += '[';
    out_ += std::to_string(begin);
    out_ += ',';
    out_ += std::to_string(end);
    out_ += ')';
  }
}

auto DumpWriter::put(std::string_view text) -> void {
  if (!glued_ && !out_.empty() && out_.back() != '\n' && out_.back() != ' ') out_ += ' ';
  glued_ = false;
  out_ += text;
}

auto DumpWriter::close() -> void { out_ += ')'; }

auto DumpWriter::quoted(std::string_view text) -> void {
  static constexpr char digits[] = "0123456789abcdef";
  put("\"");
  for (const auto c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out_ += "\\x";
      out_ += digits[byte >> 4];
      out_ += digits[byte & 15];
    } else {
      out_ += c;
    }
  }
  out_ += '"';
}

auto dump(const Expression& expression, bool positions) -> std::string {
  auto writer = DumpWriter{positions};
  writer.expression(&expression);
  return writer.take();
}

auto dump(const Module& module, bool positions) -> std::string {
  auto writer = DumpWriter{positions};
  writer.statements(module.body, 0);
  return writer.take();
}

}  // namespace foreshot::python
