#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule joined_collection_without_unique;
const Rule joined_collection_without_unique = {
    .code = "ORM202",
    .name = "joined-collection-without-unique",
    .level = Level::error,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A 2.0 query loads a collection with a join and its rows are read without .unique(): SQLAlchemy raises",
            .what = "`session.execute()` or `session.scalars()` of a select() with joinedload() of a collection (or a collection "
                    "mapped lazy=\"joined\"), whose rows are fetched without `.unique()`. Legacy `session.query()` is exempt, and so are "
                    "first(), scalar() and get(), which do not ask for unique rows.",
            .database =
                "The join repeats each parent once for each child. SQLAlchemy 2.0 style refuses to return such rows: "
                "InvalidRequestError, \"The unique() method must be invoked\".",
            .bad = "from sqlalchemy import select\n"
                   "from sqlalchemy.orm import joinedload\n"
                   "from shop.models import User\n\n\n"
                   "def users(session):\n"
                   "    return session.scalars(select(User).options(joinedload(User.orders))).all()\n",
            .good = "from sqlalchemy import select\n"
                    "from sqlalchemy.orm import selectinload\n"
                    "from shop.models import User\n\n\n"
                    "def users(session):\n"
                    "    return session.scalars(select(User).options(selectinload(User.orders))).all()\n",
            .allow = "Never: it raises.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#joined-eager-loading",
        },
    .on_query =
        [](const QueryView& view, Report& report) {
          const auto& query = view.query;
          if (query.legacy || query.unique_called || !query.rows_consumed || !query.understood || !query.options_known) return;
          // That raises too, and first.
          if (query.yields_per) return;
          if (query.entities.size() != 1 || query.entities.front() == no_model) return;
          for (const auto& joined : joined_relationships(view.project, query)) {
            if (!is_collection(*joined.relationship)) continue;
            report.add(Draft(query.executed)
                           .says("reading these rows raises an error: the query joins the collection " + quoted(joined.name) +
                                 ", which repeats rows, and .unique() is not called")
                           .about(joined.name)
                           .label(joined.option, "the collection is joined here")
                           .label(joined.option.known() ? Span{} : joined.relationship->span, "mapped with lazy=\"joined\"")
                           .help("call .unique() before reading the rows, or load the collection with selectinload()"));
            return;
          }
        },
};

}  // namespace foreshot::rules
