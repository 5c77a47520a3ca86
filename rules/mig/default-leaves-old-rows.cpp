#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
extern const Rule default_leaves_old_rows;
const Rule default_leaves_old_rows = {
    .code = "MIG721",
    .name = "default-leaves-old-rows",
    .level = Level::info,
    .doc =
        {
            .summary = "A default is set for a column that is there already: rows that have NULL keep it",
            .what = "`op.alter_column(…, server_default=…)` or SET DEFAULT for a column of an earlier revision that allows NULL and had "
                    "no default, with nothing in the revision that fills the rows.",
            .database = "SET DEFAULT changes what later INSERTs get and touches no row. Code that is written as if the column always had "
                        "a value meets NULL in every row from before.",
            .bad = "op.alter_column(\"users\", \"name\", server_default=\"nobody\")\n",
            .good = "op.add_column(\"users\", sa.Column(\"plan\", sa.Text(), server_default=\"free\"))\n",
            .allow = "NULL is right for old rows, or a later step fills them in batches.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          each_subcommand<SetDefault>(at, [&](const AlterTable& alter, const SetDefault& set, std::size_t i) {
            if (alter.kind != ObjectKind::table || !at.may_hold_rows(alter.table)) return;
            // DEFAULT NULL promises nothing; a sequence is the start of a key, and its rows have their numbers.
            if (set.value.kind == Expression::Kind::constant && set.value.constant == Expression::Constant::null) return;
            if (set.value.kind == Expression::Kind::function && set.value.name.name.text == "nextval") return;
            const auto* table = at.before().table(alter.table);
            const auto* column = table == nullptr ? nullptr : table->column(set.column.text);
            if (column == nullptr || !column->certain || column->not_null != Known::no) return;
            if (column->column.default_value.exists() || !column->origin.known() || column->origin.revision == at.step.revision) return;
            // A default that is taken away and given back around a type change is the old one.
            const auto returns = std::any_of(alter.subcommands.begin(), alter.subcommands.end(), [&](const Subcommand& other) {
              const auto* drop = std::get_if<DropDefault>(&other);
              return drop != nullptr && drop->column == set.column;
            });
            if (returns) return;
            if (table->from_model || at.fills(alter.table, set.column)) return;
            // Where the revision makes the column NOT NULL, that is what has to find no NULL.
            const auto* later = at.tree.timeline->after(at.step.revision).table(alter.table);
            const auto* left = later == nullptr ? nullptr : later->column(set.column.text);
            if (left == nullptr || left->not_null != Known::no) return;
            report.add(at.finding()
                           .without_locks()
                           .at(at.subcommand_span(i))
                           .says("rows of " + quoted(alter.table) + " that have NULL in " + quoted(set.column) +
                                 " keep it: a default is for new rows only")
                           .about(alter.table.display() + "." + set.column.text)
                           .label(column->origin.span, "the column is added here")
                           .help("fill the old rows in batches, in a revision of its own"));
          });
        },
};

}  // namespace foreshot::rules
