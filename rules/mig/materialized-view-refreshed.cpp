#include <algorithm>

#include "analyzer/check/rule.h"

namespace foreshot::rules {
namespace {

// An index that CONCURRENTLY can tell rows apart by: unique, over columns, of all rows.
auto identifies_rows(const TableIndex& item) -> bool {
  const auto& index = item.index;
  return index.unique && !index.predicate.exists() &&
         std::all_of(index.keys.begin(), index.keys.end(), [](const IndexKey& key) { return !key.column.empty(); });
}

}  // namespace

extern const Rule materialized_view_refreshed;
const Rule materialized_view_refreshed = {
    .code = "MIG118",
    .name = "materialized-view-refreshed",
    .level = Level::warning,
    .doc =
        {
            .summary = "REFRESH MATERIALIZED VIEW without CONCURRENTLY: nobody can read the view while its query runs; without a unique index CONCURRENTLY fails",
            .what = "A materialized view that was there before this revision is refreshed without CONCURRENTLY; or with "
                    "CONCURRENTLY although it has no unique index over plain columns of all rows, which is an error.",
            .database =
                "REFRESH holds ACCESS EXCLUSIVE on the view while its query runs and its indexes are built: every SELECT from "
                "the view waits until the transaction ends. CONCURRENTLY takes EXCLUSIVE, so that readers go on, but it needs "
                "a unique index to compare old and new rows; without one PostgreSQL refuses. The same on PostgreSQL 12 to 18.",
            .bad = "op.execute(\"REFRESH MATERIALIZED VIEW user_totals\")\n",
            .good = "op.execute(\"REFRESH MATERIALIZED VIEW CONCURRENTLY user_totals\")\n",
            .allow = "The query is quick, or nobody reads the view meanwhile.",
            .references = "https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html",
        },
    .on_step =
        [](const StepView& at, Report& report) {
          const auto* refresh = at.action<RefreshMaterializedView>();
          if (refresh == nullptr || !refresh->view.known()) return;
          const auto* view = at.before().table(refresh->view);
          if (refresh->concurrently) {
            // A view that nobody saw being made may have any index.
            if (view == nullptr || !view->certain || !view->origin.known() || at.step.conditional) return;
            if (std::any_of(view->indexes.begin(), view->indexes.end(), identifies_rows)) return;
            report.add(at.finding()
                           .without_locks()
                           .level(Level::error)
                           .says("PostgreSQL refuses to refresh " + quoted(refresh->view) +
                                 " CONCURRENTLY: no unique index tells its rows apart")
                           .about(refresh->view.display())
                           .help("create a unique index over columns of the view first, with CONCURRENTLY"));
            return;
          }
          // A view of this revision has no readers; WITH NO DATA runs no query.
          if (!refresh->with_data || !at.live(refresh->view)) return;
          report.add(at.finding()
                         .says("nobody can read " + quoted(refresh->view) + " while its query runs, until the transaction ends")
                         .about(refresh->view.display())
                         .help("give the view a unique index and refresh it with CONCURRENTLY"));
        },
};

}  // namespace foreshot::rules
