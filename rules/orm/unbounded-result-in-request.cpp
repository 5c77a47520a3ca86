#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule unbounded_result_in_request;
const Rule unbounded_result_in_request = {
    .code = "ORM307",
    .name = "unbounded-result-in-request",
    .level = Level::off,
    .precision = Precision::low,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "A request answers with every row of a table: nothing limits what is fetched and sent",
            .what =
                "A function of a web application that returns all rows of a query that has neither a condition nor a LIMIT.",
            .database =
                "The answer grows with the table, and so do the time and the memory that each request takes.",
            .bad =
                "from sqlalchemy import select\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def users(session):\n"
                "    return session.scalars(select(User)).all()\n",
            .good =
                "from sqlalchemy import select\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def users(session, after: int = 0):\n"
                "    return session.scalars(select(User).where(User.id > after).order_by(User.id).limit(100)).all()\n",
            .allow =
                "The table is small and stays so. Off unless it is switched on: how large a table is, the code does not say.",
            .references =
                "https://www.postgresql.org/docs/current/queries-limit.html",
            .bad_files =
                "=== foreshot.toml\n"
                "extend-select = [\"ORM307\"]\n",
            .good_files =
                "=== foreshot.toml\n"
                "extend-select = [\"ORM307\"]\n",
        },
    .on_query =
        [](const QueryView& view, Report& report) {
          const auto& query = view.query;
          if (!query.returned_at.known() || query.limited || query.filtered || query.one_row || query.collected || !query.understood || query.streamed) return;
          if (nobody_waits(query.role) || query.role == PathRole::task || query.cardinality != Cardinality::many) return;
          if (query.entities.size() != 1 || query.entities.front() == no_model) return;
          report.add(Draft(query.executed)
                         .says("every row of " + quoted(view.project.model(query.entities.front()).table.name) + " is fetched and returned, however many there are")
                         .about(query.function + ":all")
                         .label(query.returned_at, "returned here")
                         .help("add a `.limit(…)` and let the caller ask for the next page"));
        },
};

}  // namespace foreshot::rules
