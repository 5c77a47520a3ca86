// select(…), session.query(…), Model.query and their chained methods.
#include <algorithm>
#include <array>

#include "analyzer/loads/vocabulary.h"
#include "analyzer/loads/words.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using interpret::Arguments;
using interpret::Site;
using interpret::Value;
using sqlalchemy::object_value;
using sqlalchemy::shared_object;


auto LoadVocabulary::add_entity(Statement& statement, const Value& value, Span span) const -> void {
  const auto model = registry_.of(value);
  // A table or a class that nobody knows, of each round another one.
  if (value.is_unknown()) statement.selected |= value.rounds();
  const auto* criterion = value.object<Criterion>();
  const bool aggregate = criterion != nullptr && criterion->aggregate;
  statement.aggregates = aggregate && (statement.entities.empty() || statement.aggregates);
  statement.counts = statement.entities.empty() && criterion != nullptr && criterion->counts;
  statement.columns_known = statement.columns_known && (model != no_model || criterion != nullptr || value.object<ModelAttribute>() != nullptr || value.object<Alias>() != nullptr);
  statement.entities.push_back(model);
  if (value.object<Derived>() != nullptr) statement.opaque = true;
  name_in_from(statement, value, span);
}

auto LoadVocabulary::statement_call(const Site& site, std::string_view word, const Arguments& arguments) -> std::optional<Value> {
  if (!in(word, {"select", "delete", "update", "insert", "Query"})) return std::nullopt;
  auto statement = std::make_shared<Statement>();
  statement->built = site.span;
  statement->legacy = word == "Query";
  statement->verb = word == "delete"   ? Statement::Verb::delete_
                    : word == "update" ? Statement::Verb::update
                    : word == "insert" ? Statement::Verb::insert
                                       : Statement::Verb::select;
  for (const auto& item : arguments.items) {
    if (!item.name.empty()) continue;
    if (const auto* list = item.value.sequence()) {
      for (const auto& each : list->items) add_entity(*statement, each, item.span);
      statement->understood = statement->understood && list->complete;
      statement->opaque = statement->opaque || !list->complete;
    } else {
      add_entity(*statement, item.value, item.span);
    }
  }
  if (arguments.unknown_positional) statement->understood = false, statement->opaque = true;
  // DML on what is no mapped class is Core's.
  if (statement->verb != Statement::Verb::select && (statement->entities.empty() || statement->entities[0] == no_model)) return std::nullopt;
  return object_value(std::move(statement), site.span);
}

auto LoadVocabulary::add_criteria(Statement& statement, const Arguments& arguments, bool in_where) const -> void {
  statement.unfiltered = false;
  statement.opaque = statement.opaque || arguments.unknown_positional;
  statement.unclear_filter = statement.unclear_filter || arguments.unknown_positional || arguments.unknown_keywords;
  for (const auto& item : arguments.items) {
    const auto* known = item.value.object<Criterion>();
    const bool plain = item.value.object<ModelAttribute>() != nullptr || item.value.object<Derived>() != nullptr || item.value.get<bool>() != nullptr;
    if (item.name.empty() && (known != nullptr ? known->opaque : !plain)) statement.unclear_filter = true;
    // HAVING brings nothing into FROM.
    if (item.name.empty() && in_where) name_in_from(statement, item.value, item.span);
    if (!item.name.empty()) {
      // filter_by(order_id=…): of the entity that was joined last, else of the first.
      const auto owner = !statement.joined.empty() ? statement.joined.back() : statement.entities.empty() ? no_model : statement.entities.front();
      statement.equal.push_back({owner, std::string(item.name)});
      statement.used.push_back({owner, std::string(item.name)});
      continue;
    }
    if (const auto* criterion = item.value.object<Criterion>()) {
      statement.equal.insert(statement.equal.end(), criterion->equal.begin(), criterion->equal.end());
      statement.used.insert(statement.used.end(), criterion->used.begin(), criterion->used.end());
    }
  }
}

auto LoadVocabulary::add_options(Statement& statement, const Value& value) const -> void {
  if (const auto* list = value.sequence()) {
    for (const auto& item : list->items) add_options(statement, item);
    if (!list->complete) statement.options_known = false;
    return;
  }
  if (value.is_none()) return;
  const auto* options = value.object<Options>();
  if (options == nullptr) {
    statement.options_known = false;
    return;
  }
  statement.options.insert(statement.options.end(), options->options.begin(), options->options.end());
  if (!options->known) statement.options_known = false;
}

// A page is limited, and begins somewhere.
auto LoadVocabulary::page_of(const Site& site, const Statement& statement) const -> std::shared_ptr<Statement> {
  auto page = std::make_shared<Statement>(statement);
  page->limited = page->offset = page->offset_varies = true;
  page->offset_at = site.span;
  return page;
}

auto LoadVocabulary::order_or_page(const Site& site, Statement& statement, std::string_view name, const Arguments& arguments) const -> void {
  const auto* first = arguments.positional(0);
  if (name == "group_by") {
    statement.grouped = true;
  } else if (name == "order_by") {
    // order_by(None) takes the order away.
    if (arguments.items.size() == 1 && first != nullptr && first->value.is_none()) {
      statement.order_by.clear();
      statement.random_order = false;
      return;
    }
    statement.ordered_at = {site.span.file, site.callee.known() ? site.callee.end - static_cast<std::uint32_t>(name.size()) : site.span.begin, site.span.end};
    for (const auto& item : arguments.items) {
      const auto* attribute = item.value.object<ModelAttribute>();
      const auto* criterion = item.value.object<Criterion>();
      if (statement.order_by.size() > 16) break;
      statement.order_by.push_back(attribute != nullptr ? attribute->name : criterion != nullptr && criterion->used.size() == 1 ? criterion->used[0].name : "?");
      statement.random_order = statement.random_order || (criterion != nullptr && criterion->random && criterion->from.empty());
    }
    if (arguments.items.empty()) statement.order_by.emplace_back("?");
  } else {
    if (name == "slice") statement.limited = true;
    if (name == "slice" || statement.part.empty()) statement.part = name;
    if (first == nullptr || first->value.is_none()) return;
    const auto* number = first->value.get<std::int64_t>();
    if (number != nullptr && *number == 0) return;
    statement.offset = true;
    statement.offset_varies = number == nullptr;
    statement.offset_at = {site.span.file, site.callee.known() ? site.callee.end - static_cast<std::uint32_t>(name.size()) : site.span.begin, site.span.end};
  }
}

auto LoadVocabulary::statement_method(const Site& site, const std::shared_ptr<Statement>& given, std::string_view name,
                                      const Arguments& arguments) -> std::optional<Value> {
  if (given->collection == Statement::Collection::write_only) {
    if (name != "select") return Value::unknown("a collection that is written only", site.span);
    auto rows = std::make_shared<Statement>(*given);
    rows->collection = Statement::Collection::no;
    return object_value(std::move(rows), site.span);
  }
  if (given->legacy && name == "yield_per") {
    auto next = std::make_shared<Statement>(*given);
    next->yields_per = true;
    return execute(site, given->made_by != nullptr ? object_value(std::make_shared<Session>(*given->made_by), site.span) : Value(), name, next);
  }
  if (given->legacy) {
    if (in(name, {"all", "first", "one", "one_or_none", "scalar", "count", "get", "get_or_404", "first_or_404", "one_or_404", "paginate",
                  "__iter__", "delete", "update", "get_one"})) {
      return execute(site, given->made_by != nullptr ? object_value(std::make_shared<Session>(*given->made_by), site.span) : Value(), name,
                     name == "paginate" ? page_of(site, *given) : given);
    }
  }
  auto next = std::make_shared<Statement>(*given);
  if (in(name, {"where", "filter", "filter_by", "having"})) {
    add_criteria(*next, arguments, name != "having");
    if (name == "having") next->folded = true;
    const auto text = text_of(site, site.span);
    if (text.find(".in_(") != std::string_view::npos) next->filtered_by_list = true;
    return object_value(std::move(next), site.span);
  }
  if (name == "options") {
    for (const auto& item : arguments.items) add_options(*next, item.value);
    if (arguments.unknown_positional) next->options_known = false;
    return object_value(std::move(next), site.span);
  }
  if (name == "limit") {
    next->limited = true;
    next->part = "limit";
    if (const auto* count = arguments.positional(0))
      if (const auto* number = count->value.get<std::int64_t>(); number != nullptr) next->few = *number <= 10;
    return object_value(std::move(next), site.span);
  }
  if (in(name, {"join", "outerjoin", "join_from", "select_from"})) {
    if (name != "select_from") join_in_from(*next, name, arguments);
    else for (const auto& item : arguments.items) name_in_from(*next, item.value, item.span);
    if (const auto* target = arguments.positional(0)) {
      auto joined = registry_.of(target->value);
      if (const auto* attribute = target->value.object<ModelAttribute>())
        if (const auto* relationship = registry_.model(attribute->model).relationship(attribute->name)) joined = relationship->target_model;
      if (name == "select_from") {
        if (next->entities.empty() && joined != no_model)
          next->entities.push_back(joined);
        else if (!next->entities.empty() && next->entities.front() == no_model)
          next->joined.push_back(joined);
      } else {
        next->joined.push_back(joined);
      }
    }
    return object_value(std::move(next), site.span);
  }
  if (name == "with_for_update") {
    next->for_update = true;
    next->for_update_of = arguments.keyword("of") != nullptr;
    return object_value(std::move(next), site.span);
  }
  if (in(name, {"with_entities", "with_only_columns", "add_columns", "add_entity", "add_column"})) {
    if (name.starts_with("with")) {
      next->entities.clear();
      next->columns_known = next->opaque = true;
    }
    for (const auto& item : arguments.items)
      if (item.name.empty()) add_entity(*next, item.value, item.span);
    return object_value(std::move(next), site.span);
  }
  if (name == "enable_eagerloads") {
    next->options_known = false;
    return object_value(std::move(next), site.span);
  }
  if (in(name, {"order_by", "group_by", "offset", "slice"})) {
    order_or_page(site, *next, name, arguments);
    return object_value(std::move(next), site.span);
  }
  if (name == "from_statement") {
    // The text says which rows come, and how many.
    next->limited = next->opaque = true;
    return object_value(std::move(next), site.span);
  }
  if (in(name, {"distinct", "execution_options", "populate_existing", "with_hint", "prefix_with",
                "correlate", "correlate_except", "values", "returning", "on_conflict_do_nothing", "on_conflict_do_update",
                "params", "autoflush", "enable_assertions", "with_session", "reset_joinpoint", "add_cte", "fetch", "suffix_with"})) {
    if (name == "fetch") next->limited = true;
    if (name == "distinct") next->folded = true;
    if (name == "execution_options" && arguments.keyword("yield_per") != nullptr) next->yields_per = true;
    if (name == "populate_existing" || (name == "execution_options" && arguments.keyword("populate_existing") != nullptr)) next->populates_existing = true;
    return object_value(std::move(next), site.span);
  }
  // A subquery, a union: no longer a statement whose rows are the entities.
  if (in(name, {"subquery", "exists", "scalar_subquery", "as_scalar", "cte", "label", "alias", "lateral", "union", "union_all", "except_",
                "intersect", "from_self", "compile", "froms", "statement"}))
    return object_value(std::make_shared<Derived>(), site.span);
  // A method of the project's own query class.
  return Value::unknown("a query's method", site.span);
}

}  // namespace foreshot::loads
