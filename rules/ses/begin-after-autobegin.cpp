#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule begin_after_autobegin;
const Rule begin_after_autobegin = {
    .code = "SES111",
    .name = "begin-after-autobegin",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "begin() is called on a session whose transaction has begun already: it raises InvalidRequestError",
            .what = "`session.begin()` after the same function has used the session, or inside another `begin()`, without commit, rollback "
                    "or close in between. begin_nested() is not reported.",
            .database =
                "A session begins by itself as soon as it is used: a query does, and so does add(). begin() then raises "
                "InvalidRequestError, \"A transaction is already begun on this Session\".",
            .bad = "from sqlalchemy import create_engine\n"
                   "from sqlalchemy.orm import Session\n"
                   "from shop.models import User\n"
                   "\n"
                   "engine = create_engine(\"postgresql+psycopg://localhost/shop\")\n"
                   "\n"
                   "\n"
                   "def rename(key, name):\n"
                   "    with Session(engine) as session:\n"
                   "        user = session.get(User, key)\n"
                   "        with session.begin():\n"
                   "            user.name = name\n",
            .good = "from sqlalchemy import create_engine\n"
                    "from sqlalchemy.orm import Session\n"
                    "from shop.models import User\n"
                    "\n"
                    "engine = create_engine(\"postgresql+psycopg://localhost/shop\")\n"
                    "\n"
                    "\n"
                    "def rename(key, name):\n"
                    "    with Session(engine) as session, session.begin():\n"
                    "        user = session.get(User, key)\n"
                    "        user.name = name\n",
            .allow = "Never: it raises.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/session_transaction.html#managing-transactions",
        },
    .on_session =
        [](const SessionView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != SessionUse::Kind::begun_again) return;
          report.add(Draft(use.span)
                         .says("this raises InvalidRequestError: a transaction of " + quoted(use.what) + " has begun already")
                         .about(use.function + ":" + use.what)
                         .label(use.other, "begins it")
                         .help("begin before the first use of the session, or leave it out and commit()"));
        },
};

}  // namespace foreshot::rules
