// Results and what becomes of them: .all(), .unique(), .scalars(), iteration, list(), enumerate(), zip().
#include <algorithm>
#include <optional>

#include "analyzer/loads/vocabulary.h"
#include "analyzer/loads/words.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using interpret::Arguments;
using interpret::Site;
using interpret::Value;
using sqlalchemy::object_value;
using sqlalchemy::shared_object;

namespace {

// `rows[0:100]`, `rows[1:]`, `rows[:limit]`: not a part whose bounds are written out and close together.
auto is_long_part(std::string_view words) -> bool {
  const auto open = words.rfind('[');
  if (open == std::string_view::npos || !words.ends_with("]")) return false;
  const auto bounds = words.substr(open + 1, words.size() - open - 2);
  const auto colon = bounds.find(':');
  const auto number = [](std::string_view text) -> std::optional<int> {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    int value = 0;
    for (const auto c : text) {
      if (c < '0' || c > '9' || value > 1000000) return std::nullopt;
      value = value * 10 + (c - '0');
    }
    return negative ? -value : value;
  };
  if (colon == std::string_view::npos) return false;
  constexpr int few = 10;
  const auto first = bounds.substr(0, colon), last = bounds.substr(colon + 1);
  const auto from = number(first), to = number(last);
  if (last.empty()) return !from || *from >= 0 || *from < -few;
  // rows[i:i + 500]: as long as its writer made it.
  if (!to && last.find('+') != std::string_view::npos) return false;
  if (!to || *to < 0) return true;
  return from && *to - *from > few;
}

}  // namespace

auto LoadVocabulary::consumed(const Rows& rows) -> void {
  if (rows.query < facts_.queries.size()) facts_.queries[rows.query].rows_consumed = true;
  const auto* statement = rows.origin != nullptr ? rows.origin->statement.get() : nullptr;
  // What was fetched by all keys, or without a filter, is found in the session afterwards.
  if (statement != nullptr && rows.parent == nullptr && (statement->unfiltered || statement->filtered_by_list) && !statement->entities.empty())
    held_.insert(statement->entities.front());
}

auto LoadVocabulary::element_of(const Rows& rows, bool many) -> Value {
  if (!rows.element.is_unknown()) return rows.element;
  if (rows.parent != nullptr) {
    const auto* relationship = registry_.model(rows.parent->model).relationship(rows.relationship);
    if (relationship == nullptr || relationship->target_model == no_model) return {};
    auto entity = make_entity(relationship->target_model, rows.origin, many);
    entity->path = rows.parent->path;
    entity->path.push_back(rows.relationship);
    entity->parent = rows.parent;
    entity->via_owner = rows.parent->model;
    entity->via = rows.relationship;
    entity->own_statement = rows.own_statement;
    return object_value(std::move(entity), {});
  }
  const auto* statement = rows.origin != nullptr ? rows.origin->statement.get() : nullptr;
  if (statement == nullptr || statement->entities.empty()) return {};
  const auto entity_at = [&](std::size_t i) -> Value {
    if (statement->entities[i] == no_model) return {};
    auto entity = make_entity(statement->entities[i], rows.origin, many && !rows.few);
    // Options begin at the first entity; those of others have paths of their own.
    if (i > 0) {
      auto other = std::make_shared<Origin>(*rows.origin);
      other->options_known = other->options_known && statement->options.empty();
      entity->origin = std::move(other);
    }
    return object_value(std::move(entity), {});
  };
  if (rows.shape == Rows::Shape::scalars) return entity_at(0);
  auto row = std::make_shared<Row>();
  for (std::size_t i = 0; i < statement->entities.size(); ++i) {
    row->items.push_back(entity_at(i));
    row->names.push_back(statement->entities[i] == no_model ? std::string() : registry_.model(statement->entities[i]).name);
  }
  return object_value(std::move(row), {});
}

auto LoadVocabulary::one_of(const Rows& rows) -> Value { return element_of(rows, false); }

auto LoadVocabulary::rows_method(const Site& site, const std::shared_ptr<Rows>& rows, std::string_view name, const Arguments& arguments)
    -> std::optional<Value> {
  const auto same = object_value(rows, site.span);
  (void)arguments;
  taken(site, *rows, name, {});
  if (name == "unique") {
    if (rows->query < facts_.queries.size()) facts_.queries[rows->query].unique_called = true;
    return same;
  }
  if (in(name, {"all", "fetchall", "fetchmany", "partitions", "tuples"})) {
    consumed(*rows);
    if (name == "partitions") {
      auto part = std::make_shared<Rows>(*rows);
      part->streams = false;
      auto parts = std::make_shared<Rows>(*rows);
      parts->element = object_value(std::move(part), site.span);
      return object_value(std::move(parts), site.span);
    }
    if (name == "fetchmany") return Value::unknown("a part of the rows", site.span);
    if (!rows->streams) return same;
    auto fetched = std::make_shared<Rows>(*rows);
    fetched->streams = false;
    return object_value(std::move(fetched), site.span);
  }
  if (in(name, {"scalars"})) {
    auto next = std::make_shared<Rows>(*rows);
    next->shape = Rows::Shape::scalars;
    return object_value(std::move(next), site.span);
  }
  if (in(name, {"yield_per", "execution_options", "columns", "freeze", "mappings", "copy", "options"})) {
    if (name == "columns") return Value::unknown("columns", site.span);
    return same;
  }
  if (in(name, {"first", "one", "one_or_none", "fetchone", "scalar", "scalar_one", "scalar_one_or_none", "pop"})) {
    // Whoever takes the first row only need not ask for unique ones.
    if (name != "first" && name != "scalar") consumed(*rows);
    if (rows->query < facts_.queries.size() && name != "pop") facts_.queries[rows->query].cardinality = Cardinality::one;
    auto one = *rows;
    if (name.starts_with("scalar")) one.shape = Rows::Shape::scalars;
    const auto* statement = rows->origin != nullptr ? rows->origin->statement.get() : nullptr;
    if (statement != nullptr && rows->parent == nullptr && name != "pop") {
      note_lookup(site, *statement, name);
      if (statement->aggregates && !statement->grouped && name != "first" && name != "fetchone" && (name.starts_with("scalar") || one.shape == Rows::Shape::scalars))
        return count_of(site, *rows, false);
    }
    return one_of(one);
  }
  if (rows->relationship.empty()) return Value::unknown("result", site.span);
  return Value::unknown("collection", site.span);
}

auto LoadVocabulary::iterate(const Site& site, const Value& object) -> std::optional<interpret::Iteration> {
  if (const auto statement = shared_object<Statement>(object); statement != nullptr && statement->legacy) {
    const auto rows = execute(site, statement->made_by != nullptr ? object_value(std::make_shared<Session>(*statement->made_by), site.span) : Value(),
                              "__iter__", statement);
    return iterate(site, rows);
  }
  if (const auto rows = shared_object<Rows>(object)) {
    consumed(*rows);
    interpret::Iteration iteration;
    iteration.element = element_of(*rows, true);
    note_iterated(site, *rows);
    if (iteration.element.is_unknown()) iteration.element = Value::unknown("row", site.span);
    return iteration;
  }
  if (const auto row = shared_object<Row>(object)) {
    interpret::Iteration iteration;
    iteration.known = true;
    iteration.items = row->items;
    return iteration;
  }
  return ModelVocabulary::iterate(site, object);
}

auto LoadVocabulary::subscript(const Site& site, const Value& object, const std::vector<Value>& indexes) -> std::optional<Value> {
  if (object.external_name().ends_with(".Annotated")) {
    auto made = ModelVocabulary::subscript(site, object, indexes);
    if (auto* annotated = made ? made->object<sqlalchemy::AnnotatedType>() : nullptr; annotated != nullptr)
      for (std::size_t i = 1; i < indexes.size(); ++i)
        if (indexes[i].object<Dependency>() != nullptr) annotated->dependency = indexes[i];
    return made;
  }
  if (const auto row = shared_object<Row>(object)) {
    if (indexes.size() == 1) {
      if (const auto* at = indexes[0].get<std::int64_t>(); at != nullptr && *at >= 0 && static_cast<std::size_t>(*at) < row->items.size())
        return row->items[static_cast<std::size_t>(*at)];
      if (const auto* name = indexes[0].constant_text())
        for (std::size_t i = 0; i < row->names.size(); ++i)
          if (row->names[i] == *name) return row->items[i];
    }
    return Value::unknown("column of a row", site.span);
  }
  if (const auto* unknown = object.get<interpret::Unknown>(); unknown != nullptr && !reads_.empty() && !site.resolving) {
    // A part of a column's value.
    if (const auto read = reads_.find(unknown->where); read != reads_.end()) {
      reads_[site.span] = read->second;
      return Value::unknown("a part of " + read->second.attribute, site.span);
    }
  }
  if (object.object<ModelAttribute>() != nullptr || object.object<Criterion>() != nullptr) return column_method(site, object, "__getitem__", {});
  auto rows = shared_object<Rows>(object);
  if (const auto statement = shared_object<Statement>(object); statement != nullptr && statement->legacy) {
    auto part = std::make_shared<Statement>(*statement);
    part->part = "slice";
    rows = shared_object<Rows>(execute(site, Value(), "all", part));
  }
  if (rows != nullptr) {
    const auto* unknown = indexes.size() == 1 ? indexes[0].get<interpret::Unknown>() : nullptr;
    const bool slice = unknown != nullptr && unknown->reason != nullptr && *unknown->reason == "slice";
    if (const auto statement = shared_object<Statement>(object); statement != nullptr && rows->query < facts_.queries.size()) {
      // A part of a 1.x query is asked for with LIMIT.
      facts_.queries[rows->query].limited = true;
    }
    if (!slice) return one_of(*rows);
    // A part with bounds may be short; a copy is the whole.
    const auto words = text_of(site, site.span);
    if (words.ends_with("[:]")) return object_value(std::move(rows), site.span);
    auto part = std::make_shared<Rows>(*rows);
    part->few = !is_long_part(words);
    return object_value(std::move(part), site.span);
  }
  return ModelVocabulary::subscript(site, object, indexes);
}

// list(rows), sorted(rows), enumerate(rows), zip(rows, others).
auto LoadVocabulary::builtin(const Site& site, std::string_view name, const Arguments& arguments) -> std::optional<Value> {
  if (in(name, {"len", "bool", "max", "min"})) {
    note_reduced(site, name, arguments);
    if (name == "len" || name == "bool") return std::nullopt;
  }
  if (name == "int" && !counts_.empty() && arguments.items.size() == 1) return same_count(site, arguments.items[0].value);
  const auto rows_at = [&](std::size_t i) -> std::shared_ptr<Rows> {
    const auto* given = arguments.positional(i);
    if (given == nullptr) return nullptr;
    if (const auto statement = shared_object<Statement>(given->value); statement != nullptr && statement->legacy)
      return shared_object<Rows>(execute(site, Value(), "all", statement));
    return shared_object<Rows>(given->value);
  };
  // What the function reads of each row, it reads once per row.
  const auto call_with_each = [&](const Value& function, const std::shared_ptr<Rows>& rows) -> Value {
    if (function.get<std::shared_ptr<const interpret::Function>>() == nullptr) return {};
    interpret::Loop loop;
    loop.head = site.callee.known() ? site.callee : site.span;
    loop.whole = site.span;
    loop.variable = std::string(name) + "()";
    loop.iterable = object_value(rows, site.span);
    loop.element = element_of(*rows, true);
    loop.comprehension = true;
    Arguments one;
    one.items.push_back({{}, loop.element, site.span});
    return site.interpreter.call_for_each(site, std::move(loop), function, one);
  };
  if (in(name, {"sorted", "min", "max"}))
    if (const auto* key = arguments.keyword("key"); key != nullptr)
      if (const auto rows = rows_at(0)) call_with_each(key->value, rows);
  if (in(name, {"min", "max"})) {
    const auto rows = arguments.positional_count() == 1 ? rows_at(0) : nullptr;
    return rows != nullptr ? std::optional(one_of(*rows)) : std::nullopt;
  }
  if (name == "map") {
    const auto rows = arguments.positional_count() == 2 ? rows_at(1) : nullptr;
    if (rows == nullptr) return std::nullopt;
    consumed(*rows);
    auto results = std::make_shared<Rows>();
    results->element = call_with_each(arguments.positional(0)->value, rows);
    if (results->element.is_unknown()) results->element = Value::unknown("a result", site.span);
    return object_value(std::move(results), site.span);
  }
  if (name == "groupby") {
    const auto rows = rows_at(0);
    if (rows == nullptr) return std::nullopt;
    consumed(*rows);
    const auto* key = arguments.get(1, "key");
    if (key != nullptr) call_with_each(key->value, rows);
    auto groups = std::make_shared<Rows>();
    groups->element = Value::list({Value::unknown("a key", site.span), object_value(rows, site.span)}, site.span, interpret::Sequence::Kind::tuple);
    return object_value(std::move(groups), site.span);
  }
  if (in(name, {"list", "sorted", "reversed", "set", "tuple", "iter", "frozenset"})) {
    const auto rows = rows_at(0);
    if (rows == nullptr) return std::nullopt;
    consumed(*rows);
    if (!rows->streams || name == "iter") return object_value(rows, site.span);
    auto fetched = std::make_shared<Rows>(*rows);
    fetched->streams = false;
    return object_value(std::move(fetched), site.span);
  }
  if (name == "filter") {
    const auto rows = rows_at(1);
    if (rows != nullptr) call_with_each(arguments.positional(0)->value, rows);
    return rows != nullptr ? std::optional(object_value(rows, site.span)) : std::nullopt;
  }
  if (name == "enumerate" || name == "zip") {
    std::vector<Value> items;
    if (name == "enumerate") items.emplace_back();
    bool any = false;
    for (std::size_t i = 0; i < arguments.positional_count() && (name == "zip" || i == 0); ++i) {
      const auto rows = rows_at(i);
      any = any || rows != nullptr;
      if (rows != nullptr) consumed(*rows);
      items.push_back(rows != nullptr ? element_of(*rows, true) : Value::unknown("item", site.span));
    }
    if (!any) return std::nullopt;
    auto together = std::make_shared<Rows>();
    for (std::size_t i = 0; i < arguments.positional_count() && !together->streams; ++i)
      if (const auto rows = rows_at(i); rows != nullptr && rows->streams) together->streams = true, together->origin = rows->origin;
    together->element = Value::list(std::move(items), site.span, interpret::Sequence::Kind::tuple);
    return object_value(std::move(together), site.span);
  }
  if (name == "isinstance" && arguments.positional_count() == 2) {
    const auto* entity = arguments.positional(0)->value.object<Entity>();
    if (entity == nullptr) return std::nullopt;
    const auto& types = arguments.positional(1)->value;
    // A row of a class may be of one of its subclasses.
    bool may = false, is = false;
    const auto count = [&](const Value& type) {
      const auto model = registry_.of(type);
      is = is || (model != no_model && registry_.derives(entity->model, model));
      may = may || model == no_model || registry_.derives(model, entity->model);
    };
    if (const auto* list = types.sequence()) {
      for (const auto& type : list->items) count(type);
      may = may || !list->complete;
    } else {
      count(types);
    }
    if (is || !may) return Value(is, site.span);
    return std::nullopt;
  }
  if (name == "setattr" && arguments.positional_count() == 3 && arguments.positional(1)->value.constant_text() == nullptr) {
    const auto entity = shared_object<Entity>(arguments.positional(0)->value);
    if (entity == nullptr) return std::nullopt;
    // It may be a collection that is set.
    if (entity->fresh) entity->unclear = true;
    changed(site, entity, {}, {});
    return Value(interpret::None{}, site.span);
  }
  if (name == "type" && arguments.positional_count() == 1) {
    const auto* entity = arguments.positional(0)->value.object<Entity>();
    return entity != nullptr ? std::optional(registry_.type(site.interpreter, entity->model)) : std::nullopt;
  }
  if (name == "next") {
    const auto rows = rows_at(0);
    return rows != nullptr ? std::optional(one_of(*rows)) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace foreshot::loads
