#include <fmt/format.h>

#include <algorithm>

#include "analyzer/driver/commands.h"
#include "analyzer/driver/configuration_report.h"
#include "analyzer/driver/each_project.h"
#include "analyzer/driver/streams.h"
#include "analyzer/report/graph.h"
#include "analyzer/report/timeline.h"

namespace foreshot::driver {
namespace {

auto write_drawing(const OutputRequest& request, const std::string& text) -> int {
  if (request.file.empty()) {
    put(text);
    return 0;
  }
  if (write_file(request.file.c_str(), text)) return 0;
  warn(fmt::format("foreshot: cannot write '{}'\n", request.file));
  return 2;
}

// The revision that a person means: an id, the start of one, a branch label, head.
auto chosen_revision(const RevisionTree& tree, const std::string& name) -> std::optional<RevisionIndex> {
  if (const auto found = tree.graph->find(name)) return found;
  if (name == "head" && tree.graph->heads().size() == 1) return tree.graph->heads().front();
  return std::nullopt;
}

}  // namespace

auto run_timeline(const Options& options, const Surroundings& surroundings) -> int {
  const auto& name = options.subjects.front();
  const auto& request = options.outputs.front();
  const auto style = style_for(surroundings, options, request.file.empty() && surroundings.stdout_is_terminal);
  bool found = false;
  std::string out;
  const auto code = each_project(options, surroundings, [&](const Analysis& analysis) {
    const auto& project = *analysis.project;
    std::vector<report::ChosenRevision> chosen;
    for (const auto& tree : project.trees)
      if (const auto revision = chosen_revision(tree, name)) chosen.push_back({&tree, *revision});
    if (chosen.empty()) return;
    // A document of JSON or SVG is one project's.
    if (found && request.format != "text") return;
    found = true;
    if (request.format == "json")
      out += report::timeline_json(project, chosen);
    else if (request.format == "svg")
      out += report::timeline_svg(project, chosen);
    else
      for (const auto& one : chosen) {
        if (project.trees.size() > 1) out += fmt::format("tree {}\n", one.tree->source.name);
        out += report::timeline_text(project, one, style);
      }
  });
  if (code != 0) return code;
  if (!found) {
    warn(fmt::format("foreshot: there is no revision '{}'\n", name));
    return 2;
  }
  return write_drawing(request, out);
}

auto run_graph(const Options& options, const Surroundings& surroundings) -> int {
  const auto& request = options.outputs.front();
  const auto style = style_for(surroundings, options, request.file.empty() && surroundings.stdout_is_terminal);
  bool found = false;
  std::string out;
  const auto code = each_project(options, surroundings, [&](const Analysis& analysis) {
    const auto& project = *analysis.project;
    if (project.trees.empty() || (found && request.format != "text")) return;
    if (found) out += "\n";
    found = true;
    out += request.format == "dot"       ? report::graph_dot(project)
           : request.format == "mermaid" ? report::graph_mermaid(project)
           : request.format == "svg"     ? report::graph_svg(project)
                                         : report::graph_text(project, style);
  });
  if (code != 0) return code;
  if (!found) {
    warn("foreshot: no migrations were found\n");
    return 2;
  }
  return write_drawing(request, out);
}

}  // namespace foreshot::driver
