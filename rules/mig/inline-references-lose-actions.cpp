#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule inline_references_lose_actions;
const Rule inline_references_lose_actions = {
    .code = "MIG708",
    .name = "inline-references-lose-actions",
    .level = Level::warning,
    .doc =
        {
            .summary = "The foreign key is created without its ON DELETE or ON UPDATE: this version of Alembic leaves them out",
            .what = "`op.add_column(…, Column(…, ForeignKey(…, ondelete=…)), inline_references=True)` with Alembic 1.18.2 to 1.18.4.",
            .database =
                "These versions render `REFERENCES parent (id)` and nothing more. Deleting a parent row then fails with a foreign "
                "key violation, where the model promises CASCADE or SET NULL. Alembic 1.18.5 renders the actions.",
            .bad = "op.add_column(\n"
                   "    \"orders\",\n"
                   "    sa.Column(\"buyer_id\", sa.Integer(), sa.ForeignKey(\"users.id\", ondelete=\"CASCADE\")),\n"
                   "    inline_references=True,\n"
                   ")\n",
            .good = "op.add_column(\n"
                    "    \"orders\",\n"
                    "    sa.Column(\"buyer_id\", sa.Integer(), sa.ForeignKey(\"users.id\", ondelete=\"CASCADE\")),\n"
                    "    inline_references=True,\n"
                    ")\n",
            .allow = "The migrations run with another version of Alembic than the one that is pinned.",
            .references = "https://alembic.sqlalchemy.org/en/latest/changelog.html",
            .bad_files = "=== requirements.txt\nalembic==1.18.3\nsqlalchemy==2.0.40\npsycopg2==2.9.9\n",
            .good_files = "=== requirements.txt\nalembic==1.18.5\nsqlalchemy==2.0.40\npsycopg2==2.9.9\n",
        },
    .on_revision =
        [](const RevisionView& view, Report& report) {
          for (const auto& operation : view.revision().upgrade.operations) {
            const auto* note = operation.has(Oddity::inline_references_lose_actions);
            if (note == nullptr) continue;
            report.add(Draft(operation.span)
                           .at(note->span)
                           .says("deleting or changing the row that is referred to will fail: this version of Alembic leaves ON DELETE "
                                 "and ON UPDATE out of inline references")
                           .about("references")
                           .help("use Alembic 1.18.5 or later, or create the foreign key with op.create_foreign_key(…, "
                                 "postgresql_not_valid=True)"));
          }
        },
};

}  // namespace foreshot::rules
