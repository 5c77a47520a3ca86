// The Timeline of one tree: every statement of every revision as a Step, in upgrade order, with the schema before it, the
// transaction it runs in, the settings in force and what it costs. Downgrades are replayed from the state after their
// own upgrade, as steps of their own. Rules read steps; `foreshot timeline` prints them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/facts/revision.h"
#include "analyzer/schema/cost.h"
#include "analyzer/schema/history.h"
#include "analyzer/schema/revision_graph.h"

namespace foreshot {

// A stretch of statements that commit together, or one statement that runs outside any transaction.
struct Transaction {
  std::uint32_t number = 0;
  bool none = false;            // autocommit: the statement commits by itself
  bool known = true;            // false: cannot be told (CONCURRENTLY is then not judged)
  bool spans_revisions = false; // begun in an earlier revision: the whole upgrade is one transaction
  Span begun;                   // the statement or block that began it; unknown: Alembic did
  Span ends;                    // what ends it, or why it lasts so long; unknown: the end of the migration
  std::string ends_text;        // "the migration's transaction ends", "the whole upgrade ends", "the statement ends"
};

struct HeldLock {
  ObjectName relation;
  LockMode mode = LockMode::none;
  std::size_t step = 0;         // index of the step that took it
};

struct TimeoutSetting {
  bool in_force = false;
  bool certain = true;
  std::string value;
  Span span;                    // unknown: from env.py's connect_args or configuration
};

struct Step {
  RevisionIndex revision = 0;
  bool downgrade = false;
  std::uint32_t operation = 0;          // index into the body's operations
  std::uint32_t statement = 0;          // index into Operation::statements (blocks are flattened: see `nested`)
  const Operation* op = nullptr;
  const Statement* sql = nullptr;       // the statement, or the one inside a DO block
  bool nested = false;                  // inside a Block
  Moment before = 0;
  Moment after = 0;
  std::uint32_t transaction = 0;        // index into Timeline::transactions
  bool in_transaction = true;
  bool conditional = false;
  Cost cost;
  Settings settings;
  TimeoutSetting lock_timeout;
  TimeoutSetting statement_timeout;
  bool autocommit_block = false;        // inside op.get_context().autocommit_block()
  std::uint32_t held = 0xffffffff;      // see Timeline::held_before
  bool after_raw_commit = false;        // a raw COMMIT ran before in this revision, with no BEGIN after it

  auto action() const -> const Action& { return sql->action; }
};

// One revision's steps: [upgrade_begin, upgrade_end) and [downgrade_begin, downgrade_end) of Timeline::steps.
struct RevisionSteps {
  std::size_t upgrade_begin = 0, upgrade_end = 0;
  std::size_t downgrade_begin = 0, downgrade_end = 0;
  Moment before = 0, after = 0;          // of the upgrade
  Moment downgrade_after = 0;            // in downgrade_history
};

// A difference that a downgrade leaves against the state before the upgrade.
struct Difference {
  enum class Kind : std::uint8_t { table, column, index, constraint, default_value, nullability, type, enum_type };
  Kind kind = Kind::table;
  enum class What : std::uint8_t { left, lost, changed } what = What::left;
  ObjectName table;
  std::string name;         // of the column, index, constraint or type
  std::string detail;       // "default 'x' is not restored"
  Span upgrade_span;        // the upgrade's statement that caused it
};

class Timeline {
 public:
  struct Options {
    int server_version = 14;
    std::vector<bool> released;     // by revision: ancestors of start-after
    const std::vector<Table>* models = nullptr;  // tables that models vouch for
    bool lock_timeout_set_by_runner = false;
  };
  static auto replay(const TreeSource& tree, const RevisionGraph& graph, Options options) -> Timeline;

  auto steps() const -> const std::vector<Step>& { return steps_; }
  auto revision(RevisionIndex r) const -> const RevisionSteps& { return revisions_[r]; }
  auto transactions() const -> const std::vector<Transaction>& { return transactions_; }
  auto before(const Step& step) const -> Schema;
  auto after(const Step& step) const -> Schema;
  auto heads() const -> Schema { return history_.latest(); }
  auto before(RevisionIndex r) const -> Schema { return history_.at(revisions_[r].before); }
  auto after(RevisionIndex r) const -> Schema { return history_.at(revisions_[r].after); }
  auto history() const -> const History& { return history_; }

  // Locks that the step's transaction holds before the step, strongest per relation, in order of taking.
  auto held_before(const Step& step) const -> std::vector<HeldLock>;

  // A table is live at a step when it may hold rows then: not created earlier in this revision, nor by a revision of the
  // same unreleased chain run in the same deployment, and not known empty.
  auto live(const Step& step, const ObjectName& table) const -> bool;

  // Live, and not emptied before by the same body: may the statement meet a row?
  auto may_hold_rows(const Step& step, const ObjectName& table) const -> bool;

  // What the downgrade of a revision does not mirror; empty when it does or when it cannot be told.
  auto differences(RevisionIndex r) const -> const std::vector<Difference>& { return differences_[r]; }

 private:
  friend class Replay;
  auto made_here(const Step& step, const Origin& origin) const -> bool;
  History history_;
  std::vector<std::unique_ptr<History>> downgrade_histories_;  // by revision; null when the body is not working
  std::vector<Step> steps_;
  std::vector<RevisionSteps> revisions_;
  std::vector<Transaction> transactions_;
  std::vector<std::vector<Difference>> differences_;
  // Locks in the order of taking, each with the one that its transaction took before: a step needs to know only the
  // last one taken before it.
  struct TakenLock {
    HeldLock lock;
    std::uint32_t previous = 0xffffffff;
  };
  std::vector<TakenLock> taken_;
  Options options_;
  bool any_released_ = false;
};

}  // namespace foreshot
