#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/drawn_text.h"
#include "analyzer/report/graph.h"
#include "analyzer/report/svg.h"

namespace foreshot::report {
namespace {

auto is_head(const RevisionTree& tree, RevisionIndex r) -> bool {
  return std::find(tree.graph->heads().begin(), tree.graph->heads().end(), r) != tree.graph->heads().end();
}

// A text of DOT: in double quotes, a backslash before what would end it.
auto dot_text(std::string_view text) -> std::string {
  std::string out = "\"";
  for (const auto letter : drawn(text)) {
    if (letter == '"' || letter == '\\') out += '\\';
    out += letter;
  }
  return out + "\"";
}

// A label of Mermaid: entities for what its grammar means something by.
auto mermaid_text(std::string_view text) -> std::string {
  std::string out;
  for (const auto letter : drawn(text)) {
    const auto code = static_cast<unsigned char>(letter);
    const auto plain = code >= 0x80 || (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') ||
                       std::string_view(" _-.,:/()").find(letter) != std::string_view::npos;
    if (plain)
      out += letter;
    else
      out += fmt::format("#{};", code);
  }
  return out;
}

auto label(const RevisionTree& tree, RevisionIndex r) -> std::string {
  const auto& source = tree.source.revisions[r];
  return source.message.empty() ? source.id : source.id + " " + one_line(source.message, 60, false);
}

}  // namespace

auto graph_dot(const Project& project) -> std::string {
  std::string out = "digraph revisions {\n  rankdir=BT;\n  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"monospace\"];\n";
  for (std::size_t t = 0; t < project.trees.size(); ++t) {
    const auto& tree = project.trees[t];
    out += fmt::format("  subgraph cluster_{} {{\n    label={};\n", t, dot_text(tree.source.name + ": " + graph_summary(tree)));
    for (const auto& row : graph_rows(tree)) {
      const auto r = row.revision;
      out += fmt::format("    r{}_{} [label={}", t, r, dot_text(label(tree, r)));
      if (is_head(tree, r)) out += ", fillcolor=palegreen, penwidth=2";
      else if (tree.released[r]) out += ", fillcolor=lightgray";
      if (tree.graph->is_merge(r)) out += ", shape=hexagon, style=filled";
      std::string tip;
      for (const auto& mark : graph_marks(tree, r)) tip += (tip.empty() ? "" : ", ") + mark;
      if (!tip.empty()) out += ", tooltip=" + dot_text(tip);
      out += "];\n";
    }
    for (RevisionIndex r = 0; r < tree.source.revisions.size(); ++r) {
      for (const auto parent : tree.graph->parents(r)) out += fmt::format("    r{0}_{1} -> r{0}_{2};\n", t, r, parent);
      for (const auto needed : tree.graph->dependencies(r)) out += fmt::format("    r{0}_{1} -> r{0}_{2} [style=dashed, label=needs];\n", t, r, needed);
    }
    out += "  }\n";
  }
  return out + "}\n";
}

auto graph_mermaid(const Project& project) -> std::string {
  std::string out = "flowchart BT\n";
  for (std::size_t t = 0; t < project.trees.size(); ++t) {
    const auto& tree = project.trees[t];
    out += fmt::format("  subgraph t{}[\"{}\"]\n", t, mermaid_text(tree.source.name + ": " + graph_summary(tree)));
    for (const auto& row : graph_rows(tree)) {
      const auto r = row.revision;
      const auto merge = tree.graph->is_merge(r);
      out += fmt::format("    r{}_{}{}\"{}\"{}{}\n", t, r, merge ? "{{" : "[", mermaid_text(label(tree, r)), merge ? "}}" : "]",
                         is_head(tree, r) ? ":::head" : tree.released[r] ? ":::released" : "");
    }
    for (RevisionIndex r = 0; r < tree.source.revisions.size(); ++r) {
      for (const auto parent : tree.graph->parents(r)) out += fmt::format("    r{0}_{1} --> r{0}_{2}\n", t, r, parent);
      for (const auto needed : tree.graph->dependencies(r)) out += fmt::format("    r{0}_{1} -. needs .-> r{0}_{2}\n", t, r, needed);
    }
    out += "  end\n";
  }
  return out + "  classDef head fill:#d3f5d3,stroke:#1a7f37,stroke-width:2px\n  classDef released fill:#e5e7ea,stroke:#afb8c1,color:#57606a\n";
}

auto graph_svg(const Project& project) -> std::string {
  constexpr double row_height = 22, lane_width = 18;
  Svg svg;
  double y = 4;
  std::string title;
  for (const auto& tree : project.trees) {
    title += (title.empty() ? "" : "; ") + tree.source.name + ": " + graph_summary(tree);
    svg.text(12, y += row_height, "strong", tree.source.name + ": " + graph_summary(tree));
    y += row_height / 2;
    const auto rows = graph_rows(tree);
    const auto x_of = [](std::size_t lane) { return 20 + lane_width * static_cast<double>(lane); };
    bool history = false;
    for (const auto& row : rows) {
      if (tree.released[row.revision] && !history) {
        history = true;
        svg.rectangle(12, y + 1, 420, 1, "rule");
        svg.text(440, y + 5, "dim", "start-after: released from here on");
      }
      const auto middle = y + row_height / 2, bottom = y + row_height;
      std::size_t widest = row.lane;
      for (std::size_t lane = 0; lane < most_lanes; ++lane) {
        const auto bit = std::uint64_t{1} << lane;
        if ((row.above & bit) != 0) {
          const auto here = lane == row.lane || (row.joins & bit) != 0;
          svg.curve(x_of(lane), y, here ? x_of(row.lane) : x_of(lane), middle, "edge");
          widest = std::max(widest, lane);
        }
        if ((row.below & bit) != 0) {
          const auto here = lane == row.lane || (row.splits & bit) != 0;
          svg.curve(here ? x_of(row.lane) : x_of(lane), middle, x_of(lane), bottom, "edge");
          widest = std::max(widest, lane);
        }
      }
      std::string marks;
      for (const auto& mark : graph_marks(tree, row.revision)) marks += (marks.empty() ? "" : ", ") + mark;
      svg.circle(x_of(row.lane), middle, tree.graph->is_merge(row.revision) ? 6.5 : 5, is_head(tree, row.revision) ? "head" : tree.released[row.revision] ? "released" : "node", marks);
      const auto& source = tree.source.revisions[row.revision];
      const auto x = x_of(widest) + 16;
      svg.text(x, middle + 4, "strong", source.id);
      auto rest = marks.empty() ? std::string() : "(" + marks + ")  ";
      svg.text(x + Svg::letter * static_cast<double>(drawn_width(source.id) + 1), middle + 4, "dim", rest + one_line(source.message, 100, false));
      y = bottom;
    }
    y += row_height / 2;
  }
  return svg.finish(title);
}

}  // namespace foreshot::report
