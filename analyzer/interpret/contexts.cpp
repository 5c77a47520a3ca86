// with and try.
#include <algorithm>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {
namespace {

using python::as;
using python::ExpressionKind;

auto last_name(const python::Expression* type) -> std::string_view {
  if (const auto* name = as<python::Name>(type, ExpressionKind::name)) return name->id;
  if (const auto* attribute = as<python::Attribute>(type, ExpressionKind::attribute)) return attribute->name;
  return {};
}

auto catches_missing_import(const python::Expression* type) -> bool {
  if (type == nullptr) return false;
  if (type->kind == ExpressionKind::tuple) {
    const auto elements = static_cast<const python::Sequence*>(type)->elements;
    return std::any_of(elements.begin(), elements.end(), catches_missing_import);
  }
  const auto name = last_name(type);
  return name == "ImportError" || name == "ModuleNotFoundError";
}

constexpr int deepest_raise = 20;

// The tests under which a block raises, or nothing where it raises under none. `tests` gets an empty place for a raise that
// no test decides.
auto find_raises(python::StatementList block, const python::Expression* test, int depth,
                 std::vector<const python::Expression*>& tests) -> void {
  if (depth > deepest_raise) return;
  for (const auto* statement : block) {
    if (statement->kind == python::StatementKind::raise) tests.push_back(test);
    if (const auto* branch = as<python::If>(statement, python::StatementKind::if_)) {
      find_raises(branch->body, branch->test, depth + 1, tests);
      find_raises(branch->otherwise, branch->test, depth + 1, tests);
    }
    if (const auto* with = as<python::With>(statement, python::StatementKind::with)) find_raises(with->body, test, depth + 1, tests);
  }
}

// Does the handler end by raising?
auto raises(const python::Handler& handler) -> bool {
  return !handler.body.empty() && handler.body.back()->kind == python::StatementKind::raise;
}

}  // namespace

auto Interpreter::State::exception_names(const python::Expression* type) -> std::vector<std::string> {
  if (type == nullptr) return {};
  std::vector<std::string> names;
  const auto add = [&](const python::Expression* one) {
    const auto value = evaluate(one);
    const auto full = value.external_name();
    names.emplace_back(full.empty() ? last_name(one) : full);
  };
  if (type->kind == ExpressionKind::tuple)
    for (const auto* element : static_cast<const python::Sequence*>(type)->elements) add(element);
  else
    add(type);
  return names;
}

auto Interpreter::State::with_statement(const python::With& node, std::size_t item) -> Flow {
  if (item == node.items.size()) return block(node.body);
  const auto& manager = node.items[item];
  const auto value = evaluate(manager.context);
  const auto span = span_of(manager.context);
  const auto bind_target = [&](const Value& entered) {
    if (manager.target != nullptr) assign(manager.target, entered.differing(value.rounds()));
  };
  if (const auto* pending = value.object<PendingManager>()) {
    WithBody body{&node, item, here, called_from.size(), false, Flow::next};
    const auto function = pending->function;
    auto frame = std::make_shared<Frame>();
    frame->module = function->module;
    frame->enclosing = function->closure;
    frame->born = trail.clock();
    const auto arguments = pending->arguments;
    auto given = Value(std::make_shared<Mapping>());
    Activation bound_in;
    bound_in.module = function->module;
    bound_in.frame = frame;
    auto* caller = here;
    here = &bound_in;
    bind(function->definition->parameters, *function, arguments, *frame);
    here = caller;
    walk_function(span, *function, frame, &body);
    if (!body.ran) {
      bind_target(Value::unknown("result of " + source(span), span));
      return with_statement(node, item + 1);
    }
    return body.flow;
  }
  if (auto entered = vocabulary.enter(site(span), value)) {
    bind_target(*entered);
    const auto flow = with_statement(node, item + 1);
    vocabulary.leave(site(span), *entered);
    return flow;
  }
  const auto* call = as<python::Call>(manager.context, ExpressionKind::call);
  if (call != nullptr && last_name(call->callee) == "suppress") {
    const auto word = span_of(manager.context);
    if (!resolving) {
      Swallowing suppressed{word, {}, {}};
      for (const auto& argument : call->arguments)
        for (auto& name : exception_names(argument.value)) suppressed.caught.push_back(std::move(name));
      swallowing.push_back(std::move(suppressed));
    }
    Fork fork(*this);
    const Condition attempt{Condition::Kind::attempt, word, 0};
    fork.begin(attempt);
    const auto flow = with_statement(node, item + 1);
    fork.end(flow, attempt);
    if (flow != Flow::next) fork.fall({Condition::Kind::attempt, word, 1});
    return fork.join(word);
  }
  if (const auto* instance = value.get<std::shared_ptr<Instance>>()) {
    const auto* enter = class_attribute((*instance)->of, node.async ? "__aenter__" : "__enter__");
    if (enter != nullptr) {
      const auto at = site(span, span);
      bind_target(call_method(at, value, node.async ? "__aenter__" : "__enter__", {}));
      const auto flow = with_statement(node, item + 1);
      Arguments nothing;
      for (int i = 0; i < 3; ++i) nothing.items.push_back({{}, Value(None{}, span), span});
      call_method(site(span, span), value, node.async ? "__aexit__" : "__exit__", nothing);
      return flow;
    }
  }
  const auto keeps = value.object<OpenFile>() != nullptr || !value.is_unknown();
  bind_target(keeps ? value : Value::unknown("entered " + source(span), span));
  return with_statement(node, item + 1);
}

// The generator function stands at its yield: walk the body of the with in the function that wrote it.
auto Interpreter::State::run_with_body(WithBody& body, const Value& yielded) -> void {
  if (body.ran && fork_depth == 0) return;
  body.ran = true;
  auto* inside = here;
  here = body.outer;
  std::vector<Span> inner_calls(called_from.begin() + static_cast<std::ptrdiff_t>(body.called_from), called_from.end());
  called_from.resize(body.called_from);
  const auto depth = stack.empty() ? nullptr : stack.back();
  if (depth != nullptr) stack.pop_back();
  const auto& item = body.with->items[body.item];
  if (item.target != nullptr) assign(item.target, yielded);
  const auto flow = with_statement(*body.with, body.item + 1);
  body.flow = body.flow == Flow::next ? flow : body.flow;
  if (depth != nullptr) stack.push_back(depth);
  called_from.insert(called_from.end(), inner_calls.begin(), inner_calls.end());
  here = inside;
}

auto Interpreter::State::try_statement(const python::Try& node) -> Flow {
  const auto whole = span_of(static_cast<const python::Statement*>(&node));
  const Span word{whole.file, whole.begin, whole.begin + 3};
  auto flow = Flow::next;
  if (node.handlers.empty()) {
    flow = block(node.body);
    if (flow == Flow::next) flow = block(node.otherwise);
  } else {
    Fork fork(*this);
    const Condition attempt{Condition::Kind::attempt, word, 0};
    fork.begin(attempt);
    auto body_flow = block(node.body);
    if (body_flow == Flow::next) body_flow = block(node.otherwise);
    fork.end(body_flow, attempt);
    bool handlers_fall = false;
    for (const auto& handler : node.handlers) {
      const auto end = handler.type != nullptr ? handler.type->end : handler.begin + 6;
      const Condition caught{Condition::Kind::handler, {whole.file, handler.begin, end}, 0};
      fork.begin(caught);
      if (handler.type != nullptr) evaluate(handler.type);
      if (!handler.name.empty())
        trail.set_variable(here->frame, handler.name, Value::unknown("exception", {whole.file, handler.begin, end}));
      if (!resolving && !raises(handler)) {
        Swallowing caught_here{word, exception_names(handler.type), {}};
        std::vector<const python::Expression*> tests;
        find_raises(handler.body, nullptr, 0, tests);
        for (const auto* test : tests) caught_here.raises_if.push_back(test == nullptr ? std::string() : source(span_of(test)));
        swallowing.push_back(std::move(caught_here));
      }
      const auto handler_flow = block(handler.body);
      fork.end(handler_flow, caught);
      if (handler_flow == Flow::next) {
        // Where an import is missing another library stands in: names mean what the import gives.
        if (body_flow == Flow::next && catches_missing_import(handler.type))
          fork.forget_last();
        else
          handlers_fall = true;
      }
    }
    // A handler that gives up does not make the rest conditional: the rest is what normally runs.
    fork.guard_rest(body_flow != Flow::next && handlers_fall);
    flow = fork.join(word);
  }
  if (!node.finally.empty()) {
    const auto finally_flow = block(node.finally);
    if (finally_flow != Flow::next) flow = finally_flow;
  }
  return flow;
}

}  // namespace foreshot::interpret
