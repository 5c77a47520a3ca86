// Entities: what reading an attribute of one gives, and whether it asks the database.
#include <algorithm>

#include "analyzer/loads/vocabulary.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using interpret::Arguments;
using interpret::Class;
using interpret::Function;
using interpret::Site;
using interpret::Value;
using sqlalchemy::object_value;
using sqlalchemy::shared_object;

namespace {

auto is_property(const python::Function& function) -> bool {
  return std::any_of(function.decorators.begin(), function.decorators.end(), [](const python::Expression* decorator) {
    std::string_view name;
    if (const auto* word = python::as<python::Name>(decorator, python::ExpressionKind::name)) name = word->id;
    if (const auto* dotted = python::as<python::Attribute>(decorator, python::ExpressionKind::attribute)) name = dotted->name;
    return name == "property" || name == "cached_property" || name == "hybrid_property";
  });
}

}  // namespace

auto LoadVocabulary::make_entity(ModelId model, std::shared_ptr<const Origin> origin, bool many) const -> std::shared_ptr<Entity> {
  auto entity = std::make_shared<Entity>();
  entity->model = model;
  entity->since = origin != nullptr && origin->statement != nullptr ? origin->turns : turns_.size();
  entity->origin = std::move(origin);
  entity->many = many;
  return entity;
}

auto LoadVocabulary::object_of(ModelId model) const -> Value { return object_value(make_entity(model, nullptr, false), {}); }

auto LoadVocabulary::strategy(const Entity& entity, const Relationship& relationship) const -> Lazy {
  if (entity.origin == nullptr || !entity.origin->options_known) return Lazy::unknown;
  auto effective = relationship.lazy;
  const auto* statement = entity.origin->statement.get();
  if (statement == nullptr) return effective;
  if (!statement->options_known) return Lazy::unknown;
  auto path = entity.path;
  path.push_back(relationship.name);
  if (ends_on_the_way(entity, relationship)) effective = Lazy::select;
  for (const auto& option : statement->options) {
    const bool wildcard = !option.path.empty() && option.path.back() == "*";
    // selectinload(Folder.children, recursion_depth=-1): children of children too.
    const bool again = option.recursive && path.size() > option.path.size() && std::equal(option.path.begin(), option.path.end(), path.begin()) &&
                       std::all_of(path.begin() + static_cast<std::ptrdiff_t>(option.path.size()), path.end(), [&](const auto& name) { return name == option.path.back(); });
    const bool here = option.path == path || again ||
                      (wildcard && option.path.size() <= path.size() && std::equal(option.path.begin(), option.path.end() - 1, path.begin()));
    if (!here || option.strategy == "defaultload") continue;
    if (option.strategy == "raiseload") effective = Lazy::raise_;
    else if (option.strategy == "noload") effective = Lazy::noload;
    // Whoever writes lazyload() means it.
    else if (option.strategy == "lazyload") effective = Lazy::unknown;
    else effective = Lazy::selectin;
    if (!wildcard) break;
  }
  return effective;
}

// What a mapping loads eagerly ends with the first class that is on the way already, its own to begin with, unless
// join_depth says how often.
auto LoadVocabulary::ends_on_the_way(const Entity& entity, const Relationship& relationship) const -> bool {
  if (relationship.join_depth || relationship.target_model == no_model) return false;
  if (relationship.lazy != Lazy::joined && relationship.lazy != Lazy::selectin && relationship.lazy != Lazy::subquery) return false;
  for (const auto* each = &entity; each != nullptr; each = each->parent.get()) {
    if (each->model == relationship.target_model) return true;
    // The way of a join begins with the statement that it is in.
    if (relationship.lazy == Lazy::joined && each->own_statement) return false;
  }
  return false;
}

// It comes with the statement of its owner, as the mapping or an option says; so it is where that is not known.
auto LoadVocabulary::is_joined(const Entity& entity, const Relationship& relationship, Lazy effective) const -> bool {
  if (effective == Lazy::joined || effective == Lazy::unknown) return true;
  const auto* statement = entity.origin != nullptr ? entity.origin->statement.get() : nullptr;
  if (statement == nullptr) return false;
  auto path = entity.path;
  path.push_back(relationship.name);
  return std::any_of(statement->options.begin(), statement->options.end(), [&](const LoaderOption& option) {
    return (option.strategy == "joinedload" || option.strategy == "contains_eager") && (option.path == path || (!option.path.empty() && option.path.back() == "*"));
  });
}

// order.items … item.order: the way that the entity was reached by, in the other direction.
auto LoadVocabulary::leads_back(const Entity& entity, const Relationship& relationship) const -> bool {
  if (entity.via.empty() || entity.via_owner == no_model || relationship.direction != Direction::many_to_one) return false;
  const auto* via = registry_.model(entity.via_owner).relationship(entity.via);
  if (via == nullptr || (via->direction != Direction::one_to_many && via->direction != Direction::one_to_one)) return false;
  return via->back_populates == relationship.name || (!relationship.back_populates.empty() && relationship.back_populates == via->name) ||
         (!relationship.local_columns.empty() && relationship.local_columns == via->remote_columns);
}

// select(Order, Customer).join(…): the row that gave the entity holds an object of that class, too.
auto LoadVocabulary::is_in_row(const Entity& entity, const Relationship& relationship) const -> bool {
  if (entity.origin == nullptr || entity.origin->statement == nullptr || relationship.target_model == no_model) return false;
  const auto& entities = entity.origin->statement->entities;
  const auto count = std::count_if(entities.begin(), entities.end(), [&](ModelId id) {
    return id != no_model && (id == relationship.target_model || registry_.derives(id, relationship.target_model));
  });
  return entities.size() > 1 && count > (entity.path.empty() && (entity.model == relationship.target_model || registry_.derives(entity.model, relationship.target_model)) ? 1 : 0);
}

// The object is in the session already, or there is at most one of it.
auto LoadVocabulary::is_free(const Entity& entity, const Relationship& relationship) const -> bool {
  if (entity.fresh || entity.loaded.count(relationship.name) > 0 || entity.loaded.count("*") > 0 || set_by_hand_.count({entity.model, relationship.name}) > 0) return true;
  if (entity.path.empty() && filled_.count({entity.model, relationship.name}) > 0) return true;
  if (relationship.direction != Direction::many_to_one) return false;
  if (leads_back(entity, relationship) || is_in_row(entity, relationship)) return true;
  if (held_.count(relationship.target_model) > 0) return true;
  for (const auto held : held_)
    if (relationship.target_model != no_model && held != no_model && registry_.derives(held, relationship.target_model)) return true;
  return is_pinned(entity, relationship);
}

// The query compares its key with one value, so that all rows have the same object, or none.
auto LoadVocabulary::is_pinned(const Entity& entity, const Relationship& relationship) const -> bool {
  const auto* statement = entity.origin != nullptr ? entity.origin->statement.get() : nullptr;
  if (statement == nullptr || relationship.direction != Direction::many_to_one) return false;
  const bool of_root = entity.path.empty();
  for (const auto& column : statement->equal) {
    if (of_root && column.name == relationship.name) return true;
    const auto* model = column.model != no_model ? &registry_.model(column.model) : nullptr;
    const auto* declared = model != nullptr ? model->column(column.name) : nullptr;
    const auto& name = declared != nullptr ? declared->column.name.text : column.name;
    if ((column.model == entity.model || (of_root && column.model == no_model)) &&
        std::find(relationship.local_columns.begin(), relationship.local_columns.end(), name) != relationship.local_columns.end())
      return true;
    if (column.model != no_model && column.model == relationship.target_model &&
        std::find(relationship.remote_columns.begin(), relationship.remote_columns.end(), name) != relationship.remote_columns.end())
      return true;
  }
  return false;
}

// A query of this function has loaded it, though another one than that which gave the entity.
auto LoadVocabulary::was_loaded(const Entity& entity, const Relationship& relationship) const -> bool {
  if (loaded_.count({entity.model, relationship.name}) > 0 || loaded_.count({entity.model, "*"}) > 0) return true;
  return relationship.direction == Direction::many_to_one &&
         (minded_.count(relationship.target_model) > 0 || present_.count(relationship.target_model) > 0);
}

auto LoadVocabulary::is_detached(const Entity& entity) const -> bool {
  return entity.origin != nullptr && entity.origin->runner != nullptr && !entity.awaitable && entity.origin->runner->closed > entity.origin->runner_closed;
}

// The session that gave the object is closed, and what is read now was not loaded with it.
auto LoadVocabulary::report_detached(const Site& site, const Entity& entity, const std::string& attribute) -> void {
  if (site.resolving || entity.fresh || entity.loaded.count(attribute) > 0 || asked_by_helper(site)) return;
  const std::pair<ModelId, std::string> what{entity.model, attribute};
  if (touched_.count(what) > 0 || set_by_hand_.count(what) > 0 || loaded_.count(what) > 0 || !entity.path.empty()) return;
  SessionUse use;
  use.kind = SessionUse::Kind::detached;
  use.span = site.called_from.empty() ? site.span : site.called_from.front();
  use.other = entity.origin->span;
  use.what = registry_.model(entity.model).name + "." + attribute;
  use.session = entity.origin->session;
  use.role = role_;
  use.function = site.function;
  touched_.insert(what);
  facts_.uses.push_back(std::move(use));
}

// Rows of the model are there, and with them what its mapping loads along.
auto LoadVocabulary::note_present(ModelId model, int depth) -> void {
  if (model == no_model || (!present_.insert(model).second && depth == 0) || depth > 2) return;
  for (const auto& relationship : registry_.model(model).relationships)
    if (relationship.lazy == Lazy::joined || relationship.lazy == Lazy::selectin || relationship.lazy == Lazy::subquery || relationship.lazy == Lazy::immediate)
      note_present(relationship.target_model, depth + 1);
}

// A function that was called decides by a test of its own whether this happens: its caller may have seen to it.
auto LoadVocabulary::asked_by_helper(const Site& site) const -> bool {
  if (site.called_from.empty() || !entry_.known()) return false;
  return std::any_of(site.conditions.begin(), site.conditions.end(), [&](const Condition& condition) {
    return condition.kind != Condition::Kind::iteration && condition.kind != Condition::Kind::attempt && !entry_.contains(condition.test);
  });
}

// The query left the column out, or the mapping does and the query did not ask for it.
auto LoadVocabulary::is_deferred(const Entity& entity, const ModelColumn& column) const -> bool {
  if (entity.fresh || entity.origin == nullptr || !entity.origin->options_known || entity.loaded.count(column.attribute) > 0) return false;
  const auto* statement = entity.origin->statement.get();
  if (statement == nullptr || !statement->options_known) return false;
  // The key is always loaded.
  const auto is_key = [&](const Constraint& constraint) {
    return constraint.kind == ConstraintKind::primary_key &&
           std::find(constraint.columns.begin(), constraint.columns.end(), column.column.name) != constraint.columns.end();
  };
  const auto& model = registry_.model(entity.model);
  if (std::any_of(model.constraints.begin(), model.constraints.end(), is_key) ||
      std::any_of(column.column.constraints.begin(), column.column.constraints.end(), is_key) || set_by_hand_.count({entity.model, column.attribute}) > 0)
    return false;
  auto deferred = column.deferred;
  bool only = false, listed = false;
  for (const auto& option : statement->options) {
    if (option.path.size() != entity.path.size() + 1 || !std::equal(entity.path.begin(), entity.path.end(), option.path.begin())) continue;
    const auto& last = option.path.back();
    const bool here = last == column.attribute || last == "*";
    if (option.strategy == "load_only") only = true, listed = listed || here;
    else if (option.strategy == "undefer" && here) deferred = false;
    else if (option.strategy == "defer" && here) deferred = true;
    else if (option.strategy == "undefer_group") return false;
  }
  return only ? !listed : deferred;
}

auto LoadVocabulary::relationship_read(const Site& site, const std::shared_ptr<Entity>& entity, const Relationship& relationship) -> Value {
  if (relationship.target_model != no_model && relationship.direction != Direction::many_to_one) minded_.insert(relationship.target_model);
  // Over an association table that is a class too: its rows are those.
  if (!relationship.secondary.empty()) for (const auto model : registry_.mapped_to(relationship.written_table.name.text)) minded_.insert(model);
  if (entity->parent != nullptr && leads_back(*entity, relationship))
    return object_value(std::const_pointer_cast<Entity>(entity->parent), site.span);
  const auto effective = strategy(*entity, relationship);
  const bool asks = effective == Lazy::select || effective == Lazy::raise_ || effective == Lazy::raise_on_sql;
  if (asks && relationship.understood && is_detached(*entity)) {
    report_detached(site, *entity, relationship.name);
    return Value::unknown("what is not there", site.span);
  }
  touched_.insert({entity->model, relationship.name});
  // What was awaited is there from now on.
  if (entity->awaitable && entity->parent != nullptr) std::const_pointer_cast<Entity>(entity->parent)->loaded.insert(relationship.name);
  const bool walks = relationship.understood && report_node(site, *entity, relationship);
  const bool told = relationship_state(site, *entity, relationship);
  if (asks && relationship.understood && !walks && !told && !is_free(*entity, relationship)) report_load(site, *entity, relationship, effective);
  if (relationship.target_model != no_model && (effective == Lazy::dynamic || effective == Lazy::write_only)) {
    auto rows = std::make_shared<Statement>();
    rows->legacy = effective == Lazy::dynamic;
    rows->built = site.span;
    rows->entities = {relationship.target_model};
    rows->unfiltered = false;
    rows->collection = rows->legacy ? Statement::Collection::dynamic : Statement::Collection::write_only;
    rows->owner = {entity->model, relationship.name};
    if (rows->legacy && entity->origin != nullptr && entity->origin->session == SessionKind::async && !entity->awaitable) {
      rows->session = SessionKind::async;
      rows->reached_from = entity->origin;
    }
    // All of them point to the same owner.
    for (const auto& column : relationship.remote_columns) rows->equal.push_back({relationship.target_model, column});
    return object_value(std::move(rows), site.span);
  }
  if (relationship.target_model == no_model || effective == Lazy::dynamic || effective == Lazy::write_only)
    return Value::unknown("relationship " + relationship.name, site.span);
  const bool many = relationship.uselist.value_or(relationship.direction == Direction::one_to_many || relationship.direction == Direction::many_to_many);
  if (entity->path.size() > 6) return Value::unknown("a long way", site.span);
  if (many) {
    auto rows = std::make_shared<Rows>();
    rows->origin = entity->origin;
    rows->parent = entity;
    rows->relationship = relationship.name;
    rows->own_statement = !is_joined(*entity, relationship, effective);
    return object_value(std::move(rows), site.span);
  }
  auto target = make_entity(relationship.target_model, entity->origin, false);
  target->path = entity->path;
  target->path.push_back(relationship.name);
  target->parent = entity;
  target->via_owner = entity->model;
  target->via = relationship.name;
  target->own_statement = !is_joined(*entity, relationship, effective);
  target->shared = is_pinned(*entity, relationship);
  return object_value(std::move(target), site.span);
}

// A member of the class or of one of its bases.
auto LoadVocabulary::member(const Site& site, ModelId model, std::string_view name) -> Value {
  std::vector<Value> pending{registry_.type(site.interpreter, model)};
  for (std::size_t i = 0; i < pending.size() && i < 32; ++i) {
    const auto* type = pending[i].get<std::shared_ptr<const Class>>();
    if (type == nullptr) continue;
    const auto held = *type;
    if (const auto* found = held->find(name)) return *found;
    pending.insert(pending.end(), held->bases.begin(), held->bases.end());
  }
  return {};
}

auto LoadVocabulary::entity_attribute(const Site& site, const std::shared_ptr<Entity>& entity, std::string_view name) -> std::optional<Value> {
  const auto& model = registry_.model(entity->model);
  const std::string wanted(name);
  if (const auto* relationship = model.relationship(wanted)) return relationship_read(site, entity, *relationship);
  const auto unknown = Value::unknown("attribute " + wanted, site.span);
  if (const auto* column = model.column(wanted)) {
    const auto* runner = entity->origin != nullptr ? entity->origin->runner.get() : nullptr;
    if (is_detached(*entity)) {
      // A commit has expired it, and nothing has read it since.
      const bool expired = runner->commits > std::max(entity->origin->runner_commits, entity->read_at) && !runner->keeps && (querying_ == nullptr || !querying_->keeps_values());
      if (expired || is_deferred(*entity, *column)) report_detached(site, *entity, wanted);
    } else {
      if (runner != nullptr) entity->read_at = runner->commits;
      touched_.insert({entity->model, wanted});
      column_state(site, *entity, *column);
      report_column(site, *entity, *column);
    }
    if (!site.resolving) reads_[site.span] = {entity, wanted};
  }
  if (name == "__class__") return registry_.type(site.interpreter, entity->model);
  if (model.column(wanted) != nullptr || name.starts_with("__")) return unknown;
  if (report_subclass_column(site, *entity, wanted)) return unknown;
  if (name == "awaitable_attrs") {
    entity->since = turns_.size();
    auto awaitable = std::make_shared<Entity>(*entity);
    awaitable->parent = entity;
    awaitable->via.clear();
    awaitable->awaitable = true;
    return object_value(std::move(awaitable), site.span);
  }
  const auto found = member(site, entity->model, name);
  const auto* function = found.get<std::shared_ptr<const Function>>();
  // A constant of the class.
  if (function == nullptr && found.get<std::shared_ptr<interpret::Object>>() == nullptr && !found.is_unknown()) return found;
  if (function == nullptr || (*function)->definition == nullptr) return unknown;
  if (!is_property(*(*function)->definition)) return unknown;
  Arguments arguments;
  arguments.items.push_back({{}, object_value(entity, site.span), site.span});
  return site.interpreter.call(site, found, arguments);
}

}  // namespace foreshot::loads
