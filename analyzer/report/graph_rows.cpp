#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

#include "analyzer/report/graph.h"

namespace foreshot::report {
namespace {

constexpr RevisionIndex nobody = 0xffffffff;

auto bit(std::size_t lane) -> std::uint64_t { return std::uint64_t{1} << lane; }

// Which revision each lane leads to.
class Lanes {
 public:
  Lanes() { next_.fill(nobody); }

  auto used() const -> std::uint64_t {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < most_lanes; ++i)
      if (next_[i] != nobody) bits |= bit(i);
    return bits;
  }
  auto leading_to(RevisionIndex revision) const -> std::uint64_t {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < most_lanes; ++i)
      if (next_[i] == revision) bits |= bit(i);
    return bits;
  }
  auto free() const -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < most_lanes; ++i)
      if (next_[i] == nobody) return i;
    return std::nullopt;
  }
  auto lead(std::size_t lane, RevisionIndex to) -> void { next_[lane] = to; }
  auto end(std::uint64_t lanes) -> void {
    for (std::size_t i = 0; i < most_lanes; ++i)
      if ((lanes & bit(i)) != 0) next_[i] = nobody;
  }

 private:
  std::array<RevisionIndex, most_lanes> next_{};
};

auto named(const RevisionTree& tree, const std::vector<RevisionIndex>& revisions) -> std::string {
  std::string text;
  for (std::size_t i = 0; i < revisions.size(); ++i) {
    if (i > 0) text += i + 1 == revisions.size() ? " and " : ", ";
    text += tree.source.revisions[revisions[i]].id;
  }
  return text;
}

auto plural(std::size_t count, const char* noun) -> std::string { return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s"); }

}  // namespace

auto graph_rows(const RevisionTree& tree) -> std::vector<GraphRow> {
  const auto& graph = *tree.graph;
  auto order = graph.order();
  std::reverse(order.begin(), order.end());
  std::stable_partition(order.begin(), order.end(), [&](auto r) { return !tree.released[r]; });
  Lanes lanes;
  std::vector<GraphRow> rows;
  rows.reserve(order.size());
  for (const auto revision : order) {
    GraphRow row;
    row.revision = revision;
    row.above = lanes.used();
    const auto waiting = lanes.leading_to(revision);
    const auto& parents = graph.parents(revision);
    std::optional<std::size_t> lane;
    if (waiting != 0)
      lane = static_cast<std::size_t>(std::countr_zero(waiting));
    else
      lane = lanes.free();
    row.lane = lane.value_or(most_lanes);
    if (lane) {
      row.joins = waiting & ~bit(*lane);
      lanes.end(waiting);
    }
    std::size_t next = 0;
    if (lane && !parents.empty()) {
      lanes.lead(*lane, parents.front());
      next = 1;
    }
    for (; next < parents.size(); ++next) {
      const auto free = lane ? lanes.free() : std::nullopt;
      if (!free) {
        row.words = true;
        break;
      }
      row.splits |= bit(*free);
      lanes.lead(*free, parents[next]);
    }
    row.below = lanes.used();
    rows.push_back(row);
  }
  return rows;
}

auto graph_marks(const RevisionTree& tree, RevisionIndex revision) -> std::vector<std::string> {
  const auto& graph = *tree.graph;
  const auto& source = tree.source.revisions[revision];
  std::vector<std::string> marks;
  if (std::find(graph.heads().begin(), graph.heads().end(), revision) != graph.heads().end()) marks.push_back("head");
  if (graph.is_merge(revision)) marks.push_back("merge of " + named(tree, graph.parents(revision)));
  if (graph.children(revision).size() > 1) marks.push_back("branches");
  for (const auto& label : source.labels) marks.push_back("branch: " + label);
  if (!graph.dependencies(revision).empty()) marks.push_back("needs " + named(tree, graph.dependencies(revision)));
  for (const auto& problem : graph.problems()) {
    if (problem.revision != revision) continue;
    switch (problem.kind) {
      case GraphProblem::Kind::unknown_down_revision: marks.push_back("after " + problem.detail + ", which is not there"); break;
      case GraphProblem::Kind::duplicate_id: marks.push_back("an id that another file has too"); break;
      case GraphProblem::Kind::cycle: marks.push_back("in a cycle: " + problem.detail); break;
      case GraphProblem::Kind::ambiguous_abbreviation: marks.push_back(problem.detail + " may mean several revisions"); break;
    }
  }
  return marks;
}

auto graph_summary(const RevisionTree& tree) -> std::string {
  const auto& graph = *tree.graph;
  auto text = plural(tree.source.revisions.size(), "revision") + ", " + plural(graph.heads().size(), "head");
  const auto released = static_cast<std::size_t>(std::count(tree.released.begin(), tree.released.end(), true));
  if (released > 0) text += fmt::format(", {} released", released);
  if (graph.unlabelled_heads().size() > 1)
    text += fmt::format("; \"alembic upgrade head\" fails: {} are heads (foreshot rule REV101)", named(tree, graph.unlabelled_heads()));
  return text;
}

}  // namespace foreshot::report
