#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule commit_while_streaming;
const Rule commit_while_streaming = {
    .code = "ORM205",
    .name = "commit-while-streaming",
    .level = Level::error,
    .doc =
        {
            .summary = "A commit in a loop over rows that still come from the server: the cursor ends with the transaction, and the loop "
                       "with an error",
            .what = "`session.commit()` inside a loop over the rows of a query with yield_per, or of stream() and stream_scalars(), "
                    "of the same session.",
            .database =
                "Such rows come from a cursor on the server, which lives as long as its transaction. After the commit the next "
                "part cannot be fetched: psycopg raises `cursor does not exist`.",
            .bad = "from sqlalchemy import select\n"
                   "from shop.models import User\n"
                   "\n"
                   "\n"
                   "def normalise(session):\n"
                   "    for number, user in enumerate(session.scalars(select(User).execution_options(yield_per=100))):\n"
                   "        user.name = user.name.strip()\n"
                   "        if number % 1000 == 0:\n"
                   "            session.commit()\n",
            .good = "from sqlalchemy import select\n"
                    "from shop.models import User\n"
                    "\n"
                    "\n"
                    "def normalise(session):\n"
                    "    for user in session.scalars(select(User).execution_options(yield_per=100)):\n"
                    "        user.name = user.name.strip()\n"
                    "    session.commit()\n",
            .allow = "The program never runs on PostgreSQL.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/api.html#fetching-large-result-sets-with-yield-per",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::commit || !load.streamed || load.leaves_loop) return;
          report.add(Draft(load.access)
                         .flow()
                         .says("the commit ends the cursor that this loop still reads from: the next part of the rows cannot be fetched")
                         .about(load.function + ":" + load.variable)
                         .label(load.origin, "the rows come in parts from here")
                         .label(load.loop, "the loop fetches them")
                         .help("commit after the loop, or fetch keys first and load the rows of each batch with a query of its own; another session may commit"));
        },
};

}  // namespace foreshot::rules
