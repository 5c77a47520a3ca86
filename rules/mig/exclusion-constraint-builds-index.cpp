#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule exclusion_constraint_builds_index;
const Rule exclusion_constraint_builds_index = {
    .code = "MIG110",
    .name = "exclusion-constraint-builds-index",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "An exclusion constraint builds its index under an exclusive lock: the table cannot be read or written meanwhile",
            .what = "`ADD EXCLUDE` on a table that may hold rows: `op.create_exclude_constraint(…)` or SQL text.",
            .database =
                "The index behind the constraint is built, and every row compared, while ACCESS EXCLUSIVE is held: SELECT, "
                "INSERT, UPDATE and DELETE wait until the transaction ends. An exclusion constraint can neither be NOT VALID nor "
                "use an index that is there already. The same on PostgreSQL 12 to 18.",
            .bad = "op.execute(\"ALTER TABLE users ADD CONSTRAINT ex_users_email EXCLUDE USING btree (email WITH =)\")\n",
            .good = "op.execute(\"CREATE TABLE bookings (room integer, EXCLUDE USING btree (room WITH =))\")\n",
            .allow = "The table is small, or nobody uses it while the migration runs.",
            .references = "https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-EXCLUDE",
            .bad_files = "=== downgrade\nop.execute(\"ALTER TABLE users DROP CONSTRAINT ex_users_email\")\n",
            .good_files = "=== downgrade\nop.drop_table(\"bookings\")\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          each_subcommand<AddConstraint>(at, [&](const AlterTable& alter, const AddConstraint& add, std::size_t i) {
            const auto& constraint = add.constraint;
            if (constraint.kind != ConstraintKind::exclusion || !at.live(alter.table)) return;
            if (!at.step.cost.known || at.work_on(alter.table) == Work::none) return;
            const auto name = constraint.name.empty() ? std::string("this constraint") : quoted(constraint.name);
            report.add(at.finding()
                           .at(at.subcommand_span(i))
                           .says("the index behind " + name + " is built while nobody can read or write " + quoted(alter.table))
                           .about(alter.table.display() + "." + constraint.name.text)
                           .help("there is no online way: make a new table with the constraint and copy the rows, or choose a "
                                 "time when nobody uses the table"));
          });
        },
};

}  // namespace foreshot::rules
