#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule filter_in_python;
const Rule filter_in_python = {
    .code = "ORM304",
    .name = "filter-in-python",
    .level = Level::info,
    .precision = Precision::medium,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "Rows are fetched that a comprehension throws away by a test which WHERE could make",
            .what =
                "A comprehension or generator over all rows of a query, with a test that compares columns of the row with values that do not depend "
                "on it, when the rows are used for nothing else.",
            .database =
                "The rows that fail the test are read, sent and made objects for nothing, and no index can help to find the others. Of a "
                "column that may be NULL, `!=` of Python is `is_distinct_from()`: `<>` leaves those rows out.",
            .bad =
                "from sqlalchemy import select\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def adults(session, name):\n"
                "    return [user for user in session.scalars(select(User)) if user.name == name]\n",
            .good =
                "from sqlalchemy import select\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def adults(session, name):\n"
                "    return session.scalars(select(User).where(User.name == name)).all()\n",
            .allow =
                "There are a few rows at most, always.",
            .references =
                "https://docs.sqlalchemy.org/en/20/tutorial/data_select.html#the-where-clause",
        },
    .on_query_use =
        [](const QueryUseView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != QueryUse::Kind::filtered || nobody_waits(use.role)) return;
          report.add(Draft(use.span)
                         .says("rows are fetched only to be thrown away by this test: the query could leave them out")
                         .about(use.function + ":filter")
                         .label(use.other, "the rows are asked for here")
                         .help("move the test into `.where(…)` of the query"));
        },
};

}  // namespace foreshot::rules
