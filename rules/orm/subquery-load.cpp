#include <set>
#include <string>
#include <utility>

#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule subquery_load;
const Rule subquery_load = {
    .code = "ORM209",
    .name = "subquery-load",
    .level = Level::off,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "subqueryload() repeats the whole query as a subquery of each further one; selectinload() fetches the same by keys",
            .what =
                "subqueryload() in a query, or lazy=\"subquery\" in a mapping. Off by default: it works. With LIMIT and no order that is "
                "unique it may load for other rows than the query returned.",
            .database =
                "The second query embeds the first one, which the database runs again. Where the first has a LIMIT and its order does "
                "not decide between equal rows, the two runs may pick different rows. selectinload() asks for the keys that were really "
                "fetched, and is what the documentation recommends.",
            .bad = "from sqlalchemy import select\n"
                   "from sqlalchemy.orm import subqueryload\n"
                   "from shop.models import User\n"
                   "\n"
                   "\n"
                   "def users(session):\n"
                   "    return session.scalars(select(User).options(subqueryload(User.orders))).all()\n",
            .good = "from sqlalchemy import select\n"
                    "from sqlalchemy.orm import selectinload\n"
                    "from shop.models import User\n"
                    "\n"
                    "\n"
                    "def users(session):\n"
                    "    return session.scalars(select(User).options(selectinload(User.orders))).all()\n",
            .allow = "The primary key is composite on a database that cannot compare tuples.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#subquery-eager-loading",
        },
    .on_project =
        [](const ProjectView& view, Report& report) {
          std::set<std::pair<FileId, std::uint32_t>> told;
          for (const auto& model : view.project.models)
            for (const auto& relationship : model.relationships) {
              if (relationship.lazy != Lazy::subquery || relationship.inherited) continue;
              if (!told.insert({relationship.span.file, relationship.span.begin}).second) continue;
              const auto name = model.name + "." + relationship.name;
              report.add(Draft(relationship.span)
                             .says("every query of " + quoted(model.name) + " is run a second time, as a subquery, to load " + quoted(relationship.name))
                             .about(name)
                             .help("map it with lazy=\"selectin\", or load it with selectinload() where it is needed"));
            }
          for (const auto& query : view.project.queries)
            for (const auto& option : query.options) {
              if (option.strategy != "subqueryload" || option.path.empty() || !option.span.known()) continue;
              if (!told.insert({option.span.file, option.span.begin}).second) continue;
              auto draft = Draft(option.span)
                               .says("the query is run a second time, as a subquery, to load " + quoted(option.path.back()))
                               .about(option.path.back())
                               .label(query.built, "this query");
              if (!query.part.empty() && query.part != "first") std::move(draft).note("with " + query.part + "  the second run may pick other rows, unless the order is unique");
              report.add(std::move(draft).help("use selectinload(), which asks for the keys that were fetched"));
            }
        },
};

}  // namespace foreshot::rules
