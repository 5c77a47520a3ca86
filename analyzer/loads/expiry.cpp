// What a session has forgotten, or never had, when an attribute is read: after a commit, a rollback, a flush.
#include <algorithm>

#include "analyzer/loads/session_names.h"
#include "analyzer/loads/vocabulary.h"
#include "analyzer/loads/words.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using interpret::Arguments;
using interpret::Site;
using interpret::Value;
using sqlalchemy::object_value;
using sqlalchemy::shared_object;
using Kind = Turn::Kind;

namespace {

// More turns than this behind a read, and nobody knows what they did.
constexpr std::size_t most_turns = 64;

// What refreshes an object may refresh what was loaded along with it.
auto since(const Entity& entity) -> std::size_t {
  auto latest = entity.since;
  for (const auto* each = entity.parent.get(); each != nullptr; each = each->parent.get()) latest = std::max(latest, each->since);
  return latest;
}

auto holds_session_or_entity(const Value& value, int depth) -> bool {
  if (value.object<Session>() != nullptr || value.object<Entity>() != nullptr || value.object<Rows>() != nullptr) return true;
  if (depth > 2) return true;
  const auto* list = value.sequence();
  return list != nullptr && std::any_of(list->items.begin(), list->items.end(), [&](const Value& item) { return holds_session_or_entity(item, depth + 1); });
}

}  // namespace

// The session that a method is called on; one that is only called so, by its name in this function.
auto LoadVocabulary::holder_of(const Site& site, const Value& session) -> std::shared_ptr<Session> {
  if (auto known = shared_object<Session>(session)) {
    if (known->kind == SessionKind::unknown && site.awaited) known->kind = SessionKind::async;
    return known;
  }
  if (session.object<SessionFactory>() != nullptr || !named_session(text_of(site, site.callee))) return nullptr;
  const auto callee = text_of(site, site.callee);
  auto& known = unnamed_[std::string(site.function) + " " + std::string(callee.substr(0, callee.rfind('.')))];
  if (known == nullptr) known = std::make_shared<Session>();
  if (site.awaited) known->kind = SessionKind::async;
  return known;
}

auto LoadVocabulary::turn(const Site& site, Kind kind, std::shared_ptr<const Session> session, std::shared_ptr<const Entity> entity) -> Turn* {
  if (site.resolving) return nullptr;
  Turn next;
  next.kind = kind;
  next.closed = session != nullptr ? session->closed : 0;
  next.session = std::move(session);
  next.entity = std::move(entity);
  next.span = site.span;
  if (site.callee.known()) next.name = std::string(text_of(site, site.callee));
  for (const auto& condition : site.conditions) {
    // What follows a guard of the function itself has passed it.
    if (condition.kind == Condition::Kind::guard && entry_.contains(condition.test)) continue;
    // Fields are given values one by one.
    if (condition.kind == Condition::Kind::iteration && kind == Kind::changed) continue;
    next.under.push_back(condition);
  }
  turns_.push_back(std::move(next));
  return &turns_.back();
}

// Something is called that may refresh objects, or commit: by the session or the object that it is given, or by one of its own.
auto LoadVocabulary::unclear(const Site& site, const Value& callee, const Arguments& arguments) -> void {
  std::shared_ptr<const Entity> entity;
  bool given = false;
  for (const auto& argument : arguments.items) {
    given = given || holds_session_or_entity(argument.value, 0);
    if (entity == nullptr) entity = shared_object<Entity>(argument.value);
  }
  const bool external = !callee.external_name().empty();
  if (!(site.awaited && (given || !external)) && !(given && !external)) return;
  if (entity == nullptr && (turns_.empty() || turns_.back().kind == Kind::unclear)) return;
  turn(site, Kind::unclear, nullptr, entity);
}

auto LoadVocabulary::session_turn(const Site& site, const Value& object, std::string_view name, const Arguments& arguments) -> void {
  if (!in(name, {"add", "add_all", "flush", "commit", "rollback", "expire", "expire_all", "refresh", "expunge", "expunge_all", "merge", "run_sync", "delete"})) return;
  const auto session = holder_of(site, object);
  if (session == nullptr) return;
  const auto* first = arguments.positional(0);
  const auto entity = first != nullptr ? shared_object<Entity>(first->value) : nullptr;
  const auto added = [&](const Value& value) {
    if (const auto one = shared_object<Entity>(value); one != nullptr && one->fresh) turn(site, Kind::added, session, one);
  };
  if (name == "add" && first != nullptr) added(first->value);
  if (name == "add_all" && first != nullptr)
    if (const auto* list = first->value.sequence())
      for (const auto& item : list->items) added(item);
  if (name == "flush") turn(site, Kind::flush, session);
  if (name == "commit") turn(site, Kind::commit, session);
  if (name == "rollback") turn(site, Kind::rollback, session);
  if (name == "expire_all") turn(site, Kind::expire, session);
  if (name == "expire" && entity != nullptr && arguments.items.size() == 1) turn(site, Kind::expire, session, entity);
  if (name == "refresh" && entity != nullptr) {
    entity->since = turns_.size();
    // The next loop over the same rows gives them again.
    if (entity->many || !entity->path.empty())
      if (auto* next = turn(site, Kind::fetched, nullptr)) next->model = entity->model;
    if (arguments.items.size() == 1 || (arguments.items.size() == 2 && arguments.get(1, "attribute_names") == nullptr)) entity->refreshed = true;
  }
  if (entity != nullptr && (name == "expunge" || name == "delete")) entity->gone = true;
  if (in(name, {"expunge", "expunge_all", "merge", "run_sync", "delete"}) || (name == "refresh" && entity == nullptr)) turn(site, Kind::unclear, name == "expunge_all" ? session : nullptr);
}

// Rows that are read again are not expired any more, nor what is loaded along with them.
auto LoadVocabulary::fetched(const Site& site, const Statement& statement) -> void {
  if (turns_.empty()) return;
  const bool more = !statement.options.empty() || !statement.options_known || statement.entities.empty();
  if (more || std::find(statement.entities.begin(), statement.entities.end(), no_model) != statement.entities.end()) {
    if (turns_.back().kind != Kind::unclear) turn(site, Kind::unclear, nullptr);
    return;
  }
  for (const auto model : statement.entities)
    if (auto* next = turn(site, Kind::fetched, nullptr)) next->model = model;
}

auto LoadVocabulary::changed(const Site& site, const std::shared_ptr<Entity>& entity, const std::string& name, const Value& value) -> void {
  const auto* column = registry_.model(entity->model).column(name);
  if (!name.empty()) entity->set_at[name] = turns_.size();
  if (column == nullptr && !name.empty()) {
    // Another object is given this one: its collection of those is filled by that.
    if (const auto other = shared_object<Entity>(value); other != nullptr && other->fresh) other->unclear = true;
    return;
  }
  if (entity->origin == nullptr && !entity->fresh) return;
  auto* next = turn(site, Kind::changed, holder_of(*entity), entity);
  if (next == nullptr) return;
  next->name = name;
  next->by_expression = value.object<Criterion>() != nullptr || value.object<ModelAttribute>() != nullptr || value.object<Derived>() != nullptr;
}

// Whether the turn has happened when this is read.
auto LoadVocabulary::visible(const Site& site, const Turn& turn) const -> bool {
  const auto stands = [&](const Condition& condition) { return std::find(site.conditions.begin(), site.conditions.end(), condition) != site.conditions.end(); };
  const auto known = [&](const Condition& condition) { return std::find(turn.under.begin(), turn.under.end(), condition) != turn.under.end(); };
  // In a handler nobody knows how far the try statement came.
  const bool caught = std::any_of(site.conditions.begin(), site.conditions.end(), [&](const Condition& condition) { return condition.kind == Condition::Kind::handler && !known(condition); });
  return std::all_of(turn.under.begin(), turn.under.end(), [&](const Condition& condition) { return stands(condition) || (condition.kind == Condition::Kind::attempt && !caught); });
}

auto LoadVocabulary::expires(const Session& session) const -> bool {
  return session.understood ? !session.keeps : querying_ != nullptr && querying_->expires_async_sessions();
}

auto LoadVocabulary::holder_of(const Entity& entity) const -> std::shared_ptr<const Session> {
  if (!entity.fresh) return entity.origin != nullptr ? entity.origin->runner : nullptr;
  for (std::size_t i = turns_.size(), last = i > most_turns ? i - most_turns : 0; i-- > last;)
    if (turns_[i].kind == Kind::added && turns_[i].entity.get() == &entity) return turns_[i].session;
  return nullptr;
}

// The number of turns before it came to its session; all of them when it has not, as far as this read can tell.
auto LoadVocabulary::arrived(const Site& site, const Entity& entity) const -> std::size_t {
  if (!entity.fresh) return turns_.size() > since(entity) + most_turns ? turns_.size() : since(entity);
  for (std::size_t i = turns_.size(), last = i > most_turns ? i - most_turns : 0; i-- > last;)
    if (turns_[i].kind == Kind::added && turns_[i].entity.get() == &entity && visible(site, turns_[i])) return i;
  return turns_.size();
}

// What made the session forget all columns of the object, and nothing has fetched them since.
auto LoadVocabulary::expired_by(const Site& site, const Entity& entity, std::size_t after) const -> const Turn* {
  const auto holder = holder_of(entity);
  if (holder == nullptr || entity.gone) return nullptr;
  const Turn* found = nullptr;
  bool stored = !entity.fresh;
  for (auto i = arrived(site, entity); i < turns_.size(); ++i) {
    const auto& each = turns_[i];
    const bool seen = visible(site, each), counts = seen && i >= std::max(since(entity), after);
    if (each.kind == Kind::unclear || (each.kind == Kind::fetched && (registry_.derives(each.model, entity.model) || registry_.derives(entity.model, each.model)))) found = nullptr;
    if (each.session != holder) continue;
    if (each.kind == Kind::unclear) return nullptr;
    if (each.kind == Kind::commit && counts && expires(*holder)) found = &each;
    // What was not stored before is forgotten by the session, and keeps its values.
    if (each.kind == Kind::rollback && counts && stored) found = &each;
    if (each.kind == Kind::expire && counts && (each.entity == nullptr || each.entity.get() == &entity)) found = &each;
    stored = stored || (each.kind == Kind::commit && seen);
  }
  return found;
}

// The flush that stored an object made here, after which its collections are no longer taken for empty.
auto LoadVocabulary::flushed_by(const Site& site, const Entity& entity) const -> const Turn* {
  const auto holder = holder_of(entity);
  if (holder == nullptr || entity.unclear || !entity.fresh) return nullptr;
  const Turn* found = nullptr;
  for (auto i = arrived(site, entity); i < turns_.size(); ++i) {
    const auto& each = turns_[i];
    if (each.kind == Kind::unclear || (each.kind == Kind::rollback && each.session == holder)) return nullptr;
    if (each.kind == Kind::fetched && (registry_.derives(each.model, entity.model) || registry_.derives(entity.model, each.model))) return nullptr;
    if (found == nullptr && each.session == holder && (each.kind == Kind::flush || each.kind == Kind::commit) && visible(site, each)) found = &each;
  }
  return found;
}

// The flush of a change, which leaves the column to the server.
auto LoadVocabulary::generated_by(const Site& site, const Entity& entity, const ModelColumn& column) const -> const Turn* {
  const auto holder = holder_of(entity);
  if (holder == nullptr) return nullptr;
  const bool always = column.updated_by_server && !registry_.model(entity.model).eager_defaults;
  bool dirty = false, stored = !entity.fresh;
  const Turn* found = nullptr;
  for (auto i = arrived(site, entity); i < turns_.size(); ++i) {
    const auto& each = turns_[i];
    const bool refreshes = each.kind == Kind::unclear || (each.kind == Kind::fetched && (registry_.derives(each.model, entity.model) || registry_.derives(entity.model, each.model)));
    if (i < entity.since || refreshes) {
      found = nullptr;
      dirty = dirty && i >= entity.since;
      if (i < entity.since) stored = stored || each.kind == Kind::flush || each.kind == Kind::commit;
      continue;
    }
    if (!visible(site, each)) continue;
    if (each.kind == Kind::changed && each.entity.get() == &entity) {
      // Its own value wins.
      if (each.name == column.attribute) {
        found = nullptr;
        dirty = each.by_expression;
      } else {
        dirty = dirty || (always && stored);
      }
    }
    if (each.session != holder) continue;
    if (each.kind == Kind::rollback) dirty = false;
    if (each.kind == Kind::flush || each.kind == Kind::commit) {
      if (dirty) found = &each;
      dirty = false;
      stored = true;
    }
  }
  return found;
}

}  // namespace foreshot::loads
