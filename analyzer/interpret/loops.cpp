// for and while: rounds over known items in turn, one round over anything else.
#include <algorithm>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {
namespace {

using python::as;
using python::ExpressionKind;
using python::StatementKind;

// The names that a loop's body assigns, so that their constants are not taken for those of every round.
auto assigned_names(const python::Expression* target, std::vector<std::string_view>& names) -> void {
  if (const auto* name = as<python::Name>(target, ExpressionKind::name)) {
    names.push_back(name->id);
  } else if (target != nullptr && (target->kind == ExpressionKind::tuple || target->kind == ExpressionKind::list)) {
    for (const auto* element : static_cast<const python::Sequence*>(target)->elements) assigned_names(element, names);
  }
}

auto assigned_names(python::StatementList body, std::vector<std::string_view>& names, std::size_t& budget) -> void {
  for (const auto* statement : body) {
    if (budget == 0) return;
    --budget;
    switch (statement->kind) {
      case StatementKind::assign:
        for (const auto* target : static_cast<const python::Assign*>(statement)->targets) assigned_names(target, names);
        break;
      case StatementKind::augmented: assigned_names(static_cast<const python::Augmented*>(statement)->target, names); break;
      case StatementKind::annotated: assigned_names(static_cast<const python::Annotated*>(statement)->target, names); break;
      case StatementKind::if_: {
        const auto* branch = static_cast<const python::If*>(statement);
        while (true) {
          assigned_names(branch->body, names, budget);
          const auto* next = branch->otherwise.size() == 1 ? as<python::If>(branch->otherwise[0], StatementKind::if_) : nullptr;
          if (next == nullptr) break;
          branch = next;
        }
        assigned_names(branch->otherwise, names, budget);
        break;
      }
      case StatementKind::for_: {
        const auto* loop = static_cast<const python::For*>(statement);
        assigned_names(loop->body, names, budget);
        assigned_names(loop->otherwise, names, budget);
        break;
      }
      case StatementKind::while_: assigned_names(static_cast<const python::While*>(statement)->body, names, budget); break;
      case StatementKind::with: assigned_names(static_cast<const python::With*>(statement)->body, names, budget); break;
      case StatementKind::try_: {
        const auto* attempt = static_cast<const python::Try*>(statement);
        assigned_names(attempt->body, names, budget);
        for (const auto& handler : attempt->handlers) assigned_names(handler.body, names, budget);
        assigned_names(attempt->otherwise, names, budget);
        assigned_names(attempt->finally, names, budget);
        break;
      }
      default: break;
    }
  }
}

}  // namespace

// A counter or a growing text has another value in every round.
auto Interpreter::State::forget_changing(python::StatementList body, const std::shared_ptr<const std::string>& mark, Rounds round)
    -> Forgotten {
  Forgotten forgotten;
  std::vector<std::string_view> names;
  std::size_t budget = 2000;
  assigned_names(body, names, budget);
  for (const auto name : names) {
    const auto* value = here->frame->variables.find(name);
    if (value == nullptr) continue;
    const auto constant = value->is_none() || value->get<bool>() != nullptr || value->get<std::int64_t>() != nullptr ||
                          value->get<double>() != nullptr || value->mapped_text() != nullptr ||
                          value->get<std::shared_ptr<const Choice>>() != nullptr;
    const auto* unknown = value->get<Unknown>();
    if (!constant || (unknown != nullptr && unknown->reason == mark)) continue;
    const auto span = value->span();
    forgotten.emplace_back(name, *value);
    trail.set_variable(here->frame, name, Value(Unknown{mark, span, nullptr}, span).differing(value->rounds() | round));
  }
  return forgotten;
}

// One bit for each loop of an entry point. With more loops than bits, some share one: a value may then seem to differ in a
// loop that it has nothing to do with.
auto Interpreter::State::round_of(Span head) -> Rounds {
  const auto number = numbered_loops.try_emplace((std::uint64_t{head.file} << 32U) | head.begin, numbered_loops.size()).first->second;
  return Rounds{1} << (number % 64);
}

auto Interpreter::State::iteration_of(const Value& iterable, Span span) -> Iteration {
  rounds = iterable.rounds();
  if (iterable.sequence() == nullptr && iterable.mapping() == nullptr && iterable.mapped_text() == nullptr) {
    if (auto answer = vocabulary.iterate(site(span), iterable)) return std::move(*answer);
  }
  Iteration iteration;
  if (auto items = known_items(iterable, span)) {
    iteration.items = std::move(*items);
    iteration.known = true;
    return iteration;
  }
  iteration.element = Value::unknown("item of " + source(span), span);
  const auto* list = iterable.sequence();
  const auto* mapping = iterable.mapping();
  std::vector<Value> seen;
  if (list != nullptr) seen = list->items;
  if (mapping != nullptr)
    for (const auto& [key, value] : mapping->entries) seen.push_back(key);
  if (!seen.empty() && charge(seen.size())) iteration.element = join_values(std::move(seen), span);
  return iteration;
}

auto Interpreter::State::for_statement(const python::For& node) -> Flow {
  const auto iterable = evaluate(node.iterable);
  const auto span = span_of(node.iterable);
  if (const auto* choice = iterable.get<std::shared_ptr<const Choice>>()) {
    // One of a few lists: each is walked, under the alternative it belongs to.
    const auto held = *choice;
    Fork fork(*this);
    for (std::size_t i = 0; i < held->options.size(); ++i) {
      const Condition condition{Condition::Kind::alternative, held->test, static_cast<std::uint16_t>(i)};
      fork.begin(condition);
      auto iteration = iteration_of(held->options[i], span);
      auto flow = Flow::next;
      if (iteration.known) {
        flow = known_rounds(node, held->options[i], iteration.items, false);
      } else {
        const auto whole = span_of(static_cast<const python::Statement*>(&node));
        Loop loop{{whole.file, node.begin, node.header_end}, whole, source(span_of(node.target)), held->options[i], iteration.element,
                  false, 0, false, false, node.async};
        flow = unknown_rounds(node, std::move(loop), node.target, iteration.element, node.body, node.otherwise, true);
      }
      fork.end(flow, condition);
    }
    return fork.join(held->test);
  }
  auto iteration = iteration_of(iterable, span);
  if (const auto* list = iterable.sequence(); list != nullptr && list->subset && !list->complete) {
    // Each item may be missing: a round that may be skipped.
    iteration.items = list->items;
    if (iteration.items.size() <= limits.loop_rounds) return known_rounds(node, iterable, iteration.items, true);
  }
  if (iteration.known && iteration.items.size() <= limits.loop_rounds) return known_rounds(node, iterable, iteration.items, false);
  if (iteration.known) {
    stop(span, "a loop with too many rounds");
    iteration.element = Value::unknown("item of " + source(span), span);
  }
  const auto whole = span_of(static_cast<const python::Statement*>(&node));
  Loop loop{{whole.file, node.begin, node.header_end}, whole, source(span_of(node.target)), iterable, iteration.element,
            false, 0, false, false, node.async};
  return unknown_rounds(node, std::move(loop), node.target, iteration.element, node.body, node.otherwise, true);
}

auto Interpreter::State::known_rounds(const python::For& node, const Value& iterable, const std::vector<Value>& items,
                                      bool maybe) -> Flow {
  const auto whole = span_of(static_cast<const python::Statement*>(&node));
  LoopWalk walk;
  auto* outer = here->loop;
  const auto guards_from = conditions.size();
  const auto region = trail.open();
  walk.fork_depth = fork_depth;
  walk.loop_mark = trail.mark();
  here->loop = &walk;
  loops.push_back({{whole.file, node.begin, node.header_end}, whole, source(span_of(node.target)), iterable, {}, true, 0, false,
                   false, node.async});
  auto running_on = true;
  auto broke = false;
  auto last = Flow::next;
  for (std::size_t i = 0; i < items.size() && running_on; ++i) {
    if (!charge()) break;
    loops.back().index = static_cast<std::uint32_t>(i);
    loops.back().element = items[i];
    if (trail.mark() > walk.loop_mark + walk.compact_at) {
      trail.compact(walk.loop_mark);
      walk.compact_at = 64 + 2 * (trail.mark() - walk.loop_mark);
    }
    walk.round_mark = trail.mark();
    if (maybe) {
      const Condition round{Condition::Kind::iteration, loops.back().head, 0};
      Fork fork(*this);
      fork.begin(round);
      assign(node.target, items[i]);
      fork.end(block(node.body), round);
      fork.fall(round);
      fork.guard_rest(false);
      last = fork.join(loops.back().head);
    } else {
      assign(node.target, items[i]);
      last = block(node.body);
    }
    drop_guards(guards_from, Hold::round);
    const auto falls = last == Flow::next || last == Flow::continue_;
    if (!walk.continues.empty()) {
      auto outcomes = std::move(walk.continues);
      walk.continues.clear();
      if (falls) outcomes.push_back(trail.collect(walk.round_mark));
      trail.rollback(walk.round_mark);
      join_outcomes(std::move(outcomes), whole);
      last = Flow::next;
    } else if (!falls) {
      running_on = false;
      broke = last == Flow::break_;
    }
  }
  loops.pop_back();
  here->loop = outer;
  auto flow = Flow::next;
  if (running_on && !node.otherwise.empty()) flow = block(node.otherwise);
  drop_guards(guards_from, Hold::loop);
  if (!running_on && !broke) flow = Flow::ended;
  if (!walk.breaks.empty()) {
    auto outcomes = std::move(walk.breaks);
    if (flow == Flow::next) outcomes.push_back(trail.collect(walk.loop_mark));
    if (flow == Flow::next || flow == Flow::ended) {
      trail.rollback(walk.loop_mark);
      trail.close(region, walk.loop_mark);
      join_outcomes(std::move(outcomes), whole);
      return Flow::next;
    }
  }
  trail.close(region, walk.loop_mark);
  return flow;
}

auto Interpreter::State::unknown_rounds(const python::Statement& node, Loop loop, const python::Expression* target,
                                        const Value& element, python::StatementList body, python::StatementList otherwise,
                                        bool may_skip) -> Flow {
  const auto whole = span_of(&node);
  const Condition condition{Condition::Kind::iteration, loop.head, 0};
  auto* outer = here->loop;
  const auto guards_from = conditions.size();
  LoopWalk walk;
  const auto region = trail.open();
  ++fork_depth;
  const auto mark = trail.mark();
  walk.fork_depth = fork_depth;
  walk.loop_mark = walk.round_mark = mark;
  if (may_skip) push_condition(condition, Hold::branch);
  const auto forgot = std::make_shared<const std::string>("changes in a loop");
  loop.round = round_of(loop.head);
  loop.element = element.differing(loop.round | loop.iterable.rounds());
  const auto forgotten = forget_changing(body, forgot, loop.round);
  const auto frame = here->frame;
  here->loop = &walk;
  loops.push_back(std::move(loop));
  if (target != nullptr) assign(target, loops.back().element);
  const auto flow = block(body);
  loops.pop_back();
  here->loop = outer;
  auto guards = take_guards(guards_from);
  const auto falls = flow == Flow::next || flow == Flow::continue_;
  auto outcomes = std::move(walk.continues);
  if (falls) outcomes.push_back(trail.collect(mark));
  // A name that no round hands on to the next is at each round's start what it was before the loop.
  const auto still_forgotten = [&](const Trail::Written& state) {
    const auto* unknown = state.value.get<Unknown>();
    return state.kind == Trail::Written::Kind::variable && state.frame == frame && unknown != nullptr && unknown->reason == forgot;
  };
  std::vector<std::pair<std::string_view, Value>> constant;
  for (const auto& [name, before] : forgotten) {
    const auto handed_on = std::any_of(outcomes.begin(), outcomes.end(), [&, wanted = name](const Trail::Outcome& outcome) {
      return std::any_of(outcome.begin(), outcome.end(), [&](const Trail::Written& state) {
        return state.frame == frame && state.name == wanted && !still_forgotten(state);
      });
    });
    if (!handed_on) constant.emplace_back(name, before);
  }
  // `while True` goes on until it breaks: only the breaks fall out of it.
  if (!may_skip) outcomes.clear();
  for (auto& state : walk.breaks) outcomes.push_back(std::move(state));
  if (flow == Flow::break_) outcomes.push_back(trail.collect(mark));
  trail.rollback(mark);
  for (auto& outcome : outcomes)
    for (auto& state : outcome) {
      if (!still_forgotten(state)) continue;
      for (const auto& [name, before] : constant)
        if (name == state.name) state.value = before;
    }
  // A list that grows in rounds has as many items as there are rounds.
  for (auto& outcome : outcomes)
    for (auto& state : outcome) {
      if (auto* list = state.kind == Trail::Written::Kind::contents ? state.value.sequence() : nullptr) list->complete = list->subset = false;
      if (auto* mapping = state.kind == Trail::Written::Kind::contents ? state.value.mapping() : nullptr) mapping->complete = false;
    }
  if (may_skip) outcomes.emplace_back();
  --fork_depth;
  trail.close(region, mark);
  if (outcomes.empty()) return Flow::ended;
  join_outcomes(std::move(outcomes), whole);
  if (flow == Flow::ended && may_skip && walk.breaks.empty() && walk.continues.empty())
    push_condition({Condition::Kind::guard, condition.test, 1}, Hold::function);
  for (const auto& [guard, hold] : guards)
    if (hold == Hold::function) push_condition(guard, hold);
  if (!otherwise.empty()) return block(otherwise);
  return Flow::next;
}

auto Interpreter::State::while_statement(const python::While& node) -> Flow {
  // The test is asked in every round: what the body changes is not known when it is asked.
  const auto constant = node.test->kind == ExpressionKind::true_ || node.test->kind == ExpressionKind::number;
  if (!constant) {
    const auto test = evaluate(node.test);
    if (decide(test, span_of(node.test)) == Value::Truth::no) return node.otherwise.empty() ? Flow::next : block(node.otherwise);
  }
  const auto whole = span_of(static_cast<const python::Statement*>(&node));
  Loop loop{{whole.file, node.begin, node.test->end}, whole, {}, {}, {}, false, 0, true, false, false};
  return unknown_rounds(node, std::move(loop), nullptr, {}, node.body, node.otherwise, !constant);
}

}  // namespace foreshot::interpret
