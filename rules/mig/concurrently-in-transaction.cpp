#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {
namespace {

// The words of a statement that PostgreSQL refuses inside a transaction; empty for others.
auto refused(const Action& action) -> std::string {
  if (const auto* create = std::get_if<CreateIndex>(&action))
    return create->concurrently ? "CREATE INDEX CONCURRENTLY" : "";
  if (const auto* drop = std::get_if<DropObject>(&action)) {
    if (drop->concurrently) return "DROP INDEX CONCURRENTLY";
    if (drop->kind == ObjectKind::database) return "DROP DATABASE";
    return drop->kind == ObjectKind::tablespace ? "DROP TABLESPACE" : "";
  }
  if (const auto* reindex = std::get_if<Reindex>(&action)) {
    if (reindex->concurrently) return "REINDEX CONCURRENTLY";
    if (reindex->kind == ObjectKind::database) return "REINDEX DATABASE";
    return reindex->kind == ObjectKind::schema ? "REINDEX SCHEMA" : "";
  }
  if (const auto* vacuum = std::get_if<Vacuum>(&action)) return vacuum->analyze_only ? "" : "VACUUM";
  if (const auto* alter = std::get_if<AlterTable>(&action)) {
    for (const auto& subcommand : alter->subcommands)
      if (const auto* detach = std::get_if<DetachPartition>(&subcommand); detach != nullptr && detach->concurrently)
        return "DETACH PARTITION CONCURRENTLY";
  }
  if (const auto* other = std::get_if<Other>(&action))
    if (other->tag == "CREATE DATABASE" || other->tag == "ALTER SYSTEM" || other->tag == "CREATE TABLESPACE")
      return other->tag;
  return {};
}

}  // namespace

extern const Rule concurrently_in_transaction;
const Rule concurrently_in_transaction = {
    .code = "MIG401",
    .name = "concurrently-in-transaction",
    .level = Level::error,
    .precision = Precision::very_high,
    .doc =
        {
            .summary = "A statement that PostgreSQL refuses inside a transaction runs inside one: the migration fails",
            .what = "CREATE, DROP or REINDEX … CONCURRENTLY, DETACH PARTITION CONCURRENTLY, VACUUM and the like, where the "
                    "transaction model says that a transaction is open: no `autocommit_block()`, no raw COMMIT that the driver "
                    "honours, no AUTOCOMMIT connection.",
            .database =
                "PostgreSQL answers `CREATE INDEX CONCURRENTLY cannot run inside a transaction block` and the migration "
                "stops. After a raw `COMMIT` the statement works with psycopg2 and asyncpg and fails with psycopg 3 and "
                "pg8000, which begin again; after `connection.commit()` SQLAlchemy begins again with every driver.",
            .bad = "op.create_index(\"ix_users_email\", \"users\", [\"email\"], postgresql_concurrently=True)\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    op.create_index(\n"
                    "        \"ix_users_email\", \"users\", [\"email\"], postgresql_concurrently=True\n"
                    "    )\n",
            .allow = "Never: it fails.",
            .references = "https://alembic.sqlalchemy.org/en/latest/api/runtime.html#alembic.runtime.migration."
                          "MigrationContext.autocommit_block",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto words = refused(at.step.action());
          if (words.empty()) return;
          // Where the transaction cannot be told (helpers on the raw connection, say), nobody knows.
          if (!at.step.in_transaction || !at.transaction().known) return;
          // A connection that the calling program brings may well be in AUTOCOMMIT mode.
          if (at.environment().connection_given) return;
          report.add(at.finding()
                         .without_locks()
                         .says("PostgreSQL refuses " + words + " inside a transaction, and one is open here: the migration fails")
                         .about(words)
                         .label(at.transaction().begun, "the transaction begins here")
                         .help("put it inside `with op.get_context().autocommit_block():`")
                         .fix(fix::outside_transaction(at)));
        },
};

}  // namespace foreshot::rules
