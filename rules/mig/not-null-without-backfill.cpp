#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// The statement that added the column, when rows were there that got NULL by it; null where that is not certain.
auto added_without_value(const StepView& at, const ObjectName& table, const TableColumn& column) -> const Step* {
  const auto& range = at.tree.timeline->revision(column.origin.revision);
  for (auto i = range.upgrade_begin; i < range.upgrade_end; ++i) {
    const auto& step = at.tree.timeline->steps()[i];
    const StepView then{at.project, at.tree, step};
    const AddColumn* found = nullptr;
    each_subcommand<AddColumn>(then, [&](const AlterTable& alter, const AddColumn& add, std::size_t) {
      if (add.column.name == column.column.name && then.before().same_table(alter.table, table)) found = &add;
    });
    if (found == nullptr) continue;
    const bool valueless = !found->column.default_value.exists() && found->column.generated == Column::Generated::no &&
                           found->column.identity == Column::Identity::no && !found->column.type.is_serial() && !found->column.not_null;
    return valueless && !step.conditional && then.may_hold_rows(table) ? &step : nullptr;
  }
  return nullptr;
}

auto names(const std::vector<std::string>& columns, const Identifier& column) -> bool {
  return std::find(columns.begin(), columns.end(), column.text) != columns.end();
}

// May the statement give old rows a value, or take away those that have none?
auto may_fill(const StepView& at, const ObjectName& table, const Identifier& column) -> bool {
  const auto& action = at.step.action();
  if (std::holds_alternative<Unreadable>(action) || std::holds_alternative<SyntaxError>(action)) return true;
  if (const auto* block = std::get_if<Block>(&action)) return !block->understood;
  // CALL, EXECUTE: what runs there nobody knows.
  if (const auto* other = std::get_if<Other>(&action)) return other->tag == "CALL" || other->tag == "EXECUTE";
  if (const auto* truncate = std::get_if<Truncate>(&action))
    return std::any_of(truncate->tables.begin(), truncate->tables.end(), [&](const ObjectName& each) { return at.before().same_table(each, table); });
  if (const auto* rename = std::get_if<Rename>(&action)) return rename->object.name == table.name || rename->to == table.name;
  const auto* dml = std::get_if<Dml>(&action);
  if (dml == nullptr) return false;
  // A function of the project may change rows.
  if (dml->verb == Dml::Verb::select) return dml->for_update || !dml->calls.empty();
  if (!dml->table.known()) return true;
  if (!at.before().same_table(dml->table, table)) return false;
  if (dml->verb == Dml::Verb::delete_) return !dml->where.exists() || dml->where.has_hole() || names(dml->where.columns(), column);
  return dml->columns.empty() || std::any_of(dml->columns.begin(), dml->columns.end(),
                                             [&](const Identifier& assigned) { return !assigned.known || assigned == column; });
}

auto fully_read(const Revision& revision) -> bool {
  const auto& body = revision.upgrade;
  return body.fully_read && !revision.syntax_error && !body.imports_application && revision.application_imports.empty() &&
         std::none_of(body.operations.begin(), body.operations.end(), [](const Operation& op) { return op.custom_directive; });
}

}  // namespace

extern const Rule not_null_without_backfill;
const Rule not_null_without_backfill = {
    .code = "MIG607",
    .name = "not-null-without-backfill",
    .level = Level::warning,
    .doc =
        {
            .summary = "A column becomes NOT NULL that was added without a value to a table with rows, and no migration fills it",
            .what = "`op.alter_column(…, nullable=False)` or `SET NOT NULL` over a validated CHECK, for a column that an earlier revision "
                    "added without a default to a table in use, where no statement since then gives its rows a value. Where "
                    "SET NOT NULL itself reads the table, MIG111 is reported.",
            .database = "Every row from before the column was added has NULL in it. VALIDATE CONSTRAINT fails on the first of them "
                        "(`check constraint … is violated by some row`), and the deployment with it.",
            .bad = "",
            .good = "",
            .allow = "The rows are filled outside of the migrations, and that is done everywhere before this one runs.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          each_subcommand<SetNotNull>(at, [&](const AlterTable& alter, const SetNotNull& set, std::size_t i) {
            if (!at.step.cost.known || !at.live(alter.table)) return;
            const auto before = at.before();
            const auto* table = before.table(alter.table);
            const auto* column = table == nullptr ? nullptr : table->column(set.column.text);
            if (column == nullptr || !column->certain || column->not_null != Known::no) return;
            if (!column->origin.known() || column->origin.revision == at.step.revision) return;
            // Without proof the statement reads the rows, and is told for that.
            const auto* proof = table->proof_of_not_null(set.column.text);
            if (proof == nullptr) return;
            const auto* added = added_without_value(at, alter.table, *column);
            if (added == nullptr) return;
            for (const auto* step = added; step < &at.step; ++step) {
              if (step->downgrade) continue;
              if (may_fill({at.project, at.tree, *step}, alter.table, set.column)) return;
              if (!fully_read(at.tree.source.revisions[step->revision])) return;
            }
            report.add(at.finding()
                           .without_locks()
                           .at(at.subcommand_span(i))
                           .says("rows from before " + quoted(set.column) + " was added to " + quoted(alter.table) +
                                 " have NULL in it and no migration fills them: this upgrade fails on the first one")
                           .about(alter.table.display() + "." + set.column.text)
                           .label(column->origin.span, "the column is added here, without a value")
                           .label(proof->validated_origin.known() ? proof->validated_origin.span : Span{}, "this looks for NULLs, and fails")
                           .help("fill the rows in batches, in a revision of its own, before the constraint is validated"));
          });
        },
};

}  // namespace foreshot::rules
