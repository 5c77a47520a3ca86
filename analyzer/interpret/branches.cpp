// Undecided tests: conditions, the two ways of a fork and how they are joined, choices and their alternatives.
#include <algorithm>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {
namespace {

constexpr std::size_t max_conditions = 64;
constexpr std::size_t searched_items = 256;  // of an argument's list, for choices among them

auto choice_of(const Value& value) -> const Choice* {
  const auto held = value.get<std::shared_ptr<const Choice>>();
  return held != nullptr ? held->get() : nullptr;
}

// Choices of one test with equally many options belong together: option i of one goes with option i of the other.
struct Group {
  Span test;
  std::size_t options = 0;
  std::size_t pick = 0;
  bool fixed = false;    // decided by a condition that holds already
  bool dropped = false;  // too many: its values become unknown
};

auto add_group(std::vector<Group>& groups, const Choice& choice) -> void {
  for (const auto& group : groups)
    if (group.test == choice.test && group.options == choice.options.size()) return;
  groups.push_back({choice.test, choice.options.size()});
}

auto find_groups(const Value& value, std::vector<Group>& groups, int depth) -> void {
  if (const auto* choice = choice_of(value)) {
    add_group(groups, *choice);
  } else if (depth > 0) {
    if (const auto* sequence = value.sequence()) {
      for (std::size_t i = 0; i < sequence->items.size() && i < searched_items; ++i)
        find_groups(sequence->items[i], groups, depth - 1);
    } else if (const auto* mapping = value.mapping()) {
      for (std::size_t i = 0; i < mapping->entries.size() && i < searched_items; ++i)
        find_groups(mapping->entries[i].second, groups, depth - 1);
    }
  }
}

auto picked(const Value& value, const std::vector<Group>& groups, int depth) -> Value {
  if (const auto* choice = choice_of(value)) {
    for (const auto& group : groups) {
      if (group.test != choice->test || group.options != choice->options.size()) continue;
      if (group.dropped) return Value::unknown("one of many values", value.span());
      return choice->options[group.pick];
    }
    return value;
  }
  std::vector<Group> inside;
  if (depth > 0) find_groups(value, inside, depth);
  if (inside.empty()) return value;
  if (const auto* sequence = value.sequence()) {
    auto copy = std::make_shared<Sequence>(*sequence);
    for (auto& item : copy->items) item = picked(item, groups, depth - 1);
    return {std::move(copy), value.span()};
  }
  auto copy = std::make_shared<Mapping>(*value.mapping());
  for (auto& [key, item] : copy->entries) item = picked(item, groups, depth - 1);
  return {std::move(copy), value.span()};
}

// Counts through all picks; false after the last.
auto next_pick(std::vector<Group>& groups) -> bool {
  for (auto& group : groups) {
    if (group.fixed || group.dropped) continue;
    if (++group.pick < group.options) return true;
    group.pick = 0;
  }
  return false;
}

auto bound_product(std::vector<Group>& groups) -> void {
  std::size_t product = 1;
  for (auto& group : groups) {
    if (group.fixed) continue;
    if (product * group.options > max_choices)
      group.dropped = true;
    else
      product *= group.options;
  }
}

auto all_same(const std::vector<Value>& values) -> bool {
  return std::all_of(values.begin() + 1, values.end(), [&](const Value& value) { return same(values.front(), value); });
}

auto merge(const std::vector<Trail::Written>& states) -> Value {
  const auto& first = states.front().value;
  if (first.sequence() != nullptr) {
    auto merged = std::make_shared<Sequence>(*first.sequence());
    for (const auto& state : states) {
      const auto& items = state.value.sequence()->items;
      std::size_t common = 0;
      while (common < items.size() && common < merged->items.size() && same(items[common], merged->items[common])) ++common;
      if (common == items.size() && common == merged->items.size()) continue;
      merged->complete = false;
      merged->items.insert(merged->items.end(), items.begin() + static_cast<std::ptrdiff_t>(common), items.end());
    }
    merged->subset = std::all_of(states.begin(), states.end(), [](const Trail::Written& state) {
      return state.value.sequence()->complete || state.value.sequence()->subset;
    });
    for (const auto& state : states) merged->complete = merged->complete && state.value.sequence()->complete;
    merged->subset = merged->subset && !merged->complete;
    return {std::move(merged), first.span()};
  }
  auto merged = std::make_shared<Mapping>(*first.mapping());
  for (const auto& state : states) {
    const auto* mapping = state.value.mapping();
    merged->complete = merged->complete && mapping->complete && mapping->entries.size() == states.front().value.mapping()->entries.size();
    for (std::size_t i = 0; i < mapping->entries.size(); ++i) {
      const auto& [key, value] = mapping->entries[i];
      auto at = i < merged->entries.size() && same(merged->entries[i].first, key)
                    ? merged->entries.begin() + static_cast<std::ptrdiff_t>(i)
                    : std::find_if(merged->entries.begin(), merged->entries.end(),
                                   [&](const auto& entry) { return same(entry.first, key); });
      if (at == merged->entries.end()) {
        merged->entries.emplace_back(key, value);
        merged->complete = false;
      } else if (!same(at->second, value)) {
        at->second = Value::unknown("depends on a test", value.span());
      }
    }
  }
  return {std::move(merged), first.span()};
}

}  // namespace

auto Interpreter::State::decide(const Value& test, Span span) -> Value::Truth {
  if (test.get<bool>() != nullptr || test.is_none() || test.mapped_text() != nullptr) return test.truth();
  if (test.external_name() == "typing.TYPE_CHECKING") return Value::Truth::no;
  const auto answer = vocabulary.decide(site(span), test);
  return answer != Value::Truth::unknown ? answer : test.truth();
}

auto Interpreter::State::kind_of(const Value& test) -> Condition::Kind {
  if (const auto* undecided_test = test.object<UndecidedTest>()) return undecided_test->kind;
  // A list of what the database answered is of its kind.
  if (const auto* list = test.sequence()) {
    if (list->complete || list->items.empty() || list->items.front().sequence() != nullptr) return Condition::Kind::test;
    return kind_of(list->items.front());
  }
  if (!test.is_unknown() && test.get<std::shared_ptr<Object>>() == nullptr && test.external_name().empty()) return Condition::Kind::test;
  return vocabulary.condition_kind(test).value_or(Condition::Kind::test);
}

// What an undecided `if` puts its branches under. Where one of two values decides, it is the test that decided the value:
// all that depends on the same choice goes together.
auto Interpreter::State::branch_conditions(const Value& test, Span span) -> std::pair<Condition, Condition> {
  const auto kind = kind_of(test);
  const auto* choice = choice_of(test);
  if (choice == nullptr || choice->options.size() != 2 || choice->options[0].truth() == Value::Truth::unknown ||
      choice->options[1].truth() == Value::Truth::unknown)
    return {{kind, span, 0}, {kind, span, 1}};
  const auto first_holds = choice->options[0].truth() == Value::Truth::yes;
  const Condition first{kind, choice->test, 0};
  const Condition second{kind, choice->test, 1};
  return first_holds ? std::pair(first, second) : std::pair(second, first);
}

auto Interpreter::State::push_condition(Condition condition, Hold hold) -> void {
  if (hold != Hold::branch &&
      (conditions.size() >= max_conditions || std::find(conditions.begin(), conditions.end(), condition) != conditions.end()))
    return;
  conditions.push_back(condition);
  holds.push_back(hold);
}

auto Interpreter::State::take_guards(std::size_t at) -> std::vector<std::pair<Condition, Hold>> {
  std::vector<std::pair<Condition, Hold>> guards;
  for (auto i = at; i < conditions.size(); ++i)
    if (holds[i] != Hold::branch) guards.emplace_back(conditions[i], holds[i]);
  conditions.resize(at);
  holds.resize(at);
  return guards;
}

auto Interpreter::State::drop_guards(std::size_t from, Hold up_to) -> void {
  auto kept = from;
  for (auto i = from; i < conditions.size(); ++i) {
    if (holds[i] <= up_to) continue;
    conditions[kept] = conditions[i];
    holds[kept] = holds[i];
    ++kept;
  }
  if (kept < conditions.size()) {
    conditions.resize(kept);
    holds.resize(kept);
  }
}

auto Interpreter::State::join_values(std::vector<Value> values, Span test) -> Value {
  Rounds differs = 0;
  for (const auto& value : values) differs |= value.rounds();
  const auto unknown = std::find_if(values.begin(), values.end(), [](const Value& value) { return value.is_unknown(); });
  if (unknown != values.end()) {
    // One of a constant and something else is not that constant, unless the other is nothing.
    const auto constant = unknown->constant_name();
    const auto agrees = [&](const Value& other) {
      return other.is_none() || (other.mapped_text() != nullptr && other.mapped_text()->empty()) ||
             (other.is_unknown() && other.constant_name() == constant);
    };
    if (constant.empty() || std::all_of(values.begin(), values.end(), agrees)) return unknown->differing(differs);
    return Value::unknown("depends on a test", unknown->span()).differing(differs);
  }
  std::vector<Value> options;
  for (auto& value : values) {
    if (const auto* choice = choice_of(value))
      options.insert(options.end(), choice->options.begin(), choice->options.end());
    else
      options.push_back(std::move(value));
  }
  std::vector<Value> unique;
  for (auto& option : options) {
    if (std::any_of(unique.begin(), unique.end(), [&](const Value& other) { return same(other, option); })) continue;
    const auto is_object = [](const Value& value) { return value.get<std::shared_ptr<Object>>() != nullptr; };
    auto other = is_object(option) ? std::find_if(unique.begin(), unique.end(), is_object) : unique.end();
    if (other != unique.end()) {
      if (auto joined = vocabulary.join(site(test), *other, option)) {
        *other = std::move(*joined);
        continue;
      }
    }
    if (unique.size() == max_choices) return Value::unknown("one of many values", test).differing(differs);
    unique.push_back(std::move(option));
  }
  if (unique.empty()) return {};
  if (unique.size() == 1) return unique.front().differing(differs);
  const auto span = unique.front().span();
  return Value(std::make_shared<const Choice>(Choice{std::move(unique), test}), span).differing(differs);
}

auto Interpreter::State::join_outcomes(std::vector<Trail::Outcome> outcomes, Span test) -> void {
  if (outcomes.empty()) return;
  if (outcomes.size() == 1) {
    for (const auto& state : outcomes.front()) trail.write(state);
    return;
  }
  struct Place { const Trail::Written* state; std::size_t outcome; std::size_t order; };
  std::vector<Place> places;
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    for (const auto& state : outcomes[i]) places.push_back({&state, i, places.size()});
  const auto key = [](const Place& place) { return std::pair(place.state->place(), place.state->name); };
  std::sort(places.begin(), places.end(), [&](const Place& left, const Place& right) {
    return key(left) != key(right) ? key(left) < key(right) : left.order < right.order;
  });
  std::vector<std::pair<std::size_t, Trail::Written>> joined;
  for (std::size_t from = 0; from < places.size();) {
    auto to = from;
    while (to < places.size() && key(places[to]) == key(places[from])) ++to;
    const auto start = Trail::read(*places[from].state);
    std::vector<Trail::Written> states;
    std::vector<Value> values;
    auto at = from;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      const auto& state = at < to && places[at].outcome == i ? *places[at++].state : start;
      if (!state.exists) continue;
      states.push_back(state);
      values.push_back(state.value);
    }
    auto result = *places[from].state;
    result.exists = !states.empty();
    if (!values.empty()) {
      if (all_same(values)) {
        result.value = values.front();
        for (const auto& value : values) result.value.differs_in(value.rounds());
      } else {
        result.value = result.kind == Trail::Written::Kind::contents ? merge(states) : join_values(std::move(values), test);
      }
    }
    joined.emplace_back(places[from].order, std::move(result));
    from = to;
  }
  std::sort(joined.begin(), joined.end(), [](const auto& left, const auto& right) { return left.first < right.first; });
  for (const auto& [order, state] : joined) trail.write(state);
}

auto Interpreter::State::narrowed(Value value) const -> Value {
  if (narrowings.empty()) return value;
  const auto* choice = choice_of(value);
  if (choice == nullptr) return value;
  std::vector<Value> left;
  std::uint8_t allowed = 0xff;
  for (const auto& narrowing : narrowings)
    if (narrowing.test == choice->test && narrowing.options == choice->options.size()) allowed &= narrowing.allowed;
  if (allowed == 0xff) return value;
  for (std::size_t i = 0; i < choice->options.size(); ++i)
    if ((allowed >> i & 1U) != 0) left.push_back(choice->options[i]);
  if (left.empty()) return value;
  if (left.size() == 1) return left.front();
  return {std::make_shared<const Choice>(Choice{std::move(left), choice->test}), value.span()};
}

auto Interpreter::State::each_option(Span where, std::span<const Value* const> operands,
                                     const std::function<Value(std::span<const Value* const>)>& body) -> Value {
  std::vector<Group> groups;
  for (const auto* operand : operands) find_groups(*operand, groups, 0);
  bound_product(groups);
  if (std::any_of(groups.begin(), groups.end(), [](const Group& group) { return group.dropped; }))
    return Value::unknown("one of many values", where);
  std::vector<Value> results;
  do {
    std::vector<Value> values;
    std::vector<const Value*> pointers;
    for (const auto* operand : operands) values.push_back(picked(*operand, groups, 0));
    for (const auto& value : values) pointers.push_back(&value);
    results.push_back(body(pointers));
    if (results.back().is_unknown()) return results.back();
  } while (next_pick(groups));
  const auto plain = std::none_of(results.begin(), results.end(), [](const Value& value) { return choice_of(value) != nullptr; });
  if (all_same(results)) return results.front();
  if (!plain || groups.size() != 1) return join_values(std::move(results), groups.size() == 1 ? groups[0].test : where);
  const auto span = results.front().span();
  return {std::make_shared<const Choice>(Choice{std::move(results), groups[0].test}), span};
}

auto Interpreter::State::each_alternative(Span where, const Value& receiver, const Arguments& arguments,
                                          const std::function<Value(const Value&, const Arguments&)>& body) -> Value {
  std::vector<Group> groups;
  find_groups(receiver, groups, 0);
  for (const auto& argument : arguments.items) find_groups(argument.value, groups, 2);
  if (groups.empty()) return body(receiver, arguments);
  for (auto& group : groups)
    for (const auto& condition : conditions)
      if (condition.kind != Condition::Kind::iteration && condition.test == group.test && condition.branch < group.options) {
        group.fixed = true;
        group.pick = condition.branch;
      }
  bound_product(groups);
  std::vector<Value> results;
  const auto* receivers = choice_of(receiver);
  do {
    const auto base = conditions.size();
    const auto chosen = picked(receiver, groups, 0).differing(receiver.rounds());
    // A method of None raises: that option never gets here.
    if (receivers != nullptr && chosen.is_none()) continue;
    for (const auto& group : groups)
      if (!group.fixed && !group.dropped)
        push_condition({Condition::Kind::alternative, group.test, static_cast<std::uint16_t>(group.pick)}, Hold::branch);
    Arguments given;
    given.unknown_positional = arguments.unknown_positional;
    given.unknown_keywords = arguments.unknown_keywords;
    for (const auto& argument : arguments.items)
      given.items.push_back({argument.name, picked(argument.value, groups, 2).differing(argument.value.rounds()), argument.span});
    results.push_back(body(chosen, given));
    take_guards(base);
  } while (next_pick(groups));
  if (results.empty()) return {};
  if (all_same(results)) return results.front();
  const auto aligned = groups.size() == 1 && results.size() == groups[0].options &&
                       std::none_of(results.begin(), results.end(),
                                    [](const Value& value) { return value.is_unknown() || choice_of(value) != nullptr; });
  const auto test = groups.size() == 1 ? groups[0].test : where;
  if (!aligned) return join_values(std::move(results), test);
  const auto span = results.front().span();
  return {std::make_shared<const Choice>(Choice{std::move(results), test}), span};
}

}  // namespace foreshot::interpret
