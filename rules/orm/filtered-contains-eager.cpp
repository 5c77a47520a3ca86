#include <algorithm>
#include <string>

#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule filtered_contains_eager;
const Rule filtered_contains_eager = {
    .code = "ORM211",
    .name = "filtered-contains-eager",
    .level = Level::off,
    .precision = Precision::medium,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "contains_eager() fills a collection from a join that is filtered: the object shows a part of its collection as if it "
                "were all",
            .what =
                "contains_eager() of a collection in a query that compares columns of the collection's class, without "
                "populate_existing(). Off by default: often the part is what is wanted.",
            .database =
                "The collection holds the rows that the filter left, and nothing tells readers that others exist. An object that the "
                "session has already keeps the collection that it had. Removing or replacing elements of the part leaves or detaches "
                "rows that were never seen.",
            .bad = "from sqlalchemy import select\n"
                   "from sqlalchemy.orm import contains_eager\n"
                   "from shop.models import Order, User\n"
                   "\n"
                   "\n"
                   "def users(session):\n"
                   "    query = select(User).join(User.orders).where(Order.id > 100).options(contains_eager(User.orders))\n"
                   "    return session.scalars(query).unique().all()\n",
            .good = "from sqlalchemy import select\n"
                    "from sqlalchemy.orm import contains_eager\n"
                    "from shop.models import Order, User\n"
                    "\n"
                    "\n"
                    "def users(session):\n"
                    "    query = select(User).join(User.orders).where(Order.id > 100).options(contains_eager(User.orders)).execution_options(populate_existing=True)\n"
                    "    return session.scalars(query).unique().all()\n",
            .allow = "The objects are read and thrown away.",
            .references =
                "https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#using-contains-eager-to-load-a-custom-filtered- "
                "collection-result",
        },
    .on_query =
        [](const QueryView& view, Report& report) {
          const auto& query = view.query;
          if (!query.understood || query.populates_existing || query.entities.size() != 1 || query.entities.front() == no_model) return;
          for (const auto& option : query.options) {
            if (option.strategy != "contains_eager") continue;
            auto owner = query.entities.front();
            const Relationship* relationship = nullptr;
            std::string name;
            for (const auto& step : option.path) {
              relationship = owner == no_model ? nullptr : view.project.model(owner).relationship(step);
              if (relationship == nullptr) break;
              name = view.project.model(owner).name + "." + step;
              owner = relationship->target_model;
            }
            if (relationship == nullptr || owner == no_model || !is_collection(*relationship)) continue;
            if (std::find(query.filter_models.begin(), query.filter_models.end(), owner) == query.filter_models.end()) continue;
            report.add(Draft(option.span)
                           .says(quoted(name) + " shows only the rows that the filter leaves, as if they were all")
                           .about(name)
                           .label(query.built, "the query, which filters " + quoted(view.project.model(owner).name))
                           .help("load the part with a query of its own, or all with selectinload(); with contains_eager() add populate_existing"));
          }
        },
};

}  // namespace foreshot::rules
