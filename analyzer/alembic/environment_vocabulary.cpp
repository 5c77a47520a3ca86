#include "analyzer/alembic/environment_vocabulary.h"

#include <algorithm>
#include <cctype>

#include "analyzer/alembic/connection.h"
#include "analyzer/sql/read.h"
#include "analyzer/sqlalchemy/argument.h"
#include "analyzer/sqlalchemy/types.h"

namespace foreshot::alembic {

using interpret::Arguments;
using interpret::Site;
using interpret::Value;
using sqlalchemy::last_part;
using sqlalchemy::object_value;
using sqlalchemy::present;
using sqlalchemy::shared_object;

namespace {

auto lowered(std::string_view text) -> std::string {
  std::string result(text);
  for (auto& byte : result)
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  return result;
}

// %20 and %3D of a URL's query; '+' is a space.
auto decoded(std::string_view text) -> std::string {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '+') {
      result += ' ';
    } else if (text[at] == '%' && at + 2 < text.size() && std::isxdigit(static_cast<unsigned char>(text[at + 1])) != 0 &&
               std::isxdigit(static_cast<unsigned char>(text[at + 2])) != 0) {
      result += static_cast<char>(std::stoi(std::string(text.substr(at + 1, 2)), nullptr, 16));
      at += 2;
    } else {
      result += text[at];
    }
  }
  return result;
}

auto driver_named(std::string_view word) -> Driver {
  if (word == "psycopg2" || word.empty()) return Driver::psycopg2;
  if (word == "psycopg" || word == "psycopg_async") return Driver::psycopg;
  if (word == "asyncpg") return Driver::asyncpg;
  if (word == "pg8000") return Driver::pg8000;
  return Driver::unknown;
}

auto version_table_schema(const Arguments& arguments) -> Environment::VersionTableSchema {
  const auto* given = arguments.keyword("version_table_schema");
  Environment::VersionTableSchema schema;
  if (given == nullptr) return {!arguments.unknown_keywords, {}, schema.constant};
  if (const auto* name = given->value.constant_text()) return {true, *name, {}};
  if (const auto constant = given->value.constant_name(); !constant.empty()) schema.constant = std::string(constant);
  schema.known = given->value.is_none();
  return schema;
}

}  // namespace

// "-c lock_timeout=4000 -c statement_timeout=5s", also "-clock_timeout=…" and "--lock_timeout=…".
auto EnvironmentVocabulary::startup_options(std::string_view options, Span span) -> void {
  std::size_t at = 0;
  while (at < options.size()) {
    auto next = std::min(options.find("-c", at), options.find("--", at));
    if (next == std::string_view::npos) return;
    next += 2;
    while (next < options.size() && options[next] == ' ') ++next;
    const auto equals = options.find('=', next);
    if (equals == std::string_view::npos) return;
    auto end = options.find(' ', equals);
    if (end == std::string_view::npos) end = options.size();
    SetVariable setting;
    setting.name = lowered(options.substr(next, equals - next));
    setting.value = std::string(options.substr(equals + 1, end - equals - 1));
    setting.value_known = setting.value.find(MappedText::hole_byte) == std::string::npos;
    if (!setting.value_known) setting.value.clear();
    set(std::move(setting), span);
    at = end;
  }
}

auto EnvironmentVocabulary::server_settings(const interpret::Mapping& settings, Span span) -> void {
  if (!settings.complete) environment_.settings_unknown = true;
  for (const auto& [key, value] : settings.entries) {
    const auto* name = key.constant_text();
    if (name == nullptr) {
      environment_.settings_unknown = true;
      continue;
    }
    SetVariable setting;
    setting.name = lowered(*name);
    if (const auto* text = value.constant_text()) setting.value = *text;
    else if (const auto* number = value.get<std::int64_t>()) setting.value = std::to_string(*number);
    else setting.value_known = false;
    set(std::move(setting), span);
  }
}

auto EnvironmentVocabulary::connect_arguments(const Value& value, Span span) -> void {
  const auto* entries = value.mapping();
  if (entries == nullptr) {
    environment_.settings_unknown = true;
    return;
  }
  if (!entries->complete) environment_.settings_unknown = true;
  if (const auto* options = entries->find("options")) {
    if (const auto* text = options->mapped_text()) startup_options(text->text(), options->span());
    else environment_.settings_unknown = true;
  }
  if (const auto* settings = entries->find("server_settings")) {
    if (const auto* mapping = settings->mapping()) server_settings(*mapping, span);
    else environment_.settings_unknown = true;
  }
}

auto EnvironmentVocabulary::url(const Value& value, Span span) -> void {
  const auto* mapped = value.mapped_text();
  if (mapped == nullptr) return;
  const std::string_view text = mapped->text();
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return;
  const auto scheme = text.substr(0, scheme_end);
  const auto plus = scheme.find('+');
  const auto dialect = scheme.substr(0, plus);
  const bool postgresql = dialect == "postgresql" || dialect == "postgres";
  if (dialect.find(MappedText::hole_byte) != std::string_view::npos) return;
  if (environment_.dialect == Dialect::unknown) {
    environment_.dialect = postgresql ? Dialect::postgresql : Dialect::other;
    environment_.dialect_reason = "the URL in env.py";
  }
  if (!postgresql) return;
  if (environment_.driver == Driver::unknown && plus != std::string_view::npos) {
    environment_.driver = driver_named(scheme.substr(plus + 1));
    environment_.driver_reason = "the URL in env.py";
  }
  const auto query = text.find("options=");
  if (query == std::string_view::npos) return;
  auto end = text.find('&', query);
  if (end == std::string_view::npos) end = text.size();
  startup_options(decoded(text.substr(query + 8, end - query - 8)), span);
}

auto EnvironmentVocabulary::engine(const Site& site, std::string_view name, const Arguments& arguments) -> Value {
  if (const auto* given = arguments.keyword("connect_args"); present(given)) connect_arguments(given->value, given->span);
  if (arguments.unknown_keywords) environment_.settings_unknown = true;
  if (const auto* level = arguments.keyword("isolation_level"); level != nullptr)
    if (const auto* word = level->value.constant_text(); word != nullptr && lowered(*word) == "autocommit") environment_.autocommit = true;
  if (name.starts_with("create"))
    if (const auto* given = arguments.get(0, "url"); given != nullptr) url(given->value, given->span);
  // engine_from_config(section, …): what the section says of connect_args and the URL.
  if (const auto* section = arguments.get(0, "configuration"); name.find("from_config") != std::string_view::npos && section != nullptr)
    if (const auto* entries = section->value.mapping())
      if (const auto* given = entries->find("sqlalchemy.url")) url(*given, given->span());
  return connection_value(Connection::Kind::engine, site.span);
}

auto EnvironmentVocabulary::configure(const Site& site, const Arguments& arguments) -> void {
  environment_.configure = site.span;
  const auto* connection = arguments.keyword("connection");
  if (connection != nullptr && connection->value.is_none()) connection = nullptr;
  if (!configured_ || connection != nullptr) settle(connection);
  configured_ = true;
  if (const auto per = sqlalchemy::flag(arguments, "transaction_per_migration")) environment_.transaction_per_migration = per;
  if (const auto transactional = sqlalchemy::flag(arguments, "transactional_ddl")) environment_.transactional_ddl = transactional;
  if (const auto batch = sqlalchemy::flag(arguments, "render_as_batch")) environment_.render_as_batch = *batch;
  environment_.version_table_schema = version_table_schema(arguments);
  if (const auto* given = arguments.keyword("target_metadata"); given != nullptr) target(given->value);
  if (const auto* given = arguments.keyword("connection"); given != nullptr && !given->value.is_unknown() && !given->value.is_none()) {
    environment_.connection_given = only_given(given->value) && (!connected_ || environment_.connection_given);
    connected_ = true;
  }
  if (arguments.unknown_keywords)
    environment_.gaps.push_back({Gap::Kind::environment, site.span, "some options of context.configure are not known"});
  if (const auto* given = arguments.keyword("url"); given != nullptr) url(given->value, given->span);
  // The metadata may hide among options that nobody knows.
  if (arguments.unknown_keywords && arguments.keyword("target_metadata") == nullptr) environment_.naming_convention_known = false;
}

auto EnvironmentVocabulary::execute(const Site& site, const std::shared_ptr<Connection>& on, const Arguments& arguments, bool driver) -> void {
  const auto* given = arguments.positional(0);
  if (given == nullptr) return;
  MappedText text;
  if (const auto* mapped = given->value.mapped_text()) text = *mapped;
  else if (const auto* clause = given->value.object<sqlalchemy::Clause>()) text = clause->sql;
  else return begun(on, site.span);
  const bool listening = listening_ > 0;
  if (!listening) begun(on, site.span);
  if (ran_) return;
  const auto reading = sql::read(text, driver ? sql::Binds::driver : sql::Binds::sqlalchemy, given->span);
  for (const auto& statement : reading.statements)
    if (const auto* setting = std::get_if<SetVariable>(&statement.action)) set(*setting, statement.span, listening ? nullptr : on);
}

auto EnvironmentVocabulary::listen(const Site& site, std::string_view event, const Value& function) -> void {
  if (event != "connect" && event != "begin" && event != "checkout" && event != "engine_connect" && event != "do_connect") return;
  Arguments arguments;
  for (int i = 0; i < 2; ++i)
    arguments.items.push_back({"", connection_value(event == "connect" || event == "checkout" ? Connection::Kind::cursor : Connection::Kind::connection, site.span), site.span});
  if (event == "begin" || event == "engine_connect") arguments.items.pop_back();
  ++listening_;
  site.interpreter.call(site, function, arguments);
  --listening_;
}

auto EnvironmentVocabulary::finish() -> void {
  if (ran_) environment_.begins_transaction = ran_in_block_ || begins_;
}

auto EnvironmentVocabulary::call(const Site& site, const Value& callee, const Arguments& arguments) -> std::optional<Value> {
  if (const auto listener = shared_object<ListenerDecorator>(callee)) {
    const auto* function = arguments.positional(0);
    if (function == nullptr) return std::nullopt;
    listen(site, listener->event, function->value);
    return function->value;
  }
  const auto dotted = callee.external_name();
  const auto name = last_part(dotted);
  if (dotted.starts_with("alembic.")) {
    if (site.resolving) return std::nullopt;
    if (name == "is_offline_mode") return Value(false, site.span);
    if (name == "configure") {
      configure(site, arguments);
      return Value(interpret::None{}, site.span);
    }
    if (name == "begin_transaction") {
      begins_ = true;
      return object_value(std::make_shared<EnvironmentBlock>(), site.span);
    }
    if (name == "run_migrations") {
      ran_ = true;
      ran_in_block_ = ran_in_block_ || open_blocks_ > 0;
      return Value(interpret::None{}, site.span);
    }
    if (name == "get_bind") {
      const auto bind = std::make_shared<Connection>();
      if (!configured_with_.empty()) bind->part_of = configured_with_.front();
      return object_value(bind, site.span);
    }
    if (name == "get" && dotted.ends_with("config.attributes.get")) return given_connection(arguments, site.span);
    if (name == "set_main_option" || name == "set_section_option") {
      const auto* key = arguments.get(name == "set_main_option" ? 0 : 1, "name");
      const auto* value = arguments.get(name == "set_main_option" ? 1 : 2, "value");
      if (key != nullptr && value != nullptr && key->value.constant_text() != nullptr && *key->value.constant_text() == "sqlalchemy.url")
        url(value->value, value->span);
      return Value(interpret::None{}, site.span);
    }
    if (name == "execute") execute(site, nullptr, arguments, false);
    return std::nullopt;
  }
  const bool library = dotted.starts_with("sqlalchemy.") || dotted.starts_with("sqlmodel.") || dotted.starts_with("flask_sqlalchemy.");
  if (!library) return std::nullopt;
  if (name == "create_engine" || name == "create_async_engine" || name == "engine_from_config" || name == "async_engine_from_config") {
    if (site.resolving) return connection_value(Connection::Kind::engine, site.span);
    return engine(site, name, arguments);
  }
  if (name == "listens_for" || name == "listen") {
    const auto* event = arguments.get(1, "identifier");
    const auto* word = event != nullptr ? event->value.constant_text() : nullptr;
    if (name == "listen") {
      const auto* function = arguments.get(2, "fn");
      if (word != nullptr && function != nullptr && !site.resolving) listen(site, *word, function->value);
      return Value(interpret::None{}, site.span);
    }
    auto decorator = std::make_shared<ListenerDecorator>();
    if (word != nullptr && !site.resolving) decorator->event = *word;
    return object_value(std::move(decorator), site.span);
  }
  if (name == "declarative_base" || name == "SQLAlchemy" || name == "registry" || name == "automap_base") {
    return holder_made(arguments, site.span);
  }
  return std::nullopt;
}

auto EnvironmentVocabulary::method(const Site& site, const Value& object, std::string_view name, const Arguments& arguments)
    -> std::optional<Value> {
  if (!object.external_name().empty()) return std::nullopt;
  if (const auto connection = shared_object<Connection>(object)) {
    if (site.resolving) return Value::unknown("result of " + std::string(name) + "()", site.span);
    return connection_method(site, connection, name, arguments);
  }
  return std::nullopt;
}

auto EnvironmentVocabulary::attribute(const Site& site, const Value& object, std::string_view name) -> std::optional<Value> {
  if (const auto* holder = object.object<MetadataHolder>()) {
    if (name == "metadata" && holder->metadata != nullptr) return object_value(holder->metadata, site.span);
    if (name == "Model") return object;
    return std::nullopt;
  }
  if (const auto connection = shared_object<Connection>(object)) {
    if (name == "dialect") return object_value(std::make_shared<sqlalchemy::DialectObject>(), site.span);
    if (name == "engine" || name == "sync_engine" || name == "connection") return object;
    return std::nullopt;
  }
  // class Base(DeclarativeBase): a class without a metadata of its own has a plain one.
  if (name == "metadata")
    if (auto metadata = metadata_of(object)) return object_value(std::move(metadata), site.span);
  return std::nullopt;
}

auto EnvironmentVocabulary::enter(const Site& site, const Value& object) -> std::optional<Value> {
  if (object.object<EnvironmentBlock>() != nullptr) {
    ++open_blocks_;
    return object;
  }
  if (const auto* connection = object.object<Connection>()) {
    if (connection->kind == Connection::Kind::engine)
      return connection_value(Connection::Kind::connection, site.span, connection->given);
    return object;
  }
  return std::nullopt;
}

auto EnvironmentVocabulary::leave(const Site&, const Value& object) -> void {
  if (object.object<EnvironmentBlock>() != nullptr) --open_blocks_;
  // At the end of its block a transaction is committed, and a connection closed.
  if (const auto connection = shared_object<Connection>(object); connection != nullptr && connection->kind != Connection::Kind::cursor && !configured_)
    ended(connection);
}

auto EnvironmentVocabulary::await(const Site&, const Value& object) -> std::optional<Value> {
  return object.object<Connection>() != nullptr ? std::optional(object) : std::nullopt;
}

}  // namespace foreshot::alembic
