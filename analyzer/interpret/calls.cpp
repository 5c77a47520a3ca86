// Calls: which callee is asked what, how arguments meet parameters, and the walk of a project's function.
#include <algorithm>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {
namespace {

using python::as;
using python::ExpressionKind;
using python::StatementKind;

auto last_name(const python::Expression* decorator) -> std::string_view {
  if (const auto* call = as<python::Call>(decorator, ExpressionKind::call)) return last_name(call->callee);
  if (const auto* name = as<python::Name>(decorator, ExpressionKind::name)) return name->id;
  if (const auto* attribute = as<python::Attribute>(decorator, ExpressionKind::attribute)) return attribute->name;
  return {};
}

auto decorated(const python::Function& function, std::initializer_list<std::string_view> names) -> bool {
  return std::any_of(function.decorators.begin(), function.decorators.end(), [&](const python::Expression* decorator) {
    return std::find(names.begin(), names.end(), last_name(decorator)) != names.end();
  });
}

// A body that says nothing about what subclasses do: `...`, `pass`, `raise NotImplementedError`.
auto is_abstract(const python::Function& function) -> bool {
  return std::all_of(function.body.begin(), function.body.end(), [](const python::Statement* statement) {
    if (statement->kind == StatementKind::raise) {
      const auto name = last_name(static_cast<const python::Raise*>(statement)->exception);
      return name == "NotImplementedError";
    }
    if (statement->kind != StatementKind::expression) return false;
    const auto kind = static_cast<const python::ExpressionStatement*>(statement)->value->kind;
    return kind == ExpressionKind::string || kind == ExpressionKind::ellipsis;
  });
}

}  // namespace

auto Interpreter::State::unknown_result(const Site& at) -> Value {
  return Value::unknown("result of " + source(at.callee.known() ? at.callee : at.span) + "()", at.span);
}

auto Interpreter::State::call(const Site& at, const Value& callee, const Arguments& arguments) -> Value {
  if (const auto* function = callee.get<std::shared_ptr<const Function>>()) {
    const auto held = *function;
    if (auto answer = vocabulary.call(at, callee, arguments)) return std::move(*answer);
    return call_function(at, held, arguments);
  }
  if (const auto* made = callee.get<std::shared_ptr<const Class>>()) {
    const auto held = *made;
    if (auto answer = vocabulary.call(at, callee, arguments)) return std::move(*answer);
    return call_class(at, held, arguments);
  }
  return each_alternative(at.span, callee, arguments, [&](const Value& one, const Arguments& given) -> Value {
    if (one.get<std::shared_ptr<const Function>>() != nullptr || one.get<std::shared_ptr<const Class>>() != nullptr) return call(at, one, given);
    if (auto answer = vocabulary.call(at, one, given)) return std::move(*answer);
    if (!one.external_name().empty()) {
      if (auto answer = library_call(at, one.external_name(), given)) return std::move(*answer);
      const auto dotted = one.external_name();
      const auto dot = dotted.rfind('.');
      if (dot == std::string_view::npos || dotted.starts_with("builtins.")) return unknown_result(at);
      return unknown_result(at, external(dotted.substr(0, dot)), dotted.substr(dot + 1), given);
    }
    if (const auto* partial = one.object<Partial>()) {
      auto all = partial->arguments;
      const auto split = std::find_if(all.items.begin(), all.items.end(), [](const Argument& argument) { return !argument.name.empty(); });
      std::size_t position = static_cast<std::size_t>(split - all.items.begin());
      for (const auto& argument : given.items) {
        if (argument.name.empty()) {
          all.items.insert(all.items.begin() + static_cast<std::ptrdiff_t>(position++), argument);
          continue;
        }
        const auto same_name = std::find_if(all.items.begin(), all.items.end(), [&](const Argument& other) { return other.name == argument.name; });
        if (same_name != all.items.end())
          *same_name = argument;
        else
          all.items.push_back(argument);
      }
      all.unknown_positional = all.unknown_positional || given.unknown_positional;
      all.unknown_keywords = all.unknown_keywords || given.unknown_keywords;
      return call(at, partial->callee, all);
    }
    if (const auto* instance = one.get<std::shared_ptr<Instance>>()) {
      if (class_attribute((*instance)->of, "__call__") != nullptr) return call_method(at, one, "__call__", given);
    }
    return unknown_result(at);
  });
}

auto Interpreter::State::bind(python::ParameterList parameters, const Function& function, const Arguments& arguments, Frame& frame)
    -> void {
  std::vector<const Argument*> positional;
  Argument self;
  if (function.self != nullptr) {
    self.value = *function.self;
    positional.push_back(&self);
  }
  std::vector<const Argument*> keywords;
  for (const auto& argument : arguments.items) (argument.name.empty() ? positional : keywords).push_back(&argument);
  std::size_t next = 0;
  for (const auto& parameter : parameters) {
    if (parameter.name.empty()) continue;
    const Span where{function.module->file, parameter.name.empty() ? 0U : 0U, 0U};
    if (parameter.star == python::Parameter::Star::one) {
      std::vector<Value> rest;
      Rounds differs = 0;
      for (; next < positional.size(); ++next) {
        rest.push_back(positional[next]->value);
        differs |= rest.back().rounds();
      }
      auto value = sequence(std::move(rest), {}, Sequence::Kind::tuple, !arguments.unknown_positional);
      frame.variables.set(parameter.name, value.differing(arguments.unknown_positional ? rounds : differs));
      continue;
    }
    if (parameter.star == python::Parameter::Star::two) {
      std::vector<std::pair<Value, Value>> rest;
      Rounds differs = 0;
      for (const auto* argument : keywords) {
        if (argument == nullptr) continue;
        rest.emplace_back(Value::text(argument->name), argument->value);
        differs |= argument->value.rounds();
      }
      auto value = dictionary(std::move(rest), {}, !arguments.unknown_keywords);
      frame.variables.set(parameter.name, value.differing(arguments.unknown_keywords ? rounds : differs));
      continue;
    }
    if (!parameter.keyword_only && next < positional.size()) {
      auto value = positional[next]->value;
      if (value.is_unknown() && positional[next]->span.known()) value.move_to(positional[next]->span);
      frame.variables.set(parameter.name, std::move(value));
      ++next;
      continue;
    }
    const auto keyword = std::find_if(keywords.begin(), keywords.end(), [&](const Argument* argument) {
      return argument != nullptr && argument->name == parameter.name;
    });
    if (keyword != keywords.end()) {
      auto value = (*keyword)->value;
      if (value.is_unknown() && (*keyword)->span.known()) value.move_to((*keyword)->span);
      frame.variables.set(parameter.name, std::move(value));
      *keyword = nullptr;
      continue;
    }
    if (parameter.default_value != nullptr && !arguments.unknown_keywords && !(arguments.unknown_positional && !parameter.keyword_only))
      frame.variables.set(parameter.name, evaluate(parameter.default_value));
    else
      // A decorator moved the arguments: this one is any of them.
      frame.variables.set(parameter.name, Value::unknown("parameter " + std::string(parameter.name), where).differing(rounds));
  }
}

auto Interpreter::State::call_function(const Site& at, const std::shared_ptr<const Function>& function, const Arguments& arguments)
    -> Value {
  const auto span = at.span;
  auto frame = std::make_shared<Frame>();
  frame->module = function->module;
  frame->enclosing = function->closure;
  frame->born = trail.clock();
  const auto parameters = function->definition != nullptr ? function->definition->parameters : function->lambda->parameters;
  if (function->definition != nullptr) {
    const auto& definition = *function->definition;
    if (definition.generator && decorated(definition, {"contextmanager", "asynccontextmanager"})) {
      auto pending = std::make_shared<PendingManager>();
      pending->function = function;
      pending->arguments = arguments;
      pending->span = span;
      return {std::shared_ptr<Object>(std::move(pending)), span};
    }
    if (is_abstract(definition)) return unknown_result(at);
    const auto same_function = std::count(stack.begin(), stack.end(), &definition);
    if (stack.size() > limits.call_depth || same_function > 1) {
      if (limits.call_depth > 0 && same_function <= 1) stop(span, "calls nested too deeply");
      return unknown_result(at);
    }
    if (limits.call_depth == 0) return unknown_result(at);
  }
  if (spent) return unknown_result(at);
  Activation bound_in;
  bound_in.module = function->module;
  bound_in.frame = frame;
  auto* caller = here;
  here = &bound_in;
  bind(parameters, *function, arguments, *frame);
  here = caller;
  return walk_function(span, *function, frame, nullptr);
}

auto Interpreter::State::walk_function(Span span, const Function& function, const std::shared_ptr<Frame>& frame, WithBody* with_body)
    -> Value {
  constexpr int deepest = 900;
  if (nesting > deepest) {
    stop(span, "nested too deeply");
    return Value::unknown("nested too deeply", span);
  }
  Activation activation;
  activation.module = function.module;
  activation.frame = frame;
  activation.class_name = function.class_name;
  activation.with_body = with_body;
  auto* caller = here;
  if (function.lambda != nullptr) {
    activation.function = caller->function;
    activation.name = caller->name;
    activation.in_async = caller->in_async;
    here = &activation;
    ++nesting;
    auto value = evaluate(function.lambda->body);
    --nesting;
    here = caller;
    return value;
  }
  const auto& definition = *function.definition;
  activation.function = &definition;
  activation.in_async = definition.async;
  auto& name = qualified_names[&definition];
  if (name.empty())
    name = function.class_name.empty() ? definition.name : intern(std::string(function.class_name) + '.' + std::string(definition.name));
  activation.name = name;
  const auto guards_from = conditions.size();
  const auto narrowings_from = narrowings.size();
  const auto depth = fork_depth;
  here = &activation;
  called_from.push_back(span);
  stack.push_back(&definition);
  ++nesting;
  const auto read = rounds;
  const auto flow = block(definition.body);
  rounds = read;
  --nesting;
  stack.pop_back();
  called_from.pop_back();
  here = caller;
  fork_depth = depth;
  take_guards(guards_from);
  narrowings.resize(narrowings_from);
  if (definition.generator) return sequence(std::move(activation.yields), span, Sequence::Kind::generator, activation.yields_complete);
  if (flow == Flow::next) activation.returns.emplace_back(None{}, span);
  if (activation.returns.empty()) return Value::unknown("nothing is returned", span);
  auto result = activation.returns.size() == 1
                    ? std::move(activation.returns.front())
                    : join_values(std::move(activation.returns), activation.return_test.known() ? activation.return_test : span);
  // `-> bool` says that there are two possibilities, and both are looked at.
  const auto* annotation = as<python::Name>(definition.returns, ExpressionKind::name);
  if (result.is_unknown() && annotation != nullptr && annotation->id == "bool")
    return {std::make_shared<const Choice>(Choice{{Value(true, span), Value(false, span)}, span}), span};
  return result;
}

auto Interpreter::State::bound(const Value& found, const Value& self, bool on_class) -> Value {
  const auto* held = found.get<std::shared_ptr<const Function>>();
  if (held == nullptr || (*held)->definition == nullptr) return found;
  const auto& definition = *(*held)->definition;
  if (!definition.decorators.empty() && decorated(definition, {"staticmethod"})) return found;
  const auto of_class = !definition.decorators.empty() && decorated(definition, {"classmethod"});
  if (on_class && !of_class) return found;
  auto method = std::make_shared<Function>(**held);
  const auto* instance = self.get<std::shared_ptr<Instance>>();
  if (of_class && instance != nullptr)
    method->self = std::make_shared<const Value>((*instance)->of);
  else
    method->self = std::make_shared<const Value>(self);
  return {std::shared_ptr<const Function>(std::move(method)), found.span()};
}

}  // namespace foreshot::interpret
