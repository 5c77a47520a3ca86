#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

struct Need {
  int version = 0;  // 0: nothing new
  std::string what;
};

auto of_constraint(const Constraint& constraint) -> Need {
  if (constraint.not_enforced) return {18, "NOT ENFORCED"};
  if (constraint.without_overlaps) return {18, "WITHOUT OVERLAPS"};
  if (constraint.nulls_not_distinct) return {15, "NULLS NOT DISTINCT"};
  return {};
}

auto of_column(const Column& column) -> Need {
  if (column.generated == Column::Generated::virtual_) return {18, "a virtual generated column"};
  for (const auto& constraint : column.constraints)
    if (const auto need = of_constraint(constraint); need.version != 0) return need;
  return {};
}

auto of_subcommand(const Subcommand& subcommand) -> Need {
  if (const auto* add = std::get_if<AddColumn>(&subcommand)) return of_column(add->column);
  if (const auto* add = std::get_if<AddConstraint>(&subcommand)) {
    // As a constraint with a name; the column's own NOT NULL is as old as SQL.
    if (add->constraint.kind == ConstraintKind::not_null) return {18, "ADD … NOT NULL as a table constraint"};
    return of_constraint(add->constraint);
  }
  if (const auto* alter = std::get_if<AlterConstraint>(&subcommand)) {
    if (alter->enforced) return {18, "ALTER CONSTRAINT … ENFORCED"};
    if (alter->inherit) return {18, "ALTER CONSTRAINT … INHERIT"};
  }
  if (const auto* detach = std::get_if<DetachPartition>(&subcommand); detach != nullptr && (detach->concurrently || detach->finalize))
    return {14, "DETACH PARTITION … CONCURRENTLY"};
  if (std::holds_alternative<SetExpression>(subcommand)) return {17, "SET EXPRESSION"};
  if (std::holds_alternative<DropExpression>(subcommand)) return {13, "DROP EXPRESSION"};
  if (std::holds_alternative<SetAccessMethod>(subcommand)) return {15, "SET ACCESS METHOD"};
  if (const auto* other = std::get_if<OtherSubcommand>(&subcommand); other != nullptr && other->what == "SET COMPRESSION")
    return {14, "SET COMPRESSION"};
  return {};
}

auto newest_need(const Action& action) -> Need {
  Need newest;
  const auto take = [&](const Need& need) {
    if (need.version > newest.version) newest = need;
  };
  if (const auto* create = std::get_if<CreateTable>(&action)) {
    for (const auto& column : create->columns) take(of_column(column));
    for (const auto& constraint : create->constraints) take(of_constraint(constraint));
  }
  if (const auto* alter = std::get_if<AlterTable>(&action))
    for (const auto& subcommand : alter->subcommands) take(of_subcommand(subcommand));
  if (const auto* index = std::get_if<CreateIndex>(&action); index != nullptr && index->nulls_not_distinct) take({15, "NULLS NOT DISTINCT"});
  if (const auto* trigger = std::get_if<CreateTrigger>(&action); trigger != nullptr && trigger->replace)
    take({14, "CREATE OR REPLACE TRIGGER"});
  if (const auto* dml = std::get_if<Dml>(&action); dml != nullptr && dml->verb == Dml::Verb::merge)
    take(dml->returning ? Need{17, "MERGE … RETURNING"} : Need{15, "MERGE"});
  return newest;
}

}  // namespace

extern const Rule needs_newer_server;
const Rule needs_newer_server = {
    .code = "MIG714",
    .name = "needs-newer-server",
    .level = Level::error,
    .doc =
        {
            .summary = "The statement uses something that the configured PostgreSQL version does not have: the migration fails there",
            .what = "Syntax that is newer than `server-version` (or than the server image that the project's files name): DROP "
                    "EXPRESSION (13), DETACH … CONCURRENTLY, CREATE OR REPLACE TRIGGER (14), NULLS NOT DISTINCT, MERGE, SET ACCESS "
                    "METHOD (15), SET EXPRESSION (17), virtual columns, NOT ENFORCED, named NOT NULL constraints (18). Silent "
                    "where the version is only assumed.",
            .database = "An older server answers with a syntax error, and the migration stops.",
            .bad = "op.execute(\"CREATE TABLE tags (id serial PRIMARY KEY, name text, UNIQUE NULLS NOT DISTINCT (name))\")\n",
            .good = "op.execute(\"CREATE TABLE tags (id serial PRIMARY KEY, name text NOT NULL UNIQUE)\")\n",
            .allow = "The servers are upgraded before the migration runs: say so with `server-version`.",
            .references = "https://www.postgresql.org/docs/release/",
            .bad_files = "=== foreshot.toml\nserver-version = 14\n",
            .good_files = "=== foreshot.toml\nserver-version = 14\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          // An assumed version is not a promise.
          if (!at.project.versions.server_known || at.step.conditional) return;
          const auto need = newest_need(at.step.action());
          if (need.version <= at.version()) return;
          const auto* table = target_table(at.step.action());
          report.add(at.finding()
                         .without_locks()
                         .says("the migration fails on PostgreSQL " + std::to_string(at.version()) + ": " + need.what + " needs version " +
                               std::to_string(need.version))
                         .about((table == nullptr ? std::string() : table->display() + " ") + need.what)
                         .help("upgrade the servers first and raise `server-version`, or write it without"));
        },
};

}  // namespace foreshot::rules
