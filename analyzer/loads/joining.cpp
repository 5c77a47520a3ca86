// One value for two that an undecided test leaves behind: queries, results, entities.
#include <algorithm>

#include "analyzer/loads/vocabulary.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using sqlalchemy::object_value;
using sqlalchemy::shared_object;

namespace {

// Each option once, by where it is written: a loop joins the same query with itself again and again.
auto merge(std::vector<LoaderOption>& into, const std::vector<LoaderOption>& from) -> void {
  for (const auto& option : from) {
    const auto same = [&](const LoaderOption& other) { return other.span == option.span && other.path == option.path; };
    if (std::none_of(into.begin(), into.end(), same)) into.push_back(option);
  }
}

}  // namespace

// One of two ways: what either way loads, or filters, counts as done.
auto LoadVocabulary::join(const Site& site, const Value& left, const Value& right) -> std::optional<Value> {
  const auto united = [](const Statement& one, const Statement& other) -> std::shared_ptr<Statement> {
    if (one.entities != other.entities || one.verb != other.verb) return nullptr;
    auto both = std::make_shared<Statement>(one);
    merge(both->options, other.options);
    both->options_known = one.options_known && other.options_known;
    both->understood = one.understood && other.understood;
    // Locked, or streamed, on one way only: what the other way loads is not known to meet it.
    const bool alike = one.options.size() == other.options.size();
    both->for_update = alike ? one.for_update || other.for_update : one.for_update && other.for_update;
    both->for_update_of = one.for_update_of || other.for_update_of;
    both->yields_per = alike ? one.yields_per || other.yields_per : one.yields_per && other.yields_per;
    both->few = one.few || other.few;
    both->limited = one.limited || other.limited;
    both->folded = one.folded || other.folded;
    both->unfiltered = one.unfiltered && other.unfiltered;
    both->filtered_by_list = one.filtered_by_list || other.filtered_by_list;
    merge(both->equal, other.equal);
    merge(both->used, other.used);
    unite_shapes(*both, other);
    return both;
  };
  const auto first = shared_object<Statement>(left), second = shared_object<Statement>(right);
  if (first != nullptr && second != nullptr) {
    if (auto both = united(*first, *second)) return object_value(std::move(both), left.span());
    return Value::unknown("one of two queries", site.span);
  }
  const auto origins = [&](const std::shared_ptr<const Origin>& one, const std::shared_ptr<const Origin>& other) -> std::shared_ptr<const Origin> {
    if (one == other) return one;
    if (one == nullptr || other == nullptr || one->statement == nullptr || other->statement == nullptr) return nullptr;
    auto statement = united(*one->statement, *other->statement);
    if (statement == nullptr) return nullptr;
    auto both = std::make_shared<Origin>(*one);
    both->statement = std::move(statement);
    both->options_known = one->options_known && other->options_known;
    if (other->session == SessionKind::async) both->session = SessionKind::async;
    return both;
  };
  const auto rows = shared_object<Rows>(left), others = shared_object<Rows>(right);
  if (rows != nullptr && others != nullptr) {
    const auto origin = rows->shape == others->shape && rows->parent == others->parent ? origins(rows->origin, others->origin) : nullptr;
    if (origin == nullptr) return Value::unknown("one of two results", site.span);
    auto both = std::make_shared<Rows>(*rows);
    both->origin = origin;
    both->few = rows->few || others->few;
    return object_value(std::move(both), left.span());
  }
  const auto entity = shared_object<Entity>(left), another = shared_object<Entity>(right);
  if (entity != nullptr && another != nullptr) {
    const auto origin = entity->model == another->model && entity->path == another->path && entity->parent == another->parent
                            ? origins(entity->origin, another->origin)
                            : nullptr;
    if (entity->model != another->model || entity->fresh || another->fresh || origin == nullptr) {
      if (entity->model != another->model) return Value::unknown("one of two entities", site.span);
      auto either = make_entity(entity->model, nullptr, false);
      return object_value(std::move(either), left.span());
    }
    auto both = std::make_shared<Entity>(*entity);
    both->origin = origin;
    both->many = entity->many && another->many;
    both->loaded.insert(another->loaded.begin(), another->loaded.end());
    return object_value(std::move(both), left.span());
  }
  return ModelVocabulary::join(site, left, right);
}

}  // namespace foreshot::loads
