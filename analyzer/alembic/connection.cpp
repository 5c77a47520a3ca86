#include "analyzer/alembic/connection.h"

#include <algorithm>
#include <memory>
#include <string>

namespace foreshot::alembic {

using interpret::Choice;
using interpret::Value;

auto connection_value(Connection::Kind kind, Span span, bool given) -> Value {
  auto connection = std::make_shared<Connection>();
  connection->kind = kind;
  connection->given = given;
  return {std::shared_ptr<interpret::Object>(std::move(connection)), span};
}

auto given_connection(const interpret::Arguments& arguments, Span span) -> std::optional<Value> {
  const auto* key = arguments.get(0, "key");
  const auto* word = key != nullptr ? key->value.constant_text() : nullptr;
  if (word == nullptr) return std::nullopt;
  Choice choice{{Value(interpret::None{}, span)}, span};
  if (word->find("engine") != std::string::npos)
    choice.options.push_back(connection_value(Connection::Kind::engine, span, true));
  else if (word->find("connect") != std::string::npos)
    choice.options.push_back(connection_value(Connection::Kind::connection, span, true));
  else
    return std::nullopt;
  return Value(std::make_shared<const Choice>(std::move(choice)), span);
}

auto only_given(const Value& value) -> bool {
  if (const auto* choice = value.get<std::shared_ptr<const Choice>>()) {
    const auto& options = (*choice)->options;
    return std::all_of(options.begin(), options.end(), [](const Value& option) { return option.is_none() || only_given(option); }) &&
           std::any_of(options.begin(), options.end(), only_given);
  }
  const auto* connection = value.object<Connection>();
  return connection != nullptr && connection->given;
}

}  // namespace foreshot::alembic
