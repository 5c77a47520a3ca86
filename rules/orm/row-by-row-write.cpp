#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule row_by_row_write;
const Rule row_by_row_write = {
    .code = "ORM110",
    .name = "row-by-row-write",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "An INSERT, UPDATE or DELETE runs once for each item of a loop: send one statement for all "
                       "of them",
            .what = "`session.execute(insert(…))`, `update(…)` or `delete(…)` that depends on the loop's "
                    "variable, directly in the loop or in a function of the project that it calls. "
                    "`session.add()` in a loop is silent: the session sends those together.",
            .database =
                "Each round is a round trip to the server. SQLAlchemy sends a list of rows with one statement, "
                "and PostgreSQL changes all rows that an IN or a FROM (VALUES …) names with one.",
            .bad = "from sqlalchemy import update\n"
                   "from shop.models import User\n"
                   "\n"
                   "\n"
                   "def rename(session, names):\n"
                   "    for key, name in names:\n"
                   "        session.execute(update(User).where(User.id == key).values(name=name))\n",
            .good = "from sqlalchemy import update\n"
                    "from shop.models import User\n"
                    "\n"
                    "\n"
                    "def rename(session, names):\n"
                    "    session.execute(update(User), [{\"id\": key, \"name\": name} for key, name in names])\n",
            .allow = "The loop has a few items, always.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/dml.html#orm-bulk-update-by-primary-key",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::write || load.leaves_loop) return;
          auto draft = Draft(load.access)
                           .flow()
                           .says("one statement for every item: this writes once for each " + quoted(load.variable) + " of the loop")
                           .about(load.function + ":" + load.variable)
                           .label(load.loop, "once for every item");
          for (const auto& through : load.through) std::move(draft).label(through, "the statement runs here");
          if (nobody_waits(load.role)) std::move(draft).level(Level::info);
          report.add(std::move(draft)
                         .runs(load.sql)
                         .note("costs  N statements")
                         .help("give execute() a list of rows, or change all rows with one statement"));
        },
};

}  // namespace foreshot::rules
