#include "analyzer/driver/history.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/check/selection.h"

namespace foreshot::driver {
namespace {

// The names that hold for one tree: the command line's, or the configuration's.
auto names_for(const RevisionTree& tree, const ProjectRequest& request, const Options& options) -> std::vector<std::string> {
  if (!options.start_after.empty()) return options.start_after;
  const auto& configured = request.configuration.start_after;
  const auto own = configured.by_tree.find(tree.source.name);
  return own != configured.by_tree.end() ? own->second : configured.revisions;
}

auto known_ids(const Project& project) -> std::vector<std::string> {
  std::vector<std::string> ids;
  for (const auto& tree : project.trees)
    for (const auto& revision : tree.source.revisions) ids.push_back(revision.id);
  return ids;
}

}  // namespace

auto mark_history(RevisionTree& tree, const ProjectRequest& request, const Options& options, std::vector<std::string>& found,
                  Analysis& result) -> void {
  const auto count = tree.source.revisions.size();
  std::vector<RevisionIndex> last;
  for (const auto& name : names_for(tree, request, options)) {
    if (name == "head" || name == "heads") {
      last.insert(last.end(), tree.graph->heads().begin(), tree.graph->heads().end());
      found.push_back(name);
    } else if (const auto revision = tree.graph->find(name)) {
      last.push_back(*revision);
      found.push_back(name);
    }
  }
  tree.released = last.empty() ? std::vector<bool>(count, false) : tree.graph->ancestors(last);
  for (const auto r : last) tree.released[r] = true;
  result.frozen += static_cast<std::size_t>(std::count(tree.released.begin(), tree.released.end(), true));
  tree.recent.assign(count, false);
  const auto& order = tree.graph->order();
  const auto first = order.size() > newest_listed ? order.size() - newest_listed : 0;
  for (auto i = first; i < order.size(); ++i) tree.recent[order[i]] = true;
}

auto check_start_after(const ProjectRequest& request, const Options& options, const std::vector<std::string>& found,
                       Analysis& result) -> void {
  const auto& configured = request.configuration.start_after;
  auto names = options.start_after;
  if (names.empty()) {
    names = configured.revisions;
    for (const auto& [tree, own] : configured.by_tree) {
      const auto& trees = result.project->trees;
      const bool exists = std::any_of(trees.begin(), trees.end(), [&, name = tree](const auto& t) { return t.source.name == name; });
      if (exists) {
        names.insert(names.end(), own.begin(), own.end());
        continue;
      }
      std::vector<std::string> locations;
      for (const auto& t : trees) locations.push_back(t.source.name);
      std::string all;
      for (const auto& location : locations) all += (all.empty() ? "" : ", ") + location;
      result.problems.push_back({request.configuration.file, 1, 1, fmt::format("start-after names the tree `{}`, which is not there", tree),
                                 all.empty() ? "" : "there is: " + all, "", 0, 0});
    }
  }
  result.start_after = names;
  result.start_after_given = !names.empty();
  for (const auto& name : names) {
    if (std::find(found.begin(), found.end(), name) != found.end()) continue;
    const auto near = nearest_word(name, known_ids(*result.project));
    const auto file = options.start_after.empty() ? request.configuration.file : std::string("--start-after");
    result.problems.push_back({file, 1, 1, fmt::format("start-after names the revision `{}`, which no tree has", name),
                               near.empty() ? "" : fmt::format("did you mean \"{}\"?", near), "", 0, 0});
  }
}

}  // namespace foreshot::driver
