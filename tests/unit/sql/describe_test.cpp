#include "tests/unit/sql/describe.h"

#include <gtest/gtest.h>

namespace foreshot::sql::testing {
namespace {

auto show(const Identifier& name) -> std::string { return name.text + (name.known ? "" : "?"); }
auto show(const ObjectName& name) -> std::string {
  return (name.schema.empty() ? "" : show(name.schema) + ".") + show(name.name);
}
auto show(const std::string& text) -> std::string { return text; }
auto show(const IndexKey& key) -> std::string;
auto show(const Expression& expression) -> std::string;

template <typename T>
auto show(const std::vector<T>& items) -> std::string {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ",") + show(item);
  return text;
}

auto flag(bool on, std::string_view word) -> std::string { return on ? " " + std::string(word) : std::string(); }

auto labelled(std::string_view label, const std::string& value) -> std::string {
  return value.empty() ? std::string() : " " + std::string(label) + "=" + value;
}

auto show(const Constraint& constraint) -> std::string {
  static constexpr const char* kinds[] = {"primary", "unique", "check", "foreign", "exclude", "not_null"};
  return std::string(kinds[static_cast<int>(constraint.kind)]) + labelled("name", show(constraint.name)) + "(" +
         show(constraint.columns) + ")" + labelled("expr", constraint.expression.display()) +
         labelled("ref", show(constraint.references.table)) + labelled("refcols", show(constraint.references.columns)) +
         labelled("del", constraint.references.on_delete) + labelled("upd", constraint.references.on_update) +
         labelled("include", show(constraint.include)) + labelled("index", show(constraint.using_index)) +
         labelled("method", constraint.method) + flag(constraint.not_valid, "not_valid") +
         flag(constraint.not_enforced, "not_enforced") + flag(constraint.no_inherit, "no_inherit") +
         flag(constraint.nulls_not_distinct, "nulls_not_distinct") + flag(constraint.deferrable, "deferrable") +
         flag(constraint.initially_deferred, "deferred") + flag(constraint.without_overlaps, "without_overlaps");
}

auto show(const Column& column) -> std::string {
  std::string text = show(column.name) + ":" + column.type.display() + flag(column.not_null, "not_null") +
                     labelled("default", column.default_value.display()) + labelled("collate", column.collation);
  if (column.generated == Column::Generated::stored) text += " stored=" + column.generation.display();
  if (column.generated == Column::Generated::virtual_) text += " virtual=" + column.generation.display();
  if (column.identity == Column::Identity::always) text += " always";
  if (column.identity == Column::Identity::by_default) text += " by_default";
  text += flag(column.identity_start, "start");
  for (const auto& constraint : column.constraints) text += " [" + show(constraint) + "]";
  return text;
}

auto show(const IndexKey& key) -> std::string {
  return (key.expression.exists() ? "(" + key.expression.display() + ")" : show(key.column)) +
         flag(!key.collation.empty(), key.collation) + flag(!key.operator_class.empty(), key.operator_class) +
         flag(key.descending, "desc") + labelled("nulls", key.nulls);
}

auto show(const Expression& expression) -> std::string { return expression.display(); }

struct ShowSubcommand {
  auto operator()(const AddColumn& x) const -> std::string {
    return "add " + show(x.column) + flag(x.if_not_exists, "if_not_exists");
  }
  auto operator()(const DropColumn& x) const -> std::string {
    return "drop " + show(x.column) + flag(x.if_exists, "if_exists") + flag(x.cascade, "cascade");
  }
  auto operator()(const AlterColumnType& x) const -> std::string {
    return "type " + show(x.column) + ":" + x.type.display() + labelled("using", x.using_.display()) +
           labelled("collate", x.collation);
  }
  auto operator()(const SetNotNull& x) const -> std::string { return "set_not_null " + show(x.column); }
  auto operator()(const DropNotNull& x) const -> std::string { return "drop_not_null " + show(x.column); }
  auto operator()(const SetDefault& x) const -> std::string {
    return "default " + show(x.column) + "=" + x.value.display();
  }
  auto operator()(const DropDefault& x) const -> std::string { return "drop_default " + show(x.column); }
  auto operator()(const AddConstraint& x) const -> std::string { return "add " + show(x.constraint); }
  auto operator()(const DropConstraint& x) const -> std::string {
    return "drop_constraint " + show(x.constraint) + flag(x.if_exists, "if_exists") + flag(x.cascade, "cascade");
  }
  auto operator()(const ValidateConstraint& x) const -> std::string { return "validate " + show(x.constraint); }
  auto operator()(const AlterConstraint& x) const -> std::string {
    auto text = "alter_constraint " + show(x.constraint);
    if (x.enforced) text += *x.enforced ? " enforced" : " not_enforced";
    if (x.deferrable) text += *x.deferrable ? " deferrable" : " not_deferrable";
    if (x.inherit) text += *x.inherit ? " inherit" : " no_inherit";
    return text;
  }
  auto operator()(const AddIdentity& x) const -> std::string {
    return "add_identity " + show(x.column) + flag(x.always, "always") + flag(x.start, "start");
  }
  auto operator()(const SetIdentity& x) const -> std::string { return "set_identity " + show(x.column); }
  auto operator()(const DropIdentity& x) const -> std::string {
    return "drop_identity " + show(x.column) + flag(x.if_exists, "if_exists");
  }
  auto operator()(const SetExpression& x) const -> std::string {
    return "set_expression " + show(x.column) + "=" + x.expression.display();
  }
  auto operator()(const DropExpression& x) const -> std::string {
    return "drop_expression " + show(x.column) + flag(x.if_exists, "if_exists");
  }
  auto operator()(const AttachPartition& x) const -> std::string {
    return "attach " + show(x.partition) + flag(x.default_partition, "default") + labelled("bound", x.bound.display());
  }
  auto operator()(const DetachPartition& x) const -> std::string {
    return "detach " + show(x.partition) + flag(x.concurrently, "concurrently") + flag(x.finalize, "finalize");
  }
  auto operator()(const SetPersistence& x) const -> std::string { return x.logged ? "logged" : "unlogged"; }
  auto operator()(const SetTablespace& x) const -> std::string { return "tablespace " + show(x.tablespace); }
  auto operator()(const SetAccessMethod& x) const -> std::string { return "access_method " + show(x.method); }
  auto operator()(const SetInherit& x) const -> std::string {
    return (x.inherit ? "inherit " : "no_inherit ") + show(x.parent);
  }
  auto operator()(const SetTriggers& x) const -> std::string {
    return std::string(x.enable ? "enable" : "disable") + (x.rule ? " rule " : " trigger ") + x.which;
  }
  auto operator()(const SetRowSecurity& x) const -> std::string {
    return std::string(x.force ? (x.enable ? "force" : "no_force") : (x.enable ? "enable" : "disable")) +
           " row_security";
  }
  auto operator()(const OtherSubcommand& x) const -> std::string {
    return "other " + x.what + labelled("column", show(x.column)) + labelled("object", show(x.object));
  }
};

auto show(const Subcommand& subcommand) -> std::string { return std::visit(ShowSubcommand{}, subcommand); }

struct ShowAction {
  std::string_view file;

  auto operator()(const Other& x) const -> std::string { return "other" + labelled("on", show(x.objects)); }
  auto operator()(const CreateTable& x) const -> std::string {
    auto text = show(x.table);
    for (const auto& column : x.columns) text += " {" + show(column) + "}";
    for (const auto& constraint : x.constraints) text += " [" + show(constraint) + "]";
    text += labelled("inherits", show(x.inherits)) + labelled("like", show(x.like));
    if (x.partition_of) text += " of=" + show(*x.partition_of);
    return text + labelled("bound", x.partition_bound.display()) + flag(x.default_partition, "default") +
           labelled("by", x.partition_by) + labelled("key", show(x.partition_key)) + labelled("reads", show(x.reads)) +
           flag(x.as_query, "as_query") + flag(!x.with_data, "no_data") + flag(x.if_not_exists, "if_not_exists") +
           flag(x.temporary, "temporary") + flag(x.unlogged, "unlogged");
  }
  auto operator()(const DropObject& x) const -> std::string {
    return show(x.names) + labelled("on", show(x.on)) + flag(x.if_exists, "if_exists") + flag(x.cascade, "cascade") +
           flag(x.concurrently, "concurrently");
  }
  auto operator()(const AlterTable& x) const -> std::string {
    auto text = show(x.table) + flag(x.if_exists, "if_exists") + flag(x.only, "only");
    for (const auto& subcommand : x.subcommands) text += " | " + show(subcommand);
    return text;
  }
  auto operator()(const Rename& x) const -> std::string {
    return "rename " + show(x.object) + labelled("part", show(x.part)) + " to=" + show(x.to) +
           flag(x.if_exists, "if_exists");
  }
  auto operator()(const SetSchema& x) const -> std::string {
    return "move " + show(x.object) + " to=" + show(x.schema) + flag(x.if_exists, "if_exists");
  }
  auto operator()(const CreateIndex& x) const -> std::string {
    auto text = show(x.name) + " on " + show(x.table) + " " + x.method + "(" + show(x.keys) + ")" +
                labelled("include", show(x.include)) + labelled("where", x.predicate.display());
    for (const auto& [name, value] : x.parameters) text += " " + name + "=" + value;
    return text + flag(x.unique, "unique") + flag(x.concurrently, "concurrently") +
           flag(x.if_not_exists, "if_not_exists") + flag(x.nulls_not_distinct, "nulls_not_distinct") +
           flag(x.only, "only");
  }
  auto operator()(const CreateEnum& x) const -> std::string {
    return "enum " + show(x.type) + "(" + show(x.values) + ")" + flag(!x.values_known, "unknown");
  }
  auto operator()(const AlterEnum& x) const -> std::string {
    return show(x.type) + labelled("add", x.added) + labelled("at", x.position) + labelled("from", x.renamed_from) +
           labelled("to", x.renamed_to) + flag(x.if_not_exists, "if_not_exists") + flag(!x.value_known, "unknown");
  }
  auto operator()(const CreateType& x) const -> std::string { return show(x.type); }
  auto operator()(const AlterType& x) const -> std::string {
    auto text = show(x.type) + flag(x.cascade, "cascade");
    for (const auto& subcommand : x.subcommands) text += " | " + show(subcommand);
    return text;
  }
  auto operator()(const CreateDomain& x) const -> std::string {
    auto text = show(x.domain) + ":" + x.base.display() + flag(x.not_null, "not_null") +
                labelled("default", x.default_value.display());
    for (const auto& constraint : x.constraints) text += " [" + show(constraint) + "]";
    return text;
  }
  auto operator()(const AlterDomain& x) const -> std::string {
    static constexpr const char* whats[] = {"add",           "drop",        "validate",     "set_not_null",
                                            "drop_not_null", "set_default", "drop_default", "other"};
    const bool with = x.what == AlterDomain::What::add_constraint;
    return show(x.domain) + " " + whats[static_cast<int>(x.what)] +
           (with ? " " + show(x.constraint) : labelled("name", show(x.constraint.name)));
  }
  auto operator()(const CreateSequence& x) const -> std::string {
    return show(x.sequence) + flag(x.if_not_exists, "if_not_exists") + flag(x.temporary, "temporary");
  }
  auto operator()(const AlterSequence& x) const -> std::string {
    return show(x.sequence) + labelled("owner", show(x.owned_by_table)) + labelled("column", show(x.owned_by_column)) +
           flag(x.restart, "restart");
  }
  auto operator()(const CreateView& x) const -> std::string {
    auto text = show(x.view) + labelled("reads", show(x.reads)) + flag(x.replace, "replace") +
                flag(!x.with_data, "no_data") + flag(x.if_not_exists, "if_not_exists");
    for (const auto& [table, column] : x.columns_read) text += " " + (table.empty() ? column : table + "." + column);
    return text;
  }
  auto operator()(const RefreshMaterializedView& x) const -> std::string {
    return show(x.view) + flag(x.concurrently, "concurrently") + flag(!x.with_data, "no_data");
  }
  auto operator()(const CreateFunction& x) const -> std::string {
    return show(x.function) + " " + x.language + " " + x.volatility + flag(x.replace, "replace") +
           labelled("body", x.body);
  }
  auto operator()(const CreateTrigger& x) const -> std::string {
    return show(x.name) + " on " + show(x.table) + " " + show(x.events) + labelled("of", show(x.update_of)) +
           labelled("calls", show(x.function)) + labelled("when", show(x.when_columns)) + flag(x.replace, "replace") +
           flag(x.constraint, "constraint");
  }
  auto operator()(const CreatePolicy& x) const -> std::string {
    return show(x.name) + " on " + show(x.table) + labelled("columns", show(x.columns));
  }
  auto operator()(const CreateRule& x) const -> std::string {
    return show(x.name) + " on " + show(x.table) + flag(x.replace, "replace");
  }
  auto operator()(const CreateSchema& x) const -> std::string {
    return show(x.schema) + flag(x.if_not_exists, "if_not_exists");
  }
  auto operator()(const CreateExtension& x) const -> std::string {
    return show(x.extension) + flag(x.if_not_exists, "if_not_exists");
  }
  auto operator()(const Reindex& x) const -> std::string {
    static constexpr ObjectKind kinds[] = {ObjectKind::table, ObjectKind::index, ObjectKind::schema,
                                           ObjectKind::database};
    static constexpr const char* words[] = {"table", "index", "schema", "database"};
    std::string text = "?";
    for (std::size_t at = 0; at < std::size(kinds); ++at)
      if (kinds[at] == x.kind) text = words[at];
    return text + " " + show(x.object) + flag(x.concurrently, "concurrently");
  }
  auto operator()(const Cluster& x) const -> std::string { return show(x.table) + labelled("index", show(x.index)); }
  auto operator()(const Vacuum& x) const -> std::string { return show(x.tables) + flag(x.full, "full"); }
  auto operator()(const Truncate& x) const -> std::string {
    return show(x.tables) + flag(x.cascade, "cascade") + flag(x.restart_identity, "restart");
  }
  auto operator()(const LockTable& x) const -> std::string {
    return show(x.tables) + " " + x.mode + flag(x.nowait, "nowait");
  }
  auto operator()(const CommentOn& x) const -> std::string {
    return "on " + show(x.object) + labelled("part", show(x.part));
  }
  auto operator()(const Dml& x) const -> std::string {
    return show(x.table) + labelled("set", show(x.columns)) + labelled("values", show(x.values)) +
           labelled("where", x.where.display()) + labelled("reads", show(x.reads)) +
           (x.rows > 0 ? " rows=" + std::to_string(x.rows) : "") + flag(x.from_query, "from_query") +
           flag(x.limited, "limited") + flag(x.for_update, "for_update") + flag(x.on_conflict, "on_conflict") +
           flag(x.returning, "returning") + labelled("functions", show(x.functions)) + labelled("calls", show(x.calls));
  }
  auto operator()(const TransactionControl&) const -> std::string { return ""; }
  auto operator()(const SetVariable& x) const -> std::string {
    return x.name + (x.reset ? "" : "=" + x.value) + flag(!x.value_known, "unknown") + flag(x.local, "local");
  }
  auto operator()(const Block& x) const -> std::string {
    std::string text = x.language + flag(!x.understood, "not_understood") + " {";
    for (const auto& statement : x.statements)
      text += std::string(statement.conditional ? " if " : " ") + describe(statement.action, file) + ";";
    return text + " }";
  }
  auto operator()(const Unreadable& x) const -> std::string { return "unreadable" + labelled("table", show(x.table)); }
  auto operator()(const SyntaxError& x) const -> std::string { return x.message + " @" + std::to_string(x.offset); }
};

}  // namespace

auto marked(std::string_view text) -> MappedText {
  MappedText result;
  const auto narrow = [](std::size_t offset) { return static_cast<std::uint32_t>(offset); };
  std::size_t at = 0;
  for (;;) {
    const auto open = text.find("{{", at);
    const auto end = open == std::string_view::npos ? text.size() : open;
    result.append(text.substr(at, end - at), {0, narrow(at), narrow(end)}, true);
    if (open == std::string_view::npos) return result;
    const auto close = text.find("}}", open);
    auto what = text.substr(open + 2, close - open - 2);
    std::vector<std::string> alternatives;
    if (auto bar = what.find('|'); bar != std::string_view::npos) {
      auto rest = what.substr(bar + 1);
      what = what.substr(0, bar);
      for (;;) {
        bar = rest.find('|');
        alternatives.emplace_back(rest.substr(0, bar));
        if (bar == std::string_view::npos) break;
        rest = rest.substr(bar + 1);
      }
    }
    const bool constant = what.starts_with('=');
    if (constant) what.remove_prefix(1);
    result.append_hole(constant ? "an option" : std::string(what), {0, narrow(open), narrow(close + 2)}, alternatives,
                       constant ? std::string(what) : std::string());
    at = close + 2;
  }
}

auto describe(const Action& action, std::string_view file) -> std::string {
  const auto tag = command_tag(action);
  const auto text = std::visit(ShowAction{file}, action);
  return tag + (tag.empty() || text.empty() ? "" : ": ") + text;
}

auto read_all(std::string_view text, Binds binds) -> std::string {
  std::string all;
  const auto mapped = marked(text);
  for (const auto& statement : read(mapped, binds, Span{}).statements)
    all += (all.empty() ? "" : "; ") + describe(statement.action, text);
  return all;
}

auto expect_all(std::initializer_list<Expected> rows, Binds binds) -> void {
  for (const auto& row : rows) EXPECT_EQ(read_all(row.sql, binds), row.described) << row.sql;
}

TEST(Describe, ShowsWhatIsUnknown) {
  EXPECT_EQ(read_all("DROP TABLE {{a}}.b, {{c}}; COMMIT"), "DROP TABLE: {a}?.b,{c}?; COMMIT");
}

}  // namespace foreshot::sql::testing
