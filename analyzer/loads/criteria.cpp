// Expressions of columns: comparisons, functions, and_(), or_(), and the operators that Python decides itself.
#include <algorithm>
#include <array>

#include "analyzer/loads/vocabulary.h"
#include "analyzer/loads/words.h"
#include "analyzer/sqlalchemy/argument.h"
#include "analyzer/sqlalchemy/clause.h"

namespace foreshot::loads {

using interpret::Arguments;
using interpret::Site;
using interpret::Value;
using sqlalchemy::object_value;
using sqlalchemy::shared_object;

namespace {

// A list is read as far as this; conditions are short.
constexpr std::size_t most_items = 64;

template <typename T>
auto add_each(std::vector<T>& into, const std::vector<T>& from) -> void {
  for (const auto& each : from)
    if (into.size() < most_items && std::find(into.begin(), into.end(), each) == into.end()) into.push_back(each);
}

auto is_schema_element(const Value& value) -> bool {
  return value.object<sqlalchemy::Clause>() != nullptr || value.object<sqlalchemy::Column>() != nullptr || value.object<sqlalchemy::Table>() != nullptr;
}

// SQL, and nothing that Python could decide.
auto is_sql(const Value& value) -> bool {
  if (const auto* criterion = value.object<Criterion>()) return !criterion->from.empty() || !criterion->mistakes.empty() || criterion->aggregate;
  return value.object<ModelAttribute>() != nullptr || value.object<sqlalchemy::Column>() != nullptr || value.object<sqlalchemy::Clause>() != nullptr;
}

auto add_operand(Criterion& into, const Value& value, bool conjunction, int depth = 0) -> void {
  if (const auto* attribute = value.object<ModelAttribute>()) {
    if (!attribute->alias.known()) merge(into.used, {{attribute->model, attribute->name}});
    add_each(into.from, {FromItem{attribute->model, attribute->alias}});
  } else if (const auto* criterion = value.object<Criterion>()) {
    merge(into.used, criterion->used);
    if (conjunction) merge(into.equal, criterion->equal);
    add_each(into.from, criterion->from);
    add_each(into.connects, criterion->connects);
    into.mistakes.insert(into.mistakes.end(), criterion->mistakes.begin(), criterion->mistakes.end());
    if (into.mistakes.size() > most_items) into.mistakes.resize(most_items);
    into.opaque = into.opaque || criterion->opaque;
    into.aggregate = into.aggregate || criterion->aggregate;
    into.counts = into.counts || criterion->counts;
    into.random = into.random || criterion->random;
  } else if (is_schema_element(value) || value.object<Derived>() != nullptr) {
    into.opaque = true;
  } else if (const auto* list = value.sequence(); list != nullptr && depth < 3) {
    for (std::size_t i = 0; i < std::min(list->items.size(), most_items); ++i) add_operand(into, list->items[i], conjunction, depth + 1);
  }
}

// What decides a whole condition decides less where that is only a part of another.
auto move_mistakes(Criterion& criterion, PythonOperator::Place place) -> void {
  for (auto& mistake : criterion.mistakes)
    if (mistake.place < place) mistake.place = place;
}

// What one condition names is connected by it.
auto connect_all(Criterion& criterion) -> void {
  for (std::size_t i = 1; i < criterion.from.size(); ++i) add_each(criterion.connects, {Connection{criterion.from[0], criterion.from[i]}});
}

auto holds_columns(const Value& value, int depth = 0) -> bool {
  if (value.object<ModelAttribute>() != nullptr || value.object<Criterion>() != nullptr) return true;
  const auto* list = value.sequence();
  return list != nullptr && depth < 3 &&
         std::any_of(list->items.begin(), list->items.begin() + static_cast<std::ptrdiff_t>(std::min(list->items.size(), most_items)),
                     [&](const Value& item) { return holds_columns(item, depth + 1); });
}

auto is_aggregate(std::string_view name) -> bool {
  return in(name, {"count", "max", "min", "sum", "avg", "array_agg", "string_agg", "bool_and", "bool_or", "every", "json_agg", "jsonb_agg",
                   "json_object_agg", "jsonb_object_agg", "group_concat", "stddev", "variance", "percentile_cont", "mode"});
}

auto is_expression_word(std::string_view word) -> bool {
  return in(word, {"or_", "not_", "case", "cast", "try_cast", "type_coerce", "extract", "distinct", "desc", "asc", "nulls_first", "nulls_last",
                   "nullsfirst", "nullslast", "tuple_", "between", "collate", "label", "bindparam", "any_", "all_", "over", "funcfilter", "within_group"});
}

}  // namespace

auto merge(std::vector<ColumnOf>& into, const std::vector<ColumnOf>& from) -> void {
  for (const auto& column : from) {
    const auto same = [&](const ColumnOf& other) { return other.model == column.model && other.name == column.name; };
    if (std::none_of(into.begin(), into.end(), same)) into.push_back(column);
  }
}

// func.lower(User.name), or_(…), case(…): what is no expression of columns is left to the words of the schema.
auto LoadVocabulary::expression_call(const Site& site, std::string_view dotted, std::string_view word, const Arguments& arguments)
    -> std::optional<Value> {
  if (word == "and_") {
    auto all = std::make_shared<Criterion>();
    for (const auto& item : arguments.items) {
      add_operand(*all, item.value, true);
      all->opaque = all->opaque || item.value.is_unknown();
    }
    all->opaque = all->opaque || arguments.unknown_positional;
    return object_value(std::move(all), site.span);
  }
  // Rows of one object: its key is what they are found by.
  if (word == "with_parent" && arguments.positional_count() > 1) {
    const auto* way = arguments.positional(1)->value.object<ModelAttribute>();
    const auto* relationship = way != nullptr ? registry_.model(way->model).relationship(way->name) : nullptr;
    auto made = std::make_shared<Criterion>();
    made->opaque = relationship == nullptr;
    if (relationship != nullptr && relationship->target_model != no_model)
      for (const auto& column : relationship->remote_columns) made->equal.push_back({relationship->target_model, column});
    return object_value(std::move(made), site.span);
  }
  const bool function = dotted.find(".func.") != std::string_view::npos;
  const bool random = function && (word == "random" || word == "rand");
  const bool aggregate = function && is_aggregate(word);
  if (!function && !is_expression_word(word)) return std::nullopt;
  const bool columns = std::any_of(arguments.items.begin(), arguments.items.end(), [](const auto& item) { return holds_columns(item.value); });
  if (!columns && !random && !aggregate) return std::nullopt;
  auto made = std::make_shared<Criterion>();
  for (const auto& item : arguments.items) add_operand(*made, item.value, false);
  move_mistakes(*made, word == "or_" ? PythonOperator::Place::arm : PythonOperator::Place::part);
  made->opaque = made->opaque || arguments.unknown_positional;
  made->random = made->random || random;
  made->aggregate = word != "over" && (made->aggregate || aggregate);
  made->counts = function && word == "count";
  connect_all(*made);
  return object_value(std::move(made), site.span);
}

// Order.customer.has(id=key), Order.customer.has(Customer.id == key)
auto LoadVocabulary::asks_for_one(const Relationship& relationship, const Arguments& arguments) const -> bool {
  if (relationship.target_model == no_model) return false;
  const auto is_key = [&](const std::string& attribute) {
    const auto* column = registry_.model(relationship.target_model).column(attribute);
    return std::find(relationship.remote_columns.begin(), relationship.remote_columns.end(), column != nullptr ? column->column.name.text : attribute) !=
           relationship.remote_columns.end();
  };
  return std::any_of(arguments.items.begin(), arguments.items.end(), [&](const auto& item) {
    if (!item.name.empty()) return is_key(std::string(item.name));
    const auto* criterion = item.value.template object<Criterion>();
    return criterion != nullptr && std::any_of(criterion->equal.begin(), criterion->equal.end(), [&](const ColumnOf& each) { return each.model == relationship.target_model && is_key(each.name); });
  });
}

auto LoadVocabulary::column_method(const Site& site, const Value& object, std::string_view name, const Arguments& arguments) -> Value {
  auto criterion = std::make_shared<Criterion>();
  add_operand(*criterion, object, false);
  const auto* attribute = object.object<ModelAttribute>();
  const bool relationship = attribute != nullptr && registry_.model(attribute->model).relationship(attribute->name) != nullptr;
  if (attribute != nullptr && !attribute->alias.known() && (name == "is_" || name == "__eq__")) criterion->equal.push_back({attribute->model, attribute->name});
  if (name == "over") criterion->aggregate = false;
  if (name == "in_" && attribute != nullptr) {
    note_long_list(site, arguments);
    const auto* list = arguments.positional_count() == 1 ? arguments.positional(0)->value.sequence() : nullptr;
    if (list != nullptr && list->complete && list->items.size() == 1 && !attribute->alias.known()) criterion->equal.push_back({attribute->model, attribute->name});
  }
  if (name == "has" && relationship && !attribute->alias.known() && asks_for_one(*registry_.model(attribute->model).relationship(attribute->name), arguments))
    criterion->equal.push_back({attribute->model, attribute->name});
  for (const auto& item : arguments.items) {
    if (relationship) {
      // any() and has() ask in a subquery of their own.
      if (const auto* inner = item.value.object<Criterion>()) criterion->mistakes.insert(criterion->mistakes.end(), inner->mistakes.begin(), inner->mistakes.end());
      continue;
    }
    if (item.value.object<Derived>() != nullptr && in(name, {"in_", "not_in", "notin_"})) continue;
    add_operand(*criterion, item.value, false);
  }
  move_mistakes(*criterion, PythonOperator::Place::part);
  connect_all(*criterion);
  return object_value(std::move(criterion), site.span);
}

auto LoadVocabulary::column_operation(const Site& site, std::string_view op, const Value& left, const Value& right) -> std::optional<Value> {
  const auto* one = left.object<ModelAttribute>();
  const auto* other = right.object<ModelAttribute>();
  const auto* first = left.object<Criterion>();
  const auto* second = right.object<Criterion>();
  const bool decided = in(op, {"and", "or", "not", "is", "is not", "in", "not in"});
  const bool sql = is_sql(left), by_right = (op == "in" || op == "not in") && is_sql(right);
  const bool mistaken = decided && (sql || by_right);
  if (one == nullptr && other == nullptr && first == nullptr && second == nullptr && !mistaken) return std::nullopt;
  auto criterion = std::make_shared<Criterion>();
  const bool conjunction = op == "&";
  add_operand(*criterion, left, conjunction);
  add_operand(*criterion, right, conjunction);
  criterion->opaque = criterion->opaque || (conjunction && (left.is_unknown() || right.is_unknown()));
  if (!conjunction) move_mistakes(*criterion, op == "|" ? PythonOperator::Place::arm : PythonOperator::Place::part);
  // Compared with another column it is no constant.
  if (op == "==" && (one == nullptr || other == nullptr))
    for (const auto* each : {one, other})
      if (each != nullptr && !each->alias.known()) criterion->equal.push_back({each->model, each->name});
  if (!conjunction) connect_all(*criterion);
  criterion->counts = false;
  if (mistaken && !site.resolving) criterion->mistakes.push_back({std::string(op), site.span});
  // A part of something that nobody knows, perhaps a column of an alias.
  for (const auto* side : {&left, &right})
    if (side->is_unknown() && side->span().known()) {
      const auto words = text_of(site, side->span());
      criterion->opaque = criterion->opaque || words.find(".c.") != std::string_view::npos || (!words.empty() && words[0] >= 'A' && words[0] <= 'Z' && words.find('.') != std::string_view::npos) ||
                          (words.find('.') != std::string_view::npos && has_aliases(site));
    }
  return object_value(std::move(criterion), site.span);
}

auto LoadVocabulary::has_aliases(const Site& site) -> bool {
  if (!has_aliases_) has_aliases_ = entry_text(site).find("aliased(") != std::string_view::npos;
  return *has_aliases_;
}

auto LoadVocabulary::entry_text(const Site& site) const -> std::string_view {
  return entry_.known() ? text_of(site, entry_) : std::string_view();
}

// What Python decides is no condition any more when it comes to the query.
auto LoadVocabulary::note_operators(const Site& site, std::string_view name, const Arguments& arguments) -> void {
  if (site.resolving || !in(name, {"filter", "where", "having", "join", "outerjoin", "join_from"})) return;
  for (const auto& item : arguments.items) {
    const auto* criterion = item.value.object<Criterion>();
    if (criterion == nullptr) continue;
    for (const auto& mistake : criterion->mistakes) {
      QueryUse use;
      use.kind = QueryUse::Kind::python_operator;
      use.span = mistake.span;
      use.other = item.span.known() && !item.span.contains(mistake.span) ? item.span : Span();
      use.what = mistake.word;
      // An outer join keeps the rows of its left side.
      const auto place = name == "outerjoin" ? PythonOperator::Place::part : mistake.place;
      use.detail = place == PythonOperator::Place::condition ? "" : place == PythonOperator::Place::arm ? "or" : "part";
      add_use(site, std::move(use));
    }
  }
}

auto LoadVocabulary::add_use(const Site& site, QueryUse use) -> void {
  if (site.resolving || !seen_uses_.insert({use.kind, use.span}).second) return;
  use.role = role_;
  if (use.function.empty()) use.function = site.function;
  facts_.query_uses.push_back(std::move(use));
}

}  // namespace foreshot::loads
