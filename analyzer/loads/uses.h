// Finds where the application's code names tables and columns: `Table(…)` with its columns, attributes of mapped classes in
// queries, SQL text. What classes map is known from the models already.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts/model.h"
#include "analyzer/facts/use.h"
#include "analyzer/interpret/modules.h"

namespace foreshot::loads {

// What is looked for: columns by the name of their table; the empty column is the table itself.
using Sought = std::map<std::string, std::set<std::string, std::less<>>, std::less<>>;

// Mapped classes of the tables that are sought, by their names; null where two have the same.
struct Classes {
  std::map<std::string, const Model*, std::less<>> by_name;
  auto add(const Model& model) -> void;
};

// What the mapped classes say by themselves.
auto mapped_uses(const std::vector<Model>& models, const SourceMap& sources, const Sought& sought) -> std::vector<Use>;

// May a file of this text name any of them? Looks at its words.
auto may_name(std::string_view text, const Sought& sought, const Classes& classes) -> bool;

// `text` is the module's whole text.
auto find_uses(const interpret::SourceModule& module, std::string_view text, const Sought& sought, const Classes& classes) -> std::vector<Use>;

}  // namespace foreshot::loads
