#include <string>

#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule joined_collection_with_limit;
const Rule joined_collection_with_limit = {
    .code = "ORM210",
    .name = "joined-collection-with-limit",
    .level = Level::info,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "A collection is joined to a query with LIMIT: SQLAlchemy has to wrap the query in a subquery to count objects instead "
                "of rows",
            .what =
                "joinedload() of a collection, or a mapping with lazy=\"joined\", on a query with limit(), offset(), slice() or "
                "Query.first().",
            .database =
                "A join repeats an object for each row of its collection, so a LIMIT over the join would count those. SQLAlchemy moves "
                "the query into a subquery and joins outside. The result is right; the database sorts twice and joins to a derived "
                "table. selectinload() leaves the query as it is.",
            .bad = "from sqlalchemy import select\n"
                   "from sqlalchemy.orm import joinedload\n"
                   "from shop.models import User\n"
                   "\n"
                   "\n"
                   "def newest(session):\n"
                   "    query = select(User).options(joinedload(User.orders)).order_by(User.id.desc()).limit(20)\n"
                   "    return session.scalars(query).unique().all()\n",
            .good = "from sqlalchemy import select\n"
                    "from sqlalchemy.orm import selectinload\n"
                    "from shop.models import User\n"
                    "\n"
                    "\n"
                    "def newest(session):\n"
                    "    query = select(User).options(selectinload(User.orders)).order_by(User.id.desc()).limit(20)\n"
                    "    return session.scalars(query).all()\n",
            .allow = "The query is fast as it is.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#the-zen-of-joined-eager-loading",
        },
    .on_query =
        [](const QueryView& view, Report& report) {
          const auto& query = view.query;
          if (query.part.empty() || query.role == PathRole::test) return;
          for (const auto& joined : joined_relationships(view.project, query)) {
            if (!is_collection(*joined.relationship)) continue;
            report.add(Draft(query.executed)
                           .says("the query is wrapped in a subquery, because it takes a part of the rows (" + query.part + ") and joins the collection " + quoted(joined.name))
                           .about(joined.name)
                           .label(joined.option.known() ? joined.option : joined.relationship->span, joined.option.known() ? "joined here" : "mapped with lazy=\"joined\"")
                           .label(query.built, "the query")
                           .help("load the collection with selectinload()"));
            return;
          }
        },
};

}  // namespace foreshot::rules
