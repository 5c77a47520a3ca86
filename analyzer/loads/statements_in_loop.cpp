// Statements that run once for each round of a loop, whether they depend on it or not.
#include <algorithm>
#include <array>
#include <cctype>

#include "analyzer/base/word_search.h"
#include "analyzer/loads/loop.h"
#include "analyzer/loads/reached.h"
#include "analyzer/loads/vocabulary.h"

namespace foreshot::loads {

using interpret::Loop;
using interpret::Site;
using interpret::Value;

namespace {

// A helper, what it calls, and what that calls.
constexpr std::size_t most_helpers = 3;

// The words of an expression without its texts, but with what stands in f-strings.
auto without_texts(std::string_view words) -> std::string {
  std::string kept;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto c = words[i];
    const bool formatted = i > 0 && (words[i - 1] == 'f' || words[i - 1] == 'F');
    kept += c;
    if ((c != '"' && c != '\'') || formatted) continue;
    while (i + 1 < words.size() && words[i + 1] != c) i += words[i + 1] == '\\' ? 2 : 1;
    ++i;
  }
  return kept;
}

// `name.method(…)` somewhere in a text.
auto calls_method_of(std::string_view text, std::string_view name) -> bool {
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    if (at > 0 && (is_word(text[at - 1]) || text[at - 1] == '.')) continue;
    auto end = at + name.size();
    if (end >= text.size() || text[end] != '.') continue;
    while (end < text.size() && (is_word(text[end]) || text[end] == '.')) ++end;
    if (end < text.size() && text[end] == '(') return true;
  }
  return false;
}

// What only an except clause does is not what each round does, and a loop in one not what normally runs; but what is not
// found where it was looked for first is no error: `try: item = known[key]` / `except KeyError: item = session.get(…)`.
auto in_handler(const Site& site) -> bool {
  static const WordSearch not_found{"KeyError", "IndexError", "LookupError", "AttributeError", "NoResultFound", "StopIteration"};
  return std::any_of(site.conditions.begin(), site.conditions.end(), [&](const Condition& condition) {
    return condition.kind == Condition::Kind::handler && !not_found.in(site.interpreter.sources().text(condition.test));
  });
}

}  // namespace

// merge() asks for no row that the session holds: one that a query of the function has fetched before the loop, of the class
// that is merged as far as that is known.
auto LoadVocabulary::may_be_held(const Site& site, const Value& merged) const -> bool {
  if (site.loops.empty()) return false;
  const auto* entity = merged.object<Entity>();
  const auto& loop = site.loops.front().whole;
  return std::any_of(facts_.queries.begin(), facts_.queries.end(), [&](const Query& query) {
    if (query.function != site.function || query.executed.file != loop.file || query.executed.end > loop.begin) return false;
    return std::any_of(query.entities.begin(), query.entities.end(), [&](ModelId id) { return id != no_model && (entity == nullptr || entity->model == no_model || id == entity->model); });
  });
}

// A statement runs here; does it run once for each item of a loop around it?
auto LoadVocabulary::run_in_loop(const Site& site, const Value& session, const Statement* query, std::string_view sql, Load::Kind kind) -> void {
  if (site.resolving || site.loops.empty() || in_handler(site)) return;
  if ((kind == Load::Kind::refresh || kind == Load::Kind::merge) && asked_by_helper(site)) return;
  const Loop* found = nullptr;
  std::size_t index = 0;
  for (auto i = site.loops.size(); i-- > 0;) {
    // A loop inside that polls or pages decides on its own how often it asks.
    if (site.loops[i].is_while) return;
    // What is asked is the same in every round of this loop: another one around it may be the reason.
    if (site.loops[i].known || (site.rounds & site.loops[i].round) == 0) continue;
    found = &site.loops[i];
    index = i;
    break;
  }
  if (found == nullptr) {
    if (kind == Load::Kind::query) same_in_loop(site, session, query, sql);
    return;
  }
  const auto& loop = *found;
  const auto* made = session.object<Session>();
  if (made != nullptr && made->created && made->loops > index) return;
  // A session of its own for each round (tenants, shards), another table in each round.
  if (query != nullptr && (query->selected & loop.round) != 0) return;
  if (loop.element.get<std::shared_ptr<const interpret::Class>>() != nullptr || loop.element.object<sqlalchemy::Table>() != nullptr) return;
  if (render_.known() && is_in_template(site, loop.whole)) return run_in_template(site, session, query, sql, kind, loop);
  const auto* module = site.interpreter.modules().by_file(loop.whole.file);
  if (module == nullptr) return;
  auto [access, through] = reached_from(site, loop);
  if (!loop.whole.contains(access) || loop.head.contains(access) || through.size() > most_helpers) return;
  // What is further away than one helper is often guarded: it has to happen in any case.
  if (through.size() > 1 && asked_by_helper(site)) return;
  if (through.empty() && ((session.rounds() | (query != nullptr ? query->sessions : 0)) & loop.round) != 0) return;
  const std::string_view text = site.interpreter.sources().file(loop.whole.file).text;
  const auto* statement = loop.comprehension ? nullptr : loop_statement(*module, loop.whole);
  if (!loop.comprehension && statement == nullptr) return;
  if (loop.comprehension && is_search(loop, text)) return;
  const auto words = text.substr(access.begin, access.size());
  if (words.find(".in_(") != std::string_view::npos || words.find("any_(") != std::string_view::npos) return;
  auto asked = statement != nullptr ? text.substr(statement->iterable->begin, statement->iterable->end - statement->iterable->begin)
                                    : text.substr(loop.head.begin, loop.head.size());
  if (statement == nullptr)
    if (const auto at = asked.find(" in "); at != std::string_view::npos) asked.remove_prefix(at + 4);
  const auto* rows = loop.iterable.object<Rows>();
  if (rows != nullptr ? rows->few : asks_again(loop, asked)) return;
  // `with session_of(tenant) as session` inside the loop: each round is a unit of work of its own.
  const auto bound = bound_names(statement);
  const auto mentioned = identifiers(words);
  if (!mentioned.empty() && (made == nullptr || made->kind == SessionKind::unknown) && bound.count(mentioned.front()) > 0 &&
      through.empty() && words.starts_with(mentioned.front()) && (query == nullptr || !query->legacy || query->made_by != nullptr))
    return;
  if (!through.empty() && statement != nullptr)
    for (const auto name : mentioned)
      if (bound.count(name) > 0 && (name.ends_with("session") || name == "db" || name == "conn" || name == "connection")) return;
  for (const auto& place : through) {
    const auto* helper = site.interpreter.modules().by_file(place.file);
    const auto* function = helper != nullptr ? function_around(*helper, place) : nullptr;
    if (function != nullptr && remembers(std::string_view(site.interpreter.sources().file(place.file).text).substr(function->begin, function->end - function->begin))) return;
  }
  Load load;
  load.kind = kind;
  if (query != nullptr && query->collection == Statement::Collection::dynamic) {
    load.strategy = Lazy::dynamic;
    load.model = query->owner.model;
    load.attribute = query->owner.name;
  }
  load.access = access;
  load.loop = loop.head;
  load.variable = loop.variable;
  load.through = std::move(through);
  if (rows != nullptr && rows->origin != nullptr) load.origin = rows->origin->span;
  const auto levels = std::count_if(site.loops.begin(), site.loops.end(), [](const Loop& each) { return !each.known && !each.is_while; });
  load.cost = (load.strategy == Lazy::dynamic ? "1 + " : "") + product(static_cast<std::size_t>(levels)) + (kind == Load::Kind::write ? " statements" : " queries");
  load.session = kind_of(site, session);
  load.role = role_;
  load.function = site.function;
  load.sql = sql;
  load.in_async = site.in_async;
  load.loop_depth = static_cast<std::uint32_t>(index + 1);
  load.conditional = site.conditions.size() > index + 1;
  if (statement != nullptr) load.leaves_loop = leaves(*statement, access) || searches(*statement) || reached_once(*statement, access);
  add_load(std::move(load));
}

// A statement runs here that depends on nothing of the loops around it, in which nothing changes what it finds.
auto LoadVocabulary::same_in_loop(const Site& site, const Value& session, const Statement* query, std::string_view sql) -> void {
  const auto& loop = site.loops.back();
  const auto* made = session.object<Session>();
  if (loop.known || loop.comprehension || !loop.whole.contains(site.span) || loop.head.contains(site.span)) return;
  if ((made != nullptr && made->created && made->loops > 0) || ((session.rounds() | (query != nullptr ? query->selected | query->sessions : 0)) & loop.round) != 0) return;
  if (site.conditions.size() > site.loops.size()) return;
  const auto* module = site.interpreter.modules().by_file(loop.whole.file);
  const auto* statement = module != nullptr ? loop_statement(*module, loop.whole) : nullptr;
  if (statement == nullptr || in_try(*statement, site.span) || leaves(*statement, site.span) || searches(*statement)) return;
  const std::string_view text = site.interpreter.sources().file(loop.whole.file).text;
  if (asks_again(loop, text.substr(statement->iterable->begin, statement->iterable->end - statement->iterable->begin))) return;
  const auto body = text.substr(loop.whole.begin, loop.whole.size());
  static constexpr std::array<std::string_view, 18> changes{".add",    "commit(", "flush(",  "delete",  "sleep", "update", "insert", "rollback", "refresh",
                                                            "expire", "merge",   "create", "save",    "write", "await ",  "set_",   ".close",   "+="};
  if (std::any_of(changes.begin(), changes.end(), [&](std::string_view word) { return body.find(word) != std::string_view::npos; })) return;
  const auto words = without_texts(text.substr(site.span.begin, site.span.size()));
  const auto bound = bound_names(statement);
  // What an item does when it is called, nobody knows.
  for (const auto name : identifiers(loop.variable))
    if (calls_method_of(body, name)) return;
  for (const auto name : identifiers(words))
    if (bound.count(name) > 0) return;
  Load load;
  load.kind = Load::Kind::same_query;
  load.access = site.span;
  load.loop = loop.head;
  load.variable = loop.variable;
  load.session = kind_of(site, session);
  load.role = role_;
  load.function = site.function;
  load.sql = sql;
  load.in_async = site.in_async;
  load.loop_depth = static_cast<std::uint32_t>(site.loops.size());
  add_load(std::move(load));
}

}  // namespace foreshot::loads
