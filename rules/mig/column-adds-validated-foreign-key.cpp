#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {
namespace {

auto inline_reference(const Column& column) -> const Constraint* {
  for (const auto& constraint : column.constraints)
    if (constraint.kind == ConstraintKind::foreign_key) return &constraint;
  return nullptr;
}

auto tell(const StepView& at, Report& report, const ObjectName& table, const Constraint& key, Span span,
          const char* why, std::optional<Fix> fix) -> void {
  const auto column = key.columns.empty() ? std::string("the column") : quoted(key.columns.front());
  report.add(at.finding()
                 .at(span)
                 .says("nobody can read or write " + quoted(table) +
                       (key.references.table == table ? std::string() : " or write " + quoted(key.references.table)) +
                       " while every row is checked for the new foreign key of " + column + why)
                 .about(table.display() + "." + (key.columns.empty() ? "" : key.columns.front().text))
                 .help("add the column without the ForeignKey, then op.create_foreign_key(…, "
                       "postgresql_not_valid=True) and VALIDATE CONSTRAINT, each in a revision of its own")
                 .fix(std::move(fix)));
}

}  // namespace

extern const Rule column_adds_validated_foreign_key;
const Rule column_adds_validated_foreign_key = {
    .code = "MIG105",
    .name = "column-adds-validated-foreign-key",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "A column is added with its foreign key: a hidden second statement reads the whole table under the exclusive lock",
            .what =
                "`op.add_column(…, Column(…, ForeignKey(…)))` on a table that may hold rows, or `ADD COLUMN … "
                "REFERENCES` with a DEFAULT in SQL text.",
            .database =
                "Alembic sends two statements. `ADD COLUMN` closes the table to everybody (ACCESS EXCLUSIVE); `ADD "
                "FOREIGN KEY` then locks the table that is referred to against writes (SHARE ROW EXCLUSIVE) and reads "
                "every row of the first. SELECT, INSERT, UPDATE and DELETE of the first table and writes to the "
                "second wait until the transaction ends. One `alembic upgrade` is one transaction; with "
                "`transaction_per_migration=True` in env.py each revision is one. The revisions below need that "
                "setting. With NOT VALID no row is read, so all locks are gone at once; VALIDATE reads the rows while "
                "reads and writes go on. `ADD COLUMN … REFERENCES` in one statement reads nothing either, unless it "
                "has a DEFAULT clause (even DEFAULT NULL). Measured on PostgreSQL 12 to 18.",
            .bad = "op.add_column(\"orders\", sa.Column(\"seller_id\", sa.Integer(), sa.ForeignKey(\"users.id\")))\n",
            .good = "op.add_column(\"orders\", sa.Column(\"seller_id\", sa.Integer()))\n"
                    "op.create_foreign_key(\n"
                    "    \"fk_orders_seller\", \"orders\", \"users\", [\"seller_id\"], [\"id\"], postgresql_not_valid=True\n"
                    ")\n",
            .allow =
                "The table is small. With Alembic 1.18.2 or newer, `inline_references=True` and no default make one "
                "quick statement.",
            .references = "https://www.postgresql.org/docs/current/sql-altertable.html",
            .good_files = "=== next revision\n"
                          "op.execute(\"ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_seller\")\n",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          // Unknown work keeps the rule silent.
          if (!at.step.cost.known) return;
          each_subcommand<AddConstraint>(at, [&](const AlterTable& alter, const AddConstraint& add, std::size_t i) {
            const auto& key = add.constraint;
            if (key.kind != ConstraintKind::foreign_key || key.not_valid || key.not_enforced) return;
            // Only the statement that comes with a column; a foreign key of its own is another rule's.
            if (at.op().has(Oddity::foreign_key_in_column) == nullptr) return;
            if (!at.live(alter.table) || at.work_on(alter.table) == Work::none) return;
            tell(at, report, alter.table, key, at.subcommand_span(i), "", fix::foreign_key_apart(at, add));
          });
          each_subcommand<AddColumn>(at, [&](const AlterTable& alter, const AddColumn& add, std::size_t i) {
            const auto* key = inline_reference(add.column);
            // Without a DEFAULT clause the new column is NULL everywhere and nothing is read.
            if (key == nullptr || !add.column.default_value.exists()) return;
            // A volatile default rewrites the table: told by the rewrite rules.
            if (!at.live(alter.table) || at.work_on(alter.table) != Work::scan) return;
            tell(at, report, alter.table, *key, at.subcommand_span(i), ", because the column has a DEFAULT", std::nullopt);
          });
        },
};

}  // namespace foreshot::rules
