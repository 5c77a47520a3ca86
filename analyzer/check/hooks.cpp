#include "analyzer/check/hooks.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "analyzer/base/parallel_for.h"
#include "analyzer/check/rule.h"

namespace foreshot {
namespace {

using Found = std::vector<RawFinding>;
using Task = std::function<void(Found&)>;
using Rules = std::vector<const Rule*>;

template <typename View, typename Hook>
auto call(Hook Rule::*hook, const Rules& rules, const View& view, const std::string& revision, Found& found) -> void {
  for (const auto* rule : rules) {
    if (rule->*hook == nullptr) continue;
    std::vector<Finding> findings;
    Report report(&findings, revision);
    (rule->*hook)(view, report);
    for (auto& finding : findings) found.push_back({rule, std::move(finding), nullptr, 0});
  }
}

// One task for a stretch of items that are quick to look at.
template <typename Item, typename Body>
auto in_stretches(const std::vector<Item>& items, std::vector<Task>& tasks, Body body) -> void {
  constexpr std::size_t stretch = 64;
  for (std::size_t begin = 0; begin < items.size(); begin += stretch) {
    const auto end = std::min(items.size(), begin + stretch);
    tasks.push_back([&items, body, begin, end](Found& found) {
      for (auto i = begin; i < end; ++i) body(items[i], found);
    });
  }
}

class Planner {
 public:
  Planner(const Project& project, const CheckOptions& options) : project_(project) {
    const bool postgresql = project.trees.empty() || std::any_of(project.trees.begin(), project.trees.end(),
                                                                 [](const auto& tree) { return tree.runs_postgresql; });
    for (const auto* rule : options.rules)
      if (postgresql || !rule->needs_postgresql) project_rules_.push_back(rule);
    for (const auto& tree : project.trees) {
      Rules rules;
      for (const auto* rule : options.rules)
        if (speaks(*rule, tree)) rules.push_back(rule);
      tree_rules_.push_back(std::move(rules));
    }
  }

  auto plan() -> std::vector<Task> {
    for (std::size_t i = 0; i < project_.trees.size(); ++i) plan_tree(project_.trees[i], tree_rules_[i]);
    plan_tables();
    in_stretches(project_.models, tasks_, [this](const Model& model, Found& found) {
      call(&Rule::on_model, project_rules_, ModelView{project_, model}, {}, found);
    });
    in_stretches(project_.queries, tasks_, [this](const Query& query, Found& found) {
      call(&Rule::on_query, project_rules_, QueryView{project_, query}, {}, found);
    });
    in_stretches(project_.loads, tasks_, [this](const Load& load, Found& found) {
      call(&Rule::on_load, project_rules_, LoadView{project_, load}, {}, found);
    });
    in_stretches(project_.deletes, tasks_, [this](const Delete& deletion, Found& found) {
      call(&Rule::on_delete, project_rules_, DeleteView{project_, deletion}, {}, found);
    });
    in_stretches(project_.session_uses, tasks_, [this](const SessionUse& use, Found& found) {
      call(&Rule::on_session, project_rules_, SessionView{project_, use}, {}, found);
    });
    in_stretches(project_.query_uses, tasks_, [this](const QueryUse& use, Found& found) {
      call(&Rule::on_query_use, project_rules_, QueryUseView{project_, use}, {}, found);
    });
    tasks_.push_back([this](Found& found) { call(&Rule::on_project, project_rules_, ProjectView{project_}, {}, found); });
    return std::move(tasks_);
  }

 private:
  auto plan_tree(const RevisionTree& tree, const Rules& rules) -> void {
    if (tree.timeline == nullptr || tree.graph == nullptr) return;
    for (RevisionIndex r = 0; r < tree.source.revisions.size(); ++r) {
      if (r < tree.released.size() && tree.released[r]) continue;
      tasks_.push_back([this, &tree, &rules, r](Found& found) {
        const auto& id = tree.source.revisions[r].id;
        const RevisionView view{project_, tree, r};
        const auto& steps = view.steps();
        for (auto i = steps.upgrade_begin; i < steps.upgrade_end; ++i)
          call(&Rule::on_step, rules, view.step(i), id, found);
        for (auto i = steps.downgrade_begin; i < steps.downgrade_end; ++i)
          call(&Rule::on_downgrade_step, rules, view.step(i), id, found);
        call(&Rule::on_revision, rules, view, id, found);
        for (auto& raw : found) {
          raw.tree = &tree;
          raw.revision = r;
        }
      });
    }
    tasks_.push_back([this, &tree, &rules](Found& found) {
      call(&Rule::on_tree, rules, TreeView{project_, tree}, {}, found);
    });
  }

  // Tables of every tree's heads with the models that map them, then tables that only models know.
  auto plan_tables() -> void {
    std::map<std::string, std::vector<ModelId>> models;
    for (const auto& model : project_.models)
      if (model.is_mapped && model.table_known && model.table.known()) models[model.table.name.text].push_back(model.id);
    const auto mapped = [&](const ObjectName& table) {
      std::vector<ModelId> found;
      const auto known = models.find(table.name.text);
      if (known == models.end()) return found;
      for (const auto id : known->second) {
        const auto& schema = project_.models[id].table.schema;
        if (schema.empty() || table.schema.empty() || schema == table.schema || !schema.known) found.push_back(id);
      }
      return found;
    };
    std::set<ModelId> placed;
    for (std::size_t i = 0; i < project_.trees.size(); ++i) {
      const auto& tree = project_.trees[i];
      if (tree.timeline == nullptr) continue;
      for (const auto* table : tree.timeline->heads().tables()) {
        TableView view{project_, &tree, table, mapped(table->name)};
        placed.insert(view.models.begin(), view.models.end());
        views_.push_back({std::move(view), &tree_rules_[i]});
      }
    }
    for (const auto& [name, ids] : models) {
      std::vector<ModelId> alone;
      std::copy_if(ids.begin(), ids.end(), std::back_inserter(alone), [&](ModelId id) { return !placed.contains(id); });
      if (!alone.empty()) views_.push_back({TableView{project_, nullptr, nullptr, std::move(alone)}, &project_rules_});
    }
    in_stretches(views_, tasks_, [](const auto& entry, Found& found) {
      call(&Rule::on_table, *entry.second, entry.first, {}, found);
    });
  }

  const Project& project_;
  Rules project_rules_;
  std::vector<Rules> tree_rules_;
  std::vector<std::pair<TableView, const Rules*>> views_;
  std::vector<Task> tasks_;
};

}  // namespace

auto speaks(const Rule& rule, const RevisionTree& tree) -> bool {
  return tree.runs_postgresql || !rule.needs_postgresql;
}

auto run_hooks(const Project& project, const CheckOptions& options) -> std::vector<RawFinding> {
  Planner planner(project, options);
  const auto tasks = planner.plan();
  std::vector<Found> found(tasks.size());
  parallel_for(tasks.size(), options.threads, [&](std::size_t i) { tasks[i](found[i]); });
  Found all;
  for (auto& some : found) std::move(some.begin(), some.end(), std::back_inserter(all));
  return all;
}

}  // namespace foreshot
