// What else asks the database once for each row: deleting it, reading a column of its subclass, going along a tree.
#include <algorithm>

#include "analyzer/loads/loop.h"
#include "analyzer/loads/recursion.h"
#include "analyzer/loads/vocabulary.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::loads {

using interpret::Class;
using interpret::Site;
using interpret::Value;
using sqlalchemy::object_value;

auto LoadVocabulary::receiver(const Site& site, const std::shared_ptr<const Class>& type) -> std::optional<Value> {
  const auto model = registry_.of(*type);
  if (model == no_model) return std::nullopt;
  return object_value(make_entity(model, nullptr, false), site.span);
}

// Before it deletes an object, the session loads what its cascades and its keys ask for, one relationship after the other.
auto LoadVocabulary::delete_in_loop(const Site& site, const Value& session, const Entity& entity) -> void {
  if (site.resolving || entity.fresh || entity.origin == nullptr) return;
  const auto& model = registry_.model(entity.model);
  std::vector<std::string> loaded;
  std::string sql;
  for (const auto& relationship : model.relationships) {
    if (!relationship.understood || !relationship.direction_known || relationship.viewonly || relationship.target_model == no_model) continue;
    if (relationship.passive_deletes != Relationship::PassiveDeletes::no || !relationship.cascade_known) continue;
    const bool cascades = std::find(relationship.cascade.begin(), relationship.cascade.end(), "delete") != relationship.cascade.end();
    if (relationship.direction == Direction::many_to_one && !cascades) continue;
    const auto how = strategy(entity, relationship);
    if (how != Lazy::select && how != Lazy::raise_ && how != Lazy::raise_on_sql && how != Lazy::dynamic) continue;
    const std::pair<ModelId, std::string> key{entity.model, relationship.name};
    if (entity.loaded.count(relationship.name) > 0 || set_by_hand_.count(key) > 0 || touched_.count(key) > 0) continue;
    if (loaded.empty()) sql = shown(relationship, model, registry_.model(relationship.target_model));
    loaded.push_back(relationship.name);
  }
  if (loaded.empty()) return;
  const auto before = facts_.loads.size();
  run_in_loop(site, session, nullptr, sql, Load::Kind::removal);
  if (facts_.loads.size() == before) return;
  auto& load = facts_.loads.back();
  load.model = entity.model;
  load.path = std::move(loaded);
  load.origin = entity.origin->span;
}

// A row of a query of the base class is of a subclass, whose columns stand in another table, and are not there yet.
auto LoadVocabulary::report_subclass_column(const Site& site, const Entity& entity, const std::string& attribute) -> bool {
  if (entity.model == no_model) return false;
  const auto& model = registry_.model(entity.model);
  if (model.polymorphic_on.empty() || model.relationship(attribute) != nullptr) return false;
  for (const auto base : model.base_models)
    if (registry_.model(base).column(attribute) != nullptr) return false;
  const Model* found = nullptr;
  const ModelColumn* column = nullptr;
  for (const auto id : registry_.subclasses(entity.model)) {
    const auto& subclass = registry_.model(id);
    const auto* own = subclass.column(attribute);
    if (own == nullptr) continue;
    // In the same table, or loaded along.
    if (subclass.table.name == model.table.name || subclass.concrete || !subclass.polymorphic_load.empty() || own->deferred) return true;
    if (found == nullptr) found = &subclass, column = own;
  }
  if (found == nullptr) return false;
  const auto* statement = entity.origin != nullptr ? entity.origin->statement.get() : nullptr;
  if (statement == nullptr || !entity.origin->options_known || !statement->options_known || model.with_polymorphic || entity.fresh) return true;
  if (entity.origin->session == SessionKind::async || entity.loaded.count(attribute) > 0 || asked_by_helper(site)) return true;
  if (!member(site, entity.model, attribute).is_unknown()) return false;
  auto load = load_of(site, entity, attribute, false);
  if (!load) return true;
  load->kind = Load::Kind::subclass_column;
  const auto& table = found->table.name.text;
  load->sql = "SELECT " + table + "." + column->column.name.text + ", … FROM " + table + " WHERE primary key = :key";
  // One SELECT loads all columns of the subclass.
  auto path = entity.path;
  path.push_back(found->name);
  load->fix_option = "selectin_polymorphic(" + model.name + ", [" + found->name + "])";
  load->model = found->id;
  if (!load->leaves_loop && !seen_paths_.try_emplace({load->origin, entity.model, std::move(path)}, Seen{none, none}).second) return true;
  add_load(std::move(*load));
  return true;
}

// A function that calls itself with what a relationship of a class to itself gives asks once for each node. True where
// the place is one: what it loads is told there and nowhere else.
auto LoadVocabulary::report_node(const Site& site, const Entity& entity, const Relationship& relationship) -> bool {
  if (relationship.target_model == no_model || !relationship.direction_known || entity.fresh) return false;
  if (!registry_.derives(entity.model, relationship.target_model) && !registry_.derives(relationship.target_model, entity.model)) return false;
  if (seen_nodes_.count(site.span) > 0) return true;
  if (site.resolving || site.in_async || entity.awaitable) return false;
  const bool lazy = relationship.lazy == Lazy::select || ends_on_the_way(entity, relationship);
  if (!lazy) return false;
  if (const auto* origin = entity.origin.get()) {
    if (origin->session == SessionKind::async || !origin->options_known) return false;
    // Whoever names it in an option has the depth in mind.
    if (const auto* statement = origin->statement.get())
      for (const auto& option : statement->options)
        if (!statement->options_known || (!option.path.empty() && (option.path.back() == relationship.name || option.path.back() == "*"))) return false;
  }
  const auto* module = site.interpreter.modules().by_file(site.span.file);
  const auto* function = module != nullptr ? function_around(*module, site.span) : nullptr;
  if (function == nullptr || function->async) return false;
  // It fetched the nodes itself, or knows them by a table of its own.
  const std::string_view text = site.interpreter.sources().file(site.span.file).text;
  if (remembers(text.substr(function->begin, function->end - function->begin))) return false;
  Recursion recursion(*function, site.span);
  // The class of what the method is called on may have another method of this name.
  const auto own = [&] {
    const auto found = member(site, relationship.target_model, function->name);
    const auto* method = found.get<std::shared_ptr<const interpret::Function>>();
    return method != nullptr && (*method)->definition == function;
  };
  auto again = recursion.call(class_of_method(*module, *function), own);
  if (!again.known()) again = recursion.while_loop();
  if (!again.known()) return false;
  // All nodes of the table are in the session already.
  if (relationship.direction == Direction::many_to_one && held_.count(relationship.target_model) > 0) return false;
  seen_nodes_.insert(site.span);
  Load load;
  load.kind = Load::Kind::node;
  load.access = site.span;
  load.loop = again;
  load.model = entity.model;
  load.attribute = relationship.name;
  load.path = {relationship.name};
  load.to_many = relationship.direction != Direction::many_to_one;
  load.origin = entity.origin != nullptr ? entity.origin->span : Span();
  load.role = role_;
  load.function = function->name;
  load.sql = shown(relationship, registry_.model(entity.model), registry_.model(relationship.target_model));
  add_load(std::move(load));
  return true;
}

}  // namespace foreshot::loads
