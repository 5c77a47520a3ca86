#include "analyzer/schema/revision_graph.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace foreshot {
namespace {

constexpr RevisionIndex nobody = 0xffffffff;

// Alembic takes a prefix for an abbreviation of ids that are longer than this.
constexpr std::size_t shortest_abbreviated_id = 4;

// More labels than this on one line are not told apart; it keeps thousands of labels from becoming millions.
constexpr std::size_t most_labels = 64;

// Names as `down_revision` may use them: ids, unique prefixes of ids, branch labels.
class Names {
 public:
  explicit Names(const std::vector<Revision>& revisions) {
    for (RevisionIndex r = 0; r < revisions.size(); ++r) {
      if (revisions[r].id.empty()) continue;
      if (const auto [place, fresh] = by_id_.emplace(revisions[r].id, r); !fresh) {
        duplicates_.emplace_back(r, place->second);
        continue;
      }
      sorted_.emplace_back(revisions[r].id, r);
      for (const auto& label : revisions[r].labels) by_label_.emplace(label, r);
    }
    std::sort(sorted_.begin(), sorted_.end());
  }

  struct Found {
    RevisionIndex revision = nobody;
    bool ambiguous = false;
  };

  auto id(std::string_view name) const -> Found {
    if (const auto found = by_id_.find(name); found != by_id_.end()) return {found->second};
    if (name.empty()) return {};
    auto first = std::lower_bound(sorted_.begin(), sorted_.end(), name,
                                  [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
    auto result = Found{};
    for (; first != sorted_.end() && first->first.substr(0, name.size()) == name; ++first) {
      if (first->first.size() < shortest_abbreviated_id) continue;
      if (result.revision != nobody) return {nobody, true};
      result.revision = first->second;
    }
    return result;
  }

  // The revision that carries the label.
  auto label(std::string_view name) const -> RevisionIndex {
    const auto found = by_label_.find(name);
    return found == by_label_.end() ? nobody : found->second;
  }

  auto duplicates() const -> const std::vector<std::pair<RevisionIndex, RevisionIndex>>& { return duplicates_; }

 private:
  std::unordered_map<std::string_view, RevisionIndex> by_id_, by_label_;
  std::vector<std::pair<std::string_view, RevisionIndex>> sorted_;
  std::vector<std::pair<RevisionIndex, RevisionIndex>> duplicates_;  // (later, first)
};

// The strongly connected components with more than one member, and revisions that follow themselves. Tarjan's
// algorithm with a stack of its own.
class Cycles {
 public:
  Cycles(const std::vector<std::vector<RevisionIndex>>& parents,
         const std::vector<std::vector<RevisionIndex>>& dependencies)
      : parents_(parents), dependencies_(dependencies) {
    const auto count = parents.size();
    number_.assign(count, 0);
    low_.assign(count, 0);
    on_stack_.assign(count, false);
    for (RevisionIndex r = 0; r < count; ++r)
      if (number_[r] == 0) visit(r);
  }

  auto found() -> std::vector<std::vector<RevisionIndex>>& { return found_; }

 private:
  struct Frame {
    RevisionIndex revision;
    std::size_t next;
  };

  auto successor(RevisionIndex r, std::size_t i) const -> RevisionIndex {
    if (i < parents_[r].size()) return parents_[r][i];
    i -= parents_[r].size();
    return i < dependencies_[r].size() ? dependencies_[r][i] : nobody;
  }

  auto open(RevisionIndex r) -> void {
    number_[r] = low_[r] = ++counter_;
    stack_.push_back(r);
    on_stack_[r] = true;
    frames_.push_back({r, 0});
  }

  auto visit(RevisionIndex start) -> void {
    open(start);
    while (!frames_.empty()) {
      auto& frame = frames_.back();
      const auto r = frame.revision;
      if (const auto next = successor(r, frame.next++); next != nobody) {
        if (number_[next] == 0)
          open(next);
        else if (on_stack_[next])
          low_[r] = std::min(low_[r], number_[next]);
        continue;
      }
      frames_.pop_back();
      if (!frames_.empty()) low_[frames_.back().revision] = std::min(low_[frames_.back().revision], low_[r]);
      if (low_[r] == number_[r]) close(r);
    }
  }

  auto close(RevisionIndex r) -> void {
    std::vector<RevisionIndex> members;
    do {
      members.push_back(stack_.back());
      on_stack_[stack_.back()] = false;
      stack_.pop_back();
    } while (members.back() != r);
    std::reverse(members.begin(), members.end());
    const auto follows_itself = std::count(parents_[r].begin(), parents_[r].end(), r) > 0 ||
                                std::count(dependencies_[r].begin(), dependencies_[r].end(), r) > 0;
    if (members.size() > 1 || follows_itself) found_.push_back(std::move(members));
  }

  const std::vector<std::vector<RevisionIndex>>& parents_;
  const std::vector<std::vector<RevisionIndex>>& dependencies_;
  std::vector<std::uint32_t> number_, low_;
  std::vector<bool> on_stack_;
  std::vector<RevisionIndex> stack_;
  std::vector<Frame> frames_;
  std::vector<std::vector<RevisionIndex>> found_;
  std::uint32_t counter_ = 0;
};

auto add_once(std::vector<RevisionIndex>& list, RevisionIndex r) -> void {
  if (std::find(list.begin(), list.end(), r) == list.end()) list.push_back(r);
}

// Upgrade order: reversed, it walks from the heads down, one line after the other, and enters a revision when all that
// build on it have been passed. What a cycle holds up comes last.
auto upgrade_order(const std::vector<std::vector<RevisionIndex>>& parents,
                   const std::vector<std::vector<RevisionIndex>>& dependencies) -> std::vector<RevisionIndex> {
  const auto count = static_cast<RevisionIndex>(parents.size());
  std::vector<std::uint32_t> waiting(count, 0);
  for (RevisionIndex r = 0; r < count; ++r) {
    for (const auto parent : parents[r]) ++waiting[parent];
    for (const auto dependency : dependencies[r]) ++waiting[dependency];
  }
  std::vector<RevisionIndex> stack;
  for (auto r = count; r-- > 0;)
    if (waiting[r] == 0) stack.push_back(r);
  std::vector<RevisionIndex> order;
  order.reserve(count);
  std::vector<bool> placed(count, false);
  while (!stack.empty()) {
    const auto r = stack.back();
    stack.pop_back();
    order.push_back(r);
    placed[r] = true;
    const auto release = [&](const std::vector<RevisionIndex>& list) {
      for (auto i = list.size(); i-- > 0;)
        if (--waiting[list[i]] == 0) stack.push_back(list[i]);
    };
    release(dependencies[r]);
    release(parents[r]);
  }
  std::reverse(order.begin(), order.end());
  for (RevisionIndex r = 0; r < count; ++r)
    if (!placed[r]) order.push_back(r);
  return order;
}

}  // namespace

RevisionGraph::RevisionGraph(const std::vector<Revision>& revisions) : revisions_(&revisions) {
  const auto count = static_cast<RevisionIndex>(revisions.size());
  parents_.resize(count);
  dependencies_.resize(count);
  children_.resize(count);
  labels_.resize(count);
  const Names names(revisions);

  std::vector<bool> duplicate(count, false);
  for (const auto& [later, first] : names.duplicates()) {
    duplicate[later] = true;
    problems_.push_back({GraphProblem::Kind::duplicate_id, later, revisions[later].id, {first}});
  }

  // A label as a parent means the newest revision of its branch, which is known once the other edges are.
  struct Late { RevisionIndex revision; RevisionIndex carrier; bool dependency; };
  std::vector<Late> late;
  std::vector<bool> parent_unknown(count, false);
  const auto connect = [&](RevisionIndex r, const std::string& written, bool dependency) {
    if (written.empty()) return;
    std::string_view name = written;
    auto newest = false;
    if (const auto at = name.find('@'); at != std::string_view::npos) {
      const auto place = name.substr(at + 1);
      if (place == "base") return;
      newest = place == "head" || place == "heads";
      name = newest ? name.substr(0, at) : place;
    }
    auto& list = dependency ? dependencies_[r] : parents_[r];
    const auto found = newest ? Names::Found{} : names.id(name);
    if (found.revision != nobody) return add_once(list, found.revision);
    if (const auto carrier = names.label(name); carrier != nobody) {
      late.push_back({r, carrier, dependency});
      return;
    }
    if (dependency) return;  // it may live in another package
    parent_unknown[r] = true;
    problems_.push_back({found.ambiguous ? GraphProblem::Kind::ambiguous_abbreviation
                                         : GraphProblem::Kind::unknown_down_revision,
                         r, written, {}});
  };
  for (RevisionIndex r = 0; r < count; ++r) {
    if (!revisions[r].down_known) parent_unknown[r] = true;
    for (const auto& name : revisions[r].down_revisions) connect(r, name, false);
    for (const auto& name : revisions[r].depends_on) connect(r, name, true);
  }
  const auto make_children = [&] {
    for (auto& list : children_) list.clear();
    for (RevisionIndex r = 0; r < count; ++r)
      if (!duplicate[r])
        for (const auto parent : parents_[r]) children_[parent].push_back(r);
  };
  make_children();
  for (const auto& [r, carrier, dependency] : late) {
    // Down the only line from the carrier, as long as it is not the asking revision itself.
    auto newest = carrier;
    for (RevisionIndex steps = 0; steps < count; ++steps) {
      if (children_[newest].size() != 1 || children_[newest].front() == r) break;
      newest = children_[newest].front();
    }
    if (newest != r) add_once(dependency ? dependencies_[r] : parents_[r], newest);
  }
  if (!late.empty()) make_children();

  auto cycles = Cycles(parents_, dependencies_);
  std::vector<bool> in_cycle(count, false);
  for (auto& members : cycles.found()) {
    std::string ids;
    for (const auto member : members) {
      in_cycle[member] = true;
      ids += (ids.empty() ? "" : " -> ") + revisions[member].id;
    }
    ids += " -> " + revisions[members.front()].id;
    const auto first = *std::min_element(members.begin(), members.end());
    problems_.push_back({GraphProblem::Kind::cycle, first, std::move(ids), std::move(members)});
  }
  order_ = upgrade_order(parents_, dependencies_);
  std::stable_partition(order_.begin(), order_.end(), [&](RevisionIndex r) { return !duplicate[r]; });

  // Labels speak for a whole line: all that follows, and what leads there up to the point where it branched off.
  std::vector<std::set<std::string>> labels(count);
  for (RevisionIndex r = 0; r < count; ++r) {
    if (revisions[r].labels.empty()) continue;
    auto at = r;
    for (RevisionIndex steps = 0; steps < count; ++steps) {
      if (labels[at].size() >= most_labels) break;
      labels[at].insert(revisions[r].labels.begin(), revisions[r].labels.end());
      if (parents_[at].size() != 1 || children_[parents_[at].front()].size() > 1) break;
      at = parents_[at].front();
      if (at == r) break;
    }
  }
  std::vector<bool> detached(count, false);  // every way back ends at a parent that is not there
  for (const auto r : order_) {
    auto from_known = parents_[r].empty() && !parent_unknown[r];
    for (const auto parent : parents_[r]) {
      if (labels[r].size() < most_labels) labels[r].insert(labels[parent].begin(), labels[parent].end());
      if (!detached[parent]) from_known = true;
    }
    detached[r] = !from_known;
    if (duplicate[r]) continue;
    if (parents_[r].empty()) roots_.push_back(r);
    if (children_[r].empty() && !in_cycle[r]) heads_.push_back(r);
  }
  for (RevisionIndex r = 0; r < count; ++r) labels_[r].assign(labels[r].begin(), labels[r].end());
  std::sort(heads_.begin(), heads_.end());
  std::sort(roots_.begin(), roots_.end());

  std::vector<RevisionIndex> candidates;
  for (const auto head : heads_)
    if (!detached[head]) candidates.push_back(head);
  std::map<std::vector<std::string>, std::size_t> alike;
  for (const auto head : candidates) ++alike[labels_[head]];
  for (const auto head : candidates)
    if (alike[labels_[head]] > 1) unlabelled_heads_.push_back(head);
}

auto RevisionGraph::find(std::string_view name) const -> std::optional<RevisionIndex> {
  const Names names(*revisions_);
  if (const auto at = name.find('@'); at != std::string_view::npos && name.substr(at + 1) == "head")
    name = name.substr(0, at);
  if (const auto found = names.id(name); found.revision != nobody) return found.revision;
  for (auto r = order_.rbegin(); r != order_.rend(); ++r)
    if (std::binary_search(labels_[*r].begin(), labels_[*r].end(), name)) return *r;
  return std::nullopt;
}

auto RevisionGraph::ancestors(const std::vector<RevisionIndex>& of) const -> std::vector<bool> {
  std::vector<bool> reached(parents_.size(), false);
  std::vector<RevisionIndex> stack;
  const auto reach = [&](RevisionIndex r) {
    if (reached[r]) return;
    reached[r] = true;
    stack.push_back(r);
  };
  for (const auto r : of) reach(r);
  while (!stack.empty()) {
    const auto r = stack.back();
    stack.pop_back();
    for (const auto parent : parents_[r]) reach(parent);
    for (const auto dependency : dependencies_[r]) reach(dependency);
  }
  return reached;
}

}  // namespace foreshot
