#include "analyzer/loads/recursion.h"

#include <algorithm>
#include <optional>

#include "analyzer/loads/tree_walk.h"

namespace foreshot::loads {
namespace {

using python::as;
using python::Expression;
using python::ExpressionKind;
using python::Statement;
using python::StatementKind;

auto holds(const Expression* expression, std::uint32_t at) -> bool { return expression != nullptr && expression->begin <= at && at < expression->end; }
auto holds(python::StatementList block, std::uint32_t at) -> bool { return !block.empty() && block.front()->begin <= at && at < block.back()->end; }

auto add_targets(const Expression* target, std::vector<std::string_view>& names) -> void {
  if (const auto* name = as<python::Name>(target, ExpressionKind::name)) names.push_back(name->id);
  if (target == nullptr || (target->kind != ExpressionKind::tuple && target->kind != ExpressionKind::list)) return;
  for (const auto* element : static_cast<const python::Sequence*>(target)->elements)
    if (const auto* name = as<python::Name>(element, ExpressionKind::name)) names.push_back(name->id);
}

// A test that must have this outcome for a place to be reached.
struct Guard {
  const Expression* test;
  bool holds;
};

auto leaves(python::StatementList block) -> bool {
  if (block.empty()) return false;
  const auto kind = block.back()->kind;
  return kind == StatementKind::return_ || kind == StatementKind::raise || kind == StatementKind::continue_ || kind == StatementKind::break_;
}

// The tests of the blocks around a place and of those before it that leave the function or the loop. Recursion is bounded by
// the tree's depth.
auto add_guards(python::StatementList block, std::uint32_t at, std::vector<Guard>& guards) -> void {
  for (const auto* statement : block) {
    const auto* test = as<python::If>(statement, StatementKind::if_);
    if (at < statement->begin) return;
    if (at >= statement->end) {
      if (test != nullptr && test->otherwise.empty() && leaves(test->body)) guards.push_back({test->test, false});
      continue;
    }
    const auto inside = [&](python::StatementList inner) {
      if (holds(inner, at)) add_guards(inner, at, guards);
    };
    if (test != nullptr) {
      if (holds(test->body, at)) guards.push_back({test->test, true});
      if (holds(test->otherwise, at)) guards.push_back({test->test, false});
      inside(test->body);
      inside(test->otherwise);
    } else if (const auto* loop = as<python::For>(statement, StatementKind::for_)) {
      inside(loop->body);
    } else if (const auto* again = as<python::While>(statement, StatementKind::while_)) {
      inside(again->body);
    } else if (const auto* with = as<python::With>(statement, StatementKind::with)) {
      inside(with->body);
    } else if (const auto* attempt = as<python::Try>(statement, StatementKind::try_)) {
      inside(attempt->body);
      for (const auto& handler : attempt->handlers) inside(handler.body);
    }
    return;
  }
}

auto guards_of(const python::Function& function, std::uint32_t at) -> std::vector<Guard> {
  std::vector<Guard> guards;
  add_guards(function.body, at, guards);
  walk_expressions(function.body, [&](const Expression& node, const Surroundings&) {
    if (!holds(&node, at)) return;
    if (const auto* either = as<python::Conditional>(&node, ExpressionKind::conditional)) {
      if (holds(either->body, at)) guards.push_back({either->test, true});
      if (holds(either->otherwise, at)) guards.push_back({either->test, false});
    } else if (const auto* all = as<python::Boolean>(&node, ExpressionKind::boolean)) {
      for (const auto* operand : all->operands) {
        if (holds(operand, at)) break;
        guards.push_back({operand, all->is_and});
      }
    }
  });
  return guards;
}

// What a call gives the parameters of a function, as far as constants go.
class Binding {
 public:
  Binding(const python::Function& function, const python::Call& call, bool bound) : function_(function), call_(call), bound_(bound) {}

  auto outcome(const Expression* test, int depth = 0) const -> std::optional<bool> {
    if (test == nullptr || depth > 8) return std::nullopt;
    if (const auto* negation = as<python::Unary>(test, ExpressionKind::unary); negation != nullptr && negation->op == "not") {
      const auto inner = outcome(negation->operand, depth + 1);
      return inner ? std::optional(!*inner) : std::nullopt;
    }
    if (const auto* all = as<python::Boolean>(test, ExpressionKind::boolean)) {
      bool open = false;
      for (const auto* operand : all->operands) {
        const auto each = outcome(operand, depth + 1);
        if (each && *each != all->is_and) return each;
        open = open || !each;
      }
      return open ? std::nullopt : std::optional(all->is_and);
    }
    if (const auto* compare = as<python::Compare>(test, ExpressionKind::compare)) {
      if (compare->ops.size() != 1 || (compare->ops[0] != "is" && compare->ops[0] != "is not") || compare->operands[1]->kind != ExpressionKind::none) return std::nullopt;
      const auto* value = value_of(compare->operands[0]);
      if (value == nullptr) return std::nullopt;
      return (value->kind == ExpressionKind::none) == (compare->ops[0] == "is");
    }
    const auto* value = value_of(test);
    return value != nullptr ? std::optional(value->kind == ExpressionKind::true_) : std::nullopt;
  }

 private:
  // True, False or None, as the name of a parameter has it in the call; null for anything else.
  auto value_of(const Expression* expression) const -> const Expression* {
    const auto* name = as<python::Name>(expression, ExpressionKind::name);
    if (name == nullptr) return nullptr;
    std::size_t position = 0;
    for (const auto& parameter : function_.parameters) {
      if (parameter.star != python::Parameter::Star::none) return nullptr;
      if (parameter.name == name->id) return constant(given(parameter, position));
      ++position;
    }
    return nullptr;
  }

  auto given(const python::Parameter& parameter, std::size_t position) const -> const Expression* {
    std::size_t next = bound_ ? 1 : 0;
    for (const auto& argument : call_.arguments) {
      if (argument.star != python::Argument::Star::none) return nullptr;
      if (argument.name.empty() ? !parameter.keyword_only && next++ == position : argument.name == parameter.name) return argument.value;
    }
    return parameter.default_value;
  }

  static auto constant(const Expression* value) -> const Expression* {
    const bool known = value != nullptr && (value->kind == ExpressionKind::true_ || value->kind == ExpressionKind::false_ || value->kind == ExpressionKind::none);
    return known ? value : nullptr;
  }

  const python::Function& function_;
  const python::Call& call_;
  bool bound_;  // the first parameter is what the method is called on
};

auto is_static(const python::Function& function) -> bool {
  return std::any_of(function.decorators.begin(), function.decorators.end(), [](const Expression* decorator) { return dotted_name(decorator) == "staticmethod"; });
}

}  // namespace

auto Recursion::call(const python::Class* type, const std::function<bool()>& is_own_method) -> Span {
  // Twice: what is given a name first, then the loops over that name.
  gather();
  gather();
  const python::Call* found = nullptr;
  bool bound = false;
  std::optional<bool> own;
  const auto turned_off = [&](const python::Call& call) {
    const Binding binding(function_, call, bound);
    for (const auto at : {call.begin, place_.begin})
      for (const auto& guard : guards_of(function_, at))
        if (const auto outcome = binding.outcome(guard.test); outcome && *outcome != guard.holds) return true;
    return false;
  };
  walk_expressions(function_.body, [&](const Expression& expression, const Surroundings&) {
    const auto* call = as<python::Call>(&expression, ExpressionKind::call);
    if (call == nullptr || found != nullptr) return;
    const auto* method = as<python::Attribute>(call->callee, ExpressionKind::attribute);
    if (method != nullptr && type != nullptr && method->name == function_.name && leads_on(method->value)) {
      if (!own) own = is_own_method();
      bound = true;
      if (*own && !turned_off(*call)) found = call;
      return;
    }
    const bool leads = std::any_of(call->arguments.begin(), call->arguments.end(), [&](const python::Argument& argument) { return leads_on(argument.value); });
    if (!leads || !given_by(*call, type)) return;
    // `self.walk(child)`, and not `Walker.walk(self, child)`
    bound = method != nullptr && !is_static(function_) && dotted_name(method->value) != type->name;
    if (!turned_off(*call)) found = call;
  });
  return found != nullptr ? Span{place_.file, found->begin, found->end} : Span{};
}

auto Recursion::while_loop() const -> Span {
  Span found;
  walk_expressions(function_.body, [&](const Expression& expression, const Surroundings& around) {
    if (found.known() || expression.begin != place_.begin || expression.end != place_.end) return;
    const auto* read = as<python::Attribute>(&expression, ExpressionKind::attribute);
    const auto* from = read != nullptr ? as<python::Name>(read->value, ExpressionKind::name) : nullptr;
    const auto* assign = around.statement != nullptr ? as<python::Assign>(around.statement, StatementKind::assign) : nullptr;
    if (from == nullptr || assign == nullptr || assign->value != &expression || assign->targets.size() != 1) return;
    const auto* to = as<python::Name>(assign->targets.front(), ExpressionKind::name);
    if (to == nullptr || to->id != from->id) return;
    for (const auto* block : around.blocks)
      if (block->kind == StatementKind::while_) found = {place_.file, block->begin, static_cast<const python::While*>(block)->test->end};
  });
  return found;
}

auto Recursion::gather() -> void {
  const auto reads = [&](const Expression* expression) { return expression != nullptr && expression->begin <= place_.begin && place_.end <= expression->end; };
  const auto loops = [&](const Expression* target, const Expression* iterable) {
    if (reads(iterable) || names_any(iterable, whole_)) add_targets(target, items_);
  };
  any_statement(function_.body, [&](const Statement& statement) {
    if (const auto* loop = as<python::For>(&statement, StatementKind::for_)) loops(loop->target, loop->iterable);
    if (const auto* assign = as<python::Assign>(&statement, StatementKind::assign); assign != nullptr && reads(assign->value))
      for (const auto* target : assign->targets) add_targets(target, whole_);
    return false;
  });
  walk_expressions(function_.body, [&](const Expression& expression, const Surroundings&) {
    const auto* each = as<python::Comprehension>(&expression, ExpressionKind::comprehension);
    if (each == nullptr) return;
    for (const auto& clause : each->clauses)
      if (clause.target != nullptr) loops(clause.target, clause.iterable);
  });
}

auto Recursion::names_any(const Expression* expression, const Names& names) -> bool {
  bool found = false;
  if (!names.empty())
    walk_expression(expression, [&](const Expression& each, const Surroundings&) {
      if (const auto* name = as<python::Name>(&each, ExpressionKind::name)) found = found || std::find(names.begin(), names.end(), name->id) != names.end();
    });
  return found;
}

auto Recursion::leads_on(const Expression* value) const -> bool {
  const auto has = [](const Names& names, std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  if (value == nullptr) return false;
  if (const auto* name = as<python::Name>(value, ExpressionKind::name)) return has(items_, name->id) || has(whole_, name->id);
  return value->begin == place_.begin && value->end == place_.end;
}

// The function itself, called by its name with what was read: a plain function as it is, a method on its own object or on
// its class.
auto Recursion::given_by(const python::Call& call, const python::Class* type) const -> bool {
  if (const auto* name = as<python::Name>(call.callee, ExpressionKind::name)) return type == nullptr && name->id == function_.name;
  const auto* method = as<python::Attribute>(call.callee, ExpressionKind::attribute);
  const auto* on = method != nullptr ? as<python::Name>(method->value, ExpressionKind::name) : nullptr;
  if (on == nullptr || type == nullptr || method->name != function_.name) return false;
  if (on->id == type->name) return true;
  if (is_static(function_)) return false;
  return !function_.parameters.empty() && function_.parameters.front().name == on->id;
}

}  // namespace foreshot::loads
