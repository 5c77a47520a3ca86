#include "analyzer/loads/registry.h"

#include <algorithm>

namespace foreshot::loads {
namespace {

auto place(FileId file, std::uint32_t begin) -> std::uint64_t { return (std::uint64_t{file} << 32U) | begin; }

}  // namespace

ModelRegistry::ModelRegistry(const std::vector<Model>& models) : models_(models) {
  subclasses_.resize(models.size());
  for (const auto& model : models) {
    for (const auto base : model.base_models) subclasses_[base].push_back(model.id);
    if (model.table.known()) by_table_[model.table.name.text].push_back(model.id);
    by_place_.emplace(place(model.span.file, model.span.begin), model.id);
  }
}

auto ModelRegistry::of(const interpret::Value& value) const -> ModelId {
  const auto* type = value.get<std::shared_ptr<const interpret::Class>>();
  return type == nullptr ? no_model : of(**type);
}

auto ModelRegistry::of(const interpret::Class& type) const -> ModelId {
  if (type.definition == nullptr || type.module == nullptr) return no_model;
  const auto found = by_place_.find(place(type.module->file, type.definition->name_begin));
  return found == by_place_.end() ? no_model : found->second;
}

auto ModelRegistry::type(interpret::Interpreter& interpreter, ModelId id) const -> interpret::Value {
  const auto& model = models_[id];
  const auto* module = interpreter.modules().by_file(model.file);
  if (module == nullptr || model.name.find('.') != std::string::npos) return {};
  auto value = interpreter.global(*module, model.name);
  return of(value) == id ? value : interpret::Value();
}

auto ModelRegistry::mapped_to(const std::string& table) const -> const std::vector<ModelId>& {
  static const std::vector<ModelId> nothing;
  const auto found = by_table_.find(table);
  return found == by_table_.end() ? nothing : found->second;
}

auto ModelRegistry::subclasses(ModelId id) const -> std::vector<ModelId> {
  constexpr std::size_t most = 200;
  auto found = subclasses_[id];
  for (std::size_t i = 0; i < found.size() && found.size() < most; ++i)
    for (const auto next : subclasses_[found[i]])
      if (next != id && std::find(found.begin(), found.end(), next) == found.end()) found.push_back(next);
  return found;
}

auto ModelRegistry::derives(ModelId child, ModelId parent) const -> bool {
  if (child == parent) return true;
  // Bases come from a class statement, so that a cycle needs the same name twice; a few steps are enough.
  std::vector<ModelId> pending{child};
  for (std::size_t i = 0; i < pending.size() && i < 32; ++i)
    for (const auto base : models_[pending[i]].base_models) {
      if (base == parent) return true;
      pending.push_back(base);
    }
  return false;
}

auto shown(const Relationship& relationship, const Model& owner, const Model& target) -> std::string {
  const auto table = target.table.name.text;
  if (relationship.remote_columns.size() != 1 || relationship.local_columns.size() != 1)
    return "SELECT … FROM " + table + " WHERE …  -- " + owner.name + "." + relationship.name;
  return "SELECT … FROM " + table + " WHERE " + table + "." + relationship.remote_columns[0] + " = :" + relationship.local_columns[0];
}

}  // namespace foreshot::loads
