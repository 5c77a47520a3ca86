// Relationships that write the same columns, as SQLAlchemy finds them when mappers are configured
// (JoinCondition._warn_for_conflicting_sync_targets).
#include <algorithm>
#include <compare>
#include <map>
#include <string>

#include "analyzer/check/mapping.h"

namespace foreshot {
namespace {

constexpr std::size_t most_writers = 32;

auto base_of(const Project& project, ModelId id) -> ModelId {
  for (int depth = 0; depth < 32; ++depth) {
    const auto& bases = project.model(id).base_models;
    if (bases.empty() || bases.front() == id) return id;
    id = bases.front();
  }
  return id;
}

auto derives(const Project& project, ModelId child, ModelId parent) -> bool {
  std::vector<ModelId> pending{child};
  for (std::size_t i = 0; i < pending.size() && i < 32; ++i) {
    if (pending[i] == parent) return true;
    const auto& bases = project.model(pending[i]).base_models;
    pending.insert(pending.end(), bases.begin(), bases.end());
  }
  return false;
}

// Of one base, and neither is the other's.
auto siblings(const Project& project, ModelId one, ModelId other) -> bool {
  return base_of(project, one) == base_of(project, other) && !derives(project, one, other) && !derives(project, other, one);
}

auto names(const Relationship& relationship, const std::string& other) -> bool {
  const auto& all = relationship.overlaps;
  return std::find(all.begin(), all.end(), other) != all.end();
}

auto are_partners(const Writer& one, const Writer& other) -> bool {
  const auto points = [](const Writer& from, const Writer& to) { return from.relationship->back_populates == to.relationship->name; };
  return points(one, other) || points(other, one);
}

auto conflict(const Project& project, const Writer& one, const Writer& other) -> bool {
  if (are_partners(one, other) || names(*one.relationship, other.relationship->name) || names(*other.relationship, one.relationship->name)) return false;
  const ModelId ends[] = {one.model->id, one.relationship->target_model};
  const ModelId others[] = {other.model->id, other.relationship->target_model};
  for (const auto end : ends)
    for (const auto end_of_other : others)
      if (end != no_model && end_of_other != no_model && siblings(project, end, end_of_other)) return false;
  return one.relationship->name != other.relationship->name || base_of(project, one.model->id) != base_of(project, other.model->id);
}

// What tells one table from another: its name, and the MetaData and schema that it is in. Where these are not known, only
// the tables of one class, and of those that derive from it, are the same.
struct TableKey {
  std::string name, where;
  friend auto operator<=>(const TableKey&, const TableKey&) = default;
};

auto key_of(const Project& project, const Model& model) -> TableKey {
  const auto& table = model.table;
  if (model.metadata.empty() || !model.schema_known || !table.schema.known) return {table.name.text, "#" + std::to_string(base_of(project, model.id))};
  return {table.name.text, model.metadata + " " + table.schema.text};
}

auto key_of_secondary(const Project& project, const Model& model, const Relationship& relationship) -> TableKey {
  const auto& table = relationship.written_table;
  const auto [one, other] = std::minmax({base_of(project, model.id), base_of(project, relationship.target_model)});
  if (model.metadata.empty()) return {table.name.text, "#" + std::to_string(one) + " " + std::to_string(other)};
  return {table.name.text, model.metadata + " " + table.schema.text};
}

}  // namespace

auto relationships_in_conflict(const Project& project) -> std::vector<std::pair<Writer, Writer>> {
  // By table and column; a many-to-many relationship writes all that the keys of the table are.
  std::map<TableKey, std::map<std::string, std::vector<Writer>>> direct;
  std::map<TableKey, std::vector<Writer>> through;
  std::map<TableKey, const Model*> mapped;
  for (const auto& model : project.models)
    if (model.is_mapped && model.table_known) mapped.emplace(key_of(project, model), &model);
  for (const auto& model : project.models)
    for (const auto& relationship : model.relationships) {
      if (relationship.viewonly || relationship.inherited || !relationship.understood || !relationship.direction_known || relationship.many_foreign_keys) continue;
      if (relationship.written_table.empty() || !relationship.written_table.known() || relationship.target_model == no_model || model.concrete) continue;
      // Of the columns of an association table nothing is known here: what relates the same two classes writes the same.
      if (!relationship.secondary.empty()) {
        const auto table = key_of_secondary(project, model, relationship);
        if (!relationship.custom_join) through[table].push_back({&model, &relationship, {}, mapped.count(table) > 0});
        continue;
      }
      if (relationship.written_model == no_model) continue;
      auto& of_table = direct[key_of(project, project.model(relationship.written_model))];
      for (const auto& column : relationship.written_columns) of_table[column].push_back({&model, &relationship, column, false});
    }
  std::vector<std::pair<Writer, Writer>> found;
  const auto compare = [&](const std::vector<Writer>& writers, auto also) {
    for (std::size_t i = 0; i < std::min(writers.size(), most_writers); ++i)
      for (std::size_t j = i + 1; j < std::min(writers.size(), most_writers); ++j)
        if (conflict(project, writers[i], writers[j]) && also(writers[i], writers[j])) found.emplace_back(writers[i], writers[j]);
  };
  for (const auto& [table, columns] : direct)
    for (const auto& [column, writers] : columns) compare(writers, [](const Writer&, const Writer&) { return true; });
  for (const auto& [table, writers] : through) {
    compare(writers, [](const Writer& one, const Writer& other) {
      return (one.model == other.model && one.relationship->target_model == other.relationship->target_model) ||
             (one.model->id == other.relationship->target_model && other.model->id == one.relationship->target_model);
    });
    const auto owner = mapped.find(table);
    const auto written = direct.find(table);
    if (owner == mapped.end() || written == direct.end()) continue;
    for (const auto& writer : writers) {
      const auto collides = [&](const Writer& each) {
        // Over a key to one of the two classes that the association table relates.
        const auto far = each.model->id == owner->second->id ? each.relationship->target_model : each.model->id;
        return (far == writer.model->id || far == writer.relationship->target_model) && conflict(project, writer, each);
      };
      const Writer* other = nullptr;
      for (const auto& [column, own] : written->second)
        if (const auto at = std::find_if(own.begin(), own.end(), collides); other == nullptr && at != own.end()) other = &*at;
      if (other == nullptr) continue;
      found.emplace_back(writer, *other);
      found.back().second.over_mapped_secondary = true;
    }
  }
  return found;
}

}  // namespace foreshot
