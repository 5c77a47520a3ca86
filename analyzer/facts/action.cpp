#include "analyzer/facts/action.h"

#include <string_view>

namespace foreshot {
namespace {

auto kind_tag(ObjectKind kind) -> std::string_view {
  switch (kind) {
    case ObjectKind::table:
      return "TABLE";
    case ObjectKind::index:
      return "INDEX";
    case ObjectKind::view:
      return "VIEW";
    case ObjectKind::materialized_view:
      return "MATERIALIZED VIEW";
    case ObjectKind::sequence:
      return "SEQUENCE";
    case ObjectKind::type:
      return "TYPE";
    case ObjectKind::domain:
      return "DOMAIN";
    case ObjectKind::schema:
      return "SCHEMA";
    case ObjectKind::function:
      return "FUNCTION";
    case ObjectKind::trigger:
      return "TRIGGER";
    case ObjectKind::extension:
      return "EXTENSION";
    case ObjectKind::policy:
      return "POLICY";
    case ObjectKind::rule:
      return "RULE";
    case ObjectKind::database:
      return "DATABASE";
    case ObjectKind::tablespace:
      return "TABLESPACE";
    case ObjectKind::constraint:
      return "CONSTRAINT";
    case ObjectKind::column:
      return "COLUMN";
    case ObjectKind::foreign_table:
      return "FOREIGN TABLE";
    case ObjectKind::statistics:
      return "STATISTICS";
    case ObjectKind::owned:
      return "OWNED";
    case ObjectKind::other:
      return "OBJECT";
  }
  return "OBJECT";
}

auto tag(std::string_view verb, ObjectKind kind) -> std::string {
  std::string text(verb);
  text += ' ';
  text += kind_tag(kind);
  return text;
}

struct Tag {
  auto operator()(const Other& action) const -> std::string { return action.tag; }
  auto operator()(const CreateTable& action) const -> std::string {
    return action.as_query ? "CREATE TABLE AS" : "CREATE TABLE";
  }
  auto operator()(const DropObject& action) const -> std::string { return tag("DROP", action.kind); }
  auto operator()(const AlterTable& action) const -> std::string { return tag("ALTER", action.kind); }
  auto operator()(const Rename& action) const -> std::string {
    const bool part = action.kind == ObjectKind::column || action.kind == ObjectKind::constraint;
    return tag("ALTER", part ? ObjectKind::table : action.kind);
  }
  auto operator()(const SetSchema& action) const -> std::string { return tag("ALTER", action.kind); }
  auto operator()(const CreateIndex&) const -> std::string { return "CREATE INDEX"; }
  auto operator()(const CreateEnum&) const -> std::string { return "CREATE TYPE"; }
  auto operator()(const AlterEnum&) const -> std::string { return "ALTER TYPE"; }
  auto operator()(const CreateType&) const -> std::string { return "CREATE TYPE"; }
  auto operator()(const AlterType&) const -> std::string { return "ALTER TYPE"; }
  auto operator()(const CreateDomain&) const -> std::string { return "CREATE DOMAIN"; }
  auto operator()(const AlterDomain&) const -> std::string { return "ALTER DOMAIN"; }
  auto operator()(const CreateSequence&) const -> std::string { return "CREATE SEQUENCE"; }
  auto operator()(const AlterSequence&) const -> std::string { return "ALTER SEQUENCE"; }
  auto operator()(const CreateView& action) const -> std::string {
    return action.materialized ? "CREATE MATERIALIZED VIEW" : "CREATE VIEW";
  }
  auto operator()(const RefreshMaterializedView&) const -> std::string { return "REFRESH MATERIALIZED VIEW"; }
  auto operator()(const CreateFunction& action) const -> std::string {
    return action.procedure ? "CREATE PROCEDURE" : "CREATE FUNCTION";
  }
  auto operator()(const CreateTrigger&) const -> std::string { return "CREATE TRIGGER"; }
  auto operator()(const CreatePolicy& action) const -> std::string {
    return action.alter ? "ALTER POLICY" : "CREATE POLICY";
  }
  auto operator()(const CreateRule&) const -> std::string { return "CREATE RULE"; }
  auto operator()(const CreateSchema&) const -> std::string { return "CREATE SCHEMA"; }
  auto operator()(const CreateExtension&) const -> std::string { return "CREATE EXTENSION"; }
  auto operator()(const Reindex&) const -> std::string { return "REINDEX"; }
  auto operator()(const Cluster&) const -> std::string { return "CLUSTER"; }
  auto operator()(const Vacuum& action) const -> std::string { return action.analyze_only ? "ANALYZE" : "VACUUM"; }
  auto operator()(const Truncate&) const -> std::string { return "TRUNCATE TABLE"; }
  auto operator()(const LockTable&) const -> std::string { return "LOCK TABLE"; }
  auto operator()(const CommentOn&) const -> std::string { return "COMMENT"; }
  auto operator()(const Dml& action) const -> std::string {
    switch (action.verb) {
      case Dml::Verb::select:
        return "SELECT";
      case Dml::Verb::insert:
        return "INSERT";
      case Dml::Verb::update:
        return "UPDATE";
      case Dml::Verb::delete_:
        return "DELETE";
      case Dml::Verb::merge:
        return "MERGE";
      case Dml::Verb::copy:
        return "COPY";
    }
    return "";
  }
  auto operator()(const TransactionControl& action) const -> std::string {
    using What = TransactionControl::What;
    switch (action.what) {
      case What::begin:
      case What::connection_begin:
        return "BEGIN";
      case What::commit:
      case What::connection_commit:
        return "COMMIT";
      case What::rollback:
      case What::connection_rollback:
        return "ROLLBACK";
      case What::savepoint:
      case What::nested_begin:
        return "SAVEPOINT";
      case What::release:
      case What::nested_end:
        return "RELEASE";
      case What::rollback_to:
        return "ROLLBACK TO SAVEPOINT";
      case What::prepare:
        return "PREPARE TRANSACTION";
      case What::autocommit_begin:
      case What::autocommit_end:
      case What::isolation_autocommit:
        return "";
    }
    return "";
  }
  auto operator()(const SetVariable& action) const -> std::string { return action.reset ? "RESET" : "SET"; }
  auto operator()(const Block&) const -> std::string { return "DO"; }
  auto operator()(const Unreadable& action) const -> std::string { return action.verb; }
  auto operator()(const SyntaxError&) const -> std::string { return ""; }
};

auto first_of(const std::vector<ObjectName>& names) -> const ObjectName* {
  return names.empty() ? nullptr : &names.front();
}

struct Target {
  template <typename T>
  auto operator()(const T&) const -> const ObjectName* {
    return nullptr;
  }
  auto operator()(const Other& action) const -> const ObjectName* { return first_of(action.objects); }
  auto operator()(const CreateTable& action) const -> const ObjectName* { return &action.table; }
  auto operator()(const DropObject& action) const -> const ObjectName* {
    if (!action.on.empty()) return &action.on;
    const bool relation = action.kind == ObjectKind::table || action.kind == ObjectKind::view ||
                          action.kind == ObjectKind::materialized_view || action.kind == ObjectKind::foreign_table;
    return relation ? first_of(action.names) : nullptr;
  }
  auto operator()(const AlterTable& action) const -> const ObjectName* { return &action.table; }
  auto operator()(const Rename& action) const -> const ObjectName* { return &action.object; }
  auto operator()(const SetSchema& action) const -> const ObjectName* { return &action.object; }
  auto operator()(const CreateIndex& action) const -> const ObjectName* { return &action.table; }
  auto operator()(const CreateView& action) const -> const ObjectName* { return &action.view; }
  auto operator()(const RefreshMaterializedView& action) const -> const ObjectName* { return &action.view; }
  auto operator()(const CreateTrigger& action) const -> const ObjectName* { return &action.table; }
  auto operator()(const CreatePolicy& action) const -> const ObjectName* { return &action.table; }
  auto operator()(const CreateRule& action) const -> const ObjectName* { return &action.table; }
  auto operator()(const Reindex& action) const -> const ObjectName* {
    return action.kind == ObjectKind::table ? &action.object : nullptr;
  }
  auto operator()(const Cluster& action) const -> const ObjectName* { return &action.table; }
  auto operator()(const Vacuum& action) const -> const ObjectName* { return first_of(action.tables); }
  auto operator()(const Truncate& action) const -> const ObjectName* { return first_of(action.tables); }
  auto operator()(const LockTable& action) const -> const ObjectName* { return first_of(action.tables); }
  auto operator()(const CommentOn& action) const -> const ObjectName* {
    const bool relation =
        action.kind == ObjectKind::table || action.kind == ObjectKind::column || action.kind == ObjectKind::constraint;
    return relation ? &action.object : nullptr;
  }
  auto operator()(const Dml& action) const -> const ObjectName* { return &action.table; }
  auto operator()(const Unreadable& action) const -> const ObjectName* { return &action.table; }
};

}  // namespace

auto command_tag(const Action& action) -> std::string { return std::visit(Tag{}, action); }

auto target_table(const Action& action) -> const ObjectName* {
  const auto* table = std::visit(Target{}, action);
  return table == nullptr || table->empty() ? nullptr : table;
}

}  // namespace foreshot
