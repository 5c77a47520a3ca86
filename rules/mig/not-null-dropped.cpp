#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule not_null_dropped;
const Rule not_null_dropped = {
    .code = "MIG312",
    .name = "not-null-dropped",
    .level = Level::info,
    .doc =
        {
            .summary = "A column that always had a value may be NULL from now on: running code that reads it may not be ready",
            .what = "`op.alter_column(…, nullable=True)` or `DROP NOT NULL` in an upgrade, for a column of a table in use that is "
                    "known to be NOT NULL and is there and nullable at the end of the revision.",
            .database =
                "The statement itself is quick. From then on rows without a value may appear, and code that was written "
                "when there were none (a method called on the value, a comparison, a type that a client generated) meets "
                "None. Going back means to find and fill those rows, and to read the whole table again. The same on "
                "PostgreSQL 12 to 18.",
            .bad = "op.alter_column(\"users\", \"email\", nullable=True)\n",
            .good = "op.alter_column(\"users\", \"email\", server_default=\"\")\n",
            .allow = "Everything that reads the column copes with NULL.",
            .references = "https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-NOT-NULL",
            .bad_files = "=== downgrade\n"
                         "op.alter_column(\"users\", \"email\", nullable=False)\n",
            .good_files = "=== downgrade\nop.alter_column(\"users\", \"email\", server_default=None)\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          each_subcommand<DropNotNull>(at, [&](const AlterTable& alter, const DropNotNull& drop, std::size_t i) {
            if (alter.kind != ObjectKind::table || !at.live(alter.table)) return;
            const auto* table = at.before().table(alter.table);
            const auto* column = table == nullptr ? nullptr : table->column(drop.column.text);
            if (column != nullptr) {
              // Nullable already, or perhaps; or added by this upgrade.
              if (column->not_null != Known::yes || !column->certain) return;
              if (column->origin.known() && column->origin.revision == at.step.revision) return;
            } else if (!at.op().existing_nullable || *at.op().existing_nullable) {
              return;
            }
            const auto end = at.tree.timeline->after(at.step.revision);
            const auto* table_then = end.table(alter.table);
            if (table != nullptr) {
              // Dropped, renamed or filled and closed again later in the upgrade.
              const auto* left = table_then == nullptr ? nullptr : table_then->column(drop.column.text);
              if (column != nullptr && (left == nullptr || left->not_null != Known::no)) return;
            }
            if (end.column_exists(alter.table, drop.column) == Existence::no) return;
            report.add(at.finding()
                           .without_locks()
                           .at(at.subcommand_span(i))
                           .says("code that reads " + quoted(drop.column) + " of " + quoted(alter.table) +
                                 " may meet NULL from now on, which it never did before")
                           .about(alter.table.display() + "." + drop.column.text)
                           .help("release code that copes with NULL first"));
          });
        },
};

}  // namespace foreshot::rules
