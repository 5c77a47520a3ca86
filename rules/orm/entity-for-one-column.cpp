#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule entity_for_one_column;
const Rule entity_for_one_column = {
    .code = "ORM305",
    .name = "entity-for-one-column",
    .level = Level::off,
    .precision = Precision::medium,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "Whole objects are fetched to read one column of each: select the column",
            .what =
                "A comprehension over all rows of a query that reads one column of each object and nothing else.",
            .database =
                "All columns are read and sent, and SQLAlchemy makes an object for each row and keeps it in the session. `select(Model.column)` "
                "does neither.",
            .bad =
                "from sqlalchemy import select\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def names(session):\n"
                "    return [user.name for user in session.scalars(select(User))]\n",
            .good =
                "from sqlalchemy import select\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def names(session):\n"
                "    return session.scalars(select(User.name)).all()\n",
            .allow =
                "There are few rows, or the session holds them already. Off unless it is switched on: objects are often fetched for what is done "
                "with them later.",
            .references =
                "https://docs.sqlalchemy.org/en/20/orm/queryguide/select.html#selecting-individual-attributes",
            .bad_files =
                "=== foreshot.toml\n"
                "extend-select = [\"ORM305\"]\n",
            .good_files =
                "=== foreshot.toml\n"
                "extend-select = [\"ORM305\"]\n",
        },
    .on_query_use =
        [](const QueryUseView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != QueryUse::Kind::one_column) return;
          const auto& model = view.project.model(use.model).name;
          report.add(Draft(use.span)
                         .says("whole objects are fetched, and only " + quoted(use.what) + " of each is read")
                         .about(use.function + ":" + use.what)
                         .label(use.other, "the objects are asked for here")
                         .help(use.legacy ? "use `session.query(" + model + "." + use.what + ")`" : "use `session.scalars(select(" + model + "." + use.what + "))`"));
        },
};

}  // namespace foreshot::rules
