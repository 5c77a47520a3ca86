#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule global_session;
const Rule global_session = {
    .code = "SES104",
    .name = "global-session",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "One session for the whole program: all threads and requests share its transaction and its objects",
            .what = "A session is made at module level, in a class body, as a default argument, or by a function that remembers its "
                    "result, and functions use it. Silent in scripts and commands, and for scoped_session.",
            .database =
                "A session is the state of one piece of work. Shared by requests it mixes their transactions, keeps every object "
                "that was ever loaded as it was then, is not safe under threads, and one failed flush makes all others fail until "
                "somebody rolls back.",
            .bad = "from sqlalchemy import create_engine, select\n"
                   "from sqlalchemy.orm import sessionmaker\n"
                   "from shop.models import User\n"
                   "\n"
                   "SessionLocal = sessionmaker(create_engine(\"postgresql+psycopg://localhost/shop\"))\n"
                   "\n"
                   "session = SessionLocal()\n"
                   "\n"
                   "\n"
                   "def names():\n"
                   "    return session.scalars(select(User.name)).all()\n",
            .good = "from sqlalchemy import create_engine, select\n"
                    "from sqlalchemy.orm import sessionmaker\n"
                    "from shop.models import User\n"
                    "\n"
                    "SessionLocal = sessionmaker(create_engine(\"postgresql+psycopg://localhost/shop\"))\n"
                    "\n"
                    "\n"
                    "def names():\n"
                    "    with SessionLocal() as session:\n"
                    "        return session.scalars(select(User.name)).all()\n",
            .allow = "The program has one thread and one piece of work.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/session_basics.html#when-do-i-construct-a-session-when-do-i-commit-it-and-when-do-i-close-it",
        },
    .on_session =
        [](const SessionView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != SessionUse::Kind::global) return;
          report.add(Draft(use.span)
                         .says("everything that uses " + quoted(use.what) + " shares one session: one transaction, one failure, no safety under threads")
                         .about(use.function + ":" + use.what)
                         .help("make a session where the work begins: `with Session(…) as session:`; a scoped_session gives each thread its own"));
        },
};

}  // namespace foreshot::rules
