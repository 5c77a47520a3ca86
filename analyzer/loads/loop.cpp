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

auto dependent_names(const interpret::Loop& loop, const python::For* statement, std::string_view text)
    -> std::unordered_set<std::string_view> {
  std::unordered_set<std::string_view> names;
  for (const auto name : identifiers(loop.variable)) names.insert(name);
  if (statement == nullptr) return names;
  const auto mentions = [&](const python::Expression* value) {
    const auto found = value == nullptr ? std::vector<std::string_view>() : identifiers(text.substr(value->begin, value->end - value->begin));
    return std::any_of(found.begin(), found.end(), [&](std::string_view name) { return names.count(name) > 0; });
  };
  const auto add = [&](const python::Expression* target, const python::Expression* value) {
    if (!mentions(value)) return;
    std::vector<std::string_view> targets;
    target_names(target, targets);
    names.insert(targets.begin(), targets.end());
  };
  visit(statement->body, [&](const python::Statement* each) {
    if (const auto* assign = as<python::Assign>(each, StatementKind::assign)) {
      for (const auto* target : assign->targets) add(target, assign->value);
    } else if (const auto* augmented = as<python::Augmented>(each, StatementKind::augmented)) {
      add(augmented->target, augmented->value);
    } else if (const auto* annotated = as<python::Annotated>(each, StatementKind::annotated)) {
      add(annotated->target, annotated->value);
    } else if (const auto* inner = as<python::For>(each, StatementKind::for_)) {
      add(inner->target, inner->iterable);
    } else if (const auto* with = as<python::With>(each, StatementKind::with)) {
      for (const auto& item : with->items) add(item.target, item.context);
    }
    return each->kind != StatementKind::function && each->kind != StatementKind::class_;
  });
  return names;
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
  // The innermost block around the place; the test of an if belongs to the block around the if.
  auto block = loop.body;
  while (true) {
    const python::Statement* around = nullptr;
    for (const auto* statement : block)
      if (statement->begin <= place.begin && place.end <= statement->end) around = statement;
    if (around == nullptr) return false;
    python::StatementList inner;
    const auto holds = [&](python::StatementList candidate) {
      if (!candidate.empty() && candidate.front()->begin <= place.begin && place.end <= candidate.back()->end) inner = candidate;
    };
    switch (around->kind) {
      case StatementKind::if_:
        holds(static_cast<const python::If*>(around)->body);
        holds(static_cast<const python::If*>(around)->otherwise);
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
    if (inner.empty()) return ends_loop(block);
    if (ends_loop(block)) return true;
    block = inner;
  }
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
