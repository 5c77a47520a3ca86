// if and match.
#include <algorithm>
#include <vector>

#include "analyzer/interpret/state.h"

namespace foreshot::interpret {
namespace {

using python::as;
using python::ExpressionKind;
using python::StatementKind;

constexpr std::size_t negatives_kept = 16;  // of the arms of one elif ladder

// The literals of `"a" | "b"`; false where another pattern is among them. The pattern nests to the left.
auto add_alternatives(const python::Expression* pattern, std::vector<const python::Expression*>& literals) -> bool {
  const auto is_literal = [](const python::Expression* each) { return each->kind == ExpressionKind::string || each->kind == ExpressionKind::number || each->kind == ExpressionKind::none; };
  while (const auto* either = as<python::Binary>(pattern, ExpressionKind::binary)) {
    if (either->op != "|" || !is_literal(either->right)) return false;
    literals.push_back(either->right);
    pattern = either->left;
  }
  if (!is_literal(pattern)) return false;
  literals.push_back(pattern);
  return true;
}

}  // namespace

auto Interpreter::State::if_statement(const python::If* node) -> Flow {
  std::optional<Fork> fork;
  Span first;
  Condition negative;
  std::size_t negatives = 0;
  const auto narrowings_before = narrowings.size();
  // A ladder of elif is walked in a loop: it may be long, not deep.
  while (true) {
    const auto test = evaluate(node->test);
    const auto span = span_of(node->test);
    const auto truth = decide(test, span);
    const auto* elif = node->otherwise.size() == 1 ? as<python::If>(node->otherwise[0], StatementKind::if_) : nullptr;
    auto last = elif == nullptr;
    auto rest = node->otherwise;
    if (truth == Value::Truth::no) {
      if (test.external_name() == "typing.TYPE_CHECKING") {
        for (const auto* each : node->body)
          if (each->kind == StatementKind::import_ || each->kind == StatementKind::import_from) statement(each);
      }
      if (!last) {
        node = elif;
        continue;
      }
    } else if (truth == Value::Truth::yes) {
      rest = node->body;
      last = true;
    } else {
      if (!fork) {
        fork.emplace(*this);
        first = span;
      }
      std::uint8_t holds_for = 0xff;
      std::uint8_t fails_for = 0xff;
      const auto* choice = test.get<std::shared_ptr<const Choice>>();
      if (choice != nullptr) {
        holds_for = fails_for = 0;
        for (std::size_t i = 0; i < (*choice)->options.size(); ++i) {
          const auto option = (*choice)->options[i].truth();
          if (option != Value::Truth::no) holds_for = static_cast<std::uint8_t>(holds_for | 1U << i);
          if (option != Value::Truth::yes) fails_for = static_cast<std::uint8_t>(fails_for | 1U << i);
        }
        narrowings.push_back({(*choice)->test, (*choice)->options.size(), holds_for});
      }
      const auto [yes, no] = branch_conditions(test, span);
      fork->begin(yes);
      const auto flow = block(node->body);
      fork->end(flow, yes);
      if (choice != nullptr) narrowings.back().allowed = fails_for;
      if (!last) {
        negative = no;
        if (++negatives <= negatives_kept) push_condition(no, Hold::branch);
        node = elif;
        continue;
      }
      if (rest.empty()) {
        fork->fall(no);
      } else {
        fork->begin(no);
        const auto other = block(rest);
        fork->end(other, no);
      }
      narrowings.resize(narrowings_before);
      return fork->join(first);
    }
    // The arm that is taken for sure, after those that may be.
    if (!fork) return block(rest);
    if (negatives > 0 && negatives <= negatives_kept) {
      conditions.pop_back();
      holds.pop_back();
    }
    fork->begin(negative);
    const auto flow = block(rest);
    fork->end(flow, negative);
    narrowings.resize(narrowings_before);
    return fork->join(first);
  }
}

auto Interpreter::State::match_statement(const python::Match& node) -> Flow {
  const auto subject = evaluate(node.subject);
  const auto span = span_of(node.subject);
  std::optional<Fork> fork;
  for (std::size_t i = 0; i < node.cases.size(); ++i) {
    const auto& arm = node.cases[i];
    auto truth = Value::Truth::unknown;
    const auto* capture = arm.pattern != nullptr ? as<python::Name>(arm.pattern, ExpressionKind::name) : nullptr;
    if (capture != nullptr) {
      truth = Value::Truth::yes;
      if (capture->id != "_") set_name(capture->id, subject, span);
    } else if (arm.pattern != nullptr && (arm.pattern->kind == ExpressionKind::string || arm.pattern->kind == ExpressionKind::number ||
                                          arm.pattern->kind == ExpressionKind::none || arm.pattern->kind == ExpressionKind::attribute ||
                                          arm.pattern->kind == ExpressionKind::true_ || arm.pattern->kind == ExpressionKind::false_)) {
      const auto test = compare("==", subject, evaluate(arm.pattern), span_of(arm.pattern));
      truth = decide(test, span_of(arm.pattern));
    } else if (std::vector<const python::Expression*> literals; arm.pattern != nullptr && add_alternatives(arm.pattern, literals)) {
      truth = Value::Truth::no;
      for (const auto* literal : literals) {
        const auto each = decide(compare("==", subject, evaluate(literal), span_of(literal)), span_of(literal));
        if (each == Value::Truth::yes || truth == Value::Truth::no) truth = each;
        if (truth == Value::Truth::yes) break;
      }
    }
    if (arm.guard != nullptr && truth != Value::Truth::no) {
      const auto guard = decide(evaluate(arm.guard), span_of(arm.guard));
      if (truth == Value::Truth::yes || guard == Value::Truth::no) truth = guard;
    }
    if (truth == Value::Truth::no) continue;
    const Condition condition{Condition::Kind::test, span, static_cast<std::uint16_t>(i)};
    if (truth == Value::Truth::yes && !fork) return block(arm.body);
    if (!fork) fork.emplace(*this);
    fork->begin(condition);
    const auto flow = block(arm.body);
    fork->end(flow, condition);
    if (truth == Value::Truth::yes) return fork->join(span);
  }
  if (!fork) return Flow::next;
  fork->fall({Condition::Kind::test, span, static_cast<std::uint16_t>(node.cases.size())});
  return fork->join(span);
}

}  // namespace foreshot::interpret
