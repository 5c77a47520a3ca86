#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule deep_offset;
const Rule deep_offset = {
    .code = "ORM309",
    .name = "deep-offset",
    .level = Level::off,
    .precision = Precision::medium,
    .needs_postgresql = false,
    .doc =
        {
            .summary =
                "Pages are found with OFFSET: the database reads and throws away all rows of the pages before",
            .what =
                "OFFSET whose value the program computes, on a query that is read in pages.",
            .database =
                "OFFSET 100000 reads a hundred thousand rows, sorts them if it must, and sends none of them. A condition on the key of the last row "
                "seen costs the same for every page.",
            .bad =
                "from sqlalchemy import select\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def page(session, number):\n"
                "    return session.scalars(select(User).order_by(User.id).offset(number * 50).limit(50)).all()\n",
            .good =
                "from sqlalchemy import select\n"
                "from shop.models import User\n"
                "\n"
                "\n"
                "def page(session, last):\n"
                "    return session.scalars(select(User).where(User.id > last).order_by(User.id).limit(50)).all()\n",
            .allow =
                "Nobody turns many pages. Off unless it is switched on: how far people turn pages, the code does not say.",
            .references =
                "https://www.postgresql.org/docs/current/queries-limit.html",
            .bad_files =
                "=== foreshot.toml\n"
                "extend-select = [\"ORM309\"]\n",
            .good_files =
                "=== foreshot.toml\n"
                "extend-select = [\"ORM309\"]\n",
        },
    .on_query =
        [](const QueryView& view, Report& report) {
          const auto& query = view.query;
          if (!query.offset_varies || query.one_row || !query.understood || query.taken == "count" || nobody_waits(query.role)) return;
          // Without an order the pages have a worse problem.
          if (query.order_by.empty()) return;
          report.add(Draft(query.offset_at)
                         .says("the further the page, the slower: all rows before it are read and thrown away")
                         .about(query.function + ":offset")
                         .help("remember the last key and ask for what comes after it: `.where(Model.id > last).order_by(Model.id).limit(n)`"));
        },
};

}  // namespace foreshot::rules
