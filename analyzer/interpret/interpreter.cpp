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

auto Interpreter::global(const SourceModule& module, std::string_view name) -> Value {
  if (auto value = state_->module_attribute(module, name)) return std::move(*value);
  return Value::unknown(std::string(name), {});
}

auto Interpreter::evaluate(const SourceModule& module, const python::Expression& expression) -> Value {
  return state_->apart(module, [&] { return state_->evaluate(&expression); });
}

auto Interpreter::take_swallowing() -> std::vector<Swallowing> { return std::exchange(state_->swallowing, {}); }
auto Interpreter::exhausted() const -> bool { return state_->exhausted; }
auto Interpreter::gaps() const -> const std::vector<Gap>& { return state_->gaps; }
auto Interpreter::sources() const -> const SourceMap& { return state_->sources; }
auto Interpreter::modules() const -> const ModuleIndex& { return state_->modules; }

}  // namespace foreshot::interpret
