#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule unbounded_in_list;
const Rule unbounded_in_list = {
    .code = "ORM311",
    .name = "unbounded-in-list",
    .level = Level::info,
    .precision = Precision::medium,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "All keys that one query finds are fetched and sent back as the IN list of the next, which has no bound",
            .what =
                "`column.in_(…)` of what another query fetched without LIMIT, when those rows are used for nothing else.",
            .database =
                "Each key travels twice and is one parameter: a statement takes 65,535 of them, with asyncpg 32,767, and fails beyond. As a "
                "subquery the first query runs inside the second, and nothing travels.",
            .bad =
                "from sqlalchemy import select\n"
                "from shop.models import Order, User\n"
                "\n"
                "\n"
                "def orders(session, name):\n"
                "    keys = session.scalars(select(User.id).where(User.name == name)).all()\n"
                "    return session.scalars(select(Order).where(Order.user_id.in_(keys))).all()\n",
            .good =
                "from sqlalchemy import select\n"
                "from shop.models import Order, User\n"
                "\n"
                "\n"
                "def orders(session, name):\n"
                "    keys = select(User.id).where(User.name == name)\n"
                "    return session.scalars(select(Order).where(Order.user_id.in_(keys))).all()\n",
            .allow =
                "The first query finds a few rows, always, or asks another database.",
            .references =
                "https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.ColumnElement.in_",
        },
    .on_query_use =
        [](const QueryUseView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != QueryUse::Kind::long_list || nobody_waits(use.role)) return;
          report.add(Draft(use.span)
                         .flow()
                         .says("every key that another query finds is fetched and sent back as one parameter each: slow when there are many, and an error beyond 65,535")
                         .about(use.function + ":in_")
                         .label(use.other, "the keys are asked for here")
                         .help("give the query itself to `in_(…)`: it becomes a subquery"));
        },
};

}  // namespace foreshot::rules
