#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule cartesian_product;
const Rule cartesian_product = {
    .code = "ORM312",
    .name = "cartesian-product",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "Two tables of a query have nothing that joins them: every row of one is combined with every row of the other",
            .what =
                "A query whose columns or conditions name two mapped classes that no join, no relationship and no comparison connects. Classes of "
                "which a key leaves one row, subqueries, CTEs and text are not reported.",
            .database =
                "`FROM users, orders` without a condition between them gives the product: ten thousand by ten thousand rows are a hundred million. "
                "SQLAlchemy itself warns of it when the query runs (\"cartesian product\").",
            .bad =
                "from sqlalchemy import select\n"
                "from shop.models import Order, User\n"
                "\n"
                "\n"
                "def orders(session, name):\n"
                "    return session.scalars(select(Order).where(User.name == name)).all()\n",
            .good =
                "from sqlalchemy import select\n"
                "from shop.models import Order, User\n"
                "\n"
                "\n"
                "def orders(session, name):\n"
                "    return session.scalars(select(Order).join(Order.user).where(User.name == name)).all()\n",
            .allow =
                "The product is wanted.",
            .references =
                "https://docs.sqlalchemy.org/en/20/changelog/migration_14.html#change-4737",
        },
    .on_query =
        [](const QueryView& view, Report& report) {
          const auto& query = view.query;
          if (query.apart.empty() || !query.understood) return;
          const auto& table = view.project.model(query.apart.front()).table.name;
          auto draft = Draft(query.apart_at.known() ? query.apart_at : query.executed)
                           .says("every row is combined with every row of " + quoted(table) + ": nothing in the query joins them")
                           .about(query.function + ":" + table.text)
                           .label(query.built.file == query.apart_at.file && !query.built.contains(query.apart_at) ? query.built : Span{}, "the query")
                           .label(query.executed.contains(query.apart_at) ? Span{} : query.executed, "it runs here")
                           .help("join it: `.join(…)` along the relationship, or a condition that compares the keys");
          if (nobody_waits(query.role)) std::move(draft).level(Level::info);
          report.add(std::move(draft));
        },
};

}  // namespace foreshot::rules
