#include "analyzer/check/rule.h"

namespace foreshot::rules {

extern const Rule blocking_call_in_async;
const Rule blocking_call_in_async = {
    .code = "ORM406",
    .name = "blocking-call-in-async",
    .level = Level::warning,
    .needs_postgresql = false,
    .doc =
        {
            .summary = "A synchronous session is used in a coroutine: while the database answers nothing else of the process runs",
            .what = "`execute()`, `commit()`, `query(…).all()` and the like of a Session, not of an AsyncSession, in an `async def`. Local "
                    "functions and lambdas, which run_sync() and thread pools run, are silent. `query()` of an AsyncSession is reported "
                    "too, as an error: it has none.",
            .database =
                "The driver waits for the server in the thread of the event loop. A query of a second is a second in which no request "
                "of this process is answered, health checks included.",
            .bad = "from fastapi import FastAPI\n"
                   "from sqlalchemy import select\n"
                   "from sqlalchemy.orm import Session\n"
                   "from shop.models import User\n"
                   "\n"
                   "app = FastAPI()\n"
                   "\n"
                   "\n"
                   "@app.get(\"/users/{key}\")\n"
                   "async def user_name(key: int, session: Session):\n"
                   "    return session.scalars(select(User.name).where(User.id == key)).one()\n",
            .good = "from fastapi import FastAPI\n"
                    "from sqlalchemy import select\n"
                    "from sqlalchemy.orm import Session\n"
                    "from shop.models import User\n"
                    "\n"
                    "app = FastAPI()\n"
                    "\n"
                    "\n"
                    "@app.get(\"/users/{key}\")\n"
                    "def user_name(key: int, session: Session):\n"
                    "    return session.scalars(select(User.name).where(User.id == key)).one()\n",
            .allow = "The coroutine is the only one of its process: a script, a worker that does one thing at a time.",
            .references = "https://fastapi.tiangolo.com/async/",
        },
    .on_session =
        [](const SessionView& view, Report& report) {
          const auto& use = view.use;
          if (use.kind == SessionUse::Kind::no_such_method) {
            report.add(Draft(use.span)
                           .level(Level::error)
                           .says("this raises AttributeError: an AsyncSession has no `query()`")
                           .about(use.function + ":" + use.what)
                           .label(use.other, "the async session")
                           .help("write it as `await session.scalars(select(…))`"));
            return;
          }
          if (use.kind != SessionUse::Kind::blocking) return;
          // A command, a script or a test does nothing else meanwhile.
          if (nobody_waits(use.role)) return;
          report.add(Draft(use.span)
                         .says("the whole process waits for the database here: " + quoted(use.what + "()") + " of a synchronous session blocks the event loop")
                         .about(use.function + ":" + use.what)
                         .label(use.other, "the session")
                         .help("make the function a plain `def`, which FastAPI runs in a thread, or use an AsyncSession"));
        },
};

}  // namespace foreshot::rules
