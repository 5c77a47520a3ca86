#include <algorithm>

#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {
namespace {

// The names of indexes and constraints in the statement, cut as the server cuts them. SQLAlchemy checks these.
auto checked_names(const Action& action) -> std::vector<std::string> {
  std::vector<std::string> names;
  const auto constraint = [&](const Constraint& item) { names.push_back(item.name.text); };
  if (const auto* create = std::get_if<CreateIndex>(&action)) names.push_back(create->name.text);
  if (const auto* drop = std::get_if<DropObject>(&action); drop != nullptr && drop->kind == ObjectKind::index)
    for (const auto& name : drop->names) names.push_back(name.name.text);
  if (const auto* create = std::get_if<CreateTable>(&action)) {
    for (const auto& column : create->columns)
      for (const auto& item : column.constraints) constraint(item);
    for (const auto& item : create->constraints) constraint(item);
  }
  if (const auto* alter = std::get_if<AlterTable>(&action)) {
    for (const auto& subcommand : alter->subcommands) {
      if (const auto* add = std::get_if<AddConstraint>(&subcommand)) constraint(add->constraint);
      if (const auto* drop = std::get_if<DropConstraint>(&subcommand)) names.push_back(drop->constraint.text);
    }
  }
  return names;
}

}  // namespace

extern const Rule identifier_too_long;
const Rule identifier_too_long = {
    .code = "MIG716",
    .name = "identifier-too-long",
    .level = Level::error,
    .doc =
        {
            .summary = "A name is longer than the 63 bytes that PostgreSQL keeps: the migration fails, or the object gets another name",
            .what = "A name of an index or a constraint of more than 63 characters that Alembic's calls are given as a plain "
                    "string; and, as a warning, such a name of a table, a column or anything else, and any in SQL text.",
            .database =
                "SQLAlchemy refuses plain names of indexes and constraints (`IdentifierError: Identifier … exceeds maximum length "
                "of 63 characters`). Everything else reaches PostgreSQL, which cuts the name after 63 bytes and says so in a "
                "notice only: what looks for the full name in the catalogue does not find it, and two long names may become "
                "one. Names in `op.f(…)` are shortened by SQLAlchemy to 55 characters and a part of their MD5.",
            .bad = "op.create_table(\n"
                   "    \"statistics_of_the_orders_of_all_customers_by_week_and_by_country_of_delivery\",\n"
                   "    sa.Column(\"id\", sa.Integer(), primary_key=True),\n"
                   ")\n",
            .good = "op.create_table(\n"
                    "    \"weekly_order_statistics\",\n"
                    "    sa.Column(\"id\", sa.Integer(), primary_key=True),\n"
                    ")\n",
            .allow = "The revision is released, and the cut name is what everything else uses.",
            .references = "https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto& statement = at.sql();
          if (statement.long_names.empty()) return;
          // Statements that only look at data or run a body name what is elsewhere.
          if (at.action<Dml>() != nullptr || at.action<Block>() != nullptr || at.action<CreateFunction>() != nullptr) return;
          const auto checked = checked_names(at.step.action());
          const auto& operation = at.op();
          const auto written = operation.sent_by == Operation::SentBy::connection || operation.counts_as_sql;
          std::vector<std::string> told;
          for (const auto& name : statement.long_names) {
            if (std::find(told.begin(), told.end(), name) != told.end()) continue;
            told.push_back(name);
            const auto refused = !written && std::any_of(checked.begin(), checked.end(), [&](const std::string& cut) {
              return !cut.empty() && name.starts_with(cut);
            });
            const auto bytes = std::to_string(name.size());
            if (refused) {
              report.add(at.finding()
                             .without_locks()
                             .says("the migration fails here: SQLAlchemy refuses the name " + quoted(name) + ", which has " + bytes +
                                   " characters where PostgreSQL keeps 63")
                             .about(name)
                             .help("choose a shorter name")
                             .fix(fix::shorter_name(at.project, at.revision(), name)));
            } else {
              report.add(at.finding()
                             .without_locks()
                             .level(Level::warning)
                             .says("the name is not the one that is written: PostgreSQL keeps 63 of the " + bytes + " bytes of " +
                                   quoted(name))
                             .about(name)
                             .help("choose a shorter name")
                             .fix(fix::shorter_name(at.project, at.revision(), name)));
            }
          }
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          std::vector<std::string> told;
          for (const auto& place : view.revision().upgrade.shortened_names) {
            if (std::find(told.begin(), told.end(), place.name) != told.end()) continue;
            told.push_back(place.name);
            report.add(Draft(place.span)
                           .level(Level::warning)
                           .says("the name is not the one that is written: SQLAlchemy cuts the " + std::to_string(place.name.size()) +
                                 " bytes of " + quoted(place.name) + " to fit into 63")
                           .about(place.name)
                           .help("choose a shorter name")
                           .fix(fix::shorter_name(view.project, view.revision(), place.name)));
          }
        },
};

}  // namespace foreshot::rules
