// EnvironmentVocabulary says what the calls of an env.py mean: engines and what they connect with, connections and what
// runs on them before and after context.configure(), and configure() itself.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/alembic/connection.h"
#include "analyzer/alembic/proxy.h"
#include "analyzer/facts/environment.h"
#include "analyzer/interpret/interpreter.h"

namespace foreshot::alembic {

// A MetaData holder: declarative_base(metadata=…), SQLAlchemy(metadata=…).
struct MetadataHolder : interpret::Object {
  std::shared_ptr<sqlalchemy::MetaData> metadata;
  auto type_name() const -> std::string_view override { return "sqlalchemy.MetaData holder"; }
};

// event.listens_for(target, "connect"): takes the function that it decorates.
struct ListenerDecorator : interpret::Object {
  std::string event;
  auto type_name() const -> std::string_view override { return "sqlalchemy.event.listens_for"; }
};

struct EnvironmentBlock : interpret::Object {
  auto type_name() const -> std::string_view override { return "alembic.context.begin_transaction"; }
};

class EnvironmentVocabulary : public interpret::Vocabulary {
 public:
  explicit EnvironmentVocabulary(Environment& environment) : environment_(environment) {}

  auto call(const interpret::Site&, const interpret::Value& callee, const interpret::Arguments&)
      -> std::optional<interpret::Value> override;
  auto method(const interpret::Site&, const interpret::Value& object, std::string_view name, const interpret::Arguments&)
      -> std::optional<interpret::Value> override;
  auto attribute(const interpret::Site&, const interpret::Value& object, std::string_view name)
      -> std::optional<interpret::Value> override;
  auto set_attribute(const interpret::Site&, const interpret::Value& object, std::string_view name, const interpret::Value&)
      -> bool override;
  auto enter(const interpret::Site&, const interpret::Value& object) -> std::optional<interpret::Value> override;
  auto leave(const interpret::Site&, const interpret::Value& object) -> void override;
  auto await(const interpret::Site&, const interpret::Value& object) -> std::optional<interpret::Value> override;

  auto finish() -> void;  // what was never seen

 private:
  auto configure(const interpret::Site&, const interpret::Arguments&) -> void;
  auto engine(const interpret::Site&, std::string_view name, const interpret::Arguments&) -> interpret::Value;
  auto connect_arguments(const interpret::Value& value, Span span) -> void;
  auto startup_options(std::string_view options, Span span) -> void;
  auto server_settings(const interpret::Mapping& settings, Span span) -> void;
  auto url(const interpret::Value& value, Span span) -> void;
  // `on` null: whatever connection the migrations use.
  auto execute(const interpret::Site&, const std::shared_ptr<Connection>& on, const interpret::Arguments&, bool driver) -> void;
  auto listen(const interpret::Site&, std::string_view event, const interpret::Value& function) -> void;
  auto connection_method(const interpret::Site&, const std::shared_ptr<Connection>&, std::string_view name,
                         const interpret::Arguments&) -> std::optional<interpret::Value>;
  auto target(const interpret::Value& value) -> void;
  auto add_convention(const sqlalchemy::MetaData& metadata) -> void;
  // The MetaData of a class that models derive from; null: not known.
  auto metadata_of(const interpret::Value& value) -> std::shared_ptr<sqlalchemy::MetaData>;
  // What declarative_base(…), registry(…) or SQLAlchemy(…) gives.
  auto holder_made(const interpret::Arguments& arguments, Span span) -> interpret::Value;
  auto begun(const std::shared_ptr<Connection>& on, Span span) -> void;
  auto ended(const std::shared_ptr<Connection>& on) -> void;
  // configure() was given a connection: what ran on others is nothing to the migrations.
  auto settle(const interpret::Argument* given) -> void;
  auto set(SetVariable setting, Span span, std::shared_ptr<Connection> on = nullptr) -> void;

  Environment& environment_;
  // What a statement or begin() opened a transaction on, and where, in order; null: not known.
  std::vector<std::pair<std::shared_ptr<Connection>, Span>> begun_;
  std::vector<std::shared_ptr<Connection>> setting_owners_;   // of environment_.settings, same order; null: the migrations'
  std::vector<std::shared_ptr<Connection>> configured_with_;  // none: not known
  bool configured_ = false;
  bool connected_ = false;   // configure() was given a connection
  bool begins_ = false;
  bool ran_ = false;
  bool ran_in_block_ = false;
  int open_blocks_ = 0;
  int listening_ = 0;
  std::map<const interpret::Class*, std::shared_ptr<sqlalchemy::MetaData>> plain_;  // that a DeclarativeBase makes
  std::shared_ptr<sqlalchemy::MetaData> sqlmodel_;                                  // SQLModel's own, once it is changed
};

}  // namespace foreshot::alembic
