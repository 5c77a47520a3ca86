// What happens once for each round of a loop: a lazy relationship that is read, a statement that runs.
#include <algorithm>
#include <array>
#include <cctype>

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

// The entity that a round sees: alone, in a row, numbered by enumerate().
auto row_in(const Value& element) -> const Entity* {
  if (const auto* entity = element.object<Entity>()) return entity;
  const auto* row = element.object<Row>();
  const auto* list = row == nullptr ? element.sequence() : nullptr;
  if (row == nullptr && list == nullptr) return nullptr;
  const auto& items = row != nullptr ? row->items : list->items;
  for (std::size_t i = 0; i < std::min<std::size_t>(items.size(), 8); ++i)
    if (const auto* entity = items[i].object<Entity>()) return entity;
  return nullptr;
}

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

auto place_of(Span span) -> std::uint64_t { return (std::uint64_t{span.file} << 32U) | span.begin; }

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

// What reads an attribute of an entity; nothing where it happens once and only counts in a loop.
auto LoadVocabulary::load_of(const Site& site, const Entity& entity, const std::string& attribute, bool anywhere) -> std::optional<Load> {
  if (site.resolving || entity.model == no_model) return std::nullopt;
  bool many = false;
  for (const auto* each = &entity; each != nullptr; each = each->parent.get()) many = many || each->many;
  // The loop that gives a new entity each round; what the loop does not change is loaded once.
  const Loop* found = nullptr;
  std::size_t index = 0;
  for (std::size_t i = 0; many && i < site.loops.size(); ++i)
    if (!site.loops[i].is_while && !site.loops[i].known && holds(site.loops[i].element, entity, 3)) {
      found = &site.loops[i];
      index = i;
    }
  Load load;
  load.kind = Load::Kind::relationship;
  load.access = site.span;
  if (found != nullptr) {
    // Inside a helper or a property the place in the loop is the call.
    auto reached = reached_from(site, *found);
    load.access = reached.access;
    load.through = std::move(reached.through);
    if (!found->whole.contains(load.access)) found = nullptr;
  }
  if (found == nullptr) {
    if (!anywhere) return std::nullopt;
    load.once = true;
    load.through.assign(site.called_from.begin(), site.called_from.end());
    load.through.push_back(site.span);
    load.access = load.through.front();
    load.through.erase(load.through.begin());
  } else {
    load.loop = found->head;
    load.variable = found->variable;
    load.loop_depth = static_cast<std::uint32_t>(index + 1);
    load.conditional = site.conditions.size() > index + 1;
    const auto* module = site.interpreter.modules().by_file(found->whole.file);
    if (found->comprehension) load.leaves_loop = is_search(*found, site.interpreter.sources().file(found->whole.file).text);
    if (module != nullptr && !found->comprehension)
      if (const auto* statement = loop_statement(*module, found->whole))
        load.leaves_loop = leaves(*statement, load.access) || reached_once(*statement, load.access);
  }
  load.origin = entity.origin != nullptr ? entity.origin->span : Span();
  load.model = entity.model;
  load.attribute = attribute;
  load.path = entity.path;
  load.path.push_back(attribute);
  load.session = entity.origin != nullptr ? entity.origin->session : SessionKind::unknown;
  load.sure_session = entity.origin != nullptr && entity.origin->sure_session;
  if (entity.awaitable) load.session = SessionKind::unknown;
  load.in_async = site.in_async;
  load.role = role_;
  load.function = site.function;
  load.serializer = serializer_.field;
  load.serializer_name = serializer_.name;
  return load;
}

auto LoadVocabulary::report_load(const Site& site, const Entity& entity, const Relationship& relationship, Lazy strategy) -> void {
  const bool async = entity.origin != nullptr && entity.origin->session == SessionKind::async && !entity.awaitable;
  const bool raises = strategy == Lazy::raise_ || strategy == Lazy::raise_on_sql || async;
  if (raises && (was_loaded(entity, relationship) || asked_by_helper(site))) return;
  auto made = load_of(site, entity, relationship.name, raises);
  if (!made) return;
  auto& load = *made;
  const auto& owner = registry_.model(entity.model);
  load.strategy = strategy;
  load.to_many = relationship.uselist.value_or(relationship.direction != Direction::many_to_one);
  load.fix_option = fix_of(entity, relationship);
  if (const auto* statement = entity.origin != nullptr ? entity.origin->statement.get() : nullptr; statement != nullptr && entity.path.empty())
    load.joined = relationship.target_model != no_model &&
                  std::find(statement->joined.begin(), statement->joined.end(), relationship.target_model) != statement->joined.end();
  if (relationship.target_model != no_model) load.sql = shown(relationship, owner, registry_.model(relationship.target_model));
  if (!load.to_many && load.through.empty()) {
    const auto& text = site.interpreter.sources().file(site.span.file).text;
    const auto rest = std::string_view(text).substr(std::min<std::size_t>(site.span.end, text.size()), 80);
    const auto names = rest.starts_with(".") ? identifiers(rest.substr(1)) : std::vector<std::string_view>();
    load.only_key_read = !names.empty() && rest.substr(1).starts_with(names[0]) &&
                         std::find(relationship.remote_columns.begin(), relationship.remote_columns.end(), names[0]) != relationship.remote_columns.end();
  }
  // Once loaded it stays loaded, for as long as the rows are held.
  if (!load.leaves_loop && !seen_paths_.insert({load.origin, load.model, load.path}).second) return;
  add_load(std::move(load));
}

// A column of an entity is read: one that was not loaded is loaded for each row.
auto LoadVocabulary::report_column(const Site& site, const Entity& entity, const ModelColumn& column) -> void {
  if (site.resolving) return;
  for (const auto& loop : site.loops)
    if (!loop.known && !loop.is_while && holds(loop.element, entity, 3)) {
      read_in_.emplace(loop.whole, site.span);
      if (auto found = commits_.find(place_of(loop.whole)); found != commits_.end()) {
        found->second.through = {site.span};
        add_load(std::move(found->second));
        commits_.erase(found);
      }
    }
  if (!is_deferred(entity, column) || asked_by_helper(site)) return;
  const bool raises = entity.origin->session == SessionKind::async && !entity.awaitable;
  auto load = load_of(site, entity, column.attribute, raises);
  if (!load) return;
  load->kind = Load::Kind::column;
  const auto& table = registry_.model(entity.model).table.name.text;
  load->sql = "SELECT " + table + "." + column.column.name.text + " FROM " + table + " WHERE primary key = :key";
  if (!load->leaves_loop && !seen_paths_.insert({load->origin, load->model, load->path}).second) return;
  add_load(std::move(*load));
}

// A commit expires all that the session holds: the rows that the loop has not come to yet are fetched again, one by one.
auto LoadVocabulary::commit_in_loop(const Site& site, const Value& session, const std::string& receiver) -> void {
  if (site.resolving || !site.called_from.empty()) return;
  const auto* known = session.object<Session>();
  for (std::size_t index = 0; index < site.loops.size(); ++index) {
    const auto& loop = site.loops[index];
    if (loop.is_while || loop.known) continue;
    if (known != nullptr && known->created && known->loops > index) return;
    const auto* rows = loop.iterable.object<Rows>();
    const bool streamed = rows != nullptr && rows->streams && rows->parent == nullptr && rows->origin != nullptr;
    const auto* entity = row_in(loop.element);
    if (!streamed && (entity == nullptr || !entity->many || !entity->path.empty())) continue;
    const auto* origin = streamed ? rows->origin.get() : entity->origin.get();
    if (origin == nullptr || origin->statement == nullptr || origin->statement->entities.empty()) continue;
    // Another session, whose commit is its own matter.
    if (entry_.contains(origin->run) && !origin->receiver.empty() && !receiver.empty() && origin->receiver != receiver) continue;
    const auto* module = site.interpreter.modules().by_file(loop.whole.file);
    const auto* statement = module != nullptr && !loop.comprehension ? loop_statement(*module, loop.whole) : nullptr;
    if (statement == nullptr || !loop.whole.contains(site.span)) continue;
    Load load;
    load.kind = Load::Kind::commit;
    load.access = site.span;
    load.loop = loop.head;
    load.origin = origin->span;
    load.variable = loop.variable;
    load.model = entity != nullptr ? entity->model : origin->statement->entities.front();
    load.session = origin->session;
    load.role = role_;
    load.function = site.function;
    load.in_async = site.in_async;
    load.streamed = streamed;
    load.leaves_loop = leaves(*statement, site.span) || searches(*statement);
    load.conditional = site.conditions.size() > index + 1 || in_try(*statement, site.span);
    if (load.streamed) {
      add_load(std::move(load));
      return;
    }
    // What keeps its values does not ask for them again.
    if ((known != nullptr && known->keeps) || (querying_ != nullptr && querying_->keeps_values()) || load.session == SessionKind::async) continue;
    if (const auto read = read_in_.find(loop.whole); read != read_in_.end()) {
      load.through = {read->second};
      add_load(std::move(load));
      return;
    }
    commits_.emplace(place_of(loop.whole), std::move(load));
    return;
  }
}

auto LoadVocabulary::add_load(Load load) -> void {
  // A serializer reads several at one place.
  if (load.serializer.known() || seen_loads_.insert({load.access, load.loop}).second) facts_.loads.push_back(std::move(load));
}

// A statement runs here; does it run once for each item of a loop around it?
auto LoadVocabulary::run_in_loop(const Site& site, const Value& session, const Statement* query, std::string_view sql, Load::Kind kind) -> void {
  if (site.resolving || site.loops.empty()) return;
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
  if (!through.empty() && site.module != nullptr) {
    const std::string_view helper = site.interpreter.sources().file(site.span.file).text;
    const auto* function = site.module->file == site.span.file ? function_around(*site.module, site.span) : nullptr;
    if (function != nullptr && remembers(helper.substr(function->begin, function->end - function->begin))) return;
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
