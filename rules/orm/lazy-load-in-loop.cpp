#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule lazy_load_in_loop;
const Rule lazy_load_in_loop = {
    .code = "ORM101",
    .name = "lazy-load-in-loop",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A relationship that is loaded on first access is read for each row of a result: one more query for every row",
            .what =
                "A loop over the rows of a query reads a relationship that the query did not load and that is mapped "
                "with lazy=\"select\" (the default).",
            .database =
                "SQLAlchemy loads the relationship when the attribute is first read, with a SELECT of its own. For a "
                "collection that is one query for each row; for a single object one for each different object that "
                "the session does not hold yet. Tell the query to load them all: `joinedload()` adds a join and suits "
                "a single object (`order.user`); `selectinload()` sends one more query for all rows together and "
                "suits collections (`user.orders`).",
            .bad = "from sqlalchemy import select\n"
                   "from shop.models import Order\n\n\n"
                   "def names(session):\n"
                   "    return [order.user.name for order in session.scalars(select(Order)).all()]\n",
            .good = "from sqlalchemy import select\n"
                    "from sqlalchemy.orm import joinedload\n"
                    "from shop.models import Order\n\n\n"
                    "def names(session):\n"
                    "    query = select(Order).options(joinedload(Order.user))\n"
                    "    return [order.user.name for order in session.scalars(query).all()]\n",
            .allow = "The result has few rows, always.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::relationship || load.strategy != Lazy::select) return;
          // Of serializers and templates other rules speak.
          if (load.serializer.known()) return;
          // Under an async session the access raises instead of loading.
          if (load.session == SessionKind::async) return;
          // The loop ends with it: it happens once.
          if (load.leaves_loop || load.once) return;
          // A query that joins it shows that the author had it in mind: another rule's words.
          if (load.joined) return;
          // So is what a stream of rows loads.
          if (load.streamed) return;
          const auto name = view.name();
          report.add(view.finding()
                         .says("one more query for every row: " + quoted(name) + " is loaded inside this loop")
                         .about(name)
                         .help(load.only_key_read ? "read the foreign key column instead: only the key is used"
                               : load.fix_option.empty()
                                   ? std::string("load it with the query: ") + (load.to_many ? "selectinload" : "joinedload") + "(" + name + ")"
                                   : "load it with the query: .options(" + load.fix_option + ")"));
        },
};

}  // namespace foreshot::rules
