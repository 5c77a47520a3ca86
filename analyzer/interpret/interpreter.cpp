#include "analyzer/interpret/interpreter.h"

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {

Interpreter::Interpreter(const ModuleIndex& modules, const SourceMap& sources, Vocabulary& vocabulary, Limits limits)
    : state_(std::make_unique<State>(*this, modules, sources, vocabulary, limits)) {}
Interpreter::~Interpreter() = default;

auto Interpreter::run_module(const SourceModule& module) -> void { state_->run_module(module); }

auto Interpreter::run_function(const SourceModule& module, const python::Function& function,
                               const std::vector<Value>& arguments, std::string_view class_name) -> Value {
  return state_->run_function(module, function, arguments, class_name);
}

auto Interpreter::call(const Site& site, const Value& callee, const Arguments& arguments) -> Value {
  if (state_->here != nullptr) return state_->call(site, callee, arguments);
  if (site.module == nullptr) return {};
  return state_->apart(*site.module, [&] { return state_->call(site, callee, arguments); });
}

auto Interpreter::call_for_each(const Site& site, Loop loop, const Value& callee, const Arguments& arguments) -> Value {
  if (state_->here == nullptr) return {};
  auto& state = *state_;
  loop.round = state.round_of(loop.head);
  loop.element.differs_in(loop.round | loop.iterable.rounds());
  auto given = arguments;
  for (auto& argument : given.items) argument.value.differs_in(loop.round);
  const auto read = state.rounds;
  const auto round = loop.round;
  state.loops.push_back(std::move(loop));
  auto result = state.call(site, callee, given);
  state.loops.pop_back();
  state.rounds = read & ~round;
  return result;
}

auto Interpreter::instance(const std::shared_ptr<const Class>& of) -> Value {
  if (of->definition == nullptr || of->module == nullptr) return {};
  if (state_->here != nullptr) return state_->instance_of(of);
  return state_->apart(*of->module, [&] { return state_->instance_of(of); });
}

auto Interpreter::global(const SourceModule& module, std::string_view name) -> Value {
  if (auto value = state_->module_attribute(module, name)) return std::move(*value);
  return Value::unknown(std::string(name), {});
}

auto Interpreter::evaluate(const SourceModule& module, const python::Expression& expression) -> Value {
  return state_->apart(module, [&] { return state_->evaluate(&expression); });
}

// What is computed from values that differ from round to round differs in the same loops.
auto Interpreter::attribute(Span place, const Value& object, std::string_view name) -> Value {
  state_->rounds = object.rounds();
  return state_->attribute(object, name, place, place).differing(object.rounds());
}
auto Interpreter::method(Span place, const Value& object, std::string_view name, const Arguments& arguments) -> Value {
  auto rounds = object.rounds();
  for (const auto& argument : arguments.items) rounds |= argument.value.rounds();
  state_->rounds = rounds;
  return state_->call_method(state_->site(place, place), object, name, arguments).differing(rounds);
}
auto Interpreter::call(Span place, const Value& callee, const Arguments& arguments) -> Value {
  auto rounds = callee.rounds();
  for (const auto& argument : arguments.items) rounds |= argument.value.rounds();
  state_->rounds = rounds;
  return state_->call(state_->site(place, place), callee, arguments).differing(rounds);
}
auto Interpreter::item(Span place, const Value& object, const Value& index) -> Value {
  state_->rounds = object.rounds() | index.rounds();
  return state_->subscript(object, {index}, place).differing(object.rounds() | index.rounds());
}
auto Interpreter::iterate(Span place, const Value& iterable) -> Iteration { return state_->iteration_of(iterable, place); }
auto Interpreter::charge() -> bool { return state_->charge(); }

auto Interpreter::in_loop(Loop loop, const std::function<void(const Value& element)>& body) -> void {
  loop.round = state_->round_of(loop.head);
  loop.element.differs_in(loop.round | loop.iterable.rounds());
  const auto element = loop.element;
  const auto before = state_->rounds;
  state_->loops.push_back(std::move(loop));
  body(element);
  state_->loops.pop_back();
  state_->rounds = before;
}

auto Interpreter::called_from(Span place, const std::function<void()>& body) -> void {
  state_->called_from.push_back(place);
  body();
  state_->called_from.pop_back();
}

auto Interpreter::take_swallowing() -> std::vector<Swallowing> { return std::exchange(state_->swallowing, {}); }
auto Interpreter::exhausted() const -> bool { return state_->exhausted; }
auto Interpreter::gaps() const -> const std::vector<Gap>& { return state_->gaps; }
auto Interpreter::sources() const -> const SourceMap& { return state_->sources; }
auto Interpreter::modules() const -> const ModuleIndex& { return state_->modules; }

}  // namespace foreshot::interpret
