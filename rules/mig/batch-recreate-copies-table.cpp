#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule batch_recreate_copies_table;
const Rule batch_recreate_copies_table = {
    .code = "MIG210",
    .name = "batch-recreate-copies-table",
    .level = Level::error,
    .doc =
        {
            .summary = "batch_alter_table(recreate=\"always\") copies the table and drops the old one: rows written meanwhile are lost",
            .what = "`op.batch_alter_table(…, recreate=\"always\")` on a table in use, on a path that PostgreSQL takes.",
            .database =
                "Alembic creates a new table, copies all rows with INSERT … SELECT, drops the old table and renames the new one. "
                "The copy does not keep writers out: what they commit between the copy and the drop is gone. Privileges, "
                "triggers, policies and statistics of the old table go too, and DROP TABLE fails while a foreign key of another "
                "table or a view needs it. PostgreSQL changes tables in place; only SQLite needs the copy.",
            .bad = "with op.batch_alter_table(\"visits\", recreate=\"always\") as batch:\n"
                   "    batch.add_column(sa.Column(\"seen\", sa.Integer()))\n",
            .good = "with op.batch_alter_table(\"visits\") as batch:\n"
                    "    batch.add_column(sa.Column(\"seen\", sa.Integer()))\n",
            .allow = "The application is stopped while the migration runs, and the table is small.",
            .references = "https://alembic.sqlalchemy.org/en/latest/batch.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* note = at.op().has(Oddity::batch_recreate);
          if (note == nullptr) return;
          // Told once, where the old table goes.
          const auto* drop = at.action<DropObject>();
          if (drop == nullptr || drop->kind != ObjectKind::table || drop->names.size() != 1) return;
          const auto& name = drop->names.front();
          if (!at.may_hold_rows(name) || at.before().exists(name) == Existence::no) return;
          report.add(at.finding()
                         .at(note->span)
                         .says("rows that are written to " + quoted(name) + " while it is copied are lost, with its triggers and "
                               "privileges: recreate=\"always\" copies the table and drops the old one")
                         .about(name.display())
                         .help("leave out recreate=\"always\": PostgreSQL changes the table in place, and SQLite is copied anyway"));
        },
};

}  // namespace foreshot::rules
