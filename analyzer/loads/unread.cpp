#include "analyzer/loads/unread.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>

#include "analyzer/loads/loop.h"
#include "analyzer/loads/tree_walk.h"
#include "analyzer/loads/words.h"

namespace foreshot::loads {
namespace {

using python::as;
using python::Expression;
using python::ExpressionKind;
using python::Statement;
using python::StatementKind;

constexpr unsigned most_queries = 20;  // of one function

// One function: what stands around each expression, and where each name is used.
class Uses {
 public:
  explicit Uses(const python::Function& function) {
    walk_expressions(function.body, [&](const Expression& expression, const Surroundings& around) {
      around_.emplace(&expression, Around{around.parent, around.statement});
      if (const auto* name = as<python::Name>(&expression, ExpressionKind::name)) names_[name->id].push_back(&expression);
      if (const auto* each = as<python::Comprehension>(&expression, ExpressionKind::comprehension))
        for (const auto& clause : each->clauses) note_clause(clause);
    });
    any_statement(function.body, [&](const Statement& statement) {
      if (const auto* loop = as<python::For>(&statement, StatementKind::for_)) targets_.emplace(loop->iterable, loop->target);
      return false;
    });
  }

  auto at(Span place) const -> const Expression* {
    for (const auto& [expression, around] : around_)
      if (expression->begin == place.begin && expression->end == place.end && expression->kind != ExpressionKind::name) return expression;
    return nullptr;
  }

  // The attributes of the rows that are read; false where something else is done with them.
  auto read(const Expression* rows, std::set<std::string_view>& attributes) const -> bool {
    rows = outermost(rows);
    if (const auto* target = target_of(rows)) return read_of(target, attributes);
    const auto& around = around_.at(rows);
    const auto* assign = around.parent == nullptr && around.statement != nullptr ? as<python::Assign>(around.statement, StatementKind::assign) : nullptr;
    if (assign == nullptr || assign->value != rows || assign->targets.size() != 1) return false;
    const auto* variable = as<python::Name>(assign->targets.front(), ExpressionKind::name);
    if (variable == nullptr) return false;
    for (const auto* use : names_.at(variable->id)) {
      if (use == assign->targets.front()) continue;
      const auto* name = outermost(use);
      if (const auto* target = target_of(name)) {
        if (!read_of(target, attributes)) return false;
      } else if (!only_asked(name)) {
        return false;
      }
    }
    return true;
  }

 private:
  struct Around { const Expression* parent; const Statement* statement; };

  auto note_clause(const python::ComprehensionClause& clause) -> void {
    if (clause.target != nullptr) targets_.emplace(clause.iterable, clause.target);
  }

  auto target_of(const Expression* iterable) const -> const Expression* {
    const auto found = targets_.find(iterable);
    return found == targets_.end() ? nullptr : found->second;
  }

  // await x, x.unique(), x.all(), list(x): the same rows.
  auto outermost(const Expression* rows) const -> const Expression* {
    for (;;) {
      const auto found = around_.find(rows);
      const auto* parent = found == around_.end() ? nullptr : found->second.parent;
      if (parent == nullptr) return rows;
      if (parent->kind == ExpressionKind::await_) {
        rows = parent;
        continue;
      }
      if (const auto* call = as<python::Call>(parent, ExpressionKind::call)) {
        const auto* name = as<python::Name>(call->callee, ExpressionKind::name);
        if (name == nullptr || !in(name->id, {"list", "tuple"}) || call->arguments.size() != 1) return rows;
        rows = parent;
        continue;
      }
      const auto* method = as<python::Attribute>(parent, ExpressionKind::attribute);
      const auto* call = method != nullptr ? as<python::Call>(around_.at(parent).parent, ExpressionKind::call) : nullptr;
      if (call == nullptr || call->callee != parent || !in(method->name, {"all", "unique", "scalars", "fetchall"})) return rows;
      rows = call;
    }
  }

  // `if rows`, `not rows`, `len(rows)`: whether there are any, and how many.
  auto only_asked(const Expression* rows) const -> bool {
    const auto& around = around_.at(rows);
    if (around.parent == nullptr) {
      const auto* test = as<python::If>(around.statement, StatementKind::if_);
      return test != nullptr && test->test == rows;
    }
    if (const auto* unary = as<python::Unary>(around.parent, ExpressionKind::unary)) return unary->op == "not";
    const auto* call = as<python::Call>(around.parent, ExpressionKind::call);
    const auto* name = call != nullptr ? as<python::Name>(call->callee, ExpressionKind::name) : nullptr;
    return name != nullptr && name->id == "len";
  }

  auto read_of(const Expression* target, std::set<std::string_view>& attributes) const -> bool {
    const auto* row = as<python::Name>(target, ExpressionKind::name);
    if (row == nullptr) return false;
    const auto uses = names_.find(row->id);
    if (uses == names_.end()) return true;
    return std::all_of(uses->second.begin(), uses->second.end(), [&](const Expression* use) {
      const auto* attribute = as<python::Attribute>(around_.at(use).parent, ExpressionKind::attribute);
      if (attribute != nullptr) attributes.insert(attribute->name);
      return attribute != nullptr;
    });
  }

  std::unordered_map<const Expression*, Around> around_;
  std::unordered_map<std::string_view, std::vector<const Expression*>> names_;
  std::unordered_map<const Expression*, const Expression*> targets_;  // of loops and comprehensions, by what they go over
};

auto is_loaded(const LoaderOption& option) -> bool {
  return option.path.size() == 1 && option.path.front() != "*" && in(option.strategy, {"selectinload", "joinedload", "subqueryload", "immediateload"});
}

// A column or a relationship, whose reading reads nothing else.
auto is_plain(const ModelRegistry& registry, const Model& model, const std::string& name) -> bool {
  if (model.column(name) != nullptr || model.relationship(name) != nullptr) return true;
  return std::any_of(model.base_models.begin(), model.base_models.end(), [&](ModelId base) { return registry.model(base).column(name) != nullptr; });
}

}  // namespace

auto mark_unread(std::vector<Query>& queries, const interpret::SourceModule& module, const ModelRegistry& registry) -> void {
  std::unordered_map<const python::Function*, std::pair<Uses, unsigned>> functions;
  for (auto& query : queries) {
    if (!query.understood || !query.options_known || query.executed.file != module.file || query.cardinality != Cardinality::many) continue;
    if (query.entities.size() != 1 || query.entities.front() == no_model || std::none_of(query.options.begin(), query.options.end(), is_loaded)) continue;
    const auto* function = function_around(module, query.executed);
    if (function == nullptr) continue;
    auto found = functions.find(function);
    if (found == functions.end()) found = functions.emplace(function, std::make_pair(Uses(*function), 0U)).first;
    if (++found->second.second > most_queries) continue;
    const auto& uses = found->second.first;
    const auto* rows = uses.at(query.executed);
    std::set<std::string_view> attributes;
    if (rows == nullptr || !uses.read(rows, attributes)) continue;
    const auto& model = registry.model(query.entities.front());
    if (!std::all_of(attributes.begin(), attributes.end(), [&](std::string_view name) { return is_plain(registry, model, std::string(name)); })) continue;
    for (const auto& option : query.options)
      if (is_loaded(option) && attributes.count(option.path.front()) == 0) query.unread.push_back(option.path.front());
  }
}

}  // namespace foreshot::loads
