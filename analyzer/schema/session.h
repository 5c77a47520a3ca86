// A Session is the database connection of one replay: which transaction is open after each statement, and which settings
// are in force. It follows PostgreSQL, the driver (what it does after a COMMIT it did not send itself), SQLAlchemy (which
// begins again by itself) and Alembic.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "analyzer/facts/environment.h"
#include "analyzer/facts/operation.h"
#include "analyzer/schema/timeline.h"

namespace foreshot {

class Session {
 public:
  Session(const Environment& environment, bool lock_timeout_set_by_runner, std::vector<Transaction>& transactions);

  // A connection as Alembic opens it: settings of the environment, nothing open.
  auto connect() -> void;
  auto begin_migration(bool first_of_connection) -> void;

  // Did the last migration leave the connection otherwise than Alembic hands it to the next one?
  auto left_usual_state() const -> bool;
  auto forget_settings() -> void;

  // Which transaction a statement runs in; opens one where the statement is the first.
  struct Place {
    std::uint32_t transaction = 0;
    bool in_transaction = true;
  };
  auto place_of(const Operation& operation) -> Place;
  // What the statement changes about transaction and settings.
  auto control(const TransactionControl& action, const Operation& operation, Span span, bool certain) -> void;
  auto set(const SetVariable& variable, Span span, bool certain) -> void;
  auto call(const Dml& dml, Span span, bool certain) -> void;

  struct Value {
    bool is_set = false;
    bool known = true;
    bool certain = true;
    std::string value;
    Span span;
  };
  auto value(const std::string& name) const -> Value;
  auto timeout(const std::string& name) const -> TimeoutSetting;
  auto settings() const -> Settings;
  auto search_path() const -> std::vector<std::string>;

  auto in_autocommit_block() const -> bool { return autocommit_block_; }
  auto after_raw_commit() const -> bool { return after_raw_commit_; }
  // Grows when locks are released and when a setting changes.
  auto transaction_changes() const -> std::uint32_t { return transaction_changes_; }
  auto setting_changes() const -> std::uint32_t { return setting_changes_; }

 private:
  using Values = std::map<std::string, Value>;
  auto open(Span begun, bool known) -> void;
  auto close(Span ends, const std::string& text, bool rolled_back) -> void;
  auto known_at_start() const -> bool;

  const Environment& environment_;
  std::vector<Transaction>& transactions_;
  bool runner_sets_lock_timeout_;
  bool in_transaction_ = false;
  bool known_ = true;                 // is the state what we think it is?
  std::vector<Condition> doubted_;    // a conditional COMMIT: outside these conditions the state is not known
  bool autocommit_block_ = false;
  bool autocommit_connection_ = false;
  bool after_raw_commit_ = false;
  std::uint32_t current_ = 0;
  std::uint32_t transaction_changes_ = 0, setting_changes_ = 0;
  Values committed_, session_, local_;
};

}  // namespace foreshot
