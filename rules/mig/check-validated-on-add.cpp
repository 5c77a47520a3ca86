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
            .what = "`ADD CHECK` without NOT VALID on a table that may hold rows, or a CHECK inside `ADD COLUMN` "
                    "(`Column(…, CheckConstraint(…))` in `op.add_column`).",
            .database =
                "PostgreSQL takes ACCESS EXCLUSIVE and reads every row to verify the condition; SELECT, INSERT, UPDATE and "
                "DELETE wait until the transaction ends. A CHECK in ADD COLUMN is verified too, even when the column has a "
                "constant default or none. With NOT VALID nothing is read, and `VALIDATE CONSTRAINT` later reads the rows "
                "under SHARE UPDATE EXCLUSIVE. The same on PostgreSQL 12 to 18.",
            .bad = "op.create_check_constraint(\"ck_users_age\", \"users\", \"age >= 0\")\n",
            .good = "op.create_check_constraint(\"ck_users_age\", \"users\", \"age >= 0\", postgresql_not_valid=True)\n",
            .allow = "The table is small.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          if (!at.step.cost.known) return;
          each_subcommand<AddConstraint>(at, [&](const AlterTable& alter, const AddConstraint& add, std::size_t i) {
            const auto& check = add.constraint;
            if (check.kind != ConstraintKind::check || check.not_valid || check.not_enforced) return;
            if (!at.live(alter.table) || at.step.cost.work_on(alter.table) == Work::none) return;
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
            if (!at.live(alter.table) || at.step.cost.work_on(alter.table) != Work::scan) return;
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
