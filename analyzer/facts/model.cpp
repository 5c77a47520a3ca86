#include "analyzer/facts/model.h"

#include <algorithm>

namespace foreshot {

auto Model::column(const std::string& attribute) const -> const ModelColumn* {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const auto& column) { return column.attribute == attribute; });
  return found == columns.end() ? nullptr : &*found;
}

auto Model::relationship(const std::string& name) const -> const Relationship* {
  const auto found = std::find_if(relationships.begin(), relationships.end(), [&](const auto& each) { return each.name == name; });
  return found == relationships.end() ? nullptr : &*found;
}

}  // namespace foreshot
