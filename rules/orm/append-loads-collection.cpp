#include <string>

#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule append_loads_collection;
const Rule append_loads_collection = {
    .code = "ORM109",
    .name = "append-loads-collection",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "append() to a collection that is not loaded loads all of it first: one more query for every row, to add one object",
            .what =
                "A loop over the rows of a query calls append(), add() or extend() on a lazily loaded collection of each row, and reads "
                "it nowhere.",
            .database =
                "The attribute has to be a list before something can be added to it, so SQLAlchemy loads the collection, all of it, for "
                "each row. The other side of the relationship, or the foreign key column, writes the same row without reading any.",
            .bad = "from sqlalchemy import select\n"
                   "from shop.models import Order, User\n"
                   "\n"
                   "\n"
                   "def open_orders(session):\n"
                   "    for user in session.scalars(select(User)).all():\n"
                   "        user.orders.append(Order())\n",
            .good = "from sqlalchemy import select\n"
                    "from shop.models import Order, User\n"
                    "\n"
                    "\n"
                    "def open_orders(session):\n"
                    "    for user in session.scalars(select(User)).all():\n"
                    "        session.add(Order(user=user))\n",
            .allow = "The collection is small and read afterwards anyway.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/large_collections.html",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::append || load.strategy != Lazy::select || load.leaves_loop || load.once || load.model == no_model) return;
          // Under an async session the access raises instead of loading.
          if (load.session == SessionKind::async || load.serializer.known()) return;
          const auto& model = view.project.model(load.model);
          const auto* relationship = model.relationship(load.attribute);
          if (relationship == nullptr) return;
          const auto name = model.name + "." + load.attribute;
          auto draft = Draft(load.access)
                           .flow()
                           .says("one more query for every row: adding to " + quoted(name) + " loads the whole collection first")
                           .about(name)
                           .label(load.origin, "the rows come from here, without " + quoted(load.attribute))
                           .label(load.loop, "once for every row");
          for (const auto& through : load.through) std::move(draft).label(through, "through here");
          if (!load.sql.empty()) std::move(draft).runs(load.sql);
          if (nobody_waits(load.role)) std::move(draft).level(Level::info);
          const auto target = relationship->target_model == no_model ? std::string("the child") : view.project.model(relationship->target_model).name;
          const bool over_key = relationship->direction == Direction::one_to_many;
          report.add(std::move(draft).note("costs  1 + N queries")
                         .label(relationship->span, "mapped with lazy=\"select\"")
                         .help(over_key ? "set the other side instead: " + target + "(" + (relationship->back_populates.empty() ? "<foreign key>=…" : relationship->back_populates + "=…") +
                                              "), which loads nothing"
                                        : "insert rows of the association table, or map it with lazy=\"write_only\""));
        },
};

}  // namespace foreshot::rules
