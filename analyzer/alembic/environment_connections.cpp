// What runs on which connection before context.configure(): only what the migrations get counts.
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/alembic/connection.h"
#include "analyzer/alembic/environment_vocabulary.h"
#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::alembic {

using interpret::Arguments;
using interpret::Site;
using interpret::Value;
using sqlalchemy::object_value;
using sqlalchemy::shared_object;

namespace {

// Transactions and cursors are parts of a connection.
auto root_of(std::shared_ptr<Connection> connection) -> std::shared_ptr<Connection> {
  constexpr int deepest = 8;
  for (int depth = 0; depth < deepest && connection != nullptr && connection->part_of != nullptr; ++depth) connection = connection->part_of;
  return connection;
}

// The connections that the value may be; none when it may be another too.
auto connections_of(const Value& value) -> std::vector<std::shared_ptr<Connection>> {
  std::vector<std::shared_ptr<Connection>> found;
  const auto add = [&](const Value& option) {
    if (const auto connection = shared_object<Connection>(option)) found.push_back(root_of(connection));
    return option.is_none() || shared_object<Connection>(option) != nullptr;
  };
  const auto* choice = value.get<std::shared_ptr<const interpret::Choice>>();
  if (choice == nullptr) {
    add(value);
  } else if (const auto& options = (*choice)->options; !std::all_of(options.begin(), options.end(), add)) {
    found.clear();
  }
  return found;
}

auto is_autocommit(const Value& value) -> bool {
  const auto* word = value.constant_text();
  return word != nullptr && (*word == "AUTOCOMMIT" || *word == "autocommit");
}

}  // namespace

auto EnvironmentVocabulary::set(SetVariable setting, Span span, std::shared_ptr<Connection> on) -> void {
  on = root_of(on);
  if (on != nullptr && !configured_with_.empty()) {
    if (std::find(configured_with_.begin(), configured_with_.end(), on) == configured_with_.end()) return;
    on = nullptr;
  }
  environment_.settings.push_back(std::move(setting));
  environment_.setting_spans.push_back(span);
  setting_owners_.push_back(std::move(on));
}

auto EnvironmentVocabulary::begun(const std::shared_ptr<Connection>& on, Span span) -> void {
  constexpr std::size_t most = 64;
  if (configured_ || listening_ > 0 || begun_.size() >= most) return;
  begun_.emplace_back(root_of(on), span);
}

auto EnvironmentVocabulary::ended(const std::shared_ptr<Connection>& on) -> void {
  const auto root = root_of(on);
  begun_.erase(std::remove_if(begun_.begin(), begun_.end(), [&](const auto& each) { return each.first == nullptr || each.first == root; }),
               begun_.end());
}

auto EnvironmentVocabulary::settle(const interpret::Argument* given) -> void {
  const auto uses = [&](const std::shared_ptr<Connection>& connection) {
    return connection == nullptr || configured_with_.empty() ||
           std::find(configured_with_.begin(), configured_with_.end(), connection) != configured_with_.end();
  };
  if (given != nullptr && configured_with_.empty()) {
    configured_with_ = connections_of(given->value);
    for (std::size_t i = environment_.settings.size(); i-- > 0;) {
      const auto at = static_cast<std::ptrdiff_t>(i);
      if (uses(setting_owners_[i])) continue;
      environment_.settings.erase(environment_.settings.begin() + at);
      environment_.setting_spans.erase(environment_.setting_spans.begin() + at);
      setting_owners_.erase(setting_owners_.begin() + at);
    }
  }
  if (environment_.sql_before_configure) return;
  const auto first = std::find_if(begun_.begin(), begun_.end(), [&](const auto& each) { return uses(each.first); });
  if (first == begun_.end()) return;
  environment_.sql_before_configure = true;
  environment_.sql_before_configure_span = first->second;
}

auto EnvironmentVocabulary::connection_method(const Site& site, const std::shared_ptr<Connection>& connection,
                                              std::string_view name, const Arguments& arguments) -> std::optional<Value> {
  if (name == "execute" || name == "exec_driver_sql" || name == "scalar") {
    execute(site, connection, arguments, name == "exec_driver_sql" || connection->kind == Connection::Kind::cursor);
    return Value::unknown("result of execute()", site.span);
  }
  if (name == "connect" || name == "begin") {
    // What has connect() is an engine, also where the program that runs Alembic gives it.
    const auto made = std::make_shared<Connection>();
    made->given = connection->given;
    if (name == "begin") {
      if (connection->kind != Connection::Kind::engine) made->part_of = connection;
      begun(made, site.span);
    }
    return object_value(made, site.span);
  }
  if (name == "begin_nested") begun(connection, site.span);
  if ((name == "commit" || name == "rollback") && listening_ == 0) {
    // What ran before is over: the connection that configure() gets is fresh again.
    if (!configured_) ended(connection);
    else if (name == "commit") environment_.commits_connection_itself = true;
    return Value(interpret::None{}, site.span);
  }
  if (name == "execution_options") {
    if (const auto* level = arguments.keyword("isolation_level"); level != nullptr)
      if (is_autocommit(level->value)) environment_.autocommit = true;
    return object_value(connection, site.span);
  }
  if (name == "run_sync") {
    const auto* function = arguments.positional(0);
    if (function == nullptr) return std::nullopt;
    Arguments rest;
    rest.items.push_back({"", object_value(connection, site.span), site.span});
    for (std::size_t at = 1; at < arguments.items.size(); ++at) rest.items.push_back(arguments.items[at]);
    return site.interpreter.call(site, function->value, rest);
  }
  if (name == "cursor") {
    const auto cursor = std::make_shared<Connection>();
    cursor->kind = Connection::Kind::cursor;
    cursor->part_of = connection;
    return object_value(cursor, site.span);
  }
  if (name == "close" && connection->kind != Connection::Kind::cursor && !configured_) ended(connection);
  if (name == "close" || name == "dispose") return Value(interpret::None{}, site.span);
  return Value::unknown("result of " + std::string(name) + "()", site.span);
}

}  // namespace foreshot::alembic
