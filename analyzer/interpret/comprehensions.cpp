// Comprehensions and generators, and what the items of a container are.
#include <algorithm>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {
namespace {

constexpr std::size_t most_items = 20000;

}  // namespace

auto Interpreter::State::known_items(const Value& value, Span span) -> std::optional<std::vector<Value>> {
  if (const auto* list = value.sequence()) {
    if (!list->complete || !charge(list->items.size() / 8)) return std::nullopt;
    return list->items;
  }
  if (const auto* mapping = value.mapping()) {
    if (!mapping->complete || !charge(mapping->entries.size() / 8)) return std::nullopt;
    std::vector<Value> keys;
    keys.reserve(mapping->entries.size());
    for (const auto& [key, item] : mapping->entries) keys.push_back(key);
    return keys;
  }
  if (const auto* text = value.mapped_text()) {
    if (!text->complete() || text->size() > 1000) return std::nullopt;
    std::vector<Value> letters;
    const auto& bytes = text->text();
    for (std::size_t i = 0; i < bytes.size();) {
      auto end = i + 1;
      while (end < bytes.size() && (static_cast<unsigned char>(bytes[end]) & 0xC0U) == 0x80U) ++end;
      letters.push_back(Value::text(text->slice(i, end), text->origin(i, end)));
      i = end;
    }
    return letters;
  }
  if (const auto* made = value.get<std::shared_ptr<const Class>>(); made != nullptr && is_enum(*made)) return enum_members(*made);
  (void)span;
  return std::nullopt;
}

// Items are gathered in `result`, a list or dict that is being filled.
auto Interpreter::State::comprehend(const python::Comprehension& node, std::size_t clause, const Value& result) -> void {
  if (!charge()) return;
  if (clause == node.clauses.size()) {
    auto element = evaluate(node.element);
    if (auto* mapping = result.mapping()) {
      auto value = evaluate(node.value);
      if (!charge(mapping->entries.size() / 16)) return;
      trail.set_entry(result, element, std::move(value));
    } else if (result.sequence()->items.size() < most_items) {
      result.sequence()->items.push_back(std::move(element));
    } else {
      result.sequence()->complete = result.sequence()->subset = false;
    }
    return;
  }
  // `subset`: what is missing is only that some of the items may not be there.
  const auto incomplete = [&](bool subset) {
    if (auto* mapping = result.mapping()) {
      mapping->complete = false;
    } else {
      result.sequence()->complete = false;
      result.sequence()->subset = result.sequence()->subset && subset;
    }
  };
  const auto& part = node.clauses[clause];
  const auto span = span_of(part.iterable);
  if (part.target == nullptr) {
    const auto test = evaluate(part.iterable);
    const auto truth = decide(test, span);
    if (truth == Value::Truth::no) return;
    const auto base = conditions.size();
    if (truth == Value::Truth::unknown) {
      incomplete(true);
      push_condition({kind_of(test), span, 0}, Hold::branch);
    }
    comprehend(node, clause + 1, result);
    take_guards(base);
    return;
  }
  const auto iterable = evaluate(part.iterable);
  const auto before = rounds;
  auto iteration = iteration_of(iterable, span);
  rounds |= before;
  const Span head{span.file, part.begin, part.end};
  if (iteration.known && iteration.items.size() > limits.loop_rounds) {
    stop(span, "a loop with too many rounds");
    iteration.known = false;
    iteration.element = Value::unknown("item of " + source(span), span);
  }
  const auto* list = iterable.sequence();
  const auto maybe = !iteration.known && list != nullptr && list->subset && list->items.size() <= limits.loop_rounds && charge(list->items.size());
  if (maybe) {
    iteration.items = list->items;
    iteration.known = true;
    incomplete(true);
  }
  loops.push_back({head, span_of(&node), source(span_of(part.target)), iterable, iteration.element, iteration.known, 0, false, true,
                   part.async});
  const auto base = conditions.size();
  if (iteration.known) {
    if (maybe) push_condition({Condition::Kind::iteration, head, 0}, Hold::branch);
    for (std::size_t i = 0; i < iteration.items.size() && !spent; ++i) {
      loops.back().index = static_cast<std::uint32_t>(i);
      loops.back().element = iteration.items[i];
      assign(part.target, iteration.items[i]);
      comprehend(node, clause + 1, result);
    }
    if (spent) incomplete(false);
  } else {
    incomplete(false);
    push_condition({Condition::Kind::iteration, head, 0}, Hold::branch);
    loops.back().round = round_of(head);
    loops.back().element.differs_in(loops.back().round | iterable.rounds());
    assign(part.target, Value(loops.back().element));
    comprehend(node, clause + 1, result);
    // All its rounds together differ in none of them.
    rounds &= ~loops.back().round;
  }
  take_guards(base);
  loops.pop_back();
}

auto Interpreter::State::evaluate_comprehension(const python::Comprehension& node) -> Value {
  const auto span = span_of(&node);
  using Result = python::Comprehension::Result;
  const auto kind = node.result == Result::set         ? Sequence::Kind::set
                    : node.result == Result::generator ? Sequence::Kind::generator
                                                       : Sequence::Kind::list;
  auto result = node.result == Result::dictionary ? dictionary({}, span) : sequence({}, span, kind);
  // Its targets are variables of its own.
  auto* outer = here;
  Activation inside;
  inside.level = Activation::Level::function;
  inside.module = outer->module;
  inside.function = outer->function;
  inside.name = outer->name;
  inside.class_name = outer->class_name;
  inside.in_async = outer->in_async;
  inside.frame = std::make_shared<Frame>();
  inside.frame->enclosing = outer->frame;
  inside.frame->module = outer->module;
  inside.frame->born = trail.clock();
  here = &inside;
  if (auto* list = result.sequence()) list->subset = true;
  comprehend(node, 0, result);
  here = outer;
  if (auto* list = result.sequence()) list->subset = list->subset && !list->complete;
  if (node.result == Result::set && charge(result.sequence()->items.size())) {
    auto& items = result.sequence()->items;
    constexpr std::size_t compared = 256;
    std::vector<Value> unique;
    for (auto& item : items)
      if (unique.size() > compared || std::none_of(unique.begin(), unique.end(), [&](const Value& other) { return same(other, item); }))
        unique.push_back(std::move(item));
    items = std::move(unique);
  }
  return result;
}

// What each round over a library's object sees, when nobody knows how many there are.
auto Interpreter::State::element_of_object(const Value& value, Span span) -> std::optional<Value> {
  if (value.get<std::shared_ptr<Object>>() == nullptr) return std::nullopt;
  auto iteration = vocabulary.iterate(site(span), value);
  if (!iteration || iteration->known) return std::nullopt;
  return std::move(iteration->element);
}

auto Interpreter::State::evaluate_yield(const python::Yield& node) -> Value {
  const auto span = span_of(&node);
  auto value = node.value != nullptr ? evaluate(node.value) : Value(None{}, span);
  if (here->with_body != nullptr) {
    run_with_body(*here->with_body, value);
    return {None{}, span};
  }
  if (here->entry && !resolving) vocabulary.yielded(site(span), value);
  if (fork_depth > 0) here->yields_complete = false;
  if (node.from) {
    if (auto items = known_items(value, span); items && charge(items->size()))
      here->yields.insert(here->yields.end(), items->begin(), items->end());
    else if (here->yields_complete = false; auto element = element_of_object(value, span))
      here->yields.push_back(std::move(*element));
  } else {
    here->yields.push_back(std::move(value));
  }
  return Value::unknown("sent to a generator", span);
}

}  // namespace foreshot::interpret
