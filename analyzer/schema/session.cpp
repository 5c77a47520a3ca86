#include "analyzer/schema/session.h"

#include <algorithm>

namespace foreshot {

using What = TransactionControl::What;

namespace {

// With transactional_ddl=False Alembic begins a transaction for each migration, too.
auto has_transaction_each(const Environment& environment) -> bool {
  return (environment.transaction_per_migration.value_or(false) || !environment.transactional_ddl.value_or(true)) && !environment.sql_before_configure;
}

}  // namespace

Session::Session(const Environment& environment, bool lock_timeout_set_by_runner, std::vector<Transaction>& transactions)
    : environment_(environment), transactions_(transactions), runner_sets_lock_timeout_(lock_timeout_set_by_runner) {}

auto Session::known_at_start() const -> bool {
  // Without context.begin_transaction() SQLAlchemy begins one, but who ends it, and when, is up to env.py.
  return environment_.begins_transaction;
}

auto Session::connect() -> void {
  session_.clear();
  local_.clear();
  for (std::size_t i = 0; i < environment_.settings.size(); ++i) {
    const auto& setting = environment_.settings[i];
    if (setting.reset) continue;
    const auto span = i < environment_.setting_spans.size() ? environment_.setting_spans[i] : Span();
    session_[setting.name] = {true, setting.value_known, true, setting.value, span};
  }
  committed_ = session_;
  in_transaction_ = false;
  known_ = known_at_start();
  doubted_.clear();
  autocommit_block_ = false;
  autocommit_connection_ = environment_.autocommit;
  after_raw_commit_ = false;
  ++transaction_changes_;
  ++setting_changes_;
}

auto Session::begin_migration(bool first_of_connection) -> void {
  const auto each_own = has_transaction_each(environment_);
  after_raw_commit_ = false;
  autocommit_block_ = false;
  if (autocommit_connection_) return;
  if (!first_of_connection && !each_own) {
    if (in_transaction_) transactions_[current_].spans_revisions = true;
    return;
  }
  if (in_transaction_) close({}, "", false);
  open({}, known_at_start());
}

auto Session::left_usual_state() const -> bool {
  return !in_transaction_ || !doubted_.empty() || known_ != known_at_start() ||
         autocommit_connection_ != environment_.autocommit;
}

auto Session::forget_settings() -> void {
  const auto transaction_changes = transaction_changes_;
  const auto in_transaction = in_transaction_;
  connect();
  in_transaction_ = in_transaction;
  transaction_changes_ = transaction_changes;
}

auto Session::open(Span begun, bool known) -> void {
  Transaction transaction;
  transaction.number = static_cast<std::uint32_t>(transactions_.size());
  transaction.known = known;
  transaction.begun = begun;
  const auto each_own = has_transaction_each(environment_);
  transaction.ends_text = each_own ? "the migration's transaction ends" : "the whole upgrade ends";
  if (!each_own) transaction.ends = environment_.sql_before_configure ? environment_.sql_before_configure_span : environment_.configure;
  current_ = transaction.number;
  transactions_.push_back(std::move(transaction));
  in_transaction_ = true;
  known_ = known;
  doubted_.clear();
  ++transaction_changes_;
}

auto Session::close(Span ends, const std::string& text, bool rolled_back) -> void {
  if (in_transaction_) {
    if (!text.empty()) {
      transactions_[current_].ends = ends;
      transactions_[current_].ends_text = text;
    }
    if (!local_.empty() || rolled_back) ++setting_changes_;
    if (rolled_back) session_ = committed_;
  }
  committed_ = session_;
  local_.clear();
  in_transaction_ = false;
  ++transaction_changes_;
}

auto Session::place_of(const Operation& operation) -> Place {
  auto known = known_;
  if (known && !doubted_.empty())
    known = std::all_of(doubted_.begin(), doubted_.end(), [&](const Condition& condition) {
      return std::find(operation.conditions.begin(), operation.conditions.end(), condition) != operation.conditions.end();
    });
  if (in_transaction_) {
    // A transaction that is doubtful for this statement only is shown as one of its own.
    if (known == transactions_[current_].known) return {current_, true};
    if (!known) transactions_[current_].known = false;
    return {current_, true};
  }
  Transaction alone;
  alone.number = static_cast<std::uint32_t>(transactions_.size());
  alone.none = true;
  alone.known = known;
  alone.ends_text = "the statement ends";
  transactions_.push_back(std::move(alone));
  return {transactions_.back().number, false};
}

auto Session::control(const TransactionControl& action, const Operation& operation, Span span, bool certain) -> void {
  const auto doubt = [&] {
    if (!certain) doubted_ = operation.conditions;
  };
  switch (action.what) {
    case What::begin:
      if (in_transaction_ || autocommit_connection_) break;
      open(span, known_);
      after_raw_commit_ = false;
      break;
    case What::commit:
    case What::rollback:
    case What::prepare: {
      const auto rolled_back = action.what == What::rollback;
      close(span, rolled_back ? "the ROLLBACK" : "the COMMIT", rolled_back);
      if (autocommit_block_ || autocommit_connection_) break;
      after_raw_commit_ = true;
      switch (environment_.driver) {
        // These ask the server whether a transaction is open, and begin the next one.
        case Driver::psycopg:
        case Driver::pg8000: open(span, known_); break;
        // These believe that the transaction which they began is still open.
        case Driver::psycopg2:
        case Driver::asyncpg: break;
        case Driver::unknown: known_ = false; break;
      }
      doubt();
      break;
    }
    case What::autocommit_begin:
      close(span, "the autocommit block, which commits first,", false);
      autocommit_block_ = true;
      // On a connection that was in use before Alembic the block cannot end the transaction.
      if (environment_.sql_before_configure && !environment_.commits_connection_itself) known_ = false;
      break;
    case What::autocommit_end:
      autocommit_block_ = false;
      if (!autocommit_connection_) open(span, known_at_start());
      break;
    case What::connection_begin:
      if (!in_transaction_ && !autocommit_connection_) open(span, known_);
      break;
    case What::connection_commit:
    case What::connection_rollback: {
      const auto rolled_back = action.what == What::connection_rollback;
      close(span, rolled_back ? "the rollback()" : "the commit()", rolled_back);
      // SQLAlchemy begins again with the next statement.
      if (!autocommit_block_ && !autocommit_connection_) open(span, known_);
      after_raw_commit_ = false;
      doubt();
      break;
    }
    case What::isolation_autocommit:
      close(span, "the change to AUTOCOMMIT", false);
      autocommit_connection_ = true;
      doubt();
      break;
    case What::savepoint:
    case What::release:
    case What::rollback_to:
    case What::nested_begin:
    case What::nested_end: break;
  }
}

auto Session::set(const SetVariable& variable, Span span, bool certain) -> void {
  ++setting_changes_;
  if (variable.reset) {
    // RESET goes back to what the connection began with.
    Values initial;
    for (std::size_t i = 0; i < environment_.settings.size(); ++i) {
      const auto& setting = environment_.settings[i];
      initial[setting.name] = {!setting.reset, setting.value_known, true, setting.value,
                               i < environment_.setting_spans.size() ? environment_.setting_spans[i] : Span()};
    }
    const auto back = [&](const std::string& name) {
      auto value = initial.count(name) > 0 ? initial[name] : Value();
      // Who goes back from a zone of his own does so because the server's is another.
      if (name == "timezone" && !value.is_set && this->value(name).is_set) value = {true, true, true, servers_own_zone, span};
      if (!certain) value.certain = false;
      session_[name] = value;
      local_.erase(name);
    };
    if (variable.name == "all") {
      std::vector<std::string> names;
      for (const auto& [name, value] : session_) names.push_back(name);
      for (const auto& name : names) back(name);
    } else {
      back(variable.name);
    }
  } else {
    const Value value{true, variable.value_known, certain, variable.value, span};
    if (variable.local) {
      if (in_transaction_) local_[variable.name] = value;
    } else {
      session_[variable.name] = value;
      local_.erase(variable.name);
    }
  }
  if (!in_transaction_) committed_ = session_;
}

auto Session::call(const Dml& dml, Span span, bool certain) -> void {
  for (const auto& function : dml.calls) {
    if (function.kind != Expression::Kind::function || function.name.name.text != "set_config") continue;
    if (function.arguments.size() != 3 || function.arguments[0].kind != Expression::Kind::constant) continue;
    SetVariable variable;
    variable.name = function.arguments[0].text;
    for (auto& letter : variable.name) letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter | 0x20) : letter;
    variable.value = function.arguments[1].text;
    variable.value_known = function.arguments[1].kind == Expression::Kind::constant;
    variable.local = function.arguments[2].text != "false" && function.arguments[2].text != "f";
    set(variable, span, certain);
  }
}

auto Session::value(const std::string& name) const -> Value {
  if (const auto found = local_.find(name); found != local_.end()) return found->second;
  if (const auto found = session_.find(name); found != session_.end()) return found->second;
  return {};
}

auto Session::timeout(const std::string& name) const -> TimeoutSetting {
  const auto found = value(name);
  TimeoutSetting setting;
  setting.certain = found.certain && !(environment_.settings_unknown && !found.is_set);
  setting.value = found.value;
  setting.span = found.span;
  auto zero = !found.value.empty();
  for (const auto letter : found.value) zero = zero && !(letter >= '1' && letter <= '9');
  setting.in_force = found.is_set && !(zero && found.known);
  if (!setting.in_force && name == "lock_timeout" && runner_sets_lock_timeout_ && !found.is_set) {
    setting.in_force = true;
    setting.certain = true;
  }
  return setting;
}

auto Session::settings() const -> Settings {
  const auto zone = value("timezone");
  if (!zone.is_set) return {"UTC", zone.certain};
  return {zone.known ? zone.value : "", zone.known && zone.certain};
}

auto Session::search_path() const -> std::vector<std::string> {
  const auto path = value("search_path");
  if (!path.is_set) return {"public"};
  std::vector<std::string> schemas;
  if (!path.known || !path.certain) return schemas;
  std::string name;
  const auto take = [&] {
    while (!name.empty() && (name.back() == ' ' || name.back() == '"' || name.back() == '\'')) name.pop_back();
    const auto first = name.find_first_not_of(" \"'");
    if (first != std::string::npos && name.substr(first) != "$user") schemas.push_back(name.substr(first));
    name.clear();
  };
  for (const auto letter : path.value) {
    if (letter == ',')
      take();
    else
      name += letter;
  }
  take();
  return schemas;
}

}  // namespace foreshot
