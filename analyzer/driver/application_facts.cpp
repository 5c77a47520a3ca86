#include "analyzer/driver/application_facts.h"

#include <iterator>
#include <utility>

#include "analyzer/base/parallel_for.h"
#include "analyzer/loads/application.h"

namespace foreshot::driver {

using interpret::ModuleIndex;

auto read_models(Project& project, const ModuleIndex& modules, const std::unordered_set<FileId>& revisions,
                 const sqlalchemy::Versions& versions, unsigned threads) -> void {
  const auto& all = modules.modules();
  std::vector<std::vector<Model>> found(all.size());
  parallel_for(all.size(), threads, [&](std::size_t i) {
    const auto& module = *all[i];
    if (revisions.count(module.file) > 0 || !sqlalchemy::may_hold_models(project.sources.file(module.file).text)) return;
    // Tests define models of their own, often under the names of the application's.
    if (loads::path_role(module.path) == PathRole::test) return;
    found[i] = sqlalchemy::read_models(module, modules, project.sources, versions);
  });
  for (auto& models : found)
    project.models.insert(project.models.end(), std::make_move_iterator(models.begin()), std::make_move_iterator(models.end()));
  sqlalchemy::link_models(project.models);
}

auto read_application(Project& project, const ModuleIndex& modules, const std::unordered_set<FileId>& revisions,
                      const sqlalchemy::Versions& versions, unsigned threads) -> void {
  const loads::ModelRegistry registry(project.models);
  loads::QueryingFunctions querying(registry);
  const auto& all = modules.modules();
  // Nobody waits for the queries of a test.
  const auto is_application = [&](const interpret::SourceModule& module) {
    const auto role = loads::path_role(module.path);
    return revisions.count(module.file) == 0 && role != PathRole::migration && role != PathRole::test;
  };
  loads::ProjectNames names;
  for (const auto& module : all) {
    if (!is_application(*module)) continue;
    const auto& text = project.sources.file(module->file).text;
    names.add(*module, text);
    if (!project.models.empty()) querying.add(*module, text);
  }
  querying.close();
  std::vector<loads::Application> found(all.size());
  parallel_for(all.size(), threads, [&](std::size_t i) {
    if (is_application(*all[i])) found[i] = loads::read_application(*all[i], modules, project.sources, registry, querying, names, versions);
  });
  const auto append = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  for (auto& each : found) {
    append(project.queries, each.queries);
    append(project.loads, each.loads);
    append(project.deletes, each.deletes);
    append(project.session_uses, each.uses);
  }
}

}  // namespace foreshot::driver
