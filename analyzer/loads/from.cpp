// What stands in FROM of a statement, and what connects it: a class that nothing connects multiplies the rows.
#include <algorithm>

#include "analyzer/loads/vocabulary.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using interpret::Arguments;
using interpret::Site;
using interpret::Value;

namespace {

constexpr std::size_t most_items = 24;

auto add_from(Statement& statement, const FromItem& item, Span span) -> void {
  const auto same = [&](const NamedFrom& other) { return other.item == item; };
  if (std::any_of(statement.from.begin(), statement.from.end(), same)) return;
  if (statement.from.size() < most_items) statement.from.push_back({item, span});
  else statement.opaque = true;
}

auto item_of(const ModelRegistry& registry, const Value& value) -> std::optional<FromItem> {
  if (const auto model = registry.of(value); model != no_model) return FromItem{model, {}};
  if (const auto* alias = value.object<Alias>()) return FromItem{alias->model, value.span()};
  return std::nullopt;
}

}  // namespace

// A part of a select list, or a condition.
auto LoadVocabulary::name_in_from(Statement& statement, const Value& value, Span span) const -> void {
  if (const auto item = item_of(registry_, value)) {
    add_from(statement, *item, span);
  } else if (const auto* attribute = value.object<ModelAttribute>()) {
    add_from(statement, {attribute->model, attribute->alias}, span);
  } else if (const auto* criterion = value.object<Criterion>()) {
    for (const auto& each : criterion->from) add_from(statement, each, span);
    for (const auto& each : criterion->connects)
      if (std::find(statement.connects.begin(), statement.connects.end(), each) == statement.connects.end() && statement.connects.size() < 4 * most_items)
        statement.connects.push_back(each);
    statement.opaque = statement.opaque || criterion->opaque;
  } else if (value.object<Derived>() == nullptr && value.get<bool>() == nullptr && !value.is_none()) {
    statement.opaque = true;
  }
}

auto LoadVocabulary::join_in_from(Statement& statement, std::string_view name, const Arguments& arguments) const -> void {
  const auto connect = [&](const FromItem& one, const FromItem& other) { statement.connects.emplace_back(one, other); };
  std::size_t at = 0;
  std::optional<FromItem> left;
  if (name == "join_from") {
    const auto* given = arguments.positional(at++);
    left = given != nullptr ? item_of(registry_, given->value) : std::nullopt;
    if (!left) statement.opaque = true;
    else add_from(statement, *left, given->span);
  }
  const auto* target = arguments.get(at, "target");
  if (target == nullptr || arguments.unknown_positional || arguments.positional_count() > at + 2) {
    statement.opaque = true;
    return;
  }
  const auto* condition = arguments.get(at + 1, "onclause");
  std::optional<FromItem> item = item_of(registry_, target->value);
  const auto* path = target->value.object<ModelAttribute>();
  if (path != nullptr) {
    const auto* relationship = registry_.model(path->model).relationship(path->name);
    if (path->of != nullptr) item = *path->of;
    else if (relationship != nullptr && relationship->target_model != no_model) item = FromItem{relationship->target_model, {}};
    if (item) connect({path->model, path->alias}, *item);
  }
  // join(A.bs, B.cs): two joins of the 1.x style.
  const bool two = path != nullptr && condition != nullptr && condition->value.object<Criterion>() == nullptr;
  if (!item || two) {
    statement.opaque = true;
    return;
  }
  if (left) connect(*left, *item);
  // Without a condition a foreign key connects it with one of those that are there; which one does not matter here.
  if (path == nullptr && (condition == nullptr || condition->value.object<Criterion>() == nullptr))
    for (const auto& other : statement.from) connect(other.item, *item);
  // Whoever writes the condition of a join has thought of it, whatever it compares.
  if (path == nullptr && condition != nullptr && !statement.from.empty()) connect(statement.from.front().item, *item);
  add_from(statement, *item, target->span);
  if (condition != nullptr && (condition->value.object<Criterion>() != nullptr || condition->value.object<ModelAttribute>() != nullptr)) name_in_from(statement, condition->value, condition->span);
}

// All columns of a key of the class are compared with =.
auto LoadVocabulary::covers_key(const Statement& statement, ModelId id) const -> bool {
  if (id == no_model) return false;
  const auto& model = registry_.model(id);
  std::set<std::string> compared;
  for (const auto& column : statement.equal) {
    if (column.model != no_model && column.model != id && !registry_.derives(id, column.model) && !registry_.derives(column.model, id)) continue;
    // A key that a base of another package brings is called so.
    if (column.name == "id" || column.name == "pk") return true;
    if (const auto* declared = model.column(column.name)) compared.insert(declared->column.name.text);
    else compared.insert(column.name);
    if (const auto* relationship = model.relationship(column.name))
      compared.insert(relationship->local_columns.begin(), relationship->local_columns.end());
  }
  const auto covered = [&](const std::vector<Identifier>& columns) {
    return !columns.empty() && std::all_of(columns.begin(), columns.end(), [&](const Identifier& each) { return compared.count(each.text) > 0; });
  };
  const auto is_key = [](const Constraint& each) { return each.kind == ConstraintKind::primary_key || each.kind == ConstraintKind::unique; };
  const auto of_model = [&](const Model& each) {
    std::vector<Identifier> primary;
    for (const auto& column : each.columns)
      for (const auto& constraint : column.column.constraints) {
        if (constraint.kind == ConstraintKind::primary_key) primary.push_back(column.column.name);
        if (constraint.kind == ConstraintKind::unique && covered({column.column.name})) return true;
      }
    if (covered(primary)) return true;
    for (const auto& constraint : each.constraints)
      if (is_key(constraint) && covered(constraint.columns)) return true;
    return std::any_of(each.indexes.begin(), each.indexes.end(), [&](const ModelIndex& index) {
      if (!index.index.unique || !index.keys_known || index.index.keys.empty()) return false;
      return std::all_of(index.index.keys.begin(), index.index.keys.end(), [&](const auto& key) { return !key.column.empty() && compared.count(key.column.text) > 0; });
    });
  };
  if (of_model(model)) return true;
  return std::any_of(model.base_models.begin(), model.base_models.end(), [&](ModelId base) { return of_model(registry_.model(base)); });
}

// The classes that nothing connects with the first one; none where at most one of the parts can have several rows.
auto LoadVocabulary::unconnected(const Site& site, const Statement& statement) const -> std::vector<NamedFrom> {
  if (statement.opaque || statement.from.size() < 2 || statement.collection != Statement::Collection::no || !statement.understood) return {};
  const auto text = entry_text(site);
  for (const auto* word : {"subquery(", ".cte(", "Table(", ".alias(", "lateral(", "table_valued(", "text("})
    if (text.find(word) != std::string_view::npos) return {};
  const auto& from = statement.from;
  std::vector<std::size_t> part(from.size());
  for (std::size_t i = 0; i < part.size(); ++i) part[i] = i;
  const auto unite = [&](std::size_t one, std::size_t other) {
    const auto kept = std::min(part[one], part[other]), gone = std::max(part[one], part[other]);
    std::replace(part.begin(), part.end(), gone, kept);
  };
  const auto same_rows = [&](ModelId one, ModelId other) {
    return registry_.derives(one, other) || registry_.derives(other, one) || registry_.model(one).table.display() == registry_.model(other).table.display();
  };
  for (std::size_t i = 0; i < from.size(); ++i)
    for (std::size_t j = i + 1; j < from.size(); ++j)
      if (!from[i].item.alias.known() && !from[j].item.alias.known() && same_rows(from[i].item.model, from[j].item.model)) unite(i, j);
  const auto place = [&](const FromItem& item) {
    return static_cast<std::size_t>(std::find_if(from.begin(), from.end(), [&](const NamedFrom& each) { return each.item == item; }) - from.begin());
  };
  for (const auto& [one, other] : statement.connects) {
    const auto i = place(one), j = place(other);
    // What it connects is not here: something in between is.
    if (i == from.size() || j == from.size()) return {};
    unite(i, j);
  }
  std::vector<std::size_t> many;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (std::find(many.begin(), many.end(), part[i]) != many.end()) continue;
    bool pinned = false;
    for (std::size_t j = 0; j < from.size(); ++j) pinned = pinned || (part[j] == part[i] && !from[j].item.alias.known() && covers_key(statement, from[j].item.model));
    if (!pinned) many.push_back(part[i]);
  }
  if (many.size() < 2) return {};
  std::vector<NamedFrom> apart;
  for (std::size_t i = 0; i < from.size(); ++i)
    if (part[i] != many.front() && std::find(many.begin(), many.end(), part[i]) != many.end()) apart.push_back(from[i]);
  return apart;
}

}  // namespace foreshot::loads
