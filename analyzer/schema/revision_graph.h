// The RevisionGraph of one tree: which revision follows which, in what order `alembic upgrade heads` runs them, and what
// is wrong with it. Indexes are positions in TreeSource::revisions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts/revision.h"

namespace foreshot {

using RevisionIndex = std::uint32_t;

struct GraphProblem {
  enum class Kind : std::uint8_t { unknown_down_revision, duplicate_id, cycle, ambiguous_abbreviation };
  Kind kind = Kind::cycle;
  RevisionIndex revision = 0;
  std::string detail;                     // the name that is not there; the ids of the cycle, in order
  std::vector<RevisionIndex> others;      // the first holder of a duplicate id; the members of a cycle
};

class RevisionGraph {
 public:
  explicit RevisionGraph(const std::vector<Revision>& revisions);

  auto order() const -> const std::vector<RevisionIndex>& { return order_; }  // upgrade order; all revisions, cycles last
  auto parents(RevisionIndex r) const -> const std::vector<RevisionIndex>& { return parents_[r]; }       // down_revision
  auto dependencies(RevisionIndex r) const -> const std::vector<RevisionIndex>& { return dependencies_[r]; }  // depends_on
  auto children(RevisionIndex r) const -> const std::vector<RevisionIndex>& { return children_[r]; }
  auto heads() const -> const std::vector<RevisionIndex>& { return heads_; }
  auto roots() const -> const std::vector<RevisionIndex>& { return roots_; }
  auto labels(RevisionIndex r) const -> const std::vector<std::string>& { return labels_[r]; }  // own and inherited
  auto problems() const -> const std::vector<GraphProblem>& { return problems_; }
  auto is_merge(RevisionIndex r) const -> bool { return parents_[r].size() > 1; }

  // Heads that no branch label keeps apart: more than one is REV101.
  auto unlabelled_heads() const -> const std::vector<RevisionIndex>& { return unlabelled_heads_; }

  // By id, unique prefix, or branch label (its newest revision).
  auto find(std::string_view name) const -> std::optional<RevisionIndex>;
  // The revision and everything before it (down_revision and depends_on).
  auto ancestors(const std::vector<RevisionIndex>& of) const -> std::vector<bool>;

 private:
  std::vector<RevisionIndex> order_, heads_, roots_, unlabelled_heads_;
  std::vector<std::vector<RevisionIndex>> parents_, dependencies_, children_;
  std::vector<std::vector<std::string>> labels_;
  std::vector<GraphProblem> problems_;
  const std::vector<Revision>* revisions_;
};

}  // namespace foreshot
