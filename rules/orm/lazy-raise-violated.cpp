#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule lazy_raise_violated;
const Rule lazy_raise_violated = {
    .code = "ORM117",
    .name = "lazy-raise-violated",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A relationship is read that is mapped or queried to raise instead of loading, and the "
                       "query did not load it: the line raises",
            .what = "A relationship with lazy=\"raise\", or under raiseload(), is read of an object whose query is "
                    "known and does not load it.",
            .database =
                "SQLAlchemy raises InvalidRequestError, \"'Order.items' is not available due to lazy='raise'\". It "
                "is meant to: whoever wrote it wanted to hear of loads that nobody asked for.",
            .bad = "from sqlalchemy import select\n"
                   "from sqlalchemy.orm import raiseload\n"
                   "from shop.models import Order\n"
                   "\n"
                   "\n"
                   "def owner(session, key):\n"
                   "    query = select(Order).where(Order.id == key).options(raiseload(Order.user))\n"
                   "    return session.scalars(query).one().user\n",
            .good = "from sqlalchemy import select\n"
                    "from sqlalchemy.orm import joinedload, raiseload\n"
                    "from shop.models import Order\n"
                    "\n"
                    "\n"
                    "def owner(session, key):\n"
                    "    query = select(Order).where(Order.id == key).options(joinedload(Order.user), raiseload(\"*\"))\n"
                    "    return session.scalars(query).one().user\n",
            .allow = "Never: it raises, unless something else has set the attribute before.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#preventing-unwanted-lazy-loads-using-raiseload",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::relationship || (load.strategy != Lazy::raise_ && load.strategy != Lazy::raise_on_sql)) return;
          const auto name = view.name();
          const auto* relationship = view.project.model(load.model).relationship(load.attribute);
          auto draft = view.finding();
          if (relationship != nullptr && relationship->lazy != Lazy::select) std::move(draft).label(relationship->span, "mapped to raise");
          report.add(std::move(draft)
                         .says("reading " + quoted(name) + " raises an error: it must not be loaded on access, and the query does not load it")
                         .about(name)
                         .level(Level::error)
                         .help(load.fix_option.empty() ? std::string("load it with the query") : "load it with the query: .options(" + load.fix_option + ")"));
        },
};

}  // namespace foreshot::rules
