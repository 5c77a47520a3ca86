#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule joined_load_for_update;
const Rule joined_load_for_update = {
    .code = "ORM203",
    .name = "joined-load-for-update",
    .level = Level::error,
    .precision = Precision::very_high,
    .doc =
        {
            .summary = "A query that locks its rows joins a relationship with an outer join: PostgreSQL refuses FOR UPDATE there",
            .what = "`with_for_update()` without `of=` on a query that loads a relationship by an outer join, through joinedload() or "
                    "because it is mapped with lazy=\"joined\".",
            .database =
                "FOR UPDATE locks the rows of all tables of the FROM clause, and PostgreSQL raises `FOR UPDATE cannot be applied "
                "to the nullable side of an outer join`. joinedload() makes a LEFT OUTER JOIN unless innerjoin=True is given.",
            .bad = "from sqlalchemy import select\n"
                   "from sqlalchemy.orm import joinedload\n"
                   "from shop.models import Order\n"
                   "\n"
                   "\n"
                   "def lock(session, key):\n"
                   "    query = select(Order).options(joinedload(Order.user)).where(Order.id == key).with_for_update()\n"
                   "    return session.scalars(query).one()\n",
            .good = "from sqlalchemy import select\n"
                    "from sqlalchemy.orm import joinedload\n"
                    "from shop.models import Order\n"
                    "\n"
                    "\n"
                    "def lock(session, key):\n"
                    "    query = select(Order).options(joinedload(Order.user)).where(Order.id == key).with_for_update(of=Order)\n"
                    "    return session.scalars(query).one()\n",
            .allow = "The program never runs on PostgreSQL.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/query.html#sqlalchemy.orm.Query.with_for_update",
        },
    .on_query =
        [](const QueryView& view, Report& report) {
          const auto& query = view.query;
          if (!query.for_update || query.for_update_of) return;
          for (const auto& joined : joined_relationships(view.project, query)) {
            if (!joined.outer) continue;
            report.add(Draft(query.executed)
                           .says("PostgreSQL refuses this query: FOR UPDATE meets the outer join that loads " + quoted(joined.name))
                           .about(joined.name)
                           .label(joined.option, "joined here")
                           .label(joined.option.known() ? Span{} : joined.relationship->span, "mapped with lazy=\"joined\"")
                           .label(query.built, "the query")
                           .help("lock the rows of one table with with_for_update(of=" + view.project.model(query.entities.front()).name +
                                 "), or load the relationship with selectinload()"));
            return;
          }
        },
};

}  // namespace foreshot::rules
