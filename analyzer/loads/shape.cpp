// What is asked for and what is done with the answer: one row of many, rows that are counted, filtered or tested by Python.
#include <algorithm>

#include "analyzer/loads/loop.h"
#include "analyzer/loads/row_use.h"
#include "analyzer/loads/vocabulary.h"
#include "analyzer/loads/words.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using interpret::Arguments;
using interpret::Site;
using interpret::Value;

namespace {

// `.first()` of a chain.
auto last_call(const Site& site, std::string_view name) -> Span {
  if (!site.callee.known() || site.callee.size() < name.size()) return site.span;
  return {site.span.file, site.callee.end - static_cast<std::uint32_t>(name.size()), site.span.end};
}

auto is_large(const ModelColumn& column) -> bool {
  if (!column.type_known || column.deferred) return false;
  const auto type = column.column.type.display();
  return type == "bytea" || type == "json" || type == "jsonb" || type.starts_with("vector");
}

// `delete_all`, `Cache.clear`: by its last name, word for word.
auto says_that_all_is_meant(std::string_view function) -> bool {
  if (const auto dot = function.rfind('.'); dot != std::string_view::npos) function.remove_prefix(dot + 1);
  while (!function.empty()) {
    const auto end = std::min(function.find('_'), function.size());
    if (in(function.substr(0, end), {"all", "clear", "reset", "truncate", "purge", "wipe", "flush", "empty", "drop", "clean", "cleanup", "every", "everything", "teardown", "unset", "seed", "init", "rebuild",
                                     "sync", "migrate", "upgrade", "downgrade", "populate", "refresh", "invalidate", "reload", "reindex", "prune", "startup", "shutdown", "initialize"}))
      return true;
    function.remove_prefix(std::min(end + 1, function.size()));
  }
  return false;
}

template <typename T>
auto add_each(std::vector<T>& into, const std::vector<T>& from) -> void {
  for (const auto& each : from)
    if (std::find(into.begin(), into.end(), each) == into.end()) into.push_back(each);
}

}  // namespace

auto asked_by(const Rows& rows) -> const Statement* {
  if (rows.parent != nullptr || rows.origin == nullptr || rows.few || !rows.element.is_unknown()) return nullptr;
  const auto* statement = rows.origin->statement.get();
  return statement != nullptr && !statement->limited && statement->verb == Statement::Verb::select ? statement : nullptr;
}

auto unite_shapes(Statement& into, const Statement& other) -> void {
  // Of different classes: one or the other, and never both.
  if (into.from.empty() != other.from.empty() || (!into.from.empty() && into.from.front().item != other.from.front().item)) into.opaque = true, into.columns_known = false;
  for (const auto& each : other.from) {
    const auto same = [&](const NamedFrom& known) { return known.item == each.item; };
    if (std::none_of(into.from.begin(), into.from.end(), same)) into.from.push_back(each);
  }
  add_each(into.connects, other.connects);
  into.opaque = into.opaque || other.opaque;
  into.aggregates = into.aggregates && other.aggregates;
  into.counts = into.counts && other.counts;
  into.columns_known = into.columns_known && other.columns_known;
  into.grouped = into.grouped || other.grouped;
  if (into.order_by.empty()) into.order_by = other.order_by, into.ordered_at = other.ordered_at;
  into.random_order = into.random_order && other.random_order;
  if (!into.offset_at.known()) into.offset_at = other.offset_at;
  into.offset = into.offset || other.offset;
  into.offset_varies = into.offset_varies || other.offset_varies;
}

auto LoadVocabulary::shape_of(const Site& site, const Statement& statement, Query& query) const -> void {
  query.order_by = statement.order_by;
  query.ordered_at = statement.ordered_at;
  query.random_order = statement.random_order;
  query.offset = statement.offset;
  query.offset_varies = statement.offset_varies;
  query.offset_at = statement.offset_at;
  query.filtered = !statement.unfiltered;
  query.collected = statement.collection != Statement::Collection::no;
  query.grouped = statement.grouped;
  // What nobody knows of a filter may be a part of it as any other column.
  if (statement.unclear_filter) query.filter_columns.emplace_back("?");
  query.one_row = (statement.aggregates && !statement.grouped) || !statement.columns_known || statement.from.empty() ||
                  std::any_of(statement.from.begin(), statement.from.end(), [&](const NamedFrom& each) { return covers_key(statement, each.item.model); });
  // The order of a function that others call for all rows: what they leave out of its conditions may be a part of a key.
  if (const auto* module = statement.ordered_at.known() && (statement.unclear_filter || statement.filter_varies) ? site.interpreter.modules().by_file(site.span.file) : nullptr)
    query.one_row = query.one_row || statement.ordered_at.file != site.span.file || function_around(*module, statement.ordered_at) != function_around(*module, site.span);
  if (statement.verb != Statement::Verb::select) return;
  for (const auto& each : unconnected(site, statement)) {
    if (query.apart.empty()) query.apart_at = each.span;
    query.apart.push_back(each.item.model);
  }
}

auto LoadVocabulary::taken(const Site& site, const Rows& rows, std::string_view name, Span given) -> void {
  if (rows.query >= facts_.queries.size() || rows.parent != nullptr) return;
  auto& query = facts_.queries[rows.query];
  if (given.known()) query.given = given;
  query.streamed = query.streamed || rows.streams;
  if (!in(name, {"first", "one", "one_or_none", "fetchone", "scalar", "scalar_one", "scalar_one_or_none", "all", "fetchall", "fetchmany", "partitions", "count", "paginate", "first_or_404"})) return;
  if (!query.taken.empty() && query.taken != name) {
    // By several ways: none of them is the query's own.
    query.taken = "several";
    return;
  }
  query.taken = name;
  query.taken_at = last_call(site, name);
}

auto LoadVocabulary::row_uses(const Site& site, Span place) -> const RowUses* {
  const auto* function = entry_.contains(place) ? entry_function_ : nullptr;
  if (function == nullptr) {
    const auto* module = site.interpreter.modules().by_file(place.file);
    function = module != nullptr ? function_around(*module, place) : nullptr;
  }
  if (function == nullptr) return nullptr;
  auto& known = row_uses_[function];
  if (known == nullptr) known = std::make_unique<RowUses>(*function);
  return known.get();
}

auto LoadVocabulary::is_read_once(const Site& site, Span expression) -> bool {
  const auto* uses = row_uses(site, expression);
  return uses != nullptr && uses->is_read_once(text_of(site, expression));
}

// [row.id for row in rows if row.done]
auto LoadVocabulary::note_iterated(const Site& site, const Rows& rows) -> void {
  if (site.resolving) return;
  const auto* statement = asked_by(rows);
  if (statement == nullptr || statement->entities.size() != 1 || statement->entities.front() == no_model || rows.shape != Rows::Shape::scalars) return;
  const bool direct = site.span.contains(rows.origin->run);
  // A list that is kept is at hand for others; in the rounds of a loop it is looked through again and again.
  if (!direct && (!is_read_once(site, site.span) ||
                  std::any_of(site.loops.begin(), site.loops.end(), [&](const interpret::Loop& loop) { return !loop.whole.contains(rows.origin->run); })))
    return;
  const auto& model = registry_.model(statement->entities.front());
  QueryUse use;
  use.other = direct ? Span() : statement->built;
  use.model = model.id;
  use.legacy = statement->legacy;
  use.span = site.span;
  const auto* uses = row_uses(site, site.span);
  if (uses == nullptr) return;
  if (std::any_of(model.columns.begin(), model.columns.end(), is_large) && statement->options.empty() && statement->options_known)
    if (const auto read = uses->attributes_read(site.span, model)) {
      for (const auto& column : model.columns) {
        if (!is_large(column) || read->count(column.attribute) > 0) continue;
        auto large = use;
        large.kind = QueryUse::Kind::large_column;
        large.what = column.attribute;
        large.detail = column.column.type.display();
        add_use(site, std::move(large));
        break;
      }
    }
  const auto* found = uses->comprehension_over(site.span);
  if (found == nullptr) return;
  use.span = {site.span.file, found->begin, found->end};
  if (const auto test = translatable_test(*found, model); test.known()) {
    // `if len(keys) < 500` gives the query a list, and else Python looks into it: too long for the query.
    const auto names = identifiers(text_of(site, {site.span.file, test.begin, test.end}));
    const bool measured = std::any_of(site.conditions.begin(), site.conditions.end(), [&](const Condition& condition) {
      const auto words = text_of(site, condition.test);
      return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return words.find("len(" + std::string(name) + ")") != std::string_view::npos; });
    });
    if (measured) return;
    use.kind = QueryUse::Kind::filtered;
    use.span = {site.span.file, test.begin, test.end};
    add_use(site, std::move(use));
    return;
  }
  const auto column = only_column(*found, model);
  if (column.empty() || !statement->options.empty()) return;
  use.kind = QueryUse::Kind::one_column;
  use.what = column;
  add_use(site, std::move(use));
}

// other.id.in_([row.id for row in rows])
auto LoadVocabulary::note_long_list(const Site& site, const Arguments& arguments) -> void {
  const auto* given = arguments.positional(0);
  if (given == nullptr || site.resolving) return;
  const Rows* rows = given->value.object<Rows>();
  std::shared_ptr<const Origin> origin;
  if (rows != nullptr) {
    if (asked_by(*rows) == nullptr || !is_read_once(site, given->span)) return;
    origin = rows->origin;
  } else if (const auto* list = given->value.sequence(); list != nullptr && !list->complete && list->items.size() == 1) {
    const auto* item = list->items[0].get<interpret::Unknown>();
    const auto read = item != nullptr ? reads_.find(item->where) : reads_.end();
    if (read == reads_.end() || !read->second.entity->many || !read->second.entity->path.empty()) return;
    origin = read->second.entity->origin;
    const auto* uses = row_uses(site, list->span);
    const auto* found = uses != nullptr ? uses->comprehension_at(list->span) : nullptr;
    if (found == nullptr || found->clauses.size() != 1 || !is_read_once(site, given->span)) return;
    const Span iterable{list->span.file, found->clauses[0].iterable->begin, found->clauses[0].iterable->end};
    if (origin == nullptr || (!iterable.contains(origin->run) && !is_read_once(site, iterable))) return;
  }
  const auto* statement = origin != nullptr ? origin->statement.get() : nullptr;
  if (statement == nullptr || statement->limited || statement->filtered_by_list || statement->verb != Statement::Verb::select) return;
  QueryUse use;
  use.kind = QueryUse::Kind::long_list;
  use.span = site.span;
  use.other = statement->built;
  use.legacy = statement->legacy;
  use.model = statement->entities.empty() ? no_model : statement->entities.front();
  add_use(site, std::move(use));
}

auto LoadVocabulary::note_write_of_all(const Site& site, const Statement& statement, std::string_view verb) -> void {
  if (!statement.unfiltered || statement.verb == Statement::Verb::insert || !statement.understood || !statement.joined.empty() ||
      statement.entities.size() != 1 || statement.entities.front() == no_model || statement.limited)
    return;
  if (role_ == PathRole::script || role_ == PathRole::command || role_ == PathRole::test || role_ == PathRole::migration) return;
  // Who calls it so knows what it does.
  if (says_that_all_is_meant(site.function)) return;
  QueryUse use;
  use.kind = QueryUse::Kind::writes_all;
  use.span = site.span;
  use.other = statement.built;
  use.what = verb;
  use.model = statement.entities.front();
  use.legacy = statement.legacy;
  add_use(site, std::move(use));
}

}  // namespace foreshot::loads
