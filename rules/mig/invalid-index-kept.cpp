#include <algorithm>

#include "analyzer/check/rule.h"
#include "analyzer/fix/migration.h"

namespace foreshot::rules {
namespace {

// Does the same body drop the index before the step, build it again, or look into the catalogue of indexes?
auto looked_after(const StepView& at, const CreateIndex& create) -> bool {
  bool before = true;
  for (const auto& operation : at.body().operations) {
    for (const auto& statement : operation.statements) {
      if (&statement == at.step.sql) before = false;
      if (const auto* drop = std::get_if<DropObject>(&statement.action); drop != nullptr && before && drop->kind == ObjectKind::index)
        if (std::any_of(drop->names.begin(), drop->names.end(),
                        [&](const ObjectName& name) { return !name.known() || name.name == create.name; }))
          return true;
      if (const auto* reindex = std::get_if<Reindex>(&statement.action); reindex != nullptr && reindex->object.name == create.name) return true;
      if (const auto* query = std::get_if<Dml>(&statement.action))
        if (std::any_of(query->reads.begin(), query->reads.end(), [](const ObjectName& name) { return name.name.text == "pg_index"; }))
          return true;
      // What the block does with the index is not known.
      if (const auto* block = std::get_if<Block>(&statement.action); block != nullptr && statement.sql.find(create.name.text) != std::string::npos)
        return true;
    }
  }
  return false;
}

}  // namespace

extern const Rule invalid_index_kept;
const Rule invalid_index_kept = {
    .code = "MIG413",
    .name = "invalid-index-kept",
    .level = Level::info,
    .doc =
        {
            .summary = "CREATE INDEX CONCURRENTLY IF NOT EXISTS keeps the invalid index that a failed first attempt has left",
            .what = "An index is created with both CONCURRENTLY and IF NOT EXISTS, and nothing before it in the revision drops a "
                    "leftover of that name or asks whether it is valid.",
            .database =
                "When CREATE INDEX CONCURRENTLY fails (a duplicate, a timeout, a deadlock, a lost connection) an INVALID index "
                "of that name stays. No query uses it, every write maintains it. Run again, the statement finds the name "
                "taken, does nothing and reports success: the migration is done and the index never works. Measured on "
                "PostgreSQL 12 to 18.",
            .bad = "with op.get_context().autocommit_block():\n"
                   "    op.create_index(\n"
                   "        \"ix_users_age\", \"users\", [\"age\"], postgresql_concurrently=True, if_not_exists=True\n"
                   "    )\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    op.drop_index(\"ix_users_age\", postgresql_concurrently=True, if_exists=True)\n"
                    "    op.create_index(\"ix_users_age\", \"users\", [\"age\"], postgresql_concurrently=True)\n",
            .allow = "Something else watches for invalid indexes: SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid.",
            .references = "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* create = at.action<CreateIndex>();
          if (create == nullptr || !create->concurrently || !create->if_not_exists || create->name.empty()) return;
          // The first build on a new table cannot have failed before.
          if (!at.live(create->table) || looked_after(at, *create)) return;
          report.add(at.finding()
                         .without_locks()
                         .says("if an earlier attempt failed, its invalid index " + quoted(create->name) +
                               " is kept and never used: IF NOT EXISTS sees only the name")
                         .about(create->table.display() + "." + create->name.text)
                         .help("drop what may be left first: op.drop_index(\"" + create->name.text +
                               "\", postgresql_concurrently=True, if_exists=True)")
                         .fix(fix::drop_invalid_index_first(at)));
        },
};

}  // namespace foreshot::rules
