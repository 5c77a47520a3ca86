#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// The tables in use whose indexes the statement builds again, for people.
auto tables_rebuilt(const StepView& at) -> std::vector<std::string> {
  std::vector<std::string> tables;
  for (const auto& effect : at.step.cost.effects) {
    if (effect.kind != ObjectKind::table || effect.work != Work::index_build || !at.live(effect.relation)) continue;
    auto name = quoted(effect.relation);
    if (std::find(tables.begin(), tables.end(), name) == tables.end()) tables.push_back(std::move(name));
  }
  return tables;
}

}  // namespace

extern const Rule reindex_without_concurrently;
const Rule reindex_without_concurrently = {
    .code = "MIG103",
    .name = "reindex-without-concurrently",
    .level = Level::error,
    .precision = Precision::very_high,
    .by_size = true,
    .doc =
        {
            .summary = "REINDEX without CONCURRENTLY: every write to the table waits for the rebuild, and nearly every query too",
            .what = "`REINDEX INDEX`, `TABLE`, `SCHEMA` or `DATABASE` without CONCURRENTLY, where a table that was there before "
                    "this revision is concerned.",
            .database =
                "REINDEX holds SHARE on the table and ACCESS EXCLUSIVE on each index while it reads every row. INSERT, UPDATE "
                "and DELETE wait for the table lock. SELECT waits as well, because planning a query opens every index of its "
                "tables. `REINDEX … CONCURRENTLY` builds the new index beside the old one and takes only SHARE UPDATE "
                "EXCLUSIVE; it cannot run inside a transaction. When it fails, an invalid index with the suffix `_ccnew` is "
                "left and has to be dropped. Measured on PostgreSQL 12 to 18.",
            .bad = "op.execute(\"REINDEX TABLE users\")\n",
            .good = "with op.get_context().autocommit_block():\n"
                    "    op.execute(\"REINDEX TABLE CONCURRENTLY users\")\n",
            .allow = "The table is small, or nobody uses it while the migration runs.",
            .references = "https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* reindex = at.action<Reindex>();
          if (reindex == nullptr || reindex->concurrently) return;
          // SYSTEM and the like concern catalogues only.
          const auto one = reindex->kind == ObjectKind::index || reindex->kind == ObjectKind::table;
          if (!one && reindex->kind != ObjectKind::schema && reindex->kind != ObjectKind::database) return;
          const auto tables = tables_rebuilt(at);
          std::string shown;
          for (std::size_t i = 0; i < tables.size() && i < 3; ++i) shown += (i == 0 ? "" : ", ") + tables[i];
          if (tables.size() > 3) shown += " and " + std::to_string(tables.size() - 3) + " more tables";
          if (shown.empty()) {
            // Made by this revision, or not there at all: nobody waits.
            if (reindex->kind != ObjectKind::index || !reindex->object.known()) return;
            if (at.before().index(reindex->object).table != nullptr) return;
            if (at.before().index_exists(reindex->object) == Existence::no) return;
            shown = "its table";
          }
          report.add(at.finding()
                         .says((one ? "rebuilding " + quoted(reindex->object) : std::string("rebuilding all these indexes")) +
                               " blocks every write to " + shown + ", and every query that is planned meanwhile")
                         .about(reindex->object.display())
                         .help("run REINDEX … CONCURRENTLY inside `with op.get_context().autocommit_block():`, in a revision "
                               "of its own"));
        },
};

}  // namespace foreshot::rules
