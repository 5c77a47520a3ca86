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
            .what = "upgrade() fetches rows or inspects the schema (`.fetchall()`, `.scalar()`, `sa.inspect(op.get_bind())`) "
                    "outside a test of offline mode. One finding a revision.",
            .database =
                "With `--sql` Alembic has no connection: `op.get_bind()` is None, and the first method that is called on it or "
                "on a result raises. From then on no SQL script can be made of the history, and nobody can review one.",
            .bad = "columns = [column[\"name\"] for column in sa.inspect(op.get_bind()).get_columns(\"users\")]\n",
            .good = "op.execute(\"ALTER TABLE users ADD COLUMN IF NOT EXISTS plan text\")\n",
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
