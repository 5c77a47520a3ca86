#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule exists_by_count;
const Rule exists_by_count = {
    .code = "ORM303",
    .name = "exists-by-count",
    .level = Level::info,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "All matching rows are counted, or fetched, to see whether there is one: the database could stop at the first",
            .what =
                "`query.count() > 0`, `== 0`, a count that is only compared with zero, also of a "
                "`select(func.count())`, `if query.all():`, `len(query.all()) > 0`, and a list of rows that is only "
                "tested. Not reported are a number that is also shown, returned or compared with a limit (`count or 0` "
                "is that number), and a query that gives all columns of a key: it finds one row at most.",
            .database =
                "count() reads every row that matches, at each call; all() sends them too. `EXISTS` stops at the "
                "first one, and so does a query with `.limit(1)`.",
            .bad = "from shop.models import User\n\n\n"
                   "def known(session, name):\n"
                   "    return session.query(User).filter(User.name == name).count() > 0\n",
            .good = "from sqlalchemy import exists, select\n"
                    "from shop.models import User\n\n\n"
                    "def known(session, name):\n"
                    "    return session.scalar(select(exists().where(User.name == name)))\n",
            .allow = "There are a few rows at most, always.",
            .references = "https://docs.sqlalchemy.org/en/20/core/selectable.html#sqlalchemy.sql.expression.exists",
        },
    .on_query_use =
        [](const QueryUseView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != QueryUse::Kind::tested || nobody_waits(use.role)) return;
          const bool counted = use.what == "count";
          report.add(Draft(use.span)
                         .says(std::string("all matching rows are ") + (counted ? "counted" : "fetched") + " to see whether there is one: the database could stop at the first")
                         .about(use.function + ":" + use.what)
                         .label(use.span.contains(use.other) ? Span{} : use.other, counted ? "the rows are counted here" : "the rows are asked for here")
                         .help("ask `select(exists().where(…))`, or for one row with `.limit(1)`"));
        },
};

}  // namespace foreshot::rules
