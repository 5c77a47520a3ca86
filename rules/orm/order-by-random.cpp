#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule order_by_random;
const Rule order_by_random = {
    .code = "ORM310",
    .name = "order-by-random",
    .level = Level::info,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "A query sorts all rows in random order to take some: the whole table is read and sorted each time",
            .what =
                "`order_by(func.random())` on a query of a mapped class.",
            .database =
                "The server reads every row that matches, gives each a random number and sorts them, for one row too. `TABLESAMPLE`, a random key "
                "or a random offset read less.",
            .bad =
                "from sqlalchemy import func, select\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def winner(session):\n"
                "    return session.scalars(select(User).order_by(func.random()).limit(1)).first()\n",
            .good =
                "import random\n"
                "\n"
                "from sqlalchemy import func, select\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def winner(session):\n"
                "    last = session.scalar(select(func.max(User.id)))\n"
                "    return session.scalars(select(User).where(User.id >= random.randint(1, last)).order_by(User.id).limit(1)).first()\n",
            .allow =
                "The condition leaves a few rows.",
            .references =
                "https://www.postgresql.org/docs/current/sql-select.html#SQL-FROM",
        },
    .on_query =
        [](const QueryView& view, Report& report) {
          const auto& query = view.query;
          if (!query.random_order || query.one_row || !query.understood || nobody_waits(query.role)) return;
          report.add(Draft(query.ordered_at)
                         .says("every row that matches is read and sorted in random order, to take " + std::string(query.limited ? "a few" : "them"))
                         .about(query.function + ":random")
                         .help("draw a random key and take the next row, or read a part of the table with TABLESAMPLE: `tablesample(Model, func.bernoulli(1))`"));
        },
};

}  // namespace foreshot::rules
