#include "analyzer/driver/uses.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <tuple>

#include "analyzer/base/parallel_for.h"
#include "analyzer/check/rule.h"
#include "analyzer/loads/application.h"
#include "analyzer/loads/uses.h"

namespace foreshot::driver {
namespace {

// All that some upgrade drops or renames.
auto lost(const Project& project) -> loads::Sought {
  loads::Sought sought;
  const auto add = [&](const ObjectName& table, const std::string& column) {
    if (table.known() && !table.symbolic()) sought[table.name.text].insert(column);
  };
  for (const auto& tree : project.trees) {
    for (const auto& step : tree.timeline->steps()) {
      if (step.downgrade) continue;
      const StepView at{project, tree, step};
      for (const auto& column : at.lost_columns())
        if (column.column->known) add(*column.table, column.column->text);
      for (const auto* table : at.lost_tables()) add(*table, "");
    }
  }
  return sought;
}

}  // namespace

auto read_uses(Project& project, const interpret::ModuleIndex& modules, const std::unordered_set<FileId>& revisions, unsigned threads) -> void {
  const auto sought = lost(project);
  if (sought.empty()) return;
  loads::Classes classes;
  for (const auto& model : project.models)
    if (model.table_known && sought.contains(model.table.name.text)) classes.add(model);
  project.uses = loads::mapped_uses(project.models, project.sources, sought);
  const auto& all = modules.modules();
  std::vector<std::vector<Use>> found(all.size());
  parallel_for(all.size(), threads, [&](std::size_t i) {
    const auto& module = *all[i];
    const auto role = loads::path_role(module.path);
    if (revisions.count(module.file) > 0 || role == PathRole::migration || role == PathRole::test) return;
    const std::string_view text = project.sources.file(module.file).text;
    if (loads::may_name(text, sought, classes)) found[i] = loads::find_uses(module, text, sought, classes);
  });
  for (auto& uses : found)
    project.uses.insert(project.uses.end(), std::make_move_iterator(uses.begin()), std::make_move_iterator(uses.end()));
  const auto key = [&](const Use& use) {
    return std::tuple(std::string_view(use.table.name.text), std::string_view(use.column), use.kind,
                      std::string_view(project.sources.file(use.span.file).path), use.span.begin, use.span.end);
  };
  std::stable_sort(project.uses.begin(), project.uses.end(), [&](const Use& a, const Use& b) { return key(a) < key(b); });
  // A `Table` that a class maps is told by the class.
  const auto same = [](const Use& a, const Use& b) { return a.kind == b.kind && a.span == b.span && a.column == b.column && a.table.name == b.table.name; };
  project.uses.erase(std::unique(project.uses.begin(), project.uses.end(), same), project.uses.end());
}

}  // namespace foreshot::driver
