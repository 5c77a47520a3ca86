// The revision graph of a project's trees, drawn: newest first, heads, merges and the start-after line marked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/check/project.h"
#include "analyzer/report/text.h"

namespace foreshot::report {

auto graph_text(const Project& project, const Style& style) -> std::string;
auto graph_dot(const Project& project) -> std::string;      // for Graphviz
auto graph_mermaid(const Project& project) -> std::string;  // a flowchart; pages of GitHub draw at most 500 edges
auto graph_svg(const Project& project) -> std::string;

// A row of a drawing in lanes: a revision in its lane, and the lanes of older revisions that others wait for. Sets of lanes
// are bits. What finds no lane below `most_lanes` has no lines, and says its parents in words.
inline constexpr std::size_t most_lanes = 40;

struct GraphRow {
  RevisionIndex revision = 0;
  std::size_t lane = 0;
  std::uint64_t above = 0;    // lanes that come from newer rows, this one included where a newer revision leads here
  std::uint64_t joins = 0;    // of these, lanes that end here beside `lane`
  std::uint64_t splits = 0;   // lanes that begin here for further parents
  std::uint64_t below = 0;    // lanes that go on to older rows
  bool words = false;         // some parent has no lane
};

// Children before parents, what is not released before what is.
auto graph_rows(const RevisionTree& tree) -> std::vector<GraphRow>;

// "head", "merge of a and b", "branch: label", "needs x"; what is special about a revision.
auto graph_marks(const RevisionTree& tree, RevisionIndex revision) -> std::vector<std::string>;

// "20 revisions, 1 head", and what is wrong: "`alembic upgrade head` fails: …".
auto graph_summary(const RevisionTree& tree) -> std::string;

}  // namespace foreshot::report
