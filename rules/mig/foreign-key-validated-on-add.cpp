#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {

extern const Rule foreign_key_validated_on_add;
const Rule foreign_key_validated_on_add = {
    .code = "MIG104",
    .name = "foreign-key-validated-on-add",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "A foreign key is added and checked in one step: every row is read, and writes to both tables wait for it",
            .what =
                "`ADD FOREIGN KEY` without NOT VALID on a table that may hold rows: `op.create_foreign_key(…)`, a "
                "batch operation or SQL text. It counts too when the column was added a line above: the check reads "
                "every row.",
            .database =
                "PostgreSQL locks both tables against writes (SHARE ROW EXCLUSIVE) and looks up every row of the "
                "first table in the second. INSERT, UPDATE and DELETE on both wait until the transaction ends; SELECT "
                "goes on. One `alembic upgrade` is one transaction; with `transaction_per_migration=True` in env.py "
                "each revision is one. The revisions below need that setting. With NOT VALID the locks are the same, "
                "but no row is read, so they are gone at once: rows that are written from now on are checked, old "
                "rows are not. `VALIDATE CONSTRAINT`, in the next transaction, reads the old rows while reads and "
                "writes go on. The same on PostgreSQL 12 to 18.",
            .bad = "op.create_foreign_key(\"fk_orders_user\", \"orders\", \"users\", [\"user_id\"], [\"id\"])\n",
            .good = "op.create_foreign_key(\n"
                    "    \"fk_orders_user\", \"orders\", \"users\", [\"user_id\"], [\"id\"], postgresql_not_valid=True\n"
                    ")\n",
            .allow = "Both tables are small, or the application does not write while the migration runs.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES",
            .good_files = "=== next revision\n"
                          "op.execute(\"ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_user\")\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          each_subcommand<AddConstraint>(at, [&](const AlterTable& alter, const AddConstraint& add, std::size_t i) {
            const auto& key = add.constraint;
            if (key.kind != ConstraintKind::foreign_key || key.not_valid || key.not_enforced) return;
            // The key that comes with a column of add_column is told at the column.
            if (at.op().has(Oddity::foreign_key_in_column) != nullptr) return;
            // A new or empty table has no rows to check.
            if (!at.live(alter.table)) return;
            if (!at.step.cost.known || at.work_on(alter.table) == Work::none) return;
            const auto name = key.name.empty() || !key.name.known ? std::string("this foreign key") : quoted(key.name);
            const auto both = alter.table == key.references.table ? quoted(alter.table)
                                                                  : quoted(alter.table) + " and " + quoted(key.references.table);
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says("adding " + name + " reads all of " + quoted(alter.table) + " while writes to " + both + " wait")
                           .about(alter.table.display() + "." + key.name.text)
                           .help("add it with postgresql_not_valid=True, and in a later revision run "
                                 "op.execute(\"ALTER TABLE … VALIDATE CONSTRAINT …\")")
                           .fix(fix::validated_later(at, add)));
          });
        },
};

}  // namespace foreshot::rules
