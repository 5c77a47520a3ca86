// Links the models of all files: base classes, targets and partners of relationships, directions and columns.
#include <algorithm>
#include <unordered_map>

#include "analyzer/sqlalchemy/model_vocabulary.h"

namespace foreshot::sqlalchemy {
namespace {

auto last_name(std::string_view dotted) -> std::string_view {
  const auto dot = dotted.rfind('.');
  return dotted.substr(dot == std::string_view::npos ? 0 : dot + 1);
}

class Linking {
 public:
  explicit Linking(std::vector<Model>& models) : models_(models) {
    for (ModelId id = 0; id < models_.size(); ++id) {
      models_[id].id = id;
      by_name_[std::string(last_name(models_[id].name))].push_back(id);
      by_dotted_.emplace(models_[id].module + "." + models_[id].name, id);
    }
  }

  auto run() -> void {
    for (auto& model : models_) link_bases(model);
    for (auto& model : models_) inherit_table(model, 0);
    for (auto& model : models_) inherit_metadata(model, 0);
    for (auto& model : models_)
      for (auto& relationship : model.relationships) find_target(model, relationship);
    make_partners();
    // What backref= makes is the other end of what asks for it.
    for (const bool made : {false, true})
      for (auto& model : models_)
        for (auto& relationship : model.relationships)
          if (relationship.from_backref == made && !(made && mirror(model, relationship))) decide(model, relationship);
    std::vector<char> done(models_.size(), 0);
    for (auto& model : models_) inherit(model, done, 0);
  }

 private:
  auto link_bases(Model& model) -> void {
    for (const auto& base : model.bases) {
      const auto found = by_dotted_.find(base);
      if (found != by_dotted_.end() && found->second != model.id) model.base_models.push_back(found->second);
    }
  }

  // Single-table inheritance: the table is the base's.
  auto inherit_table(Model& model, int depth) -> void {
    if (!model.table.name.empty() || depth > 20) return;
    for (const auto base : model.base_models) {
      inherit_table(models_[base], depth + 1);
      if (models_[base].table.name.empty()) continue;
      model.table = models_[base].table;
      model.table_known = models_[base].table_known;
      model.schema_known = models_[base].schema_known;
      model.is_mapped = true;
      for (auto& index : model.indexes) index.index.table = model.table;
      return;
    }
    if (model.table.name.empty()) model.table_known = false;
  }

  // A table of its own is in the MetaData of the base class's.
  auto inherit_metadata(Model& model, int depth) -> void {
    if (!model.metadata.empty() || depth > 20) return;
    for (const auto base : model.base_models) {
      inherit_metadata(models_[base], depth + 1);
      if (model.metadata.empty()) model.metadata = models_[base].metadata;
    }
  }

  auto by_class(const Model& owner, const std::string& target) const -> ModelId {
    if (const auto found = by_dotted_.find(target); found != by_dotted_.end()) return found->second;
    const auto found = by_name_.find(std::string(last_name(target)));
    if (found == by_name_.end()) return no_model;
    const ModelId* only = nullptr;
    // Of several classes of one name a declarative base knows its own.
    const bool has_own = !owner.metadata.empty() && std::any_of(found->second.begin(), found->second.end(), [&](ModelId id) { return models_[id].metadata == owner.metadata; });
    for (const auto& id : found->second) {
      if (has_own && models_[id].metadata != owner.metadata) continue;
      const auto dotted = "." + models_[id].module + "." + models_[id].name;
      if (target.find('.') != std::string::npos && !dotted.ends_with("." + target)) continue;
      // The registry knows one of this name, or the file has its own.
      if (only != nullptr && models_[*only].module == owner.module) continue;
      if (only != nullptr && models_[id].module != owner.module) return no_model;
      only = &id;
    }
    if (only == nullptr && found->second.size() == 1) only = &found->second.front();
    return only != nullptr ? *only : no_model;
  }

  auto find_target(Model& model, Relationship& relationship) -> void {
    if (relationship.target.empty()) {
      relationship.understood = false;
      return;
    }
    relationship.target_model = by_class(model, relationship.target);
    if (relationship.target_model == no_model) {
      relationship.understood = false;
      return;
    }
    relationship.target = models_[relationship.target_model].name;
  }

  auto make_partners() -> void {
    struct Made { ModelId owner; Relationship relationship; };
    std::vector<Made> made;
    for (auto& model : models_)
      for (auto& relationship : model.relationships) {
        if (relationship.backref == nullptr) continue;
        if (relationship.target_model != no_model) {
          auto partner = *relationship.backref;
          partner.target = model.name;
          partner.target_model = model.id;
          partner.back_populates = relationship.name;
          partner.custom_join = partner.custom_join || relationship.custom_join;
          if (partner.foreign_keys.empty()) partner.foreign_keys = relationship.foreign_keys;
          if (partner.secondary.empty()) partner.secondary = relationship.secondary;
          partner.understood = partner.understood && relationship.understood;
          made.push_back({relationship.target_model, std::move(partner)});
        }
        relationship.backref = nullptr;
      }
    for (auto& each : made) {
      auto& owner = models_[each.owner];
      if (owner.relationship(each.relationship.name) == nullptr) owner.relationships.push_back(std::move(each.relationship));
    }
  }

  // The models whose columns a class has: itself and its bases.
  auto lineage(const Model& model, std::vector<const Model*>& all, int depth) const -> void {
    if (depth > 20 || std::find(all.begin(), all.end(), &model) != all.end()) return;
    all.push_back(&model);
    for (const auto base : model.base_models) lineage(models_[base], all, depth + 1);
  }

  struct Key { const foreshot::Constraint* constraint; const Model* from; const Model* to; };
  auto keys(const std::vector<const Model*>& from, const std::vector<const Model*>& to) const -> std::vector<Key> {
    std::vector<Key> found;
    for (const auto* child : from)
      for (const auto& constraint : child->constraints) {
        if (constraint.kind != ConstraintKind::foreign_key) continue;
        for (const auto* parent : to)
          if (!parent->table.name.empty() && parent->table.name == constraint.references.table.name && !in_other_schema(*parent, constraint.references.table)) {
            const auto seen = std::any_of(found.begin(), found.end(), [&](const Key& other) {
              return other.constraint->columns == constraint.columns && other.from->table.name == child->table.name;
            });
            if (!seen) found.push_back({&constraint, child, parent});
            break;
          }
      }
    return found;
  }

  static auto in_other_schema(const Model& model, const ObjectName& referred) -> bool {
    const auto& own = model.table.schema;
    return model.schema_known && own.known && referred.schema.known && !own.empty() && !referred.schema.empty() && own != referred.schema;
  }

  // None where one is not known: two that nobody knows are not the same.
  static auto column_names(const std::vector<Identifier>& identifiers) -> std::vector<std::string> {
    std::vector<std::string> names;
    for (const auto& identifier : identifiers) {
      if (!identifier.known) return {};
      names.push_back(identifier.text);
    }
    return names;
  }

  static auto uses(const std::vector<std::string>& attributes, const std::vector<const Model*>& models, const std::vector<Identifier>& columns) -> bool {
    return std::any_of(attributes.begin(), attributes.end(), [&](const std::string& attribute) {
      std::string name = attribute;
      for (const auto* model : models)
        if (const auto* column = model->column(attribute)) name = column->column.name.text;
      return std::any_of(columns.begin(), columns.end(), [&](const Identifier& column) { return column.text == name; });
    });
  }

  static auto reached_by(const Model& model, const JoinSide& side) -> bool {
    if (side.owner == model.table.name.text || (model.table.schema.known && side.owner == model.table.schema.text + "." + model.table.name.text)) return true;
    return last_name(side.owner) == last_name(model.name);
  }

  // A column of a side of primaryjoin among the models of one end; the name empty when it is none of theirs.
  struct Joined { std::string column; const Model* of = nullptr; };
  static auto joined(const JoinSide& side, const std::vector<const Model*>& models, bool bare) -> Joined {
    if (side.owner.empty() ? !bare : std::none_of(models.begin(), models.end(), [&](const Model* model) { return reached_by(*model, side); })) return {};
    for (const auto* model : models)
      if (const auto* column = model->column(side.column)) return {column->column.name.text, model};
    for (const auto* model : models)
      for (const auto& column : model->columns)
        if (column.column.name.text == side.column) return {side.column, model};
    return {};
  }

  static auto refers(const Joined& from, const Joined& to) -> bool {
    return std::any_of(from.of->constraints.begin(), from.of->constraints.end(), [&](const foreshot::Constraint& constraint) {
      if (constraint.kind != ConstraintKind::foreign_key || constraint.references.table.name != to.of->table.name) return false;
      for (std::size_t i = 0; i < constraint.columns.size(); ++i)
        if (constraint.columns[i].text == from.column)
          return i >= constraint.references.columns.size() || constraint.references.columns[i].text == to.column;
      return false;
    });
  }

  // What primaryjoin= compares decides, where it can be read.
  auto decide_by_join(Relationship& relationship, const std::vector<const Model*>& here, const std::vector<const Model*>& there) const -> bool {
    if (!relationship.understood || relationship.join_pairs.empty()) return false;
    const bool self = here.front() == there.front();
    const auto named = [](const std::vector<std::string>& names, const Joined& side) {
      return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        const auto* column = side.of->column(name);
        return name == side.column || (column != nullptr && column->column.name.text == side.column);
      });
    };
    const auto annotated = [&](bool JoinSide::*flag) {
      return std::any_of(relationship.join_pairs.begin(), relationship.join_pairs.end(), [&](const auto& pair) { return pair.first.*flag || pair.second.*flag; });
    };
    const bool foreign_said = annotated(&JoinSide::foreign), remote_said = annotated(&JoinSide::remote);
    bool to_one = false, to_many = false;
    std::vector<std::string> local, remote;
    for (const auto& [left, right] : relationship.join_pairs) {
      const auto at = [&](const JoinSide& side, bool other_end) { return joined(side, other_end ? there : here, !other_end); };
      const auto foreign = [&](const JoinSide& side, const Joined& one, const Joined& other) {
        if (foreign_said) return side.foreign;
        return relationship.foreign_keys.empty() ? refers(one, other) : named(relationship.foreign_keys, one);
      };
      const JoinSide* near = &left;
      const JoinSide* far = &right;
      auto own = at(left, false), theirs = at(right, true);
      const auto turn = [&] {
        std::swap(near, far);
        own = at(right, false);
        theirs = at(left, true);
      };
      if (self) {
        if (own.of == nullptr || at(right, false).of == nullptr) return false;
        const auto other = at(right, false);
        bool left_far = remote_said ? left.remote : !relationship.remote_side.empty() ? named(relationship.remote_side, own) : foreign(left, own, other);
        theirs = other;
        if (left_far) std::swap(near, far), std::swap(own, theirs);
      } else if (own.of == nullptr || theirs.of == nullptr) {
        turn();
      }
      if (own.of == nullptr || theirs.of == nullptr) continue;
      const bool from_here = foreign(*near, own, theirs), from_there = foreign(*far, theirs, own);
      to_one = to_one || (from_here && !from_there);
      to_many = to_many || (from_there && !from_here);
      if (from_here != from_there) {
        relationship.written_table = from_here ? own.of->table : theirs.of->table;
        relationship.written_model = from_here ? own.of->id : theirs.of->id;
        relationship.written_columns.push_back(from_here ? own.column : theirs.column);
      }
      local.push_back(own.column);
      remote.push_back(theirs.column);
    }
    if (to_one == to_many) {
      relationship.written_columns.clear();
      return false;
    }
    relationship.local_columns = std::move(local);
    relationship.remote_columns = std::move(remote);
    relationship.direction_known = true;
    direct(relationship, to_one);
    return true;
  }

  static auto direct(Relationship& relationship, bool to_one) -> void {
    if (!relationship.uselist) relationship.uselist = !to_one;
    relationship.direction = to_one ? Direction::many_to_one : *relationship.uselist ? Direction::one_to_many : Direction::one_to_one;
  }

  auto mirror(const Model& model, Relationship& relationship) const -> bool {
    if (!relationship.secondary.empty() || relationship.target_model == no_model) return false;
    const auto* other = models_[relationship.target_model].relationship(relationship.back_populates);
    if (other == nullptr || other->target_model != model.id || !other->direction_known || other->local_columns.empty()) return false;
    relationship.direction_known = true;
    relationship.local_columns = other->remote_columns;
    relationship.remote_columns = other->local_columns;
    relationship.written_table = other->written_table;
    relationship.written_model = other->written_model;
    relationship.written_columns = other->written_columns;
    relationship.many_foreign_keys = other->many_foreign_keys;
    direct(relationship, other->direction != Direction::many_to_one);
    return true;
  }

  auto decide(Model& model, Relationship& relationship) -> void {
    if (!relationship.secondary.empty()) {
      relationship.direction = Direction::many_to_many;
      relationship.direction_known = true;
      if (!relationship.uselist) relationship.uselist = true;
      if (relationship.secondary != "?") {
        const auto dot = relationship.secondary.rfind('.');
        const auto schema = dot == std::string::npos ? std::string() : relationship.secondary.substr(0, dot);
        relationship.written_table = {Identifier(schema), Identifier(std::string(last_name(relationship.secondary)))};
      }
      return;
    }
    if (relationship.target_model == no_model) {
      if (relationship.uselist.value_or(false)) relationship.direction = Direction::one_to_many;
      return;
    }
    const auto& target = models_[relationship.target_model];
    std::vector<const Model*> here, there;
    lineage(model, here, 0);
    lineage(target, there, 0);
    if (relationship.custom_join && decide_by_join(relationship, here, there)) return;
    auto own = keys(here, there);
    auto theirs = keys(there, here);
    if (!relationship.foreign_keys.empty()) {
      const auto narrow = [&](std::vector<Key>& keys, const std::vector<const Model*>& models) {
        keys.erase(std::remove_if(keys.begin(), keys.end(), [&](const Key& key) { return !uses(relationship.foreign_keys, models, key.constraint->columns); }), keys.end());
      };
      narrow(own, here);
      narrow(theirs, there);
    }
    prefer_own_table(model, own, theirs);
    const bool self = std::any_of(own.begin(), own.end(), [](const Key& key) { return key.from->table.name == key.to->table.name; });
    bool many_to_one = false;
    if (self && !own.empty()) {
      // remote_side names the key that is referred to, on the many side; without it the relationship is one to many.
      const auto& key = own.front();
      many_to_one = !relationship.remote_side.empty() && uses(relationship.remote_side, here, key.constraint->references.columns);
      if (many_to_one) theirs.clear();
      else own.clear();
    }
    if (own.size() + theirs.size() > 1) {
      relationship.many_foreign_keys = true;
      // The annotation or uselist still says whether it is a collection.
      if (!own.empty() && !theirs.empty()) {
        if (relationship.uselist.value_or(false)) own.clear();
        else if (relationship.uselist.has_value()) theirs.clear();
      }
    }
    if (own.empty() == theirs.empty()) {
      if (relationship.uselist.value_or(false)) relationship.direction = Direction::one_to_many;
      return;
    }
    // Which of several keys it goes over, nobody knows who does not know what foreign_keys= or primaryjoin= say.
    if (own.size() + theirs.size() > 1 && (!relationship.understood || (relationship.custom_join && relationship.foreign_keys.empty()))) {
      relationship.direction = !own.empty() ? Direction::many_to_one : Direction::one_to_many;
      return;
    }
    const auto& key = own.empty() ? theirs.front() : own.front();
    relationship.direction_known = !relationship.custom_join || own.size() + theirs.size() == 1;
    relationship.written_table = key.from->table;
    relationship.written_model = key.from->id;
    relationship.written_columns = column_names(key.constraint->columns);
    auto referred = column_names(key.constraint->references.columns);
    relationship.local_columns = own.empty() ? std::move(referred) : relationship.written_columns;
    relationship.remote_columns = own.empty() ? relationship.written_columns : column_names(key.constraint->references.columns);
    direct(relationship, !own.empty());
  }

  // A key of the class's own table is taken before those of the tables that it inherits from.
  static auto prefer_own_table(const Model& model, std::vector<Key>& own, std::vector<Key>& theirs) -> void {
    const auto here = [&](const Model* end) { return end->table.name == model.table.name; };
    const auto any = [&](const std::vector<Key>& keys, const Model* Key::*end) {
      return std::any_of(keys.begin(), keys.end(), [&](const Key& key) { return here(key.*end); });
    };
    if (!any(own, &Key::from) && !any(theirs, &Key::to)) return;
    own.erase(std::remove_if(own.begin(), own.end(), [&](const Key& key) { return !here(key.from); }), own.end());
    theirs.erase(std::remove_if(theirs.begin(), theirs.end(), [&](const Key& key) { return !here(key.to); }), theirs.end());
  }

  // An entity has the relationships of its base classes.
  auto inherit(Model& model, std::vector<char>& done, int depth) -> void {
    if (done[model.id] != 0 || depth > 20) return;
    done[model.id] = 1;
    for (const auto base : model.base_models) {
      inherit(models_[base], done, depth + 1);
      for (const auto& relationship : models_[base].relationships) {
        if (model.relationship(relationship.name) != nullptr) continue;
        auto copy = relationship;
        copy.inherited = true;
        model.relationships.push_back(std::move(copy));
      }
    }
  }

  std::vector<Model>& models_;
  std::unordered_map<std::string, std::vector<ModelId>> by_name_;
  std::unordered_map<std::string, ModelId> by_dotted_;
};

}  // namespace

auto link_models(std::vector<Model>& models) -> void { Linking(models).run(); }

}  // namespace foreshot::sqlalchemy
