#include "analyzer/loads/registry.h"

namespace foreshot::loads {
namespace {

auto place(FileId file, std::uint32_t begin) -> std::uint64_t { return (std::uint64_t{file} << 32U) | begin; }

}  // namespace

ModelRegistry::ModelRegistry(const std::vector<Model>& models) : models_(models) {
  for (const auto& model : models) {
    by_place_.emplace(place(model.span.file, model.span.begin), model.id);
    for (const auto& relationship : model.relationships)
      if (relationship.lazy == Lazy::joined && relationship.uselist.value_or(true)) joined_collections_ = true;
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

}  // namespace foreshot::loads
