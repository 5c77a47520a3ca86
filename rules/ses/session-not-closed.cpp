#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule session_not_closed;
const Rule session_not_closed = {
    .code = "SES101",
    .name = "session-not-closed",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A session that a function makes is not closed, or not when something fails before: its connection stays away "
                       "from the pool",
            .what = "A session is made and assigned to a variable of the function, which is neither given to anybody who may close it "
                    "nor closed in a with statement or in finally. Silent in commands and scripts, whose end closes all.",
            .database =
                "A session takes a connection of the pool with its first statement and keeps it until commit, rollback or close. "
                "One that is left open, or that an exception leaves behind, keeps it until the garbage collector comes; under "
                "load the pool is empty before.",
            .bad = "from sqlalchemy import create_engine, select\n"
                   "from sqlalchemy.orm import sessionmaker\n"
                   "from shop.models import User\n"
                   "\n"
                   "SessionLocal = sessionmaker(create_engine(\"postgresql+psycopg://localhost/shop\"))\n"
                   "\n"
                   "\n"
                   "def names():\n"
                   "    session = SessionLocal()\n"
                   "    found = session.scalars(select(User.name)).all()\n"
                   "    session.close()\n"
                   "    return found\n",
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
            .allow = "The process ends soon.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/session_basics.html#opening-and-closing-a-session",
        },
    .on_session =
        [](const SessionView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != SessionUse::Kind::not_closed && use.kind != SessionUse::Kind::closed_on_success) return;
          report.add(Draft(use.span)
                         .says(use.kind == SessionUse::Kind::not_closed ? "the session " + quoted(use.what) + " is never closed: its connection stays away from the pool"
                                                                                 : "when anything fails before it is closed, the session " + quoted(use.what) + " keeps its connection away from the pool")
                         .about(use.function + ":" + use.what)
                         .label(use.other, "closed only when nothing fails before")
                         .help("make it in a with statement: `with Session(…) as " + use.what + ":`"));
        },
};

}  // namespace foreshot::rules
