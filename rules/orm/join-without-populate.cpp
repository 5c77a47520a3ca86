#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule join_without_populate;
const Rule join_without_populate = {
    .code = "ORM112",
    .name = "join-without-populate",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "The query joins a relationship and does not load it, and it is read for each row: the "
                       "join filters, and every row costs one more query",
            .what = "A loop over the rows of a query that joins a relationship (`.join(Order.user)`) reads that "
                    "relationship, which no loader option loads.",
            .database =
                "join() adds a condition, it does not fill the attribute. SQLAlchemy loads it when it is read, "
                "with a SELECT of its own. contains_eager() fills it from the join that is there.",
            .bad = "from sqlalchemy import select\n"
                   "from shop.models import Order, User\n"
                   "\n"
                   "\n"
                   "def names(session):\n"
                   "    query = select(Order).join(Order.user).where(User.email != \"\")\n"
                   "    return [order.user.name for order in session.scalars(query).all()]\n",
            .good = "from sqlalchemy import select\n"
                    "from sqlalchemy.orm import contains_eager\n"
                    "from shop.models import Order, User\n"
                    "\n"
                    "\n"
                    "def names(session):\n"
                    "    query = select(Order).join(Order.user).where(User.email != \"\").options(contains_eager(Order.user))\n"
                    "    return [order.user.name for order in session.scalars(query).all()]\n",
            .allow = "The result has few rows, always.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#routing-explicit-joins-statements-into-eagerly-loaded-collections",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::relationship || load.strategy != Lazy::select || !load.joined) return;
          // Of serializers and templates other rules speak.
          if (load.serializer.known()) return;
          // Under an async session the access raises instead of loading.
          if (load.session == SessionKind::async || load.leaves_loop || load.once) return;
          const auto name = view.name();
          report.add(view.finding()
                         .says("one more query for every row: the query joins " + quoted(name) + ", and a join filters without loading it")
                         .about(name)
                         .help(load.to_many ? "load the whole collection with .options(selectinload(" + name + ")); contains_eager() would keep only what the join's filter leaves"
                                            : "load it with .options(joinedload(" + name + ")), or fill it from the join: .options(contains_eager(" + name + "))"));
        },
};

}  // namespace foreshot::rules
