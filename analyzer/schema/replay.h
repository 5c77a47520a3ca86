// A Replay runs the revisions of a tree through a History and a Session and writes the Timeline. Private to schema/.
#pragma once

#include <unordered_map>

#include "analyzer/schema/session.h"
#include "analyzer/schema/timeline.h"

namespace foreshot {

class Replay {
 public:
  Replay(const TreeSource& tree, const RevisionGraph& graph, Timeline& timeline);
  auto run() -> void;

 private:
  auto upgrade(RevisionIndex r) -> void;
  auto downgrade(RevisionIndex r) -> void;
  auto body(const Body& body, RevisionIndex r, bool downgrade) -> void;
  auto statement(const Operation& operation, const Statement& statement, std::uint32_t number, Step step, bool certain)
      -> void;
  auto calls(const Operation& operation, const Statement& statement, std::uint32_t depth, Step step, bool certain) -> void;
  auto execute(const Operation& operation, const Statement& statement, Step step, bool certain) -> void;
  auto take_locks(const Step& step) -> void;
  auto note_missing(const Action& action, RevisionIndex r) -> void;
  auto decide_completeness() -> void;
  auto released(RevisionIndex r) const -> bool {
    return r < timeline_.options_.released.size() && timeline_.options_.released[r];
  }

  const TreeSource& tree_;
  const RevisionGraph& graph_;
  Timeline& timeline_;
  Session session_;
  History* history_ = nullptr;        // the one that steps change: the tree's or a downgrade's
  Moment moment_ = 0;
  std::uint32_t seen_settings_ = 0xffffffff, seen_transactions_ = 0xffffffff;
  std::vector<std::string> search_path_;
  std::uint32_t last_taken_ = 0xffffffff;
  std::uint32_t called_ = 0;          // statements of functions that the body has run
  std::unordered_map<std::string, LockMode> held_;
  std::vector<bool> touches_missing_;  // by revision: it changes a table that the history never saw
};

// What the downgrade leaves, loses or changes; appended to `found`.
auto find_differences(const Timeline& timeline, const TreeSource& tree, RevisionIndex r, const History& downgraded,
                      std::vector<Difference>& found) -> void;

}  // namespace foreshot
