#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule using_forces_rewrite;
const Rule using_forces_rewrite = {
    .code = "MIG208",
    .name = "using-forces-rewrite",
    .level = Level::warning,
    .by_size = true,
    .doc =
        {
            .summary = "The type change would leave the rows alone, but its USING makes PostgreSQL compute and write every one of them",
            .what = "`ALTER COLUMN … TYPE … USING` (`postgresql_using=`) on a table that may hold rows, where USING only casts the "
                    "column, or reads it AT TIME ZONE 'UTC', and the same change without USING is free.",
            .database =
                "PostgreSQL compares the old and the new type only when nothing is computed. timestamp to timestamptz is free "
                "when the time zone of the session is UTC; USING x AT TIME ZONE 'UTC' means the same, but rewrites the table "
                "and its indexes under ACCESS EXCLUSIVE: SELECT, INSERT, UPDATE and DELETE wait until the transaction ends. "
                "Measured on PostgreSQL 12 to 18.",
            .bad = "op.execute(\"ALTER TABLE visits ALTER COLUMN seen_at TYPE timestamptz USING seen_at AT TIME ZONE 'UTC'\")\n",
            .good = "op.execute(\"SET LOCAL timezone = 'UTC'\")\n"
                    "op.execute(\"ALTER TABLE visits ALTER COLUMN seen_at TYPE timestamptz\")\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES",
            .bad_files = "=== downgrade\n"
                         "op.execute(\"ALTER TABLE visits ALTER COLUMN seen_at TYPE timestamp\")\n",
            .good_files = "=== downgrade\n"
                          "op.execute(\"SET LOCAL timezone = 'UTC'\")\n"
                          "op.execute(\"ALTER TABLE visits ALTER COLUMN seen_at TYPE timestamp\")\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          each_subcommand<AlterColumnType>(at, [&](const AlterTable& alter, const AlterColumnType& change, std::size_t i) {
            if (!at.live(alter.table) || at.type_rewrite(i) != TypeRewrite::by_using) return;
            const auto* table = at.before().table(alter.table);
            const auto* column = table == nullptr ? nullptr : table->column(change.column.text);
            const bool same_kind = column != nullptr && column->column.type.name == change.type.name;
            // With or without a time zone is the same eight bytes only where local time is UTC.
            const bool zoned = !same_kind && (change.type.name.text == "timestamptz" || change.type.name.text == "timestamp");
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says("nobody can read or write " + quoted(alter.table) + " while all of it is rewritten, only because of USING: changing " +
                                 quoted(change.column) + " to `" + change.type.display() + "` is free without it" +
                                 (zoned ? " where TimeZone is UTC" : ""))
                           .about(alter.table.display() + "." + change.column.text)
                           .help(zoned ? "SET LOCAL timezone = 'UTC', then change the type without USING"
                                       : "leave out USING: PostgreSQL casts the column by itself"));
          });
        },
};

}  // namespace foreshot::rules
