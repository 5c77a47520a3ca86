#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule refresh_or_merge_in_loop;
const Rule refresh_or_merge_in_loop = {
    .code = "ORM107",
    .name = "refresh-or-merge-in-loop",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "session.refresh() or session.merge() in a loop: one query for every item",
            .what = "`refresh()` or `merge()` of what the loop gives, in every round.",
            .database =
                "refresh() sends a SELECT for each object, and merge() one for each that the session does not "
                "hold.",
            .bad = "def renew(session, users):\n"
                   "    for user in users:\n"
                   "        session.refresh(user)\n",
            .good = "from sqlalchemy import select\n"
                    "from shop.models import User\n"
                    "\n"
                    "\n"
                    "def renew(session, keys):\n"
                    "    query = select(User).where(User.id.in_(keys)).execution_options(populate_existing=True)\n"
                    "    return session.scalars(query).all()\n",
            .allow = "The loop has a few items, always.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/session_state_management.html#merging",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if ((load.kind != Load::Kind::refresh && load.kind != Load::Kind::merge) || load.leaves_loop) return;
          const bool merges = load.kind == Load::Kind::merge;
          auto draft = Draft(load.access)
                           .flow()
                           .says(merges ? "one query for every item: merge() fetches the row of each " + quoted(load.variable) + " before it copies into it"
                                        : "one query for every item: this fetches each " + quoted(load.variable) + " again")
                           .about(load.function + ":" + load.variable)
                           .label(load.loop, "once for every item");
          for (const auto& through : load.through) std::move(draft).label(through, "the query runs here");
          if (nobody_waits(load.role)) std::move(draft).level(Level::info);
          report.add(std::move(draft)
                         .runs(load.sql)
                         .note("costs  N queries")
                         .help(merges ? "fetch the rows that exist with one `in_(…)` query before the loop, or write all with one INSERT … ON CONFLICT"
                                      : "fetch all rows with one query before the loop; after an INSERT the values that the database made are read on access"));
        },
};

}  // namespace foreshot::rules
