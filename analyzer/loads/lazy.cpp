// What is loaded lazily for each row: relationships and deferred columns that are read.
#include <algorithm>

#include "analyzer/loads/loop.h"
#include "analyzer/loads/reached.h"
#include "analyzer/loads/vocabulary.h"

namespace foreshot::loads {

using interpret::Loop;
using interpret::Site;
using interpret::Value;

namespace {

auto place_of(Span span) -> std::uint64_t { return (std::uint64_t{span.file} << 32U) | span.begin; }

auto text_after(const Site& site) -> std::string_view {
  const std::string_view text = site.interpreter.sources().file(site.span.file).text;
  return text.substr(std::min<std::size_t>(site.span.end, text.size()), 80);
}

// parent.children.append(child)
auto only_appends(std::string_view rest) -> bool { return rest.starts_with(".append(") || rest.starts_with(".add(") || rest.starts_with(".extend("); }

// How often the entity is there, "N × M": the loops that give it, or run its query again, and the collections on its way.
auto costs(const Site& site, const Entity& entity, std::size_t innermost) -> std::string {
  std::size_t levels = 0, collections = 1;
  for (std::size_t i = 0; i <= innermost && i < site.loops.size(); ++i) {
    const auto& loop = site.loops[i];
    if (loop.known || loop.is_while) continue;
    if (holds(loop.element, entity, 3) || (entity.origin != nullptr && loop.whole.contains(entity.origin->run))) ++levels;
  }
  for (const auto* each = &entity; each->parent != nullptr; each = each->parent.get()) collections += each->many ? 1 : 0;
  return product(std::max(levels, collections));
}

}  // namespace

// What reads an attribute of an entity; nothing where it happens once and only counts in a loop.
auto LoadVocabulary::load_of(const Site& site, const Entity& entity, const std::string& attribute, bool anywhere) -> std::optional<Load> {
  if (site.resolving || entity.model == no_model) return std::nullopt;
  bool many = false;
  for (const auto* each = &entity; each != nullptr && !many; each = each->shared ? nullptr : each->parent.get()) many = each->many;
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
    for (std::size_t i = 0; i <= index; ++i)
      if (const auto* rows = site.loops[i].iterable.object<Rows>()) load.streamed = load.streamed || rows->streams;
    load.cost = "1 + " + costs(site, entity, index) + " queries";
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
  if (render_.known()) place_in_template(site, load);
  return load;
}

// The way from the queried entity to what is loaded.
auto LoadVocabulary::fix_request(const Entity& entity, const std::string& attribute) const -> FixRequest {
  FixRequest request;
  request.function = entry_function_;
  request.steps.push_back({entity.model, attribute});
  const auto* root = &entity;
  for (; root->parent != nullptr; root = root->parent.get())
    if (!root->via.empty()) request.steps.insert(request.steps.begin(), {root->via_owner, root->via});
  if (entity.origin == nullptr || entity.origin->statement == nullptr) return request;
  const auto& entities = entity.origin->statement->entities;
  if (!entities.empty() && entities.front() == root->model && request.steps.front().owner == root->model && request.steps.size() == entity.path.size() + 1)
    request.statement = entity.origin->statement;
  return request;
}

// `order.customer.id`: is it the key that the row has itself, and how would that be read?
auto LoadVocabulary::key_instead(const Site& site, const Entity& entity, const Relationship& relationship, FixRequest& request) const -> bool {
  const std::string_view text = site.interpreter.sources().file(site.span.file).text;
  if (site.span.end >= text.size() || text[site.span.end] != '.' || relationship.remote_columns.size() != 1 || relationship.local_columns.size() != 1) return false;
  const auto rest = text.substr(site.span.end + 1, 80);
  const auto names = identifiers(rest);
  if (names.empty() || !rest.starts_with(names[0]) || names[0] != relationship.remote_columns[0]) return false;
  // What a template reads stays as it is.
  if (render_.known() || !text.substr(site.span.begin, site.span.size()).ends_with(relationship.name)) return true;
  for (const auto& column : registry_.model(entity.model).columns)
    if (column.column.name.text == relationship.local_columns[0]) {
      const auto begin = site.span.end - static_cast<std::uint32_t>(relationship.name.size());
      request.key = {{site.span.file, begin, site.span.end + 1 + static_cast<std::uint32_t>(names[0].size())}, column.attribute};
      request.key_required = column.nullable_known && column.column.not_null;
    }
  return true;
}

auto LoadVocabulary::report_load(const Site& site, const Entity& entity, const Relationship& relationship, Lazy strategy) -> void {
  const bool async = entity.origin != nullptr && entity.origin->session == SessionKind::async && !entity.awaitable;
  const bool by_itself = strategy == Lazy::raise_ || strategy == Lazy::raise_on_sql, raises = by_itself || async;
  if (raises && (was_loaded(entity, relationship) || asked_by_helper(site) || (async && may_be_loaded_since(entity)))) return;
  auto made = load_of(site, entity, relationship.name, raises);
  if (!made) return;
  auto& load = *made;
  const auto& owner = registry_.model(entity.model);
  load.strategy = strategy;
  load.to_many = relationship.uselist.value_or(relationship.direction != Direction::many_to_one);
  load.changes = load.to_many && changes_collection(site);
  if (async && load.changes && !by_itself) load.kind = Load::Kind::unloaded;
  if (!raises && load.to_many && only_appends(text_after(site))) load.kind = Load::Kind::append;
  auto request = fix_request(entity, relationship.name);
  if (request.statement != nullptr)
    for (std::size_t i = 0; i < request.steps.size(); ++i)
      load.fix_option += (i > 0 ? "." : "") + loader_of(request.statement.get(), request.steps, i, registry_) + "(" + registry_.model(request.steps[i].owner).name + "." +
                         request.steps[i].attribute + ")";
  if (!load.once && !load.to_many) load.cost = "1 + distinct(" + relationship.name + ") queries";
  if (const auto* statement = entity.origin != nullptr ? entity.origin->statement.get() : nullptr; statement != nullptr && entity.path.empty())
    load.joined = relationship.target_model != no_model &&
                  std::find(statement->joined.begin(), statement->joined.end(), relationship.target_model) != statement->joined.end();
  if (relationship.target_model != no_model) load.sql = shown(relationship, owner, registry_.model(relationship.target_model));
  if (!load.to_many && load.through.empty()) load.only_key_read = key_instead(site, entity, relationship, request);
  add_lazy(std::move(load), std::move(request));
}

// Once loaded it stays loaded, for as long as the rows are held: what reads it again is another place of the same finding.
auto LoadVocabulary::add_lazy(Load load, FixRequest request) -> void {
  const auto key = std::tuple(load.origin, load.model, load.path);
  if (load.leaves_loop) {
    add_load(std::move(load));
    return;
  }
  if (const auto found = seen_paths_.find(key); found != seen_paths_.end()) {
    if (found->second.load == none || load.kind == Load::Kind::append) return;
    auto& first = facts_.loads[found->second.load];
    // Read as well, so that it has to be loaded.
    if (first.kind == Load::Kind::append) first.kind = Load::Kind::relationship;
    auto& its = fix_requests_[found->second.request];
    if (!load.only_key_read) first.only_key_read = false;
    else if (!request.key.span.known()) its.key = {};  // it cannot be written so everywhere
    else if (first.only_key_read && request.key.span != its.key.span) its.further_keys.push_back(std::move(request.key));
    if (load.access != first.access && first.also.size() < 4 && std::find(first.also.begin(), first.also.end(), load.access) == first.also.end())
      first.also.push_back(load.access);
    return;
  }
  request.load = facts_.loads.size();
  const bool added = add_load(std::move(load));
  seen_paths_.emplace(key, added ? Seen{request.load, fix_requests_.size()} : Seen{none, none});
  if (added) fix_requests_.push_back(std::move(request));
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
  add_lazy(std::move(*load), fix_request(entity, column.attribute));
}

auto LoadVocabulary::add_load(Load load) -> bool {
  // A serializer reads several at one place.
  const bool fresh = is_of_template(load) ? seen_in_templates_.insert({load.origin, load.access}).second
                                          : load.serializer.known() || seen_loads_.insert({load.access, load.loop}).second;
  if (fresh) facts_.loads.push_back(std::move(load));
  return fresh;
}

}  // namespace foreshot::loads
