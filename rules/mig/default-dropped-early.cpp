#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// Will the revision that added the column be deployed together with this one?
auto deployed_together(const StepView& at, RevisionIndex added) -> bool {
  if (added == at.step.revision) return true;
  const auto& released = at.tree.released;
  if (std::none_of(released.begin(), released.end(), [](bool is) { return is; })) return false;
  return !released[added] && !released[at.step.revision];
}

}  // namespace

extern const Rule default_dropped_early;
const Rule default_dropped_early = {
    .code = "MIG311",
    .name = "default-dropped-early",
    .level = Level::warning,
    .doc =
        {
            .summary = "A required column is added with a default that is taken away at once: running code that does not know the column cannot insert",
            .what = "`server_default=None` or `DROP DEFAULT` for a column that the same revision added (or one that is not released "
                    "yet either), which ends up NOT NULL and without a default, on a table that existed before.",
            .database =
                "The release that is still running names the columns it knows. As long as the new one has a default its INSERTs "
                "go on; without one each of them fails with a NOT NULL violation, from the moment the migration commits "
                "until the new release is everywhere. The default costs nothing. The same on PostgreSQL 12 to 18.",
            .bad = "op.add_column(\"users\", sa.Column(\"active\", sa.Boolean(), nullable=False, server_default=sa.true()))\n"
                   "op.alter_column(\"users\", \"active\", server_default=None)\n",
            .good = "op.add_column(\"users\", sa.Column(\"active\", sa.Boolean(), nullable=False, server_default=sa.true()))\n",
            .allow = "The application is stopped while the migration runs, or nothing but the new release inserts into the table.",
            .references = "https://www.postgresql.org/docs/current/ddl-default.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          each_subcommand<DropDefault>(at, [&](const AlterTable& alter, const DropDefault& drop, std::size_t i) {
            if (alter.kind != ObjectKind::table || !at.live(alter.table)) return;
            const auto* table = at.before().table(alter.table);
            const auto* column = table == nullptr ? nullptr : table->column(drop.column.text);
            if (column == nullptr || !column->origin.known() || !column->certain) return;
            // There was none: nothing changes.
            if (!column->column.default_value.exists() || column->column.default_value.text == "NULL") return;
            if (!deployed_together(at, column->origin.revision)) return;
            // What counts is how the revision leaves the column.
            const auto* table_then = at.tree.timeline->after(at.step.revision).table(alter.table);
            const auto* left = table_then == nullptr ? nullptr : table_then->column(drop.column.text);
            if (left == nullptr || left->not_null != Known::yes || left->column.default_value.exists()) return;
            if (left->column.identity != Column::Identity::no || left->column.generated != Column::Generated::no) return;
            report.add(at.finding()
                           .without_locks()
                           .at(at.subcommand_span(i))
                           .says("code that is still running and does not know " + quoted(drop.column) + " cannot insert into " +
                                 quoted(alter.table) + " any more: the new column is required and loses its default")
                           .about(alter.table.display() + "." + drop.column.text)
                           .label(column->origin.span, "the column is added here")
                           .help("keep the default until every running release sets the column, and drop it in a later revision"));
          });
        },
};

}  // namespace foreshot::rules
