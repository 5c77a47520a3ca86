#include <algorithm>
#include <iterator>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

auto is_clock(const ObjectName& function) -> bool {
  static constexpr std::string_view clocks[] = {"now", "current_timestamp", "current_date", "current_time", "localtimestamp", "localtime",
                                                "clock_timestamp", "statement_timestamp", "transaction_timestamp", "timeofday",
                                                "random"};
  if (!function.schema.empty() && function.schema.text != "pg_catalog") return false;
  return std::find(std::begin(clocks), std::end(clocks), function.name.text) != std::end(clocks);
}

// A function in the expression whose answer changes with time; empty: none.
auto clock_in(const Expression& expression) -> std::string {
  for (const auto& function : expression.functions())
    if (is_clock(function)) return function.name.text;
  return {};
}

// The same, where time may turn a row that passed into one that does not: `created_at <= now()` stays true.
auto harmful_clock(const Expression& expression, int depth = 0) -> std::string {
  const auto& parts = expression.arguments;
  if (expression.kind == Expression::Kind::operation && depth < 32) {
    if (expression.text == "AND" || expression.text == "OR") {
      for (const auto& part : parts)
        if (auto clock = harmful_clock(part, depth + 1); !clock.empty()) return clock;
      return {};
    }
    const auto less = expression.text == "<" || expression.text == "<=";
    const auto greater = expression.text == ">" || expression.text == ">=";
    if ((less || greater) && parts.size() == 2) {
      const auto& larger = less ? parts[1] : parts[0];
      const auto& smaller = less ? parts[0] : parts[1];
      if (clock_in(smaller).empty() && clock_in(larger) != "random") return {};
    }
  }
  return clock_in(expression);
}

auto judge(const StepView& at, const ObjectName& of, const Constraint& check, Span place, Report& report) -> void {
  if (check.kind != ConstraintKind::check) return;
  const auto clock = harmful_clock(check.expression);
  if (clock.empty()) return;
  const auto name = check.name.empty() ? of.display() : of.display() + "." + check.name.text;
  report.add(at.finding()
                 .without_locks()
                 .at(place)
                 .says("rows that pass today break this check later: " + quoted(clock) + " gives another answer each time, and PostgreSQL "
                       "checks a row only when it is written")
                 .about(name)
                 .help("compare with a column of the row (created_at), or check in a trigger or in the application"));
}

}  // namespace

extern const Rule check_depends_on_clock;
const Rule check_depends_on_clock = {
    .code = "MIG718",
    .name = "check-depends-on-clock",
    .level = Level::warning,
    .doc =
        {
            .summary = "A CHECK uses the current time or chance: rows that pass when they are written break it later, and a restore may fail",
            .what = "`now()`, `CURRENT_DATE`, `clock_timestamp()`, `random()` and the like in a CHECK of a table or a domain, except "
                    "where time only makes more rows pass (`created_at <= now()`).",
            .database =
                "PostgreSQL takes a CHECK to be true of a row for ever once it has passed. With a clock in it an UPDATE of "
                "another column suddenly fails, VALIDATE and a restored dump fail, and nothing tells in between which "
                "rows break the rule.",
            .bad = "op.create_table(\n"
                   "    \"leases\",\n"
                   "    sa.Column(\"id\", sa.Integer(), primary_key=True),\n"
                   "    sa.Column(\"ends_at\", sa.DateTime(timezone=True)),\n"
                   "    sa.CheckConstraint(\"ends_at > now()\", name=\"ck_leases_ends_at\"),\n"
                   ")\n",
            .good = "op.create_table(\n"
                    "    \"leases\",\n"
                    "    sa.Column(\"id\", sa.Integer(), primary_key=True),\n"
                    "    sa.Column(\"begins_at\", sa.DateTime(timezone=True)),\n"
                    "    sa.Column(\"ends_at\", sa.DateTime(timezone=True)),\n"
                    "    sa.CheckConstraint(\"ends_at > begins_at\", name=\"ck_leases_ends_at\"),\n"
                    ")\n",
            .allow = "The check is meant for the moment of writing only, and nothing else ever writes the rows again.",
            .references = "https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          if (const auto* create = at.action<CreateTable>()) {
            for (const auto& column : create->columns)
              for (const auto& constraint : column.constraints) judge(at, create->table, constraint, constraint.span, report);
            for (const auto& constraint : create->constraints) judge(at, create->table, constraint, constraint.span, report);
          }
          if (const auto* domain = at.action<CreateDomain>())
            for (const auto& constraint : domain->constraints) judge(at, domain->domain, constraint, constraint.span, report);
          if (const auto* domain = at.action<AlterDomain>()) judge(at, domain->domain, domain->constraint, {}, report);
          each_subcommand<AddConstraint>(at, [&](const AlterTable& alter, const AddConstraint& add, std::size_t i) {
            judge(at, alter.table, add.constraint, at.subcommand_span(i), report);
          });
          each_subcommand<AddColumn>(at, [&](const AlterTable& alter, const AddColumn& add, std::size_t i) {
            for (const auto& constraint : add.column.constraints) judge(at, alter.table, constraint, at.subcommand_span(i), report);
          });
        },
};

}  // namespace foreshot::rules
