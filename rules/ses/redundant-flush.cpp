#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule redundant_flush;
const Rule redundant_flush = {
    .code = "SES112",
    .name = "redundant-flush",
    .level = Level::off,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "flush() is called where the next statement flushes by itself",
            .what = "`session.flush()` as a statement of its own, directly followed by `commit()` or by a query of the same session. "
                    "Nothing is reported after flush() for queries where some session of the project sets autoflush.",
            .database =
                "commit() flushes first, and so does each query (autoflush). The call does nothing that would not be done, and says to "
                "readers that it does.",
            .bad = "from sqlalchemy.orm import Session\n"
                   "from shop.models import User\n"
                   "\n"
                   "\n"
                   "def rename(session: Session, key, name):\n"
                   "    user = session.get(User, key)\n"
                   "    user.name = name\n"
                   "    session.flush()\n"
                   "    session.commit()\n",
            .good = "from sqlalchemy.orm import Session\n"
                    "from shop.models import User\n"
                    "\n"
                    "\n"
                    "def rename(session: Session, key, name):\n"
                    "    user = session.get(User, key)\n"
                    "    user.name = name\n"
                    "    session.commit()\n",
            .allow = "It is there to have errors on a line of its own.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/session_basics.html#flushing",
        },
    .on_session =
        [](const SessionView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != SessionUse::Kind::flushed_twice) return;
          report.add(Draft(use.span)
                         .says("this flush does nothing: the next statement flushes anyway")
                         .about(use.function + ":" + use.what)
                         .label(use.other, "flushes")
                         .help("leave it out"));
        },
};

}  // namespace foreshot::rules
