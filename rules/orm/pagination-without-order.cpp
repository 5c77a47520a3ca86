#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule pagination_without_order;
const Rule pagination_without_order = {
    .code = "ORM308",
    .name = "pagination-without-order",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "A query has OFFSET and no ORDER BY: pages repeat some rows and miss others",
            .what =
                "OFFSET, a slice that does not begin at 0, or `paginate()`, on a query of many rows without ORDER BY.",
            .database =
                "Without ORDER BY the server may give the rows in any order, and in another one for the next page: after an update, with another "
                "plan, while two sequential scans run together. A row is then on two pages, or on none.",
            .bad =
                "from sqlalchemy import select\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def page(session, number):\n"
                "    return session.scalars(select(User).offset(number * 50).limit(50)).all()\n",
            .good =
                "from sqlalchemy import select\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def page(session, number):\n"
                "    return session.scalars(select(User).order_by(User.id).offset(number * 50).limit(50)).all()\n",
            .allow =
                "Any rows will do.",
            .references =
                "https://www.postgresql.org/docs/current/queries-limit.html",
        },
    .on_query =
        [](const QueryView& view, Report& report) {
          const auto& query = view.query;
          if (!query.offset || !query.order_by.empty() || query.one_row || query.collected || query.grouped || !query.understood) return;
          // One row at some offset is drawn by lot; a count has no order.
          if (query.taken == "first" || query.taken == "scalar" || query.taken == "count" || query.taken == "fetchone" || query.taken == "one") return;
          auto draft = Draft(query.offset_at)
                           .says("pages may repeat rows and miss others: the query has no ORDER BY, and the server may give its rows in another order each time")
                           .about(query.function + ":offset")
                           .label(query.built.file == query.offset_at.file && !query.built.contains(query.offset_at) ? query.built : Span{}, "the query")
                           .help("add `.order_by(…)` that ends with a unique column");
          if (nobody_waits(query.role)) std::move(draft).level(Level::info);
          report.add(std::move(draft));
        },
};

}  // namespace foreshot::rules
