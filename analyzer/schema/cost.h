// cost() says what one statement does to running traffic: for every relation it touches, the lock it takes and the work
// done under it. It is the one place that knows PostgreSQL's locking and rewriting, for the majors 12 to 18. Its facts are
// measurements (pg_locks, relfilenode, scan counters on real servers), compared with servers again by tests.
//
// Unknown is an answer: where history or statement leave it open, `known` is false and lock rules stay silent.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/facts/action.h"
#include "analyzer/schema/history.h"

namespace foreshot {

// PostgreSQL's table-level lock modes, weakest first. The order is that of strength for "the strongest of several".
enum class LockMode : std::uint8_t {
  none, access_share, row_share, row_exclusive, share_update_exclusive, share, share_row_exclusive, exclusive,
  access_exclusive,
};

auto lock_name(LockMode mode) -> const char*;        // "SHARE ROW EXCLUSIVE"
auto blocks_writes(LockMode mode) -> bool;           // SHARE and stronger
auto blocks_reads(LockMode mode) -> bool;            // ACCESS EXCLUSIVE
auto conflicts(LockMode held, LockMode wanted) -> bool;  // PostgreSQL's conflict table
auto waits(LockMode mode) -> const char*;            // "SELECT, INSERT, UPDATE and DELETE wait" in words for people

enum class Work : std::uint8_t { none, scan, index_build, rewrite };

struct Effect {
  ObjectName relation;
  ObjectKind kind = ObjectKind::table;   // table or index
  LockMode lock = LockMode::none;
  Work work = Work::none;                // table-sized work done while the lock is held
  std::string cause;                     // short, for people: "verifies NOT NULL", "builds the index behind UNIQUE"
  bool created_here = false;             // the relation is made by this statement
  std::size_t subcommand = 0;            // which subcommand of an ALTER TABLE
};

struct Cost {
  bool known = true;                     // false: do not rely on effects
  std::string unknown_reason;
  std::vector<Effect> effects;           // one for each relation and cause; parents and partitions included
  bool fails = false;                    // PostgreSQL refuses it for certain
  std::string failure;

  auto strongest(const ObjectName& relation) const -> LockMode;
  auto work_on(const ObjectName& relation) const -> Work;
};

// The zone of a session that went back to the server's from one of its own: hardly UTC.
inline constexpr const char* servers_own_zone = "the server's own";

struct Settings {
  std::string time_zone = "UTC";         // of the session, as far as the history of SET says; "" unknown
  bool time_zone_known = true;
};

struct Situation {
  Schema before;
  Settings settings;
  int version = 14;                      // server major, 12 to 18
  const TypeName* existing_type = nullptr;  // what the migration says the old type is, where the schema does not know
  const bool* existing_nullable = nullptr;
};

auto cost(const Action& action, const Situation& situation) -> Cost;

// How a type change is carried out (the measured list): rule MIG205 to MIG208 ask for the parts.
struct TypeChange {
  bool known = true;
  bool rewrites = false;
  bool rebuilds_indexes = false;   // without rewrite: the indexes on the column are built again
  bool needs_using = false;        // no assignment cast: refused without USING
  bool narrows = false;            // the new type cannot hold all old values
};
auto type_change(const TypeName& from, const TypeName& to, const Settings& settings, int version) -> TypeChange;

// Volatile: a default that rewrites. Unknown functions are Known::unknown.
auto is_volatile(const Expression& expression, const Schema& schema) -> Known;

}  // namespace foreshot
