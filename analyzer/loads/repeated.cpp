// A commit in a loop, which makes the rows that the loop has not come to yet be fetched again.
#include <algorithm>

#include "analyzer/loads/loop.h"
#include "analyzer/loads/vocabulary.h"

namespace foreshot::loads {

using interpret::Loop;
using interpret::Site;
using interpret::Value;

namespace {

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

auto place_of(Span span) -> std::uint64_t { return (std::uint64_t{span.file} << 32U) | span.begin; }

}  // namespace

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
    // What keeps its values does not ask for them again; an async session cannot.
    if (load.session == SessionKind::async) {
      expired_in_loop(site, loop, *origin, std::move(load));
      return;
    }
    if ((known != nullptr && known->keeps) || (querying_ != nullptr && querying_->keeps_values())) continue;
    if (const auto read = read_in_.find(loop.whole); read != read_in_.end()) {
      load.through = {read->second};
      add_load(std::move(load));
      return;
    }
    commits_.emplace(place_of(loop.whole), std::move(load));
    return;
  }
}

}  // namespace foreshot::loads
