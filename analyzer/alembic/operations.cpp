#include "analyzer/alembic/operations.h"

#include <algorithm>
#include <array>
#include <utility>

#include "analyzer/alembic/external_call.h"

namespace foreshot::alembic {

using interpret::Argument;
using interpret::Arguments;
using interpret::Site;
using interpret::Value;
using sqlalchemy::last_part;
using sqlalchemy::object_value;
using sqlalchemy::present;
using sqlalchemy::shared_object;

auto AlembicVocabulary::take_operations() -> std::vector<Operation> { return std::exchange(operations_, {}); }
auto AlembicVocabulary::take_gaps() -> std::vector<Gap> { return std::exchange(gaps_, {}); }

auto AlembicVocabulary::take_external_calls() -> std::vector<NamedPlace> { return std::exchange(external_calls_, {}); }
auto AlembicVocabulary::take_shortened_names() -> std::vector<NamedPlace> { return std::exchange(shortened_names_, {}); }

auto AlembicVocabulary::gap(Gap::Kind kind, Span span, std::string reason) -> void {
  gaps_.push_back({kind, span, std::move(reason)});
}

auto AlembicVocabulary::Call::get(std::size_t index, std::string_view name, std::size_t table_index) const -> const Argument* {
  return arguments.get(batch != nullptr && index > table_index ? index - 1 : index, name);
}

// Tests of offline mode are decided: migrations run online. What they guard knows it.
auto AlembicVocabulary::apply_conditions(const Site& site, Operation& operation) const -> bool {
  for (const auto& condition : site.conditions) {
    const auto offline = std::find_if(offline_tests_.begin(), offline_tests_.end(),
                                      [&](const auto& test) { return test.first == condition.test; });
    if (offline == offline_tests_.end()) {
      operation.conditions.push_back(condition);
      continue;
    }
    const bool online_branch = (condition.branch == 0) == offline->second;
    if (!online_branch) return false;
    operation.offline_guarded = true;
  }
  for (const auto& loop : site.loops) operation.repeats.push_back({loop.whole, loop.index, loop.known});
  operation.called_from = site.called_from;
  return true;
}

auto AlembicVocabulary::begin(const Site& site, const Arguments& arguments, std::string_view name,
                              Operation::SentBy sent_by) -> Call {
  Call call{site, arguments, {}, nullptr, {}, true, nullptr};
  call.operation.span = site.span;
  call.operation.callee = site.callee;
  call.operation.call = std::string(name);
  call.operation.sent_by = sent_by;
  call.reachable = apply_conditions(site, call.operation);
  return call;
}

namespace {

// A name that the call takes from a constant elsewhere does not make that constant the place of the statement.
auto stay_inside(Action& action, Span call) -> void {
  const auto bring_back = [&](Span& place) {
    if (!call.contains(place)) place = call;
  };
  if (auto* alter = std::get_if<AlterTable>(&action))
    for (auto& place : alter->spans) bring_back(place);
  if (auto* create = std::get_if<CreateTable>(&action))
    for (auto& column : create->columns) bring_back(column.span);
}

}  // namespace

auto AlembicVocabulary::send(Call& call, const MappedText& text, sql::Binds binds, Span span, bool verbatim) -> void {
  auto reading = sql::read(text, binds, span);
  for (auto& statement : reading.statements) {
    if (!verbatim || !statement.span.known()) statement.span = span;
    if (!verbatim) stay_inside(statement.action, span);
    call.operation.statements.push_back(std::move(statement));
  }
  const bool complete = std::all_of(call.operation.statements.begin(), call.operation.statements.end(),
                                    [](const Statement& statement) { return statement.complete; });
  if (call.operation.counts_as_sql && (!complete || !reading.understood))
    gap(Gap::Kind::sql_text, span, complete ? "the text could not be parsed" : "unknown part: " + [&] {
      return text.holes().empty() ? std::string("?") : text.holes().front().what;
    }());
}

auto AlembicVocabulary::send(Call& call, const std::vector<sqlalchemy::Rendered>& all) -> void {
  for (const auto& rendered : all) {
    const bool own = rendered.part == sqlalchemy::Rendered::Part::main || !rendered.span.known();
    send(call, rendered.sql, sql::Binds::none, own ? call.site.span : rendered.span);
  }
}

auto AlembicVocabulary::control(Call& call, TransactionControl::What what, std::string_view sql) -> void {
  Statement statement;
  statement.sql = std::string(sql);
  statement.span = call.site.span;
  statement.action = TransactionControl{what};
  call.operation.statements.push_back(std::move(statement));
}

auto AlembicVocabulary::finish(Call& call) -> std::size_t {
  if (!call.reachable || call.site.resolving) return Answer::none;
  if (call.operation.counts_as_op && !call.operation.table_known)
    gap(Gap::Kind::operation_table, call.operation.span, call.operation.call + ": the table is not known");
  if (call.batch != nullptr && call.operation.call != "execute") {
    call.operation.in_batch = true;
    call.operation.sent_by = Operation::SentBy::batch;
    call.batch->waiting.push_back(std::move(call.operation));
    return Answer::none;
  }
  call.operation.in_batch = call.batch != nullptr;
  operations_.push_back(std::move(call.operation));
  return operations_.size() - 1;
}

auto AlembicVocabulary::with_schema(Call& call, std::string_view keyword) -> void {
  const auto* schema = call.arguments.keyword(keyword);
  if (!present(schema)) return;
  call.table.schema = sqlalchemy::text_of(call.site, *schema);
  call.table.schema_given = !call.table.schema.empty();
}

auto AlembicVocabulary::read_table(Call& call, std::size_t index, std::string_view name, std::string_view legacy) -> void {
  if (call.batch != nullptr) {
    call.table = call.batch->table;
  } else {
    const auto* given = call.arguments.get(index, name);
    if (given == nullptr && !legacy.empty()) given = call.arguments.keyword(legacy);
    if (given != nullptr) call.table.name = sqlalchemy::text_of(call.site, *given);
    else call.table.name.append_hole("table", call.site.span);
    with_schema(call);
  }
  call.operation.table_known = call.table.name.identifies() && !call.table.name.empty();
}

auto AlembicVocabulary::handler(std::string_view name) -> Handler {
  struct Entry {
    std::string_view name;
    Handler handler;
  };
  static constexpr std::array table{
      Entry{"add_column", &AlembicVocabulary::add_column},
      Entry{"alter_column", &AlembicVocabulary::alter_column},
      Entry{"bulk_insert", &AlembicVocabulary::bulk_insert},
      Entry{"create_check_constraint", &AlembicVocabulary::create_check_constraint},
      Entry{"create_exclude_constraint", &AlembicVocabulary::create_exclude_constraint},
      Entry{"create_foreign_key", &AlembicVocabulary::create_foreign_key},
      Entry{"create_index", &AlembicVocabulary::create_index},
      Entry{"create_primary_key", &AlembicVocabulary::create_primary_key},
      Entry{"create_table", &AlembicVocabulary::create_table},
      Entry{"create_table_comment", &AlembicVocabulary::create_table_comment},
      Entry{"create_unique_constraint", &AlembicVocabulary::create_unique_constraint},
      Entry{"drop_column", &AlembicVocabulary::drop_column},
      Entry{"drop_constraint", &AlembicVocabulary::drop_constraint},
      Entry{"drop_index", &AlembicVocabulary::drop_index},
      Entry{"drop_table", &AlembicVocabulary::drop_table},
      Entry{"drop_table_comment", &AlembicVocabulary::drop_table_comment},
      Entry{"execute", &AlembicVocabulary::execute},
      Entry{"rename_table", &AlembicVocabulary::rename_table},
  };
  for (const auto& entry : table)
    if (entry.name == name) return entry.handler;
  return nullptr;
}

auto AlembicVocabulary::operation_call(const Site& site, std::string_view name, const Arguments& arguments,
                                       const std::shared_ptr<Batch>& batch) -> std::optional<Value> {
  if (name == "get_bind" || name == "connection") {
    return object_value(std::make_shared<Connection>(), site.span);
  }
  if (name == "get_context" || name == "migration_context") return object_value(std::make_shared<MigrationContext>(), site.span);
  if (name == "f") {
    auto conventional = std::make_shared<sqlalchemy::ConventionalName>();
    if (const auto* given = arguments.get(0, "name")) {
      const auto whole = sqlalchemy::text_of(site, *given);
      conventional->text = sqlalchemy::shortened(whole);
      if (!site.resolving && whole.complete() && whole.text() != conventional->text.text())
        shortened_names_.push_back({given->span, whole.text()});
    } else conventional->text.append_hole("name", site.span);
    return object_value(std::move(conventional), site.span);
  }
  if (name == "inline_literal") {
    const auto* given = arguments.get(0, "value");
    return given != nullptr ? given->value : Value();
  }
  if (name == "batch_alter_table") return make_batch(site, arguments);
  if (name == "run_async") {
    const auto* function = arguments.positional(0);
    if (function == nullptr) return std::nullopt;
    Arguments rest;
    rest.items.push_back({"", object_value(std::make_shared<Connection>(), site.span), site.span});
    for (std::size_t at = 1; at < arguments.items.size(); ++at) rest.items.push_back(arguments.items[at]);
    return site.interpreter.call(site, function->value, rest);
  }
  if (name == "implementation_for" || name == "register_operation") return std::nullopt;
  auto call = begin(site, arguments, name, Operation::SentBy::op);
  call.batch = batch;
  const auto run = handler(name);
  if (run == nullptr) {
    call.operation.counts_as_op = false;
    call.operation.custom_directive = true;
    if (call.reachable && !site.resolving)
      gap(Gap::Kind::operation_unknown, site.span, "op." + std::string(name) + " is no directive of Alembic");
    call.batch = nullptr;
    finish(call);
    return Value::unknown("result of op." + std::string(name), site.span);
  }
  (this->*run)(call);
  const bool executes = name == "execute";
  const auto at = finish(call);
  if (executes) {
    auto answer = std::make_shared<Answer>();
    answer->operation = at;
    return object_value(std::move(answer), site.span);
  }
  if (call.made != nullptr) return object_value(call.made, site.span);
  return Value(interpret::None{}, site.span);
}

auto AlembicVocabulary::call(const Site& site, const Value& callee, const Arguments& arguments) -> std::optional<Value> {
  if (callee.object<SessionFactory>() != nullptr) {
    auto session = std::make_shared<Connection>();
    session->kind = Connection::Kind::session;
    return object_value(std::move(session), site.span);
  }
  const auto dotted = callee.external_name();
  if (dotted.empty()) return std::nullopt;
  const auto name = last_part(dotted);
  if (!site.resolving && is_external(dotted)) external_calls_.push_back({site.callee, std::string(dotted)});
  if (dotted.starts_with("alembic.op.") && dotted.size() == 11 + name.size())
    return operation_call(site, name, arguments, nullptr);
  if (dotted.starts_with("alembic.")) {
    if (name == "Operations") return object_value(std::make_shared<OperationsProxy>(), site.span);
    if (name == "is_offline_mode") return object_value(std::make_shared<OfflineMode>(), site.span);
    if (name == "get_context") return object_value(std::make_shared<MigrationContext>(), site.span);
    if (name == "get_bind") return object_value(std::make_shared<Connection>(), site.span);
    if (dotted == "alembic.context.execute") return operation_call(site, "execute", arguments, nullptr);
    return std::nullopt;
  }
  if (dotted.starts_with("sqlalchemy.") || dotted.starts_with("sqlmodel.")) {
    // select([a, b])
    if (const auto* first = arguments.positional(0); name == "select" && first != nullptr && first->value.sequence() != nullptr)
      older_style_ = true;
    if (name == "inspect" || name == "Inspector" || name == "from_engine") {
      const auto* subject = arguments.positional(0);
      if (subject == nullptr && !arguments.items.empty()) subject = &arguments.items.front();
      const bool database = subject != nullptr && (subject->value.object<Connection>() != nullptr || subject->value.is_unknown());
      if (!database) return std::nullopt;
      note_fetch(site, "inspect", Answer::none);
      auto inspector = std::make_shared<Answer>();
      inspector->inspector = true;
      return object_value(std::move(inspector), site.span);
    }
    if (name == "Session" || name == "AsyncSession" || name == "create_session") {
      auto session = std::make_shared<Connection>();
      session->kind = Connection::Kind::session;
      return object_value(std::move(session), site.span);
    }
    if (name == "sessionmaker" || name == "scoped_session" || name == "async_sessionmaker")
      return object_value(std::make_shared<SessionFactory>(), site.span);
    if (name == "create_engine" || name == "engine_from_config") {
      auto engine = std::make_shared<Connection>();
      engine->kind = Connection::Kind::engine;
      engine->own = true;
      return object_value(std::move(engine), site.span);
    }
    return make_ddl(site, name, arguments);
  }
  return std::nullopt;
}

auto AlembicVocabulary::method(const Site& site, const Value& object, std::string_view name, const Arguments& arguments)
    -> std::optional<Value> {
  if (object.external_name() == "alembic.op" && name == "f") return operation_call(site, name, arguments, nullptr);
  if (!object.external_name().empty()) return std::nullopt;
  if (object.object<OperationsProxy>() != nullptr) return operation_call(site, name, arguments, nullptr);
  if (const auto batch = shared_object<Batch>(object)) return operation_call(site, name, arguments, batch);
  if (object.object<MigrationContext>() != nullptr) {
    if (name == "autocommit_block") return object_value(std::make_shared<AutocommitBlock>(), site.span);
    if (name == "execute") return operation_call(site, "execute", arguments, nullptr);
    if (name == "is_offline_mode") return object_value(std::make_shared<OfflineMode>(), site.span);
    if (name == "begin_transaction") return object_value(std::make_shared<MigrationContext>(), site.span);
    return Value::unknown("result of " + std::string(name) + "()", site.span);
  }
  if (const auto connection = shared_object<Connection>(object)) return connection_method(site, connection, name, arguments);
  if (const auto* block = object.object<TransactionBlock>()) {
    if (name == "commit" || name == "rollback" || name == "close")
      transaction(site, block->connection,
                  block->nested       ? TransactionControl::What::nested_end
                  : name == "rollback" ? TransactionControl::What::connection_rollback
                                       : TransactionControl::What::connection_commit,
                  name);
    return Value(interpret::None{}, site.span);
  }
  // users.delete(users.c.id == 1)
  const auto builds = name == "select" || name == "update" || name == "delete";
  if (builds && object.object<sqlalchemy::Table>() != nullptr && arguments.positional_count() > 0) older_style_ = true;
  if (const auto rows = shared_object<MappedRows>(object)) return rows_method(site, rows, name, arguments);
  if (const auto answer = shared_object<Answer>(object)) {
    if (!answer->inspector && answer->operation != Answer::none) note_fetch(site, name, answer->operation);
    auto next = std::make_shared<Answer>();
    return object_value(std::move(next), site.span);
  }
  return element_method(site, object, name, arguments);
}

auto AlembicVocabulary::note_fetch(const Site& site, std::string_view name, std::size_t operation) -> void {
  if (site.resolving) return;
  if (operation < operations_.size()) {
    auto& notes = operations_[operation].notes;
    const bool noted = std::any_of(notes.begin(), notes.end(),
                                   [](const auto& note) { return note.oddity == Oddity::fetches_rows; });
    if (!noted) notes.push_back({Oddity::fetches_rows, site.span, std::string(name), {}});
    return;
  }
  auto call = begin(site, {}, name, Operation::SentBy::connection);
  call.operation.counts_as_op = false;
  call.note(Oddity::fetches_rows, site.span, std::string(name));
  finish(call);
}

}  // namespace foreshot::alembic
