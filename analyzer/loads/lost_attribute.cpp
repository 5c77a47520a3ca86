// Attributes that raise when they are read under an async session, because the session has forgotten or never had them.
#include <algorithm>
#include <array>

#include "analyzer/loads/vocabulary.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using interpret::Loop;
using interpret::Site;
using Kind = Turn::Kind;

namespace {

constexpr std::array<std::string_view, 9> changing_methods{".append(", ".extend(", ".add(", ".remove(", ".insert(", ".pop(", ".clear(", ".update(", ".discard("};

}  // namespace

auto LoadVocabulary::report_turn(const Site& site, Entity& entity, const std::string& attribute, Load::Kind kind, const Turn& by) -> void {
  if (site.resolving || asked_by_helper(site)) return;
  auto load = load_of(site, entity, attribute, true);
  if (!load) return;
  load->kind = kind;
  load->cause = by.span;
  load->cause_name = by.name;
  load->fresh = entity.fresh;
  load->session = SessionKind::async;
  load->sure_session = load->sure_session || entity.fresh;
  if (!load->origin.known() && entity.fresh) load->origin = entity.made;
  add_load(std::move(*load));
}

// The session is closed, and has forgotten what is read.
auto LoadVocabulary::is_lost(const Site& site, Entity& entity, const std::string& attribute) -> bool {
  if (!entity.fresh || site.resolving) return false;
  const auto holder = holder_of(entity);
  const auto begin = arrived(site, entity);
  if (holder == nullptr || begin == turns_.size() || turns_[begin].closed == holder->closed) return false;
  const auto set = entity.set_at.find(attribute);
  const auto* by = holder->understood ? expired_by(site, entity, set != entity.set_at.end() ? set->second : 0) : nullptr;
  if (by == nullptr || by->kind != Kind::commit || asked_by_helper(site)) return true;
  SessionUse use;
  use.kind = SessionUse::Kind::detached;
  use.span = site.called_from.empty() ? site.span : site.called_from.front();
  use.other = by->span;
  use.what = registry_.model(entity.model).name + "." + attribute;
  use.session = holder->kind;
  use.role = role_;
  use.function = site.function;
  facts_.uses.push_back(std::move(use));
  entity.since = turns_.size();
  return true;
}

// A column is read.
auto LoadVocabulary::column_state(const Site& site, Entity& entity, const ModelColumn& column) -> void {
  if (turns_.empty() || entity.awaitable || site.resolving || is_lost(site, entity, column.attribute)) return;
  const auto holder = holder_of(entity);
  if (holder == nullptr) return;
  if (holder->kind != SessionKind::async) {
    // It is fetched again, with all others.
    entity.since = turns_.size();
    return;
  }
  const auto set = entity.set_at.find(column.attribute);
  if (const auto* by = expired_by(site, entity, set != entity.set_at.end() ? set->second : 0)) {
    report_turn(site, entity, column.attribute, Load::Kind::expired, *by);
    entity.since = turns_.size();
  } else if (const auto* flush = generated_by(site, entity, column)) {
    report_turn(site, entity, column.attribute, Load::Kind::generated, *flush);
    entity.since = turns_.size();
  }
}

// A relationship is read; whether that is all there is to say of it.
auto LoadVocabulary::relationship_state(const Site& site, Entity& entity, const Relationship& relationship) -> bool {
  // Adding to what is not stored yet makes it a collection of its own.
  if (entity.fresh && changes_collection(site) && flushed_by(site, entity) == nullptr) entity.loaded.insert(relationship.name);
  if (turns_.empty() || entity.awaitable || site.resolving || !relationship.understood || is_lost(site, entity, relationship.name)) return false;
  const auto holder = holder_of(entity);
  if (holder == nullptr || holder->kind != SessionKind::async) return false;
  if (relationship.lazy == Lazy::dynamic || relationship.lazy == Lazy::write_only || relationship.lazy == Lazy::unknown || relationship.lazy == Lazy::noload) return false;
  const bool eager = relationship.lazy == Lazy::joined || relationship.lazy == Lazy::selectin || relationship.lazy == Lazy::subquery || relationship.lazy == Lazy::immediate;
  const auto set = entity.set_at.find(relationship.name);
  const bool given = set != entity.set_at.end() || entity.loaded.count(relationship.name) > 0;
  const bool loaded = entity.fresh ? given || (eager && entity.refreshed) : given || strategy(entity, relationship) == Lazy::selectin || (eager && strategy(entity, relationship) == relationship.lazy);
  if (loaded) {
    const auto* by = expired_by(site, entity, set != entity.set_at.end() ? set->second : 0);
    if (by == nullptr) return false;
    report_turn(site, entity, relationship.name, Load::Kind::expired, *by);
    entity.since = turns_.size();
    return true;
  }
  if (!entity.fresh) return false;
  const auto* flush = flushed_by(site, entity);
  if (flush == nullptr) return false;
  const bool to_one = relationship.direction == Direction::many_to_one;
  // A dataclass gives it a value of its own.
  if (text_of(site, relationship.span).find("default") != std::string_view::npos) return true;
  if (to_one) {
    // Without a key there is nothing to load, and what is in the session is found there.
    const auto& model = registry_.model(entity.model);
    const bool keyed = std::any_of(model.columns.begin(), model.columns.end(), [&](const ModelColumn& column) {
      return entity.set_at.count(column.attribute) > 0 &&
             std::find(relationship.local_columns.begin(), relationship.local_columns.end(), column.column.name.text) != relationship.local_columns.end();
    });
    if (!keyed || was_loaded(entity, relationship)) return true;
  }
  if (relationship.direction == Direction::unknown || relationship.lazy == Lazy::raise_ || relationship.lazy == Lazy::raise_on_sql) return true;
  const auto count = facts_.loads.size();
  report_turn(site, entity, relationship.name, to_one ? Load::Kind::relationship : Load::Kind::unloaded, *flush);
  if (facts_.loads.size() > count) facts_.loads.back().changes = changes_collection(site), facts_.loads.back().sure_session = true, facts_.loads.back().to_many = !to_one;
  entity.loaded.insert(relationship.name);
  return true;
}

// `order.items.append(…)`: what is read is added to, or taken from.
auto LoadVocabulary::changes_collection(const Site& site) const -> bool {
  const std::string_view text = site.interpreter.sources().file(site.span.file).text;
  const auto rest = text.substr(std::min<std::size_t>(site.span.end, text.size()), 24);
  return std::any_of(changing_methods.begin(), changing_methods.end(), [&](std::string_view word) { return rest.starts_with(word); });
}

// Somebody was given the object, or its session, and may have loaded what it holds.
auto LoadVocabulary::may_be_loaded_since(const Entity& entity) const -> bool {
  return std::any_of(turns_.begin() + static_cast<std::ptrdiff_t>(std::min(entity.since, turns_.size())), turns_.end(), [&](const Turn& turn) {
    if (turn.kind != Kind::unclear) return false;
    for (const auto* each = &entity; each != nullptr; each = each->parent.get())
      if (turn.entity.get() == each) return true;
    return turn.name.ends_with("run_sync");
  });
}

// A collection that is not loaded is replaced by another, for which the old one has to be known.
auto LoadVocabulary::replaced(const Site& site, Entity& entity, const std::string& name) -> void {
  const auto* relationship = registry_.model(entity.model).relationship(name);
  const auto holder = holder_of(entity);
  if (relationship == nullptr || holder == nullptr || holder->kind != SessionKind::async || site.resolving || !relationship->understood || relationship->viewonly) return;
  // A single object is put in place of another without asking for that.
  if (!relationship->uselist.value_or(relationship->direction == Direction::one_to_many || relationship->direction == Direction::many_to_many)) return;
  if (entity.loaded.count(name) > 0 || set_by_hand_.count({entity.model, name}) > 0 || may_be_loaded_since(entity) || was_loaded(entity, *relationship)) return;
  if (entity.fresh ? relationship->lazy != Lazy::select || flushed_by(site, entity) == nullptr : strategy(entity, *relationship) != Lazy::select || entity.origin->session != SessionKind::async) return;
  if (asked_by_helper(site)) return;
  auto load = load_of(site, entity, name, true);
  if (!load) return;
  load->kind = Load::Kind::unloaded;
  load->session = SessionKind::async;
  load->sure_session = entity.fresh || entity.origin->sure_session;
  load->to_many = load->changes = true;
  load->fresh = entity.fresh;
  if (!load->origin.known()) load->origin = entity.made;
  add_load(std::move(*load));
}

// `user.posts.all()` under an async session: the query that reading makes runs in the same place.
auto LoadVocabulary::blocked_query(const Site& site, const Statement& statement) -> void {
  if (site.resolving || asked_by_helper(site) || std::any_of(turns_.begin(), turns_.end(), [](const Turn& turn) { return turn.name.ends_with("run_sync"); })) return;
  // list(user.posts) iterates over it too.
  if (!seen_loads_.insert({statement.built, statement.built}).second) return;
  Load load;
  load.kind = Load::Kind::dynamic;
  load.through.assign(site.called_from.begin(), site.called_from.end());
  load.through.push_back(site.span);
  load.access = load.through.front();
  load.through.erase(load.through.begin());
  load.origin = statement.reached_from->span;
  load.model = statement.owner.model;
  load.attribute = statement.owner.name;
  load.strategy = Lazy::dynamic;
  load.session = SessionKind::async;
  load.sure_session = statement.reached_from->sure_session;
  load.role = role_;
  load.function = site.function;
  load.once = load.to_many = true;
  add_load(std::move(load));
}

// A commit in a loop over rows expires those that the loop has not come to yet: what is read of the next one raises.
auto LoadVocabulary::expired_in_loop(const Site& site, const Loop& loop, const Origin& origin, Load load) -> void {
  const auto read = read_in_.find(loop.whole);
  if (read == read_in_.end() || read->second.begin > site.span.begin || load.leaves_loop || load.conditional || origin.runner == nullptr || !expires(*origin.runner)) return;
  load.kind = Load::Kind::expired;
  load.cause = site.span;
  load.cause_name = std::string(text_of(site, site.callee));
  load.access = read->second;
  load.attribute = std::string(sqlalchemy::last_part(text_of(site, read->second)));
  load.sure_session = origin.sure_session;
  add_load(std::move(load));
}

}  // namespace foreshot::loads
