#include <algorithm>
#include <string>

#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule unused_eager_load;
const Rule unused_eager_load = {
    .code = "ORM208",
    .name = "unused-eager-load",
    .level = Level::off,
    .precision = Precision::medium,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "An option loads a relationship that nothing reads: a join or a query for nothing",
            .what =
                "A query loads a relationship with selectinload(), joinedload(), subqueryload() or immediateload(), its rows go no "
                "further than the loops of the same function, which are all there to see, and none of them reads the relationship. Off "
                "by default: what reads it may be out of sight after all.",
            .database = "The related rows are fetched and made into objects, and thrown away.",
            .bad = "from sqlalchemy import select\n"
                   "from sqlalchemy.orm import joinedload\n"
                   "from shop.models import Order\n"
                   "\n"
                   "\n"
                   "def keys(session):\n"
                   "    orders = session.scalars(select(Order).options(joinedload(Order.user))).all()\n"
                   "    return [order.id for order in orders]\n",
            .good = "from sqlalchemy import select\n"
                    "from shop.models import Order\n"
                    "\n"
                    "\n"
                    "def keys(session):\n"
                    "    orders = session.scalars(select(Order)).all()\n"
                    "    return [order.id for order in orders]\n",
            .allow = "The objects are wanted in the session for what comes later.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html",
        },
    .on_query =
        [](const QueryView& view, Report& report) {
          const auto& query = view.query;
          if (query.entities.size() != 1 || query.entities.front() == no_model) return;
          const auto& model = view.project.model(query.entities.front());
          for (const auto& option : query.options) {
            if (option.path.size() != 1 || std::find(query.unread.begin(), query.unread.end(), option.path.front()) == query.unread.end()) continue;
            const auto name = model.name + "." + option.path.front();
            report.add(Draft(option.span)
                           .says(quoted(name) + " is loaded here, and nothing reads it")
                           .about(name)
                           .label(query.executed, "the rows are used in this function only")
                           .help("leave the option out"));
          }
        },
};

}  // namespace foreshot::rules
