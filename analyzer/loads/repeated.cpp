// What happens once for each round of a loop: a lazy relationship that is read, a statement that runs.
#include <algorithm>

#include "analyzer/loads/loop.h"
#include "analyzer/loads/vocabulary.h"

namespace foreshot::loads {

using interpret::Loop;
using interpret::Site;
using interpret::Value;

namespace {

// Does the value hold the entity, or one that it was reached from?
auto holds(const Value& value, const Entity& entity, int depth) -> bool {
  if (const auto* other = value.object<Entity>()) {
    for (const auto* each = &entity; each != nullptr; each = each->parent.get())
      if (each == other) return true;
    return false;
  }
  if (depth == 0) return false;
  if (const auto* list = value.sequence()) {
    const auto count = std::min<std::size_t>(list->items.size(), 8);
    return std::any_of(list->items.begin(), list->items.begin() + static_cast<std::ptrdiff_t>(count),
                       [&](const Value& item) { return holds(item, entity, depth - 1); });
  }
  if (const auto* row = value.object<Row>())
    return std::any_of(row->items.begin(), row->items.end(), [&](const Value& item) { return holds(item, entity, depth - 1); });
  if (const auto* choice = value.get<std::shared_ptr<const interpret::Choice>>())
    return std::any_of((*choice)->options.begin(), (*choice)->options.end(), [&](const Value& item) { return holds(item, entity, depth - 1); });
  return false;
}

auto shown(const Relationship& relationship, const Model& owner, const Model& target) -> std::string {
  const auto table = target.table.name.text;
  if (relationship.remote_columns.size() != 1 || relationship.local_columns.size() != 1)
    return "SELECT … FROM " + table + " WHERE …  -- " + owner.name + "." + relationship.name;
  return "SELECT … FROM " + table + " WHERE " + table + "." + relationship.remote_columns[0] + " = :" + relationship.local_columns[0];
}

// A place seen from inside a loop: the place itself, or the call in the loop that leads to it and what lies in between.
struct Reached {
  Span access;
  std::vector<Span> through;
};

auto reached_from(const Site& site, const Loop& loop) -> Reached {
  Reached reached{site.span, {}};
  for (std::size_t i = 0; i < site.called_from.size(); ++i)
    if (loop.whole.contains(site.called_from[i])) {
      reached.access = site.called_from[i];
      reached.through.assign(site.called_from.begin() + static_cast<std::ptrdiff_t>(i) + 1, site.called_from.end());
      reached.through.push_back(site.span);
      break;
    }
  return reached;
}

// `next(x for x in xs if …)` ends with the first that is found.
auto is_search(const Loop& loop, std::string_view text) -> bool {
  auto before = text.substr(0, loop.whole.begin);
  while (!before.empty() && (before.back() == ' ' || before.back() == '\n' || before.back() == '(')) {
    const bool opens = before.back() == '(';
    before.remove_suffix(1);
    if (opens && before.ends_with("next")) return true;
  }
  return text.substr(loop.whole.begin, loop.whole.size()).starts_with("(") && before.ends_with("next");
}

}  // namespace

auto LoadVocabulary::report_load(const Site& site, const Entity& entity, const Relationship& relationship) -> void {
  if (site.resolving || entity.model == no_model) return;
  bool many = false;
  for (const auto* each = &entity; each != nullptr; each = each->parent.get()) many = many || each->many;
  if (!many) return;
  // The loop that gives a new entity each round; what the loop does not change is loaded once.
  const Loop* found = nullptr;
  std::size_t index = 0;
  for (std::size_t i = 0; i < site.loops.size(); ++i)
    if (!site.loops[i].is_while && !site.loops[i].known && holds(site.loops[i].element, entity, 3)) {
      found = &site.loops[i];
      index = i;
    }
  if (found == nullptr) return;
  Load load;
  load.kind = Load::Kind::relationship;
  load.access = site.span;
  // Inside a helper or a property the place in the loop is the call.
  auto reached = reached_from(site, *found);
  load.access = reached.access;
  load.through = std::move(reached.through);
  if (!found->whole.contains(load.access)) return;
  const auto& owner = registry_.model(entity.model);
  load.loop = found->head;
  load.origin = entity.origin != nullptr ? entity.origin->span : Span();
  load.variable = found->variable;
  load.model = entity.model;
  load.attribute = relationship.name;
  load.path = entity.path;
  load.path.push_back(relationship.name);
  load.strategy = relationship.lazy;
  load.session = entity.origin != nullptr ? entity.origin->session : SessionKind::unknown;
  if (entity.awaitable) load.session = SessionKind::unknown;
  load.in_async = site.in_async;
  load.role = role_;
  load.function = site.function;
  load.to_many = relationship.uselist.value_or(relationship.direction != Direction::many_to_one);
  load.loop_depth = static_cast<std::uint32_t>(index + 1);
  load.fix_option = fix_of(entity, relationship);
  if (relationship.target_model != no_model) load.sql = shown(relationship, owner, registry_.model(relationship.target_model));
  if (!load.to_many && load.through.empty()) {
    const auto& text = site.interpreter.sources().file(site.span.file).text;
    const auto rest = std::string_view(text).substr(std::min<std::size_t>(site.span.end, text.size()), 80);
    const auto names = rest.starts_with(".") ? identifiers(rest.substr(1)) : std::vector<std::string_view>();
    load.only_key_read = !names.empty() && rest.substr(1).starts_with(names[0]) &&
                         std::find(relationship.remote_columns.begin(), relationship.remote_columns.end(), names[0]) != relationship.remote_columns.end();
  }
  const auto* module = site.interpreter.modules().by_file(found->whole.file);
  if (found->comprehension) load.leaves_loop = is_search(*found, site.interpreter.sources().file(found->whole.file).text);
  if (module != nullptr && !found->comprehension)
    if (const auto* statement = loop_statement(*module, found->whole))
      load.leaves_loop = leaves(*statement, load.access) || reached_once(*statement, load.access);
  load.conditional = site.conditions.size() > index + 1;
  // Once loaded it stays loaded, for as long as the rows are held.
  if (!load.leaves_loop && !seen_paths_.insert({load.origin, load.model, load.path}).second) return;
  add_load(std::move(load));
}

auto LoadVocabulary::add_load(Load load) -> void {
  if (seen_loads_.insert({load.access, load.loop}).second) facts_.loads.push_back(std::move(load));
}

// A statement runs here; does it run once for each item of a loop around it?
auto LoadVocabulary::run_in_loop(const Site& site, const Value& session, const Statement* query, std::string_view sql) -> void {
  if (site.resolving || site.loops.empty()) return;
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
  if (found == nullptr) return;
  const auto& loop = *found;
  const auto* made = session.object<Session>();
  if (made != nullptr && made->created && made->loops > index) return;
  // A session of its own for each round (tenants, shards), another table in each round.
  if (query != nullptr && (query->selected & loop.round) != 0) return;
  if (loop.element.get<std::shared_ptr<const interpret::Class>>() != nullptr || loop.element.object<sqlalchemy::Table>() != nullptr) return;
  const auto* module = site.interpreter.modules().by_file(loop.whole.file);
  if (module == nullptr) return;
  auto [access, through] = reached_from(site, loop);
  // One helper is followed; what is further away is often guarded, cached or meant.
  if (!loop.whole.contains(access) || loop.head.contains(access) || through.size() > 1) return;
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
  if (asks_again(loop, asked)) return;
  // `with session_of(tenant) as session` inside the loop: each round is a unit of work of its own.
  const auto bound = bound_names(statement);
  const auto mentioned = identifiers(words);
  if (!mentioned.empty() && (made == nullptr || made->kind == SessionKind::unknown) && bound.count(mentioned.front()) > 0 &&
      through.empty() && words.starts_with(mentioned.front()) && (query == nullptr || !query->legacy || query->made_by != nullptr))
    return;
  if (!through.empty() && statement != nullptr)
    for (const auto name : mentioned)
      if (bound.count(name) > 0 && (name.ends_with("session") || name == "db" || name == "conn" || name == "connection")) return;
  if (!through.empty() && site.module != nullptr) {
    const std::string_view helper = site.interpreter.sources().file(site.span.file).text;
    const auto* function = site.module->file == site.span.file ? function_around(*site.module, site.span) : nullptr;
    if (function != nullptr && remembers(helper.substr(function->begin, function->end - function->begin))) return;
  }
  Load load;
  load.kind = Load::Kind::query;
  load.access = access;
  load.loop = loop.head;
  load.variable = loop.variable;
  load.through = std::move(through);
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

}  // namespace foreshot::loads
