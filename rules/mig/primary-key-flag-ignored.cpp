#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {

extern const Rule primary_key_flag_ignored;
const Rule primary_key_flag_ignored = {
    .code = "MIG706",
    .name = "primary-key-flag-ignored",
    .level = Level::error,
    .precision = Precision::very_high,
    .doc =
        {
            .summary = "primary_key=True in add_column gives no primary key, only a serial column that rewrites the whole table",
            .what = "`op.add_column(…, Column(…, primary_key=True))` without `inline_primary_key=True`.",
            .database =
                "Alembic sends `ADD COLUMN … SERIAL NOT NULL` and no PRIMARY KEY. PostgreSQL numbers every row, so the table and "
                "its indexes are written anew under ACCESS EXCLUSIVE: SELECT, INSERT, UPDATE and DELETE wait, and afterwards "
                "the table has no key all the same.",
            .bad = "op.add_column(\"visits\", sa.Column(\"id\", sa.Integer(), primary_key=True))\n",
            .good = "op.add_column(\"visits\", sa.Column(\"id\", sa.BigInteger()))\n",
            .allow = "Never: the key is missing.",
            .references = "https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.add_column",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* note = at.op().has(Oddity::primary_key_flag_ignored);
          if (note == nullptr) return;
          each_subcommand<AddColumn>(at, [&](const AlterTable& alter, const AddColumn& add, std::size_t) {
            const bool rewrites = at.live(alter.table) && (add.column.type.is_serial() ||
                                                           add.column.identity != Column::Identity::no);
            auto draft = at.finding()
                             .at(note->span)
                             .says("primary_key=True has no effect here: " + quoted(alter.table) + " gets no primary key" +
                                   (rewrites ? ", but is rewritten while nobody can read or write it" : ""))
                             .about(alter.table.display() + "." + add.column.name.text)
                             .help("add the column, fill it, build a unique index CONCURRENTLY, then ADD CONSTRAINT … PRIMARY KEY "
                                   "USING INDEX")
                             .fix(fix::primary_key_added(at, add));
            report.add(rewrites ? std::move(draft) : std::move(draft).without_locks());
          });
        },
};

}  // namespace foreshot::rules
