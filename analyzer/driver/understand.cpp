#include "analyzer/driver/understand.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "analyzer/alembic/environment_reader.h"
#include "analyzer/alembic/revision_reader.h"
#include "analyzer/base/parallel_for.h"
#include "analyzer/driver/application_facts.h"
#include "analyzer/driver/history.h"
#include "analyzer/driver/paths.h"
#include "analyzer/driver/script_template.h"
#include "analyzer/driver/sql_comments.h"
#include "analyzer/driver/uses.h"
#include "analyzer/interpret/modules.h"
#include "analyzer/schema/model_tables.h"

namespace foreshot::driver {
namespace {

using interpret::ModuleIndex;
using interpret::SourceModule;

auto index_modules(Reading& reading) -> ModuleIndex {
  ModuleIndex modules;
  for (auto& file : reading.parsed()) {
    auto module = std::make_unique<SourceModule>();
    module->file = file.file;
    module->path = file.path;
    module->package = file_name(file.path) == "__init__.py";
    module->tree = std::move(file.module);
    modules.add(std::move(module));
  }
  modules.freeze();
  return modules;
}

class Understanding {
 public:
  Understanding(const Materials& materials, Reading& reading, Analysis& result)
      : materials_(materials), result_(result), project_(*result.project), modules_(index_modules(reading)), reading_(reading) {}

  auto run(std::vector<TreeLayout> layouts) -> void {
    for (auto& layout : layouts) {
      RevisionTree tree;
      tree.source.name = layout.name;
      for (const auto& folder : layout.version_folders)
        tree.source.version_locations.push_back(relative(folder, materials_.request.root));
      project_.trees.push_back(std::move(tree));
    }
    for (std::size_t i = 0; i < layouts.size(); ++i) read_tree(project_.trees[i], layouts[i]);
    const auto revisions = revision_files(layouts);
    const auto versions = library_versions();
    read_models(project_, modules_, revisions, versions, materials_.threads);
    model_tables_ = models_as_tables(project_.models);
    read_application(project_, modules_, revisions, versions, materials_.threads, materials_.templates);
    std::vector<std::string> found;
    for (auto& tree : project_.trees) {
      tree.graph = std::make_unique<RevisionGraph>(tree.source.revisions);
      mark_history(tree, materials_.request, materials_.options, found, result_);
    }
    check_start_after(materials_.request, materials_.options, found, result_);
    parallel_for(project_.trees.size(), materials_.threads, [&](std::size_t i) { replay(project_.trees[i]); });
    read_uses(project_, modules_, revisions, materials_.threads);
    add_sql_comments(project_);
    remark();
  }

 private:
  auto revision_files(const std::vector<TreeLayout>& layouts) const -> std::unordered_set<FileId> {
    std::unordered_set<FileId> files;
    for (const auto& layout : layouts)
      for (const auto& path : layout.files) files.insert(reading_.file(path));
    return files;
  }

  auto read_tree(RevisionTree& tree, const TreeLayout& layout) -> void {
    auto& environment = tree.source.environment;
    const auto versions = library_versions();
    if (const auto env = layout.env.empty() ? no_file : reading_.file(relative(layout.env, materials_.request.root)); env != no_file) {
      environment.env_file = env;
      if (const auto* module = modules_.by_file(env); module != nullptr)
        alembic::read_environment(*module, modules_, project_.sources, versions, environment);
    }
    // The conventions of a package's revisions without env.py are those of the application that runs them.
    else environment.naming_convention_known = false;
    environment.file_template = layout.file_template;
    environment.script_template = layout.script_template;
    environment.template_settings = template_settings(layout.script_template);
    judge_dialect(layout, materials_.evidence, materials_.request.configuration, environment);
    tree.runs_postgresql = environment.dialect != Dialect::other;
    alembic::RevisionSurroundings around;
    around.versions = versions;
    around.naming = alembic::naming_of(environment);
    around.folder = tree.source.name;
    around.version_table_schema = environment.version_table_schema;
    std::vector<std::optional<Revision>> read(layout.files.size());
    parallel_for(layout.files.size(), materials_.threads, [&](std::size_t i) {
      const auto file = reading_.file(layout.files[i]);
      const auto* module = file == no_file ? nullptr : modules_.by_file(file);
      if (module != nullptr) read[i] = alembic::read_revision(*module, modules_, project_.sources, around);
    });
    for (auto& revision : read)
      if (revision) tree.source.revisions.push_back(std::move(*revision));
  }

  auto library_versions() const -> sqlalchemy::Versions {
    const auto& known = project_.versions;
    sqlalchemy::Versions versions;
    versions.sqlalchemy = {known.sqlalchemy_major, known.sqlalchemy_minor};
    versions.server = known.server;
    // The newest is meant where nothing names a version.
    if (known.alembic_minor != 99) versions.alembic = {known.alembic_major, known.alembic_minor, known.alembic_patch};
    return versions;
  }

  auto replay(RevisionTree& tree) const -> void {
    Timeline::Options options;
    options.server_version = project_.versions.server;
    options.released = tree.released;
    options.models = &model_tables_;
    options.lock_timeout_set_by_runner = project_.lock_timeout_set_by_runner;
    tree.timeline = std::make_unique<Timeline>(Timeline::replay(tree.source, *tree.graph, std::move(options)));
  }

  auto remark() -> void {
    if (project_.trees.empty()) result_.remarks.push_back("no Alembic migrations found");
    for (const auto& tree : project_.trees) {
      if (tree.runs_postgresql) continue;
      const auto& environment = tree.source.environment;
      result_.remarks.push_back(fmt::format("{} does not run on PostgreSQL ({}): only rules that hold for any server were applied",
                                            tree.source.name, environment.dialect_reason));
    }
  }

  const Materials& materials_;
  Analysis& result_;
  Project& project_;
  ModuleIndex modules_;
  std::vector<Table> model_tables_;
  Reading& reading_;
};

}  // namespace

auto understand(const Materials& materials, std::vector<TreeLayout> layouts, Reading& reading, Analysis& result) -> void {
  Understanding(materials, reading, result).run(std::move(layouts));
}

}  // namespace foreshot::driver
