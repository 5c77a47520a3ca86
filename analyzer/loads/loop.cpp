#include "analyzer/loads/loop.h"

#include <algorithm>
#include <array>
#include <functional>

namespace foreshot::loads {
namespace {

using python::as;
using python::ExpressionKind;
using python::StatementKind;

auto begins_name(char c) -> bool {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
auto continues_name(char c) -> bool { return begins_name(c) || (c >= '0' && c <= '9'); }

auto target_names(const python::Expression* target, std::vector<std::string_view>& names) -> void {
  if (const auto* name = as<python::Name>(target, ExpressionKind::name)) names.push_back(name->id);
  if (target == nullptr) return;
  if (target->kind == ExpressionKind::tuple || target->kind == ExpressionKind::list)
    for (const auto* element : static_cast<const python::Sequence*>(target)->elements) target_names(element, names);
  if (const auto* star = as<python::Starred>(target, ExpressionKind::starred)) target_names(star->value, names);
}

using Visitor = std::function<bool(const python::Statement*)>;

// Every statement of a block and of the blocks in it; the visitor says whether to go inside. Bounded by the tree's depth.
auto visit(python::StatementList block, const Visitor& visitor) -> void {
  for (const auto* statement : block) {
    if (!visitor(statement)) continue;
    switch (statement->kind) {
      case StatementKind::if_: {
        const auto* each = static_cast<const python::If*>(statement);
        visit(each->body, visitor);
        visit(each->otherwise, visitor);
        break;
      }
      case StatementKind::for_: {
        const auto* each = static_cast<const python::For*>(statement);
        visit(each->body, visitor);
        visit(each->otherwise, visitor);
        break;
      }
      case StatementKind::while_: {
        const auto* each = static_cast<const python::While*>(statement);
        visit(each->body, visitor);
        visit(each->otherwise, visitor);
        break;
      }
      case StatementKind::with: visit(static_cast<const python::With*>(statement)->body, visitor); break;
      case StatementKind::try_: {
        const auto* each = static_cast<const python::Try*>(statement);
        visit(each->body, visitor);
        for (const auto& handler : each->handlers) visit(handler.body, visitor);
        visit(each->otherwise, visitor);
        visit(each->finally, visitor);
        break;
      }
      case StatementKind::match:
        for (const auto& each : static_cast<const python::Match*>(statement)->cases) visit(each.body, visitor);
        break;
      case StatementKind::function: visit(static_cast<const python::Function*>(statement)->body, visitor); break;
      case StatementKind::class_: visit(static_cast<const python::Class*>(statement)->body, visitor); break;
      default: break;
    }
  }
}

auto ends_loop(python::StatementList block) -> bool {
  if (block.empty()) return false;
  const auto kind = block.back()->kind;
  return kind == StatementKind::return_ || kind == StatementKind::raise || kind == StatementKind::break_;
}

// `found`, `found is not None`.
auto asks_for_presence(const python::Expression* test) -> bool {
  if (test->kind == ExpressionKind::name) return true;
  const auto* compare = as<python::Compare>(test, ExpressionKind::compare);
  return compare != nullptr && compare->ops.size() == 1 && compare->ops[0] == "is not" &&
         compare->operands[1]->kind == ExpressionKind::none;
}

// The blocks around a place, outermost first, each with the statement that it belongs to; null for the loop's own. The test
// of an if belongs to the block around the if.
struct Around {
  python::StatementList block;
  const python::Statement* owner = nullptr;
};

auto blocks_around(const python::For& loop, Span place) -> std::vector<Around> {
  std::vector<Around> found{{loop.body, nullptr}};
  while (true) {
    const python::Statement* around = nullptr;
    for (const auto* statement : found.back().block)
      if (statement->begin <= place.begin && place.end <= statement->end) around = statement;
    if (around == nullptr) return found;
    python::StatementList inner;
    const auto holds = [&](python::StatementList candidate) {
      if (!candidate.empty() && candidate.front()->begin <= place.begin && place.end <= candidate.back()->end) inner = candidate;
    };
    switch (around->kind) {
      case StatementKind::if_:
        holds(static_cast<const python::If*>(around)->body);
        holds(static_cast<const python::If*>(around)->otherwise);
        break;
      case StatementKind::for_:
        holds(static_cast<const python::For*>(around)->body);
        holds(static_cast<const python::For*>(around)->otherwise);
        break;
      case StatementKind::with: holds(static_cast<const python::With*>(around)->body); break;
      case StatementKind::try_: {
        const auto* attempt = static_cast<const python::Try*>(around);
        holds(attempt->body);
        for (const auto& handler : attempt->handlers) holds(handler.body);
        holds(attempt->otherwise);
        holds(attempt->finally);
        break;
      }
      case StatementKind::match:
        for (const auto& each : static_cast<const python::Match*>(around)->cases) holds(each.body);
        break;
      default: break;
    }
    if (inner.empty()) return found;
    found.push_back({inner, around});
  }
}

auto is_constant(const python::Expression* node) -> bool {
  return node->kind == ExpressionKind::string || node->kind == ExpressionKind::number;
}

// `key == "name"`, also among what must hold together.
auto picks_one(const python::Expression* test, const std::vector<std::string_view>& variables) -> bool {
  const auto is_variable = [&](const python::Expression* node) {
    const auto* name = as<python::Name>(node, ExpressionKind::name);
    return name != nullptr && std::find(variables.begin(), variables.end(), name->id) != variables.end();
  };
  if (const auto* all = as<python::Boolean>(test, ExpressionKind::boolean); all != nullptr && all->is_and)
    return std::any_of(all->operands.begin(), all->operands.end(), [&](const auto* each) {
      return each->kind == ExpressionKind::compare && picks_one(each, variables);
    });
  const auto* compare = as<python::Compare>(test, ExpressionKind::compare);
  if (compare == nullptr || compare->ops.size() != 1 || compare->ops[0] != "==") return false;
  return (is_variable(compare->operands[0]) && is_constant(compare->operands[1])) ||
         (is_variable(compare->operands[1]) && is_constant(compare->operands[0]));
}

// The container of `key not in found`.
auto asked_container(const python::Expression* test) -> std::string_view {
  const auto* compare = as<python::Compare>(test, ExpressionKind::compare);
  if (compare == nullptr || compare->ops.size() != 1 || compare->ops[0] != "not in") return {};
  const auto* name = as<python::Name>(compare->operands[1], ExpressionKind::name);
  return name != nullptr ? name->id : std::string_view();
}

// `found[key] = …`, `found.add(…)`, `found.append(…)`.
auto fills(python::StatementList block, std::string_view container) -> bool {
  const auto is_container = [&](const python::Expression* node) {
    const auto* name = as<python::Name>(node, ExpressionKind::name);
    return name != nullptr && name->id == container;
  };
  bool found = false;
  visit(block, [&](const python::Statement* each) {
    if (const auto* assign = as<python::Assign>(each, StatementKind::assign))
      for (const auto* target : assign->targets)
        if (const auto* entry = as<python::Subscript>(target, ExpressionKind::subscript)) found = found || is_container(entry->value);
    if (const auto* expression = as<python::ExpressionStatement>(each, StatementKind::expression))
      if (const auto* call = as<python::Call>(expression->value, ExpressionKind::call))
        if (const auto* method = as<python::Attribute>(call->callee, ExpressionKind::attribute)) found = found || is_container(method->value);
    return true;
  });
  return found;
}

}  // namespace

auto identifiers(std::string_view text) -> std::vector<std::string_view> {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = text[i];
    if (c == '#') {
      while (i < text.size() && text[i] != '\n') ++i;
      continue;
    }
    if (!begins_name(c)) {
      ++i;
      continue;
    }
    const auto begin = i;
    while (i < text.size() && continues_name(text[i])) ++i;
    auto before = begin;
    while (before > 0 && (text[before - 1] == ' ' || text[before - 1] == '\n')) --before;
    if (before > 0 && (text[before - 1] == '.' || (text[before - 1] >= '0' && text[before - 1] <= '9'))) continue;
    auto after = i;
    while (after < text.size() && text[after] == ' ') ++after;
    const bool keyword = after + 1 < text.size() && text[after] == '=' && text[after + 1] != '=';
    if (!keyword) names.push_back(text.substr(begin, i - begin));
  }
  return names;
}

auto loop_statement(const interpret::SourceModule& module, Span whole) -> const python::For* {
  const python::For* found = nullptr;
  if (module.tree == nullptr) return nullptr;
  visit(module.tree->body, [&](const python::Statement* statement) {
    if (found != nullptr || statement->end <= whole.begin || statement->begin >= whole.end) return false;
    if (statement->begin == whole.begin && statement->end == whole.end) {
      found = as<python::For>(statement, StatementKind::for_);
      if (found != nullptr) return false;
    }
    return true;
  });
  return found;
}

auto bound_names(const python::For* statement) -> std::unordered_set<std::string_view> {
  std::vector<std::string_view> names;
  if (statement != nullptr)
    visit(statement->body, [&](const python::Statement* each) {
      if (const auto* assign = as<python::Assign>(each, StatementKind::assign))
        for (const auto* target : assign->targets) target_names(target, names);
      if (const auto* with = as<python::With>(each, StatementKind::with))
        for (const auto& item : with->items) target_names(item.target, names);
      return each->kind != StatementKind::function && each->kind != StatementKind::class_;
    });
  return {names.begin(), names.end()};
}

auto leaves(const python::For& loop, Span place) -> bool {
  for (const auto& each : blocks_around(loop, place)) {
    // A loop in between has its own way out.
    if (each.owner != nullptr && each.owner->kind == StatementKind::for_) return false;
    if (ends_loop(each.block)) return true;
  }
  return false;
}

auto reached_once(const python::For& loop, Span place) -> bool {
  std::vector<std::string_view> variables;
  target_names(loop.target, variables);
  const auto around = blocks_around(loop, place);
  return std::any_of(around.begin(), around.end(), [&](const Around& each) {
    const auto* test = each.owner != nullptr ? as<python::If>(each.owner, StatementKind::if_) : nullptr;
    if (test == nullptr || test->body.data() != each.block.data()) return false;
    if (picks_one(test->test, variables)) return true;
    const auto container = asked_container(test->test);
    return !container.empty() && fills(test->body, container);
  });
}

auto in_try(const python::For& loop, Span place) -> bool {
  const auto around = blocks_around(loop, place);
  return std::any_of(around.begin(), around.end(),
                     [](const Around& each) { return each.owner != nullptr && each.owner->kind == StatementKind::try_; });
}

auto function_around(const interpret::SourceModule& module, Span place) -> const python::Function* {
  const python::Function* found = nullptr;
  if (module.tree == nullptr) return nullptr;
  visit(module.tree->body, [&](const python::Statement* statement) {
    if (statement->end < place.end || statement->begin > place.begin) return false;
    if (const auto* function = as<python::Function>(statement, StatementKind::function)) found = function;
    return true;
  });
  return found;
}

auto class_of_method(const interpret::SourceModule& module, const python::Function& function) -> const python::Class* {
  const python::Class* found = nullptr;
  if (module.tree == nullptr) return nullptr;
  visit(module.tree->body, [&](const python::Statement* statement) {
    if (found != nullptr || statement->end < function.end || statement->begin > function.begin) return false;
    const auto* type = as<python::Class>(statement, StatementKind::class_);
    if (type != nullptr && std::find(type->body.begin(), type->body.end(), &function) != type->body.end()) found = type;
    return true;
  });
  return found;
}

auto remembers(std::string_view body) -> bool {
  static constexpr std::array<std::string_view, 4> words{"cache", "memoiz", "memois", "region"};
  for (std::size_t i = 0; i < body.size();) {
    if (!begins_name(body[i])) {
      ++i;
      continue;
    }
    const auto begin = i;
    while (i < body.size() && continues_name(body[i])) ++i;
    std::string lower(body.substr(begin, std::min<std::size_t>(i - begin, 64)));
    for (auto& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    if (std::none_of(words.begin(), words.end(), [&](std::string_view word) { return lower.find(word) != std::string::npos; })) continue;
    const auto rest = body.substr(i, 16);
    const auto before = body.substr(0, begin);
    if (rest.starts_with(".get(") || rest.starts_with(".get_or_create") || rest.starts_with("[") || before.ends_with(" in ")) return true;
  }
  return false;
}

auto searches(const python::For& loop) -> bool {
  bool found = false;
  visit(loop.body, [&](const python::Statement* each) {
    if (each->kind == StatementKind::break_) found = true;
    if (const auto* test = as<python::If>(each, StatementKind::if_))
      found = found || (!test->body.empty() && test->body.back()->kind == StatementKind::return_ && asks_for_presence(test->test));
    return each->kind != StatementKind::for_ && each->kind != StatementKind::while_ && each->kind != StatementKind::function &&
           each->kind != StatementKind::class_;
  });
  return found || ends_loop(loop.body);
}

auto asks_again(const interpret::Loop& loop, std::string_view iterable) -> bool {
  static constexpr std::array<std::string_view, 12> words{"chunk", "batch", "grouper", "partition", "slices",   "__subclasses__",
                                                          "tables", "mappers", "retry",  "attempt",   "paginate", "tenants"};
  std::string lower(iterable.substr(0, 200));
  for (auto& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  if (lower.starts_with("range(") || lower.starts_with("count(") || lower.starts_with("itertools.count(")) return true;
  const auto& variable = loop.variable;
  if (variable.find("chunk") != std::string::npos || variable.find("batch") != std::string::npos || variable == "_" || variable == "page") return true;
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

}  // namespace foreshot::loads
