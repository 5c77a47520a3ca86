#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule query_in_loop;
const Rule query_in_loop = {
    .code = "ORM102",
    .name = "query-in-loop",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A query runs once for each item of a loop: fetch all rows with one query before it",
            .what =
                "A statement that depends on the loop's variable is executed in the loop, directly or in a function "
                "of the project that the loop calls. Loops that page through a result, try again or go by batches are "
                "not reported.",
            .database =
                "Each round is a round trip to the server: a thousand items at one millisecond each make a second. "
                "One query with `IN` fetches all of them in a few milliseconds. It returns each row once, in any "
                "order, and nothing for what is not there: put the rows into a dict and look them up.",
            .bad = "from sqlalchemy import select\n"
                   "from shop.models import User\n\n\n"
                   "def find(session, emails):\n"
                   "    users = []\n"
                   "    for email in emails:\n"
                   "        users.append(session.scalars(select(User).where(User.email == email)).one())\n"
                   "    return users\n",
            .good = "from sqlalchemy import select\n"
                    "from shop.models import User\n\n\n"
                    "def find(session, emails):\n"
                    "    found = session.scalars(select(User).where(User.email.in_(emails)))\n"
                    "    users = {user.email: user for user in found}\n"
                    "    return [users[email] for email in emails]\n",
            .allow = "The loop has a few items, always.",
            .references = "https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.ColumnElement.in_",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::query || load.leaves_loop) return;
          // A dynamic collection has a rule of its own.
          if (load.strategy == Lazy::dynamic) return;
          report.add(view.finding()
                         .says("one query for every item: this runs once for each " + quoted(load.variable) + " of the loop")
                         .about(load.function + ":" + load.variable)
                         .help("fetch all rows before the loop with `column.in_(…)` and look them up in a dict"));
        },
};

}  // namespace foreshot::rules
