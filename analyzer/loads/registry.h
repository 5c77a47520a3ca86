// The linked models by the class statement that makes them, so that a class met in the application's code is a model.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/facts/model.h"
#include "analyzer/interpret/interpreter.h"

namespace foreshot::loads {

class ModelRegistry {
 public:
  explicit ModelRegistry(const std::vector<Model>& models);

  auto of(const interpret::Value& value) const -> ModelId;  // no_model when it is no mapped class
  auto of(const interpret::Class& type) const -> ModelId;
  auto model(ModelId id) const -> const Model& { return models_[id]; }
  auto models() const -> const std::vector<Model>& { return models_; }

  // The class itself, as its own module defines it.
  auto type(interpret::Interpreter& interpreter, ModelId id) const -> interpret::Value;

  // The classes that are mapped to a table of this name.
  auto mapped_to(const std::string& table) const -> const std::vector<ModelId>&;

  // Those that derive from it, the nearest and others.
  auto subclasses(ModelId id) const -> std::vector<ModelId>;

  // `child` is `parent` or derives from it.
  auto derives(ModelId child, ModelId parent) const -> bool;

 private:
  const std::vector<Model>& models_;
  std::unordered_map<std::uint64_t, ModelId> by_place_;
  std::vector<std::vector<ModelId>> subclasses_;
  std::unordered_map<std::string, std::vector<ModelId>> by_table_;
};

// The SELECT that loads a relationship of one object, shortened.
auto shown(const Relationship& relationship, const Model& owner, const Model& target) -> std::string;

}  // namespace foreshot::loads
