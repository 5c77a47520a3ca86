#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule count_by_fetch;
const Rule count_by_fetch = {
    .code = "ORM302",
    .name = "count-by-fetch",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "Rows are fetched only to be counted: the database can count them itself",
            .what =
                "`len()` of all rows of a query, in one expression or through a variable that is read for nothing else. Where only "
                "`len(rows) > 0` is asked, exists-by-count says it.",
            .database =
                "Every row is sent and made an object, and then forgotten. `SELECT count(*)` sends one number.",
            .bad =
                "from sqlalchemy import select\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def how_many(session):\n"
                "    return len(session.scalars(select(User)).all())\n",
            .good =
                "from sqlalchemy import func, select\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def how_many(session):\n"
                "    return session.scalar(select(func.count()).select_from(User))\n",
            .allow =
                "There are a few rows at most, always.",
            .references =
                "https://docs.sqlalchemy.org/en/20/tutorial/data_select.html#tutorial-functions",
        },
    .on_query_use =
        [](const QueryUseView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != QueryUse::Kind::counted) return;
          const auto table = use.model != no_model ? view.project.model(use.model).table.name.text : std::string();
          auto draft = Draft(use.span)
                           .says("every row is fetched only to be counted: the database can send the number alone")
                           .about(use.function + ":len")
                           .label(use.other, "the rows are asked for here")
                           .help(use.legacy ? "use `query.count()`" : "select `func.count()` with the same conditions: `session.scalar(select(func.count()).select_from(…).where(…))`");
          if (!table.empty()) std::move(draft).runs("SELECT … FROM " + table);
          if (nobody_waits(use.role)) std::move(draft).level(Level::info);
          report.add(std::move(draft));
        },
};

}  // namespace foreshot::rules
