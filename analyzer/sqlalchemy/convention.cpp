#include "analyzer/sqlalchemy/convention.h"

namespace foreshot::sqlalchemy {

auto read_convention(const interpret::Value& value, MetaData& to) -> void {
  to.has_convention = true;
  to.convention.clear();
  const auto* entries = value.mapping();
  to.convention_known = entries != nullptr && entries->complete;
  if (entries == nullptr) return;
  for (const auto& [key, words] : entries->entries) {
    const auto* name = key.constant_text();
    const auto* text = words.constant_text();
    if (name != nullptr && text != nullptr) to.convention.emplace_back(*name, *text);
    else if (name != nullptr && words.get<std::shared_ptr<const interpret::Function>>() == nullptr)
      to.convention_known = false;
  }
}

}  // namespace foreshot::sqlalchemy
