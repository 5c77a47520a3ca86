#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule loader_option_on_wrong_entity;
const Rule loader_option_on_wrong_entity = {
    .code = "ORM207",
    .name = "loader-option-on-wrong-entity",
    .level = Level::error,
    .precision = Precision::very_high,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A loader option starts from a class that the query does not select: SQLAlchemy raises",
            .what = "An option such as joinedload(Order.user) on a query whose entities are all known and of which none is that "
                    "class, a base or a subclass of it. A joined class is not enough.",
            .database =
                "SQLAlchemy raises `Mapped class … does not apply to any of the root entities in this query` when the query runs.",
            .bad = "from sqlalchemy import select\n"
                   "from sqlalchemy.orm import joinedload\n"
                   "from shop.models import Order, User\n"
                   "\n"
                   "\n"
                   "def users(session):\n"
                   "    return session.scalars(select(User).options(joinedload(Order.user))).all()\n",
            .good = "from sqlalchemy import select\n"
                    "from sqlalchemy.orm import selectinload\n"
                    "from shop.models import User\n"
                    "\n"
                    "\n"
                    "def users(session):\n"
                    "    return session.scalars(select(User).options(selectinload(User.orders))).all()\n",
            .allow = "Never: it raises.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html",
        },
    .on_query =
        [](const QueryView& view, Report& report) {
          const auto& query = view.query;
          if (!query.understood || !query.options_known || query.entities.empty()) return;
          // A column, an alias, a class that nobody knows: the option may be about it.
          for (const auto entity : query.entities)
            if (entity == no_model) return;
          for (const auto& option : query.options) {
            if (option.owner == no_model) continue;
            bool applies = false;
            for (const auto entity : query.entities) applies = applies || related(view.project, entity, option.owner);
            if (applies) continue;
            const auto& owner = view.project.model(option.owner);
            // What a mixin declares belongs to the classes that use it.
            if (!owner.is_mapped) continue;
            report.add(Draft(option.span)
                           .says("this option raises an error when the query runs: it starts from " + quoted(owner.name) + ", and the query selects " +
                                 quoted(view.project.model(query.entities.front()).name))
                           .about(owner.name + "." + (option.path.empty() ? std::string() : option.path.front()))
                           .label(query.built, "the query")
                           .label(query.executed, "it runs here")
                           .help("start the option from an attribute of " + quoted(view.project.model(query.entities.front()).name) + " and chain to this one"));
            return;
          }
        },
};

}  // namespace foreshot::rules
