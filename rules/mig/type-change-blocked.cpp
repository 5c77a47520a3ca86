#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// A view that reads the column, directly.
auto reader_of(const StepView& at, const ObjectName& table, const Identifier& column) -> const Table* {
  for (const auto* reader : at.before().readers(table))
    for (const auto& [relation, used] : reader->columns_read)
      if (reader->certain && relation == table.name.text && used == column.text) return reader;
  return nullptr;
}

}  // namespace

extern const Rule type_change_blocked;
const Rule type_change_blocked = {
    .code = "MIG313",
    .name = "type-change-blocked",
    .level = Level::error,
    .precision = Precision::very_high,
    .doc =
        {
            .summary = "A view, generated column, policy or trigger uses the column: PostgreSQL refuses to change its type",
            .what = "`op.alter_column(…, type_=…)` or `ALTER COLUMN … TYPE` of a column that a view or rule reads, a generated "
                    "column is computed from, a policy uses, or a trigger names in UPDATE OF or WHEN.",
            .database =
                "The statement fails (\"cannot alter type of a column used by a view or rule\") and the migration with it, even "
                "if the table is empty. What depends on the column has to be dropped before and made again afterwards, in the same "
                "transaction, so that nobody sees it missing. Measured on PostgreSQL 12 to 18.",
            .bad = "op.alter_column(\"users\", \"age\", type_=sa.BigInteger())  # foreshot: ignore[MIG205] -- small\n",
            .good = "op.add_column(\"users\", sa.Column(\"age_big\", sa.BigInteger()))\n",
            .allow = "Never: it fails.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html",
            .bad_files = "=== downgrade\nop.alter_column(\"users\", \"age\", type_=sa.Integer())\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          if (!at.step.cost.fails || !at.step.cost.failure.starts_with("cannot alter type of a column")) return;
          // What does not run for certain does not fail for certain.
          if (at.step.conditional) return;
          bool told = false;
          each_subcommand<AlterColumnType>(at, [&](const AlterTable& alter, const AlterColumnType& change, std::size_t i) {
            // One statement fails once; of several changes the one that a view reads is the better place.
            if (told) return;
            const auto* view = reader_of(at, alter.table, change.column);
            if (view == nullptr && alter.subcommands.size() > 1) return;
            told = true;
            report.add(at.finding()
                           .without_locks()
                           .at(at.subcommand_span(i))
                           .says("the migration fails here: " +
                                 (view == nullptr ? at.step.cost.failure : "the view " + quoted(view->name) + " uses " + quoted(change.column)))
                           .about(alter.table.display() + "." + change.column.text)
                           .label(view != nullptr && view->origin.known() ? view->origin.span : Span{}, "the view is created here")
                           .help("drop what depends on the column first and create it again afterwards, in the same revision"));
          });
        },
};

}  // namespace foreshot::rules
