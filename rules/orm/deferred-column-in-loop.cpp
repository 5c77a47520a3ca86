#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule deferred_column_in_loop;
const Rule deferred_column_in_loop = {
    .code = "ORM105",
    .name = "deferred-column-in-loop",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A column that the query left out is read for each row of a result: one more query for "
                       "every row",
            .what = "A loop over rows reads a column that is mapped with deferred=True, left out by defer(), or "
                    "not among those of load_only(), and that the query does not undefer.",
            .database =
                "SQLAlchemy loads the column when it is first read, with a SELECT of its own for each object.",
            .bad = "from sqlalchemy import select\n"
                   "from sqlalchemy.orm import load_only\n"
                   "from shop.models import User\n"
                   "\n"
                   "\n"
                   "def mails(session):\n"
                   "    query = select(User).options(load_only(User.name))\n"
                   "    return [user.email for user in session.scalars(query).all()]\n",
            .good = "from sqlalchemy import select\n"
                    "from sqlalchemy.orm import load_only\n"
                    "from shop.models import User\n"
                    "\n"
                    "\n"
                    "def mails(session):\n"
                    "    query = select(User).options(load_only(User.name, User.email))\n"
                    "    return [user.email for user in session.scalars(query).all()]\n",
            .allow = "The result has few rows, always.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/queryguide/columns.html",
        },
    .on_load =
        [](const LoadView& view, Report& report) {
          const auto& load = view.load;
          if (load.kind != Load::Kind::column || load.once || load.leaves_loop) return;
          // Under an async session the access raises instead of loading.
          if (load.session == SessionKind::async) return;
          const auto name = view.name();
          auto draft = view.finding();
          if (const auto* column = view.project.model(load.model).column(load.attribute); column != nullptr && column->deferred)
            std::move(draft).label(column->span, "mapped as deferred");
          report.add(std::move(draft)
                         .says("one more query for every row: the column " + quoted(name) + " is loaded inside this loop")
                         .about(name)
                         .help("load it with the query: add it to load_only(), or .options(undefer(" + name + "))"));
        },
};

}  // namespace foreshot::rules
