#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule loop_invariant_query;
const Rule loop_invariant_query = {
    .code = "ORM104",
    .name = "loop-invariant-query",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A query that is the same in every round runs again in each: run it once before the loop",
            .what = "A statement in a loop that uses nothing of the loop, directly in its body and under no "
                    "condition, where the loop changes nothing that the query could find.",
            .database =
                "Every round is a round trip to the server for an answer that is known since the first one.",
            .bad = "from sqlalchemy import select\n"
                   "from shop.models import Order, User\n"
                   "\n"
                   "\n"
                   "def with_owner(session, orders, email):\n"
                   "    found = []\n"
                   "    for order in orders:\n"
                   "        owner = session.scalars(select(User).where(User.email == email)).one()\n"
                   "        found.append((order, owner))\n"
                   "    return found\n",
            .good = "from sqlalchemy import select\n"
                    "from shop.models import Order, User\n"
                    "\n"
                    "\n"
                    "def with_owner(session, orders, email):\n"
                    "    owner = session.scalars(select(User).where(User.email == email)).one()\n"
                    "    found = []\n"
                    "    for order in orders:\n"
                    "        found.append((order, owner))\n"
                    "    return found\n",
            .allow = "Something outside of the program changes the answer while the loop runs, and the loop waits "
                     "for that.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/session_basics.html",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::same_query || load.leaves_loop) return;
          auto draft = Draft(load.access)
                           .says("the same query runs again in every round: it uses nothing of the loop over " + quoted(load.variable))
                           .about(load.function + ":" + load.variable)
                           .label(load.loop, "once for every item");
          if (!load.sql.empty()) std::move(draft).runs(load.sql);
          if (nobody_waits(load.role)) std::move(draft).level(Level::info);
          report.add(std::move(draft).note("costs  N queries").help("run it once before the loop"));
        },
};

}  // namespace foreshot::rules
