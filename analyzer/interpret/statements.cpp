// Statements but if, match, loops, with and try: assignments, definitions, return.
#include <algorithm>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {
namespace {

using python::as;
using python::ExpressionKind;
using python::StatementKind;

}  // namespace

auto Interpreter::State::block(python::StatementList statements) -> Flow {
  for (const auto* each : statements) {
    const auto flow = statement(each);
    if (flow != Flow::next) return flow;
  }
  return Flow::next;
}

auto Interpreter::State::statement(const python::Statement* node) -> Flow {
  rounds = 0;
  if (!charge()) return Flow::ended;
  constexpr int deepest = 900;
  if (nesting > deepest) {
    stop(span_of(node), "nested too deeply");
    return Flow::next;
  }
  ++nesting;
  struct Leave { int& nesting; ~Leave() { --nesting; } } leave{nesting};
  switch (node->kind) {
    case StatementKind::expression: {
      const auto* value = static_cast<const python::ExpressionStatement*>(node)->value;
      if (value->kind == ExpressionKind::string) return Flow::next;  // a docstring
      if (const auto* call = as<python::Call>(value, ExpressionKind::call)) {
        evaluate_call(*call, true, false);
      } else if (const auto* await = as<python::Await>(value, ExpressionKind::await_);
                 await != nullptr && await->value->kind == ExpressionKind::call) {
        const auto result = evaluate_call(*static_cast<const python::Call*>(await->value), true, true);
        vocabulary.await(site(span_of(value)), result);
      } else {
        evaluate(value);
      }
      return Flow::next;
    }
    case StatementKind::assign: {
      const auto* assignment = static_cast<const python::Assign*>(node);
      const auto value = evaluate(assignment->value);
      for (const auto* target : assignment->targets) assign(target, value);
      return Flow::next;
    }
    case StatementKind::augmented: augmented(*static_cast<const python::Augmented*>(node)); return Flow::next;
    case StatementKind::annotated: {
      const auto* annotated = static_cast<const python::Annotated*>(node);
      if (annotated->value != nullptr) assign(annotated->target, evaluate(annotated->value));
      return Flow::next;
    }
    case StatementKind::return_: {
      const auto* value = static_cast<const python::Return*>(node)->value;
      return return_value(value != nullptr ? evaluate(value) : Value(None{}, span_of(node)), span_of(node));
    }
    case StatementKind::if_: return if_statement(static_cast<const python::If*>(node));
    case StatementKind::for_: return for_statement(*static_cast<const python::For*>(node));
    case StatementKind::while_: return while_statement(*static_cast<const python::While*>(node));
    case StatementKind::with: return with_statement(*static_cast<const python::With*>(node), 0);
    case StatementKind::try_: return try_statement(*static_cast<const python::Try*>(node));
    case StatementKind::function: define_function(*static_cast<const python::Function*>(node)); return Flow::next;
    case StatementKind::class_: {
      const auto* definition = static_cast<const python::Class*>(node);
      set_name(definition->name, define_class(*definition), span_of(node));
      return Flow::next;
    }
    case StatementKind::import_: import_names(*static_cast<const python::Import*>(node)); return Flow::next;
    case StatementKind::import_from: import_from(*static_cast<const python::ImportFrom*>(node)); return Flow::next;
    case StatementKind::break_: return leave_loop(Flow::break_);
    case StatementKind::continue_: return leave_loop(Flow::continue_);
    case StatementKind::raise: {
      const auto* raise = static_cast<const python::Raise*>(node);
      const auto value = raise->exception != nullptr ? evaluate(raise->exception) : Value();
      vocabulary.raised(site(span_of(node)), value);
      return Flow::ended;
    }
    case StatementKind::delete_:
      for (const auto* target : static_cast<const python::Delete*>(node)->targets) delete_target(target);
      return Flow::next;
    case StatementKind::global:
    case StatementKind::nonlocal: {
      auto& names = node->kind == StatementKind::global ? here->globals : here->nonlocals;
      for (const auto name : static_cast<const python::Scope*>(node)->names) names.push_back(name);
      return Flow::next;
    }
    case StatementKind::assert_: {
      const auto* assertion = static_cast<const python::Assert*>(node);
      evaluate(assertion->test);
      return Flow::next;
    }
    case StatementKind::match: return match_statement(*static_cast<const python::Match*>(node));
    case StatementKind::type_alias: {
      const auto* alias = static_cast<const python::TypeAlias*>(node);
      set_name(alias->name, evaluate(alias->value), span_of(node));
      return Flow::next;
    }
    case StatementKind::pass:
    case StatementKind::unreadable: return Flow::next;
  }
  return Flow::next;
}

auto Interpreter::State::return_value(Value value, Span span) -> Flow {
  if (here->entry && !resolving) vocabulary.returned(site(span), value);
  if (!conditions.empty() && here->returns_known) {
    here->returns_known = false;
    here->return_test = conditions.back().test;
  }
  here->returns.push_back(std::move(value));
  return Flow::ended;
}

auto Interpreter::State::leave_loop(Flow flow) -> Flow {
  auto* loop = here->loop;
  if (loop == nullptr) return Flow::ended;
  if (fork_depth > loop->fork_depth) {
    if (flow == Flow::break_)
      loop->breaks.push_back(collected(loop->loop_mark));
    else
      loop->continues.push_back(collected(loop->round_mark));
  }
  return flow;
}

auto Interpreter::State::collected(Trail::Mark mark) -> Trail::Outcome {
  auto outcome = trail.collect(mark);
  std::size_t size = outcome.size();
  for (const auto& state : outcome) {
    if (state.kind != Trail::Written::Kind::contents) continue;
    if (const auto* list = state.value.sequence()) size += list->items.size();
    if (const auto* mapping = state.value.mapping()) size += mapping->entries.size();
  }
  charge(size / 4);
  return outcome;
}

auto Interpreter::State::assign(const python::Expression* target, const Value& value) -> void {
  if (!charge()) return;
  const auto span = span_of(target);
  switch (target->kind) {
    case ExpressionKind::name: set_name(static_cast<const python::Name*>(target)->id, value, span); break;
    case ExpressionKind::tuple:
    case ExpressionKind::list: unpack(static_cast<const python::Sequence*>(target)->elements, value, span); break;
    case ExpressionKind::starred: assign(static_cast<const python::Starred*>(target)->value, value); break;
    case ExpressionKind::attribute: {
      const auto* node = static_cast<const python::Attribute*>(target);
      set_attribute(evaluate(node->value), node->name, value, span);
      break;
    }
    case ExpressionKind::subscript: {
      const auto* node = static_cast<const python::Subscript*>(target);
      const auto object = evaluate(node->value);
      if (node->indexes.size() != 1 || node->indexes[0]->kind == ExpressionKind::slice) {
        if (auto* list = object.sequence()) {
          trail.before_change(object);
          list->complete = list->subset = false;
        }
        break;
      }
      const auto index = evaluate(node->indexes[0]);
      if (auto* list = object.sequence()) list->rounds |= value.rounds();
      if (auto* mapping = object.mapping()) {
        mapping->rounds |= index.rounds() | value.rounds();
        charge(mapping->entries.size() / 16);
        if (index.is_unknown() || index.get<std::shared_ptr<const Choice>>() != nullptr) {
          trail.before_change(object);
          mapping->complete = false;
          mapping->entries.emplace_back(index, value);
        } else {
          trail.set_entry(object, index, value);
        }
      } else if (auto* list = object.sequence()) {
        charge(list->items.size() / 16);
        trail.before_change(object);
        const auto* at = index.get<std::int64_t>();
        const auto size = static_cast<std::int64_t>(list->items.size());
        if (at != nullptr && list->complete && *at >= -size && *at < size)
          list->items[static_cast<std::size_t>(*at < 0 ? *at + size : *at)] = value;
        else
          list->complete = list->subset = false;
      } else {
        vocabulary.item_changed(site(span), object);
      }
      break;
    }
    default: break;
  }
}

auto Interpreter::State::unpack(python::ExpressionList targets, const Value& value, Span span) -> void {
  if (const auto* choice = value.get<std::shared_ptr<const Choice>>()) {
    // Each name gets the choice of what the options have at its place.
    std::vector<Value> columns(targets.size());
    bool fits = true;
    for (std::size_t i = 0; i < targets.size() && fits; ++i) {
      std::vector<Value> options;
      for (const auto& option : (*choice)->options) {
        const auto* items = option.sequence();
        fits = fits && items != nullptr && items->complete && items->items.size() == targets.size();
        if (fits) options.push_back(items->items[i]);
      }
      if (fits) columns[i] = join_values(std::move(options), (*choice)->test);
    }
    for (std::size_t i = 0; i < targets.size(); ++i)
      assign(targets[i], (fits ? columns[i] : Value::unknown("part of a value", span)).differing(value.rounds()));
    return;
  }
  std::vector<Value> items;
  auto known = false;
  Value element = Value::unknown("part of a value", span);
  if (auto all = known_items(value, span)) {
    items = std::move(*all);
    known = true;
  } else if (value.sequence() == nullptr && value.mapping() == nullptr) {
    if (auto iteration = vocabulary.iterate(site(span), value)) {
      known = iteration->known;
      items = std::move(iteration->items);
      if (!known) element = iteration->element;
    }
  }
  element.differs_in(value.rounds());
  const auto starred = std::find_if(targets.begin(), targets.end(), [](const python::Expression* target) {
    return target->kind == ExpressionKind::starred;
  });
  const auto star = static_cast<std::size_t>(starred - targets.begin());
  const auto fits = known && (star == targets.size() ? items.size() == targets.size() : items.size() + 1 >= targets.size());
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (i == star) {
      const auto after = targets.size() - star - 1;
      if (fits)
        assign(targets[i], sequence({items.begin() + static_cast<std::ptrdiff_t>(star),
                                     items.end() - static_cast<std::ptrdiff_t>(after)}, span));
      else
        assign(targets[i], sequence({element}, span, Sequence::Kind::list, false));
      continue;
    }
    assign(targets[i], (!fits ? element : i < star ? items[i] : items[items.size() - (targets.size() - i)]).differing(value.rounds()));
  }
}

auto Interpreter::State::augmented(const python::Augmented& node) -> void {
  const auto span = span_of(static_cast<const python::Statement*>(&node));
  auto left = evaluate(node.target);
  const auto right = evaluate(node.value);
  if (node.op == "+" && left.sequence() != nullptr && left.sequence()->kind == Sequence::Kind::list) {
    // A list grows in place: all who share it see it.
    if (const auto items = known_items(right, span); items && charge(items->size())) {
      for (const auto& item : *items) trail.append(left, item);
    } else {
      trail.before_change(left);
      left.sequence()->complete = left.sequence()->subset = false;
    }
    return;
  }
  if (const auto* name = as<python::Name>(node.target, ExpressionKind::name); name != nullptr && left.mapped_text() != nullptr) {
    // The variable lets go of its text, so that a text that grows in a loop is appended to and not copied.
    if (auto* slot = here->frame->variables.find(name->id); slot != nullptr && fork_depth == 0) *slot = Value();
  }
  auto result = binary(node.op, std::move(left), right, span);
  if (result.is_unknown()) result.move_to(span);
  result.differs_in(rounds);
  assign(node.target, result);
}

auto Interpreter::State::delete_target(const python::Expression* target) -> void {
  if (const auto* name = as<python::Name>(target, ExpressionKind::name)) {
    trail.erase_variable(here->frame, name->id);
  } else if (const auto* node = as<python::Subscript>(target, ExpressionKind::subscript)) {
    const auto object = evaluate(node->value);
    const auto index = node->indexes.size() == 1 && node->indexes[0]->kind != ExpressionKind::slice ? evaluate(node->indexes[0]) : Value();
    if (auto* mapping = object.mapping()) {
      charge(mapping->entries.size());
      trail.before_change(object);
      const auto at = std::find_if(mapping->entries.begin(), mapping->entries.end(),
                                   [&](const auto& entry) { return same(entry.first, index); });
      if (at != mapping->entries.end())
        mapping->entries.erase(at);
      else
        mapping->complete = false;
    } else if (auto* list = object.sequence()) {
      charge(list->items.size());
      trail.before_change(object);
      const auto* at = index.get<std::int64_t>();
      const auto size = static_cast<std::int64_t>(list->items.size());
      if (at != nullptr && *at >= -size && *at < size)
        list->items.erase(list->items.begin() + static_cast<std::ptrdiff_t>(*at < 0 ? *at + size : *at));
      else
        list->complete = list->subset = false;
    } else {
      vocabulary.item_changed(site(span_of(target)), object);
    }
  } else if (target->kind == ExpressionKind::tuple || target->kind == ExpressionKind::list) {
    for (const auto* element : static_cast<const python::Sequence*>(target)->elements) delete_target(element);
  }
}

auto Interpreter::State::define_function(const python::Function& function) -> void {
  auto made = std::make_shared<Function>();
  made->definition = &function;
  made->module = here->module;
  if (here->level == Activation::Level::class_) made->class_name = here->class_name;
  const auto& scope = here->level == Activation::Level::class_ ? here->frame->enclosing : here->frame;
  if (here->level != Activation::Level::module && scope != nullptr) {
    made->closure = scope;
    (resolving ? kept_closures : closures).push_back(scope);
  }
  const auto span = span_of(static_cast<const python::Statement*>(&function));
  Value value(std::shared_ptr<const Function>(std::move(made)), span);
  for (auto i = function.decorators.size(); i-- > 0;) {
    const auto decorator = evaluate(function.decorators[i]);
    if (decorator.external_name().empty() && decorator.get<std::shared_ptr<Object>>() == nullptr && !decorator.is_unknown())
      continue;
    Arguments arguments;
    arguments.items.push_back({{}, value, span});
    const auto at = span_of(function.decorators[i]);
    if (auto answer = vocabulary.call(site(at, at), decorator, arguments)) value = std::move(*answer);
  }
  set_name(function.name, std::move(value), span);
}

}  // namespace foreshot::interpret
