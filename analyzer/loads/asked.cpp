// Rows that are counted, or fetched, only to see how many there are, or whether there is any.
#include <algorithm>

#include "analyzer/loads/row_use.h"
#include "analyzer/loads/vocabulary.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using interpret::Arguments;
using interpret::Site;
using interpret::Value;

namespace {

// `self.number = `, `numbers["a"] = `: kept where anybody may read it.
auto is_stored(std::string_view text, std::size_t begin) -> bool {
  text = text.substr(0, begin);
  const auto last = text.find_last_not_of(" \t\r\n(\\");
  if (last == std::string_view::npos || text[last] != '=') return false;
  return last == 0 || std::string_view("=!<>").find(text[last - 1]) == std::string_view::npos;
}

}  // namespace

// A number that stands for how many rows there are.
auto LoadVocabulary::count_of(const Site& site, const Rows& rows, bool counted) -> Value {
  const auto* statement = rows.origin != nullptr ? rows.origin->statement.get() : nullptr;
  if (statement != nullptr && (counted || statement->counts) && !statement->grouped && !statement->limited && !finds_one(*statement))
    counts_[site.span] = {statement->built, site.span, statement->legacy && counted, statement->entities.empty() ? no_model : statement->entities.front()};
  return Value::unknown("count", site.span);
}

// Of all that it reads, a whole key is given: there is one row, or none.
auto LoadVocabulary::finds_one(const Statement& statement) const -> bool {
  return !statement.from.empty() &&
         std::all_of(statement.from.begin(), statement.from.end(), [&](const NamedFrom& each) { return covers_key(statement, each.item.model); });
}

// The number is used where the value stands, and nowhere else.
auto LoadVocabulary::is_only_here(const Site& site, const Value& value, Span where) -> bool {
  const auto place = value.span();
  if (!place.contains(where)) {
    if (!is_read_once(site, place)) return false;
    // Whoever counted may have kept the number, and shown it.
    const std::string_view text = site.interpreter.sources().file(where.file).text;
    if (const auto name = assigned_name(text, where.begin); !name.empty()) {
      const auto* uses = row_uses(site, where);
      if (uses == nullptr || !uses->is_read_once(name)) return false;
    } else if (is_stored(text, where.begin)) {
      return false;
    }
  }
  const auto* uses = row_uses(site, place);
  return uses == nullptr || !uses->is_kept(place);
}

// `count or 0`, `int(count)`: the same number, and no None.
auto LoadVocabulary::same_count(const Site& site, const Value& value) -> std::optional<Value> {
  const auto* unknown = value.get<interpret::Unknown>();
  const auto found = unknown != nullptr ? counts_.find(unknown->where) : counts_.end();
  if (found == counts_.end() || !is_only_here(site, value, unknown->where)) return std::nullopt;
  counts_[site.span] = found->second;
  return Value::unknown("count", site.span);
}

// Each query once, whatever is said of it.
auto LoadVocabulary::add_asked(const Site& site, QueryUse use, Span run) -> void {
  if (!site.resolving && told_.insert(run).second) add_use(site, std::move(use));
}

// Does the code ask whether there are any?
auto LoadVocabulary::note_tested(const Site& site, const Value& value, Span whole) -> void {
  if (site.resolving) return;
  QueryUse use;
  use.kind = QueryUse::Kind::tested;
  use.span = whole;
  Span run;
  if (const auto* unknown = value.get<interpret::Unknown>()) {
    const auto found = counts_.find(unknown->where);
    if (found == counts_.end() || !is_only_here(site, value, unknown->where)) return;
    use.other = found->second.query;
    use.legacy = found->second.legacy;
    use.model = found->second.model;
    use.what = "count";
    run = found->second.run;
  } else if (const auto* rows = value.object<Rows>()) {
    const auto* statement = asked_by(*rows);
    if (statement == nullptr || rows->streams || finds_one(*statement)) return;
    run = rows->origin->run;
    const auto* uses = row_uses(site, site.span);
    if (uses == nullptr || uses->is_kept(site.span)) return;
    // A list that is at hand is used: only one that the test itself fetches is not, or that is tested and nothing else.
    const auto words = text_of(site, site.span);
    const bool fetches = site.span.contains(run) && (words.ends_with(".all()") || words.ends_with(".fetchall()"));
    const bool called = words.starts_with("bool(") && words.ends_with(")");
    const auto name = called ? words.substr(5, words.size() - 6) : words.starts_with("not ") ? words.substr(4) : words;
    if (!fetches && (!entry_.contains(run) || !uses->is_only_asked(name))) return;
    use.other = statement->built;
    use.legacy = statement->legacy;
    use.model = statement->entities.empty() ? no_model : statement->entities.front();
    use.what = "all";
  } else {
    return;
  }
  add_asked(site, std::move(use), run);
}

// query.count() > 0
auto LoadVocabulary::note_compared(const Site& site, std::string_view op, const Value& left, const Value& right) -> void {
  const auto compared = [&](const Value& number, const Value& constant, bool mirrored) {
    const auto* value = constant.get<std::int64_t>();
    if (value != nullptr && asks_for_any(op, *value, mirrored)) note_tested(site, number, site.span);
  };
  compared(left, right, false);
  compared(right, left, true);
}

auto LoadVocabulary::decide(const Site& site, const Value& test) -> Value::Truth {
  if (!counts_.empty() || test.object<Rows>() != nullptr)
    if (const auto* uses = row_uses(site, site.span); uses != nullptr && uses->is_test(site.span)) note_tested(site, test, site.span);
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
  const auto run = rows->origin->run;
  const bool direct = given->span.contains(run);
  const auto* uses = row_uses(site, given->span);
  // What a function of the project returns may be made to be used in other ways as well.
  if (uses == nullptr || uses->is_kept(given->span) || (!direct && (!entry_.contains(run) || !uses->is_only_counted(words)))) return;
  const bool asks = direct ? uses->asks_for_any(site.span) : uses->is_only_asked(words);
  if (asks && finds_one(*statement)) return;
  QueryUse use;
  use.kind = asks ? QueryUse::Kind::tested : QueryUse::Kind::counted;
  if (asks) use.what = "all";
  use.span = site.span;
  use.other = direct ? Span() : rows->origin->span;
  use.model = statement->entities.empty() ? no_model : statement->entities.front();
  use.legacy = statement->legacy;
  add_asked(site, std::move(use), run);
}

}  // namespace foreshot::loads
