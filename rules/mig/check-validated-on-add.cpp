#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {

extern const Rule check_validated_on_add;
const Rule check_validated_on_add = {
    .code = "MIG106",
    .name = "check-validated-on-add",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "A CHECK is added and verified in one step: nobody can read or write the table while every row is read",
            .what =
                "`ADD CHECK` without NOT VALID on a table that may hold rows, or a CHECK inside `ADD COLUMN` "
                "(`Column(…, CheckConstraint(…))` in `op.add_column`).",
            .database =
                "PostgreSQL closes the table to everybody (ACCESS EXCLUSIVE) and reads every row. SELECT, INSERT, "
                "UPDATE and DELETE wait until the transaction ends. One `alembic upgrade` is one transaction; with "
                "`transaction_per_migration=True` in env.py each revision is one. The revisions below need that "
                "setting. A CHECK inside ADD COLUMN reads every row too, even when the column has no default: add the "
                "column without it first. With NOT VALID the lock is the same, but no row is read, so it is gone at "
                "once: rows that are written from now on are checked, old rows are not. `VALIDATE CONSTRAINT`, in the "
                "next transaction, reads the old rows while reads and writes go on. The same on PostgreSQL 12 to 18.",
            .bad = "op.create_check_constraint(\"ck_users_age\", \"users\", \"age >= 0\")\n",
            .good = "op.create_check_constraint(\"ck_users_age\", \"users\", \"age >= 0\", postgresql_not_valid=True)\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES",
            .good_files = "=== next revision\n"
                          "op.execute(\"ALTER TABLE users VALIDATE CONSTRAINT ck_users_age\")\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          if (!at.step.cost.known) return;
          each_subcommand<AddConstraint>(at, [&](const AlterTable& alter, const AddConstraint& add, std::size_t i) {
            const auto& check = add.constraint;
            if (check.kind != ConstraintKind::check || check.not_valid || check.not_enforced) return;
            if (!at.live(alter.table) || at.work_on(alter.table) == Work::none) return;
            const auto name = check.name.empty() ? std::string("this check") : quoted(check.name);
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says("adding " + name + " blocks all reads and writes of " + quoted(alter.table) +
                                 " while every row is verified")
                           .about(alter.table.display() + "." + check.name.text)
                           .help("add it with postgresql_not_valid=True, and in a later revision run "
                                 "op.execute(\"ALTER TABLE … VALIDATE CONSTRAINT …\")")
                           .fix(fix::validated_later(at, add)));
          });
          each_subcommand<AddColumn>(at, [&](const AlterTable& alter, const AddColumn& add, std::size_t i) {
            // When the column rewrites the table, the rewrite is what hurts and is told.
            if (!at.live(alter.table) || at.work_on(alter.table) != Work::scan) return;
            for (const auto& check : add.column.constraints) {
              if (check.kind != ConstraintKind::check || check.not_valid || check.not_enforced) continue;
              report.add(at.finding()
                             .at(at.subcommand_span(i))
                             .says("the check on the new column " + quoted(add.column.name) +
                                   " blocks all reads and writes of " + quoted(alter.table) + " while every row is verified")
                             .about(alter.table.display() + "." + add.column.name.text)
                             .help("add the column without the check, then add the check with "
                                   "postgresql_not_valid=True and validate it in a later revision"));
              return;
            }
          });
        },
};

}  // namespace foreshot::rules
