#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {

extern const Rule primary_key_builds_index;
const Rule primary_key_builds_index = {
    .code = "MIG108",
    .name = "primary-key-builds-index",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "A primary key builds its index under an exclusive lock: the table cannot be read or written meanwhile",
            .what = "`ADD PRIMARY KEY` without USING INDEX on a table that may hold rows: `op.create_primary_key(…)` or SQL text.",
            .database =
                "PostgreSQL builds a unique index and checks the columns for NULLs while it holds ACCESS EXCLUSIVE. SELECT, "
                "INSERT, UPDATE and DELETE wait until the transaction ends. A unique index built CONCURRENTLY beforehand, "
                "over columns that are already NOT NULL, can be attached with `ADD CONSTRAINT … PRIMARY KEY USING INDEX` "
                "in a moment. The same on PostgreSQL 12 to 18.",
            .bad = "op.create_primary_key(\"visits_pkey\", \"visits\", [\"visit_no\"])\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    op.drop_index(\"visits_pkey\", if_exists=True, postgresql_concurrently=True)\n"
                    "    op.create_index(\n"
                    "        \"visits_pkey\", \"visits\", [\"visit_no\"], unique=True, postgresql_concurrently=True\n"
                    "    )\n"
                    "op.execute(\"SET LOCAL lock_timeout = '5s'\")\n"
                    "op.execute(\"ALTER TABLE visits ADD CONSTRAINT visits_pkey PRIMARY KEY USING INDEX visits_pkey\")\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          each_subcommand<AddConstraint>(at, [&](const AlterTable& alter, const AddConstraint& add, std::size_t i) {
            const auto& key = add.constraint;
            if (key.kind != ConstraintKind::primary_key || !key.using_index.empty()) return;
            if (!at.live(alter.table)) return;
            if (!at.step.cost.known || at.work_on(alter.table) == Work::none) return;
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says("the index behind the primary key is built while nobody can read or write " +
                                 quoted(alter.table))
                           .about(alter.table.display() + "." + key.name.text)
                           .help("create a unique index with postgresql_concurrently=True first, then attach it: ALTER "
                                 "TABLE … ADD CONSTRAINT … PRIMARY KEY USING INDEX …")
                           .fix(fix::index_first(at, add)));
          });
        },
};

}  // namespace foreshot::rules
