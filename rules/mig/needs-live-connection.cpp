#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule needs_live_connection;
const Rule needs_live_connection = {
    .code = "MIG606",
    .name = "needs-live-connection",
    .level = Level::info,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A revision asks the database and has no answer for offline mode: `alembic upgrade --sql` fails",
            .what =
                "upgrade() fetches rows or inspects the schema (`.fetchall()`, `.scalar()`, "
                "`sa.inspect(op.get_bind())`) without asking `context.is_offline_mode()` before. Reported once a "
                "revision.",
            .database =
                "`alembic upgrade --sql` prints the statements instead of running them, for people who review SQL or "
                "may not connect. There is no database to answer: statements return None, and `.fetchall()`, "
                "`.scalar()` or `sa.inspect()` raises. One such revision, and no script can be made of any history "
                "that contains it. Often SQL can ask by itself: IF NOT EXISTS, INSERT … SELECT, UPDATE … FROM. Where "
                "Python has to, it can leave the question out offline, as in the second half below.",
            .bad = "columns = [column[\"name\"] for column in sa.inspect(op.get_bind()).get_columns(\"users\")]\n"
                   "if \"plan\" not in columns:\n"
                   "    op.add_column(\"users\", sa.Column(\"plan\", sa.Text()))\n",
            .good = "from alembic import context\n"
                    "op.execute(\"ALTER TABLE users ADD COLUMN IF NOT EXISTS plan text\")\n"
                    "if not context.is_offline_mode():\n"
                    "    print(op.get_bind().scalar(sa.text(\"SELECT count(*) FROM users\")), \"users\")\n",
            .allow = "Nobody uses --sql.",
            .references = "https://alembic.sqlalchemy.org/en/latest/offline.html",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          const OperationNote* first = nullptr;
          const Operation* where = nullptr;
          std::size_t more = 0;
          for (const auto& operation : view.revision().upgrade.operations) {
            const auto* note = operation.has(Oddity::fetches_rows);
            if (note == nullptr || operation.offline_guarded) continue;
            if (first != nullptr) {
              ++more;
              continue;
            }
            first = note;
            where = &operation;
          }
          if (first == nullptr) return;
          auto place = first->span;
          // A helper's own line says less than the call in the revision.
          for (const auto& call : where->called_from)
            if (call.file == view.revision().file) place = call;
          report.add(Draft(place)
                         .says("`alembic upgrade --sql` fails in this revision: " + quoted(first->detail) +
                               " needs a database to answer" +
                               (more == 0 ? "" : ", here and in " + std::to_string(more) + (more == 1 ? " more place" : " more places")))
                         .about("offline")
                         .help("say it in SQL (IF NOT EXISTS, INSERT … SELECT), or test context.is_offline_mode() first"));
        },
};

}  // namespace foreshot::rules
