#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {

extern const Rule unique_constraint_builds_index;
const Rule unique_constraint_builds_index = {
    .code = "MIG107",
    .name = "unique-constraint-builds-index",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "A unique constraint builds its index under an exclusive lock: the table cannot be read or written meanwhile",
            .what =
                "`ADD UNIQUE` without USING INDEX on a table that may hold rows: `op.create_unique_constraint(…)`, "
                "`unique=True` on a column that `op.add_column` adds, or SQL text.",
            .database =
                "PostgreSQL builds the index behind the constraint while the table is closed to everybody (ACCESS "
                "EXCLUSIVE): SELECT, INSERT, UPDATE and DELETE wait until the transaction ends. One `alembic upgrade` "
                "is one transaction; with `transaction_per_migration=True` in env.py each revision is one. Below, the "
                "index is built while reads and writes go on; CONCURRENTLY must not run in a transaction, and "
                "`autocommit_block()` commits what came before it and runs each of its statements outside of a "
                "transaction. `UNIQUE USING INDEX` then closes the table too, but has nothing left to build; "
                "lock_timeout makes it fail when it has waited five seconds for that, so that nobody queues longer: "
                "run the revision again then. Duplicates make the build fail and leave an invalid index behind, which "
                "`drop_index` clears away at the next run. Instead of `unique=True` on a new column, add the column "
                "first and the constraint like this. The same on PostgreSQL 12 to 18.",
            .bad = "op.create_unique_constraint(\"uq_users_email\", \"users\", [\"email\"])\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    op.drop_index(\"uq_users_email\", if_exists=True, postgresql_concurrently=True)\n"
                    "    op.create_index(\n"
                    "        \"uq_users_email\", \"users\", [\"email\"], unique=True, postgresql_concurrently=True\n"
                    "    )\n"
                    "op.execute(\"SET LOCAL lock_timeout = '5s'\")\n"
                    "op.execute(\n"
                    "    \"ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE USING INDEX uq_users_email\"\n"
                    ")\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          if (!at.step.cost.known) return;
          const auto tell = [&](const AlterTable& alter, const std::string& what, const std::string& subject, Span span, std::optional<Fix> fix) {
            report.add(at.finding()
                           .at(span)
                           .says("the index behind " + what + " is built while nobody can read or write " +
                                 quoted(alter.table))
                           .about(alter.table.display() + "." + subject)
                           .help("create a unique index with postgresql_concurrently=True first, then attach it: ALTER "
                                 "TABLE … ADD CONSTRAINT … UNIQUE USING INDEX …")
                           .fix(std::move(fix)));
          };
          each_subcommand<AddConstraint>(at, [&](const AlterTable& alter, const AddConstraint& add, std::size_t i) {
            const auto& unique = add.constraint;
            if (unique.kind != ConstraintKind::unique || !unique.using_index.empty()) return;
            if (!at.live(alter.table) || at.work_on(alter.table) == Work::none) return;
            const auto what = unique.name.empty() ? std::string("this unique constraint") : quoted(unique.name);
            tell(alter, what, unique.name.text, at.subcommand_span(i), fix::index_first(at, add));
          });
          each_subcommand<AddColumn>(at, [&](const AlterTable& alter, const AddColumn& add, std::size_t i) {
            // A rewrite builds all indexes anyway and is told by the rewrite rules.
            if (!at.live(alter.table) || at.work_on(alter.table) != Work::index_build) return;
            for (const auto& constraint : add.column.constraints)
              if (constraint.kind == ConstraintKind::unique)
                tell(alter, "the unique column " + quoted(add.column.name), add.column.name.text, at.subcommand_span(i), std::nullopt);
          });
        },
};

}  // namespace foreshot::rules
