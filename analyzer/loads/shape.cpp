// What is asked for and what is done with the answer: one row of many, rows that are counted, filtered or tested by Python.
#include <algorithm>

#include "analyzer/loads/loop.h"
#include "analyzer/loads/row_use.h"
#include "analyzer/loads/vocabulary.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using interpret::Arguments;
using interpret::Site;
using interpret::Value;

namespace {

auto in(std::string_view word, std::initializer_list<std::string_view> words) -> bool {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// `.first()` of a chain.
auto last_call(const Site& site, std::string_view name) -> Span {
  if (!site.callee.known() || site.callee.size() < name.size()) return site.span;
  return {site.span.file, site.callee.end - static_cast<std::uint32_t>(name.size()), site.span.end};
}

// The rows of a query itself, as it was asked, none of which was asked to be left out.
auto asked_by(const Rows& rows) -> const Statement* {
  if (rows.parent != nullptr || rows.origin == nullptr || rows.few || !rows.element.is_unknown()) return nullptr;
  const auto* statement = rows.origin->statement.get();
  return statement != nullptr && !statement->limited && statement->verb == Statement::Verb::select ? statement : nullptr;
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
  query.one_row = (statement.aggregates && !statement.grouped) || !statement.columns_known || statement.from.empty() ||
                  std::any_of(statement.from.begin(), statement.from.end(), [&](const NamedFrom& each) { return covers_key(statement, each.item.model); });
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

// A number that stands for how many rows there are.
auto LoadVocabulary::count_of(const Site& site, const Rows& rows, bool counted) -> Value {
  const auto* statement = rows.origin != nullptr ? rows.origin->statement.get() : nullptr;
  if (statement != nullptr && (counted || statement->counts) && !statement->grouped && !statement->limited)
    counts_[site.span] = {statement->built, statement->legacy && counted, statement->entities.empty() ? no_model : statement->entities.front()};
  return Value::unknown("count", site.span);
}

// Does the code ask whether there are any?
auto LoadVocabulary::note_tested(const Site& site, const Value& value, Span whole) -> void {
  if (site.resolving) return;
  QueryUse use;
  use.kind = QueryUse::Kind::tested;
  use.span = whole;
  if (const auto* unknown = value.get<interpret::Unknown>()) {
    const auto found = counts_.find(unknown->where);
    if (found == counts_.end()) return;
    use.other = found->second.query;
    use.legacy = found->second.legacy;
    use.model = found->second.model;
    use.what = "count";
    if (!value.span().contains(unknown->where) && !is_read_once(site, value.span())) return;
  } else if (const auto* rows = value.object<Rows>()) {
    const auto* statement = asked_by(*rows);
    if (statement == nullptr || rows->streams) return;
    // A list that is at hand is used: only one that the test itself fetches is not.
    const auto words = text_of(site, site.span);
    if (!site.span.contains(rows->origin->run) || (!words.ends_with(".all()") && !words.ends_with(".fetchall()"))) return;
    use.other = statement->built;
    use.legacy = statement->legacy;
    use.model = statement->entities.empty() ? no_model : statement->entities.front();
    use.what = "all";
  } else {
    return;
  }
  add_use(site, std::move(use));
}

// query.count() > 0
auto LoadVocabulary::note_compared(const Site& site, std::string_view op, const Value& left, const Value& right) -> void {
  const auto compared = [&](const Value& number, const Value& constant, bool mirrored) {
    const auto* value = constant.get<std::int64_t>();
    if (value == nullptr || (*value != 0 && *value != 1)) return;
    const bool none = *value == 0;
    const bool asks = mirrored ? (none ? in(op, {"<", "!=", "=="}) : in(op, {"<=", ">"})) : (none ? in(op, {">", "!=", "==", "<="}) : in(op, {">=", "<"}));
    if (asks) note_tested(site, number, site.span);
  };
  compared(left, right, false);
  compared(right, left, true);
}

auto LoadVocabulary::decide(const Site& site, const Value& test) -> Value::Truth {
  if (!counts_.empty() || test.object<Rows>() != nullptr) note_tested(site, test, site.span);
  return ModelVocabulary::decide(site, test);
}

// len(rows), bool(rows), max(rows, key=…).
auto LoadVocabulary::note_reduced(const Site& site, std::string_view name, const Arguments& arguments) -> void {
  const auto* given = arguments.positional(0);
  if (given == nullptr || site.resolving) return;
  if (name == "bool") {
    note_tested(site, given->value, site.span);
    return;
  }
  const auto rows = sqlalchemy::shared_object<Rows>(given->value);
  const auto* statement = rows != nullptr ? asked_by(*rows) : nullptr;
  if (statement == nullptr || rows->streams || name != "len" || arguments.items.size() != 1) return;
  const auto words = text_of(site, given->span);
  if (words.starts_with("set(") || words.starts_with("{")) return;
  const bool direct = given->span.contains(rows->origin->run);
  const auto* uses = direct ? nullptr : row_uses(site, given->span);
  // What a function of the project returns may be made to be used in other ways as well.
  if (!direct && (uses == nullptr || !entry_.contains(rows->origin->run) || !uses->is_only_counted(words))) return;
  QueryUse use;
  use.kind = QueryUse::Kind::counted;
  use.span = site.span;
  use.other = direct ? Span() : rows->origin->span;
  use.model = statement->entities.empty() ? no_model : statement->entities.front();
  use.legacy = statement->legacy;
  add_use(site, std::move(use));
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
