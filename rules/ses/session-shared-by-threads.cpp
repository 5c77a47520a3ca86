#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule session_shared_by_threads;
const Rule session_shared_by_threads = {
    .code = "SES106",
    .name = "session-shared-by-threads",
    .level = Level::error,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "One session is given to other threads: a session and its connection serve one thread at a time",
            .what = "A session of the function goes to Thread(), or to submit() or map() of a ThreadPoolExecutor, as an argument, in "
                    "a lambda, a partial() or a local function. A scoped_session is not meant.",
            .database =
                "A session is no thread-safe object, and a connection runs one statement at a time. Two threads in it corrupt its "
                "state: `This session is provisioning a new connection`, lost objects, results of the wrong query.",
            .bad = "from concurrent.futures import ThreadPoolExecutor\n"
                   "\n"
                   "from sqlalchemy.orm import Session\n"
                   "\n"
                   "\n"
                   "def work(db: Session, key: int):\n"
                   "    db.commit()\n"
                   "\n"
                   "\n"
                   "def all_of(db: Session, keys):\n"
                   "    with ThreadPoolExecutor() as pool:\n"
                   "        for key in keys:\n"
                   "            pool.submit(work, db, key)\n",
            .good = "from concurrent.futures import ThreadPoolExecutor\n"
                    "\n"
                    "from sqlalchemy.orm import Session\n"
                    "\n"
                    "\n"
                    "def work(key: int):\n"
                    "    pass\n"
                    "\n"
                    "\n"
                    "def all_of(db: Session, keys):\n"
                    "    with ThreadPoolExecutor() as pool:\n"
                    "        pool.map(work, keys)\n"
                    "    db.commit()\n",
            .allow = "The thread that made the session never uses it again, and one other does.",
            .references = "https://docs.sqlalchemy.org/en/20/orm/session_basics.html#is-the-session-thread-safe-is-asyncsession-safe-to-share-in-concurrent-tasks",
        },
    .on_session =
        [](const SessionView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind != SessionUse::Kind::in_threads) return;
          report.add(Draft(use.span)
                         .says("another thread gets the session " + quoted(use.what) + ": it serves one thread at a time")
                         .about(use.function + ":" + use.what)
                         .label(use.other, "the session")
                         .help("open a session in each thread"));
        },
};

}  // namespace foreshot::rules
