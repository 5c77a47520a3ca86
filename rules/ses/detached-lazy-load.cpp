#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule detached_lazy_load;
const Rule detached_lazy_load = {
    .code = "SES109",
    .name = "detached-lazy-load",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "An attribute that is not loaded is read after its session was closed: SQLAlchemy raises DetachedInstanceError",
            .what = "A lazy relationship or a deferred column that the query did not load, or any column that a commit has expired, "
                    "of an object whose session the function has closed, by the end of a with statement or close().",
            .database =
                "The object needs its session to fetch what is missing. Without one SQLAlchemy raises `Parent instance … is not "
                "bound to a Session; lazy load operation of attribute cannot proceed`.",
            .bad = "from sqlalchemy import create_engine, select\n"
                   "from sqlalchemy.orm import sessionmaker\n"
                   "from shop.models import User\n"
                   "\n"
                   "SessionLocal = sessionmaker(create_engine(\"postgresql+psycopg://localhost/shop\"))\n"
                   "\n"
                   "\n"
                   "def orders_of(key):\n"
                   "    with SessionLocal() as session:\n"
                   "        user = session.get(User, key)\n"
                   "    return user.orders\n",
            .good = "from sqlalchemy import create_engine, select\n"
                    "from sqlalchemy.orm import sessionmaker\n"
                    "from shop.models import User\n"
                    "\n"
                    "SessionLocal = sessionmaker(create_engine(\"postgresql+psycopg://localhost/shop\"))\n"
                    "\n"
                    "\n"
                    "def orders_of(key):\n"
                    "    with SessionLocal() as session:\n"
                    "        user = session.get(User, key)\n"
                    "        return list(user.orders)\n",
            .allow = "Never: it raises.",
            .references = "https://docs.sqlalchemy.org/en/20/errors.html#error-bhk3",
        },
    .on_session =
        [](const SessionView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != SessionUse::Kind::detached) return;
          report.add(Draft(use.span)
                         .says("reading " + quoted(use.what) + " raises DetachedInstanceError: it is not loaded, and the session that could is closed")
                         .about(use.function + ":" + use.what)
                         .label(use.other, "fetched here")
                         .help("read it before the session is closed, or load it with the query"));
        },
};

}  // namespace foreshot::rules
