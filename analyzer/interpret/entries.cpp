// Entry points: a module's top level, a function walked on its own; the budget they share.
#include <algorithm>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {

using python::as;
using python::StatementKind;

Interpreter::State::~State() {
  // A local function refers to the frame that refers to it.
  closures.insert(closures.end(), kept_closures.begin(), kept_closures.end());
  for (const auto& weak : closures)
    if (const auto frame = weak.lock()) frame->variables.clear();
}

auto Interpreter::State::charge(std::size_t steps) -> bool {
  if (steps_left > steps) {
    steps_left -= steps;
    return true;
  }
  steps_left = 0;
  if (!spent) {
    spent = true;
    exhausted = true;
    if (!resolving && here != nullptr && here->function != nullptr)
      gaps.push_back({Gap::Kind::control_flow, {here->module->file, here->function->name_begin, here->function->name_begin +
                      static_cast<std::uint32_t>(here->function->name.size())}, "too many steps"});
  }
  return false;
}

auto Interpreter::State::stop(Span where, std::string_view reason) -> void {
  constexpr std::size_t most_gaps = 1000;
  exhausted = true;
  if (!resolving && gaps.size() < most_gaps && (gaps.empty() || gaps.back().span != where))
    gaps.push_back({Gap::Kind::control_flow, where, std::string(reason)});
}

auto Interpreter::State::site(Span span, Span callee) -> Site {
  return {.interpreter = interpreter,
          .module = here != nullptr ? here->module : nullptr,
          .span = span,
          .callee = callee,
          .conditions = conditions,
          .loops = loops,
          .called_from = called_from,
          .function = here != nullptr ? here->name : std::string_view(),
          .in_async = here != nullptr && here->in_async,
          .discarded = false,
          .awaited = false,
          .resolving = resolving,
          .rounds = rounds};
}

auto Interpreter::State::source(Span span) const -> std::string {
  constexpr std::size_t longest = 120;
  const auto text = sources.text(span);
  std::string line;
  for (const auto byte : text.substr(0, longest)) {
    const auto blank = byte == '\n' || byte == '\r' || byte == '\t' || byte == ' ';
    if (!blank)
      line += byte;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  if (text.size() > longest) line += "…";
  return line;
}

auto Interpreter::State::run_module(const SourceModule& module) -> void {
  exhausted = false;
  module_steps_left = limits.module_steps;
  steps_left = std::min<std::uint64_t>(limits.module_steps, std::uint64_t{limits.steps} * 4);
  const auto allowed = steps_left;
  spent = false;
  auto frame = std::make_shared<Frame>();
  frame->module = &module;
  frame->born = trail.clock();
  frames[&module] = frame;
  running = &module;
  Activation activation;
  activation.level = Activation::Level::module;
  activation.module = &module;
  activation.frame = std::move(frame);
  here = &activation;
  if (module.tree != nullptr) block(module.tree->body);
  here = nullptr;
  conditions.clear();
  holds.clear();
  module_steps_left -= allowed - steps_left;
}

// The function's parameters as a caller that nobody knows would give them.
auto Interpreter::State::bind_entry(const python::Function& function, const std::vector<Value>& arguments, const Value* self)
    -> void {
  std::size_t position = 0;
  for (const auto& parameter : function.parameters) {
    const auto at = position++;
    const Span where{here->module->file, function.name_begin, function.name_begin + static_cast<std::uint32_t>(function.name.size())};
    if (at == 0 && self != nullptr && parameter.star == python::Parameter::Star::none) {
      here->frame->variables.set(parameter.name, *self);
      continue;
    }
    const auto given = self != nullptr ? at - 1 : at;
    if (given < arguments.size() && parameter.star == python::Parameter::Star::none) {
      here->frame->variables.set(parameter.name, arguments[given]);
      continue;
    }
    if (parameter.name.empty()) continue;
    if (parameter.star != python::Parameter::Star::none) {
      auto rest = parameter.star == python::Parameter::Star::one ? sequence({}, where, Sequence::Kind::tuple, false)
                                                                : dictionary({}, where, false);
      here->frame->variables.set(parameter.name, std::move(rest));
      continue;
    }
    const auto annotation = parameter.annotation != nullptr ? evaluate(parameter.annotation) : Value();
    Value fallback;
    if (parameter.default_value != nullptr) fallback = evaluate(parameter.default_value);
    auto answer = vocabulary.parameter(site(where), parameter.name, annotation,
                                       parameter.default_value != nullptr ? &fallback : nullptr);
    here->frame->variables.set(parameter.name, answer ? std::move(*answer)
                                                      : Value::unknown("parameter " + std::string(parameter.name), where));
  }
}

// The first argument of a method that is an entry point: what __init__ leaves behind when nobody knows its arguments.
auto Interpreter::State::self_of(const SourceModule& module, std::string_view class_name) -> Value {
  const auto first = class_name.substr(0, class_name.find('.'));
  auto found = lookup_module(module, first);
  for (auto rest = class_name; found && rest.find('.') != std::string_view::npos;) {
    rest.remove_prefix(rest.find('.') + 1);
    found = attribute(*found, rest.substr(0, rest.find('.')), {}, {});
  }
  const auto* made = found ? found->get<std::shared_ptr<const Class>>() : nullptr;
  if (made == nullptr) return Value::unknown("self", {});
  if (auto answer = vocabulary.receiver(site({}), *made)) return std::move(*answer);
  return instance_of(*made);
}

auto Interpreter::State::instance_of(const std::shared_ptr<const Class>& of) -> Value {
  // Objects that are made of objects that are made of objects.
  constexpr int deepest = 6;
  if (instances >= deepest) return Value::unknown("an object", {});
  ++instances;
  auto cached = selves.find(of->definition);
  if (cached == selves.end()) {
    auto instance = std::make_shared<Instance>();
    instance->of = of;
    instance->born = trail.clock();
    Value self(instance);
    cached = selves.emplace(of->definition, self).first;
    if (const auto* init = class_attribute(of, "__init__")) {
      const auto* function = init->get<std::shared_ptr<const Function>>();
      if (function != nullptr && (*function)->definition != nullptr) {
        apart(*(*function)->module, [&] {
          Activation activation;
          activation.module = (*function)->module;
          activation.function = (*function)->definition;
          activation.class_name = (*function)->class_name;
          activation.frame = here->frame;
          auto* outer = here;
          here = &activation;
          bind_entry(*(*function)->definition, {}, &self);
          stack.push_back((*function)->definition);
          block((*function)->definition->body);
          stack.pop_back();
          here = outer;
          return Value();
        });
      }
    }
    for (const auto* field : fields_of(of)) {
      const auto* name = as<python::Name>(field->target, python::ExpressionKind::name);
      if (name == nullptr || field->value != nullptr || instance->find(name->id) != nullptr || of->find(name->id) != nullptr) continue;
      apart(*of->module, [&] {
        const auto annotation = evaluate(field->annotation);
        if (auto answer = vocabulary.parameter(site(span_of(field->target)), name->id, annotation, nullptr))
          instance->attributes.emplace_back(std::string(name->id), std::move(*answer));
        return Value();
      });
    }
  }
  --instances;
  // Making its parts may have moved the table.
  cached = selves.find(of->definition);
  auto copy = std::make_shared<Instance>(**cached->second.get<std::shared_ptr<Instance>>());
  copy->of = of;
  copy->born = trail.clock();
  return Value(std::move(copy));
}

auto Interpreter::State::run_function(const SourceModule& module, const python::Function& function,
                                      const std::vector<Value>& arguments, std::string_view class_name) -> Value {
  exhausted = false;
  if (running != &module) {
    running = &module;
    module_steps_left = limits.module_steps;
  }
  numbered_loops.clear();
  rounds = 0;
  const auto allowed = std::min<std::uint64_t>(limits.steps, module_steps_left);
  steps_left = allowed;
  spent = false;
  Activation activation;
  activation.module = &module;
  activation.function = &function;
  activation.entry = true;
  activation.in_async = function.async;
  activation.class_name = class_name;
  auto& name = qualified_names[&function];
  if (name.empty()) name = class_name.empty() ? function.name : intern(std::string(class_name) + '.' + std::string(function.name));
  activation.name = name;
  // What an entry point does to globals is undone at its end: none depends on which ran before.
  const auto mark = trail.mark();
  const auto region = trail.open();
  activation.frame = std::make_shared<Frame>();
  activation.frame->module = &module;
  activation.frame->born = trail.clock();
  const auto closures_before = closures.size();
  here = &activation;
  auto is_static = false;
  for (const auto* decorator : function.decorators)
    if (const auto* word = as<python::Name>(decorator, python::ExpressionKind::name)) is_static = is_static || word->id == "staticmethod";
  Value self;
  const auto is_method = !class_name.empty() && !is_static;
  if (is_method) self = self_of(module, class_name);
  bind_entry(function, arguments, is_method ? &self : nullptr);
  stack.push_back(&function);
  const auto flow = block(function.body);
  stack.pop_back();
  Value result;
  if (function.generator)
    result = sequence(std::move(activation.yields), {}, Sequence::Kind::generator, activation.yields_complete);
  else {
    if (flow == Flow::next) activation.returns.emplace_back(None{});
    result = join_values(std::move(activation.returns), activation.return_test);
  }
  here = nullptr;
  conditions.clear();
  holds.clear();
  loops.clear();
  called_from.clear();
  narrowings.clear();
  trail.rollback(mark);
  trail.close(region, mark);
  for (auto i = closures_before; i < closures.size(); ++i)
    if (const auto frame = closures[i].lock(); frame != nullptr && frame->born >= activation.frame->born) frame->variables.clear();
  closures.resize(closures_before);
  module_steps_left -= std::min(module_steps_left, allowed - steps_left);
  return result;
}

}  // namespace foreshot::interpret
