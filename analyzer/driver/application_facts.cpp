#include "analyzer/driver/application_facts.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "analyzer/base/parallel_for.h"
#include "analyzer/driver/template_reading.h"
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
                      const sqlalchemy::Versions& versions, unsigned threads, loads::Templates* templates) -> void {
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
    querying.add(*module, text);
  }
  querying.close();
  if (templates != nullptr && !project.models.empty()) {
    templates->prepare(querying, threads);
    for (const auto* source : templates->parsed())
      if (auto comments = template_comments(*source->tree, project.sources.file(source->tree->file).text); !comments.empty())
        project.comments[source->tree->file] = std::move(comments);
  }
  std::vector<loads::Application> found(all.size());
  parallel_for(all.size(), threads, [&](std::size_t i) {
    if (is_application(*all[i])) found[i] = loads::read_application(*all[i], modules, project.sources, registry, querying, names, versions, templates);
  });
  // A query that several functions run, and whose rows one template shows, is one finding.
  std::set<std::pair<Span, Span>> in_templates;
  const auto append = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  for (auto& each : found) {
    each.loads.erase(std::remove_if(each.loads.begin(), each.loads.end(),
                                    [&](const Load& load) { return loads::is_of_template(load) && !in_templates.insert({load.origin, load.access}).second; }),
                     each.loads.end());
    append(project.queries, each.queries);
    append(project.loads, each.loads);
    append(project.deletes, each.deletes);
    append(project.session_uses, each.uses);
    append(project.query_uses, each.query_uses);
  }
  loads::unite(project.loads);
}

}  // namespace foreshot::driver
