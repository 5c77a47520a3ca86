// A statement that hurts becomes several that do not, each where it can commit by itself: the first in the revision that
// the statement stands in, the others in revisions of their own after it.
//
//     op.create_foreign_key(…)   ─►   op.create_foreign_key(…, postgresql_not_valid=True)
//                                     ──── a new revision ────
//                                     op.execute("ALTER TABLE … VALIDATE CONSTRAINT …")
//
// What has to run outside a transaction stays in its revision only when nothing else is there that a failure would leave
// half done; else it moves, with what undoes it, into a revision of its own. Revisions that follow are chained anew.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analyzer/check/rule.h"
#include "analyzer/fix/call.h"

namespace foreshot::fix {

struct Part {
  std::string text;                 // statements with marks, see python_text.h
  bool outside = false;             // in an autocommit_block
};

struct Stage {
  std::string message;              // of a revision of its own: "validate fk_orders_user_id"
  std::vector<Part> up, down;       // down: in the order in which a downgrade runs them
};

struct Plan {
  std::string says;                 // Fix::message
  std::vector<Stage> stages;        // at least one
  bool keeps_downgrade = true;      // as long as the first stage stays, downgrade() undoes it as it is
  // The step of downgrade() that undoes the statement as it was written: what undoes the first stage takes its place.
  std::function<bool(const StepView&)> undone_by;
  bool moves_undoing = false;       // what undone_by finds goes, because a later stage undoes it
  std::set<std::string> imports;    // that new files need
  bool safe = false;
};

auto staged(const StepView& at, const Call& call, const Plan& plan) -> std::optional<Fix>;

// The call of downgrade() that undoes a statement of the upgrade: the only one that passes the test.
auto undoing_call(const StepView& at, const std::function<bool(const StepView&)>& undone_by) -> std::optional<Call>;

// Nothing else of the upgrade changes anything, but for timeouts that are set for the statement.
auto is_alone(const StepView& at) -> bool;

// Makes env.py give each revision a transaction of its own, where it does not and can be edited.
auto own_transactions(const Project& project, const RevisionTree& tree) -> std::optional<Edit>;

// Statements of an upgrade or a downgrade as lines of a function: blocks around what runs outside a transaction.
auto lines_of(const std::vector<Part>& parts) -> std::string;

}  // namespace foreshot::fix
