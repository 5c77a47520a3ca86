#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule dependency_returns_session;
const Rule dependency_returns_session = {
    .code = "SES103",
    .name = "dependency-returns-session",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A dependency of FastAPI returns a session: nobody closes it",
            .what = "A function that is given to Depends() returns a session that it made instead of yielding it.",
            .database =
                "FastAPI runs what stands behind the yield of a dependency when the request ends; a dependency that returns has "
                "no end. Each request keeps a connection until the garbage collector comes.",
            .bad = "from fastapi import Depends\n"
                   "from sqlalchemy import create_engine\n"
                   "from sqlalchemy.orm import sessionmaker\n"
                   "\n"
                   "SessionLocal = sessionmaker(create_engine(\"postgresql+psycopg://localhost/shop\"))\n"
                   "\n"
                   "\n"
                   "def get_db():\n"
                   "    return SessionLocal()\n"
                   "\n"
                   "\n"
                   "def route(db=Depends(get_db)):\n"
                   "    return db\n",
            .good = "from fastapi import Depends\n"
                   "from sqlalchemy import create_engine\n"
                    "from sqlalchemy.orm import sessionmaker\n"
                    "\n"
                    "SessionLocal = sessionmaker(create_engine(\"postgresql+psycopg://localhost/shop\"))\n"
                    "\n"
                    "\n"
                    "def get_db():\n"
                    "    with SessionLocal() as db:\n"
                    "        yield db\n"
                    "\n"
                    "\n"
                    "def route(db=Depends(get_db)):\n"
                    "    return db\n",
            .allow = "Never.",
            .references = "https://fastapi.tiangolo.com/tutorial/sql-databases/",
        },
    .on_session =
        [](const SessionView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != SessionUse::Kind::returned) return;
          report.add(Draft(use.span)
                         .says("nobody closes this session: the dependency " + quoted(use.what) + " returns it")
                         .about(use.function + ":" + use.what)
                         .label(use.other, "made here")
                         .help("yield it inside a with statement"));
        },
};

}  // namespace foreshot::rules
