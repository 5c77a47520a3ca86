#include <string>

#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule streamed_rows_load_lazily;
const Rule streamed_rows_load_lazily = {
    .code = "ORM115",
    .name = "streamed-rows-load-lazily",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "Rows are fetched in parts to keep memory low, and each row loads a relationship with a query of its own while the "
                "cursor is open",
            .what = "A loop over rows that come in parts (yield_per, stream) reads a relationship that the query did not load.",
            .database =
                "Every row sends one more SELECT, between two fetches from a cursor that stays open, with its transaction, all the "
                "while. Results that are streamed are large, so this is the N + 1 that takes longest. selectinload() works with "
                "yield_per: it loads the relationship once for each part.",
            .bad = "from sqlalchemy import select\n"
                   "from shop.models import User\n"
                   "\n"
                   "\n"
                   "def export(session):\n"
                   "    for user in session.scalars(select(User).execution_options(yield_per=100)):\n"
                   "        print(len(user.orders))\n",
            .good = "from sqlalchemy import select\n"
                    "from sqlalchemy.orm import selectinload\n"
                    "from shop.models import User\n"
                    "\n"
                    "\n"
                    "def export(session):\n"
                    "    query = select(User).options(selectinload(User.orders)).execution_options(yield_per=100)\n"
                    "    for user in session.scalars(query):\n"
                    "        print(len(user.orders))\n",
            .allow = "The rows are few after all; then fetch them at once.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/api.html#fetching-large-result-sets-with-yield-per",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::relationship || load.strategy != Lazy::select || !load.streamed || load.joined) return;
          // Under an async session the access raises instead of loading; of serializers another rule speaks.
          if (load.session == SessionKind::async || load.leaves_loop || load.once || load.serializer.known() || load.model == no_model) return;
          const auto name = view.name();
          report.add(view.finding()
                         .says("one more query for every row while the cursor is open: " + quoted(name) + " is loaded on access, and the rows come in parts")
                         .about(name)
                         .help(load.only_key_read ? "read the foreign key column instead: only the key is used"
                                                  : "load it with the query, once for each part: .options(selectinload(" + name + "))"));
        },
};

}  // namespace foreshot::rules
