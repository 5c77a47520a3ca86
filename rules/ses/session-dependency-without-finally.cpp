#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule session_dependency_without_finally;
const Rule session_dependency_without_finally = {
    .code = "SES102",
    .name = "session-dependency-without-finally",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A generator gives out a session and closes it behind the yield, without finally: an error in the request leaves "
                       "it open",
            .what = "A generator function (a dependency of FastAPI, a context manager) yields a session that it made, outside of a "
                    "with statement and of a try statement whose finally closes it.",
            .database =
                "An exception of whoever uses the session is thrown into the generator at the yield, and what stands behind it is "
                "not run. Each failed request keeps a connection; when the pool is empty every request waits and fails.",
            .bad = "from sqlalchemy import create_engine\n"
                   "from sqlalchemy.orm import sessionmaker\n"
                   "\n"
                   "SessionLocal = sessionmaker(create_engine(\"postgresql+psycopg://localhost/shop\"))\n"
                   "\n"
                   "\n"
                   "def get_db():\n"
                   "    db = SessionLocal()\n"
                   "    yield db\n"
                   "    db.close()\n",
            .good = "from sqlalchemy import create_engine\n"
                    "from sqlalchemy.orm import sessionmaker\n"
                    "\n"
                    "SessionLocal = sessionmaker(create_engine(\"postgresql+psycopg://localhost/shop\"))\n"
                    "\n"
                    "\n"
                    "def get_db():\n"
                    "    with SessionLocal() as db:\n"
                    "        yield db\n",
            .allow = "Never.",
            .references = "https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/",
        },
    .on_session =
        [](const SessionView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != SessionUse::Kind::no_finally) return;
          report.add(Draft(use.span)
                         .says("when the body fails the session " + quoted(use.what) + " stays open: what stands behind this yield is not run")
                         .about(use.function + ":" + use.what)
                         .label(use.other, "made or closed here")
                         .help("close it in finally, or yield inside `with … as " + use.what + ":`"));
        },
};

}  // namespace foreshot::rules
