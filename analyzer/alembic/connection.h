// A Connection is what statements run on: a connection, session, engine or cursor of SQLAlchemy, the migration's own or
// another one.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "analyzer/interpret/value.h"
#include "analyzer/interpret/vocabulary.h"

namespace foreshot::alembic {

struct Connection : interpret::Object {
  enum class Kind : std::uint8_t { connection, session, engine, cursor };
  Kind kind = Kind::connection;
  bool own = false;  // not the migration's: engine.connect()
  std::shared_ptr<Connection> part_of;   // a transaction or cursor: the connection that it belongs to; null: itself
  bool given = false;  // by whoever calls Alembic, through Config.attributes: nobody knows how it was made
  auto type_name() const -> std::string_view override {
    switch (kind) {
      case Kind::session: return "sqlalchemy.orm.Session";
      case Kind::engine: return "sqlalchemy.engine.Engine";
      case Kind::cursor: return "cursor";
      default: return "sqlalchemy.engine.Connection";
    }
  }
};

auto connection_value(Connection::Kind kind, Span span, bool given = false) -> interpret::Value;

// config.attributes.get("connection", None): there when a program runs Alembic, absent on the command line. Nothing for
// other attributes.
auto given_connection(const interpret::Arguments& arguments, Span span) -> std::optional<interpret::Value>;

// Is it a given connection, and nothing of env.py's own?
auto only_given(const interpret::Value& value) -> bool;

}  // namespace foreshot::alembic
