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
            .summary = "An INSERT, UPDATE or DELETE runs once for each item of a loop: send one statement for all of them",
            .what =
                "`session.execute(insert(…))`, `update(…)` or `delete(…)` that depends on the loop's variable, "
                "directly in the loop or in a function of the project that it calls. `session.add()` in a loop is not "
                "reported: the session sends those together.",
            .database =
                "Each round is a round trip to the server: a thousand items at one millisecond each make a second. "
                "Give SQLAlchemy the whole list: `insert(User)` with a list of dicts, or `update(User)` with dicts "
                "that contain the primary key, goes to the driver in one call. psycopg 3 and asyncpg send all rows "
                "before they wait. psycopg2 makes one INSERT of many rows, but sends updates one by one unless "
                "`create_engine()` says `executemany_mode=\"values_plus_batch\"`. For a delete write "
                "`delete(User).where(User.id.in_(keys))`.",
            .bad = "from sqlalchemy import update\n"
                   "from shop.models import User\n\n\n"
                   "def rename(session, names):\n"
                   "    for key, name in names:\n"
                   "        session.execute(update(User).where(User.id == key).values(name=name))\n",
            .good = "from sqlalchemy import update\n"
                    "from shop.models import User\n\n\n"
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
