#include "analyzer/check/mapping.h"

#include <algorithm>

namespace foreshot {
namespace {

constexpr std::size_t longest_path = 4;
constexpr std::size_t most_joins = 100;

auto derives(const Project& project, ModelId child, ModelId parent) -> bool {
  std::vector<ModelId> pending{child};
  for (std::size_t i = 0; i < pending.size() && i < 32; ++i) {
    if (pending[i] == parent) return true;
    const auto& bases = project.model(pending[i]).base_models;
    pending.insert(pending.end(), bases.begin(), bases.end());
  }
  return false;
}

class Joins {
 public:
  Joins(const Project& project, const Query& query) : project_(project), query_(query) {}

  auto of(ModelId model, const std::vector<std::string>& path, bool outer) -> void {
    if (path.size() >= longest_path) return;
    way_.push_back(model);
    for (const auto& relationship : project_.model(model).relationships) {
      if (found.size() >= most_joins || !relationship.understood || !relationship.direction_known) continue;
      auto here = path;
      here.push_back(relationship.name);
      const auto* option = option_for(here);
      // That is no list of objects, and asking for one raises.
      if (relationship.lazy == Lazy::dynamic || relationship.lazy == Lazy::write_only) continue;
      if (option == nullptr ? relationship.lazy != Lazy::joined : option->strategy != "joinedload") continue;
      // What the mapping joins ends with the first class that is on the way already, the queried one to begin with, unless
      // join_depth says how often; how often that is, is not known here.
      if (option == nullptr && (!relationship.join_depth || !path.empty()) && std::find(way_.begin(), way_.end(), relationship.target_model) != way_.end()) continue;
      const bool inner = relationship.innerjoin || (option != nullptr && option->innerjoin);
      found.push_back({&relationship, project_.model(model).name + "." + relationship.name, here, option != nullptr ? option->span : Span{}, outer || !inner});
      if (relationship.target_model != no_model) of(relationship.target_model, here, outer || !inner);
    }
    way_.pop_back();
  }

  std::vector<JoinedRelationship> found;

 private:
  // The option that decides how this path is loaded.
  auto option_for(const std::vector<std::string>& path) const -> const LoaderOption* {
    const LoaderOption* any = nullptr;
    const LoaderOption* exact = nullptr;
    for (const auto& option : query_.options) {
      if (option.path.empty() || option.strategy == "defaultload" || option.strategy == "load_only" || option.strategy.find("defer") != std::string::npos) continue;
      if (option.path == path) exact = &option;
      if (option.path.back() == "*" && option.path.size() <= path.size() && std::equal(option.path.begin(), option.path.end() - 1, path.begin())) any = &option;
    }
    return exact != nullptr ? exact : any;
  }

  const Project& project_;
  const Query& query_;
  std::vector<ModelId> way_;
};

auto loads_along(Lazy lazy) -> bool { return lazy == Lazy::joined || lazy == Lazy::selectin || lazy == Lazy::subquery || lazy == Lazy::immediate; }

class Closure {
 public:
  explicit Closure(const Project& project) : project_(project) {}

  auto of(ModelId model, std::size_t depth, bool under_collection) -> void {
    way_.push_back(model);
    for (const auto& relationship : project_.model(model).relationships) {
      if (found.size() >= most_joins || depth > longest_path * 2) break;
      if (!loads_along(relationship.lazy) || !relationship.understood || relationship.target_model == no_model) continue;
      if (std::find(way_.begin(), way_.end(), relationship.target_model) != way_.end()) continue;
      found.push_back({&relationship, project_.model(model).name + "." + relationship.name, depth, under_collection});
      of(relationship.target_model, depth + 1, under_collection || is_collection(relationship));
    }
    way_.pop_back();
  }

  std::vector<EagerStep> found;

 private:
  const Project& project_;
  std::vector<ModelId> way_;
};

}  // namespace

auto eager_closure(const Project& project, ModelId model) -> std::vector<EagerStep> {
  Closure closure(project);
  closure.of(model, 1, false);
  return std::move(closure.found);
}

auto has_cascade(const Relationship& relationship, const char* cascade) -> bool {
  return std::find(relationship.cascade.begin(), relationship.cascade.end(), cascade) != relationship.cascade.end();
}

auto is_collection(const Relationship& relationship) -> bool {
  return relationship.direction_known && (relationship.direction == Direction::one_to_many || relationship.direction == Direction::many_to_many) &&
         relationship.uselist.value_or(true);
}

auto key_under(const Model& child, const Relationship& relationship) -> int {
  if (relationship.remote_columns.empty()) return -1;
  for (std::size_t i = 0; i < child.constraints.size(); ++i) {
    const auto& key = child.constraints[i];
    if (key.kind != ConstraintKind::foreign_key || key.columns.size() != relationship.remote_columns.size()) continue;
    const auto named = [&](const Identifier& column) {
      return std::find(relationship.remote_columns.begin(), relationship.remote_columns.end(), column.text) != relationship.remote_columns.end();
    };
    if (std::all_of(key.columns.begin(), key.columns.end(), named)) return static_cast<int>(i);
  }
  return -1;
}

auto acts_on_delete(const std::string& rule) -> bool { return rule == "CASCADE" || rule == "SET NULL" || rule == "SET DEFAULT"; }

auto migrated_with_on_delete(const Project& project, const Model& child, const Constraint& key) -> bool {
  for (const auto& tree : project.trees) {
    if (tree.timeline == nullptr) continue;
    for (const auto* table : tree.timeline->heads().tables()) {
      if (table->name.name != child.table.name) continue;
      for (const auto& held : table->constraints)
        if (held.constraint.kind == ConstraintKind::foreign_key && held.constraint.columns == key.columns && acts_on_delete(held.constraint.references.on_delete)) return true;
    }
  }
  return false;
}

auto related(const Project& project, ModelId one, ModelId other) -> bool {
  return derives(project, one, other) || derives(project, other, one);
}

auto joined_relationships(const Project& project, const Query& query) -> std::vector<JoinedRelationship> {
  if (!query.understood || !query.options_known || query.entities.size() != 1 || query.entities.front() == no_model) return {};
  Joins joins(project, query);
  joins.of(query.entities.front(), {}, false);
  return std::move(joins.found);
}

}  // namespace foreshot
